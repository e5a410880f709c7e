"""Two texts word by word: what both have, what only the earlier had, what only the later has. Pure."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

WORDS = re.compile(r"\s+|\w+|[^\w\s]")
MOST = 4_000  # pieces of both; beyond, the middle that differs counts as wholly changed


@dataclass(frozen=True)
class Piece:
    """A run of words. kind: "" (in both), gone or new."""

    kind: str
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """`before` with what was taken out and what was put in, in reading order."""
    if before == after:
        return [Piece("", before)] if before else []
    old, new = WORDS.findall(before), WORDS.findall(after)
    start, end = _alike_at_both_ends(old, new)
    found = [Piece("", "".join(old[:start]))]
    found += _middle(old[start : len(old) - end], new[start : len(new) - end])
    found.append(Piece("", "".join(old[len(old) - end :])))
    return [piece for piece in found if piece.text]


def _alike_at_both_ends(old: list[str], new: list[str]) -> tuple[int, int]:
    shorter = min(len(old), len(new))
    start = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    rest = shorter - start
    end = next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
    return start, end


def _middle(old: list[str], new: list[str]) -> list[Piece]:
    if not old or not new or len(old) + len(new) > MOST:
        return [Piece("gone", "".join(old)), Piece("new", "".join(new))]
    found = []
    for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            found.append(Piece("", "".join(old[i:j])))
        else:
            found += [Piece("gone", "".join(old[i:j])), Piece("new", "".join(new[k:m]))]
    return found
