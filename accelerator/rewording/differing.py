"""What a programme's words say otherwise than ours, word by word."""

import difflib
import re
from typing import NamedTuple


class Differing(NamedTuple):
    """A piece of a text that both have ("", kept), or only one of them (gone, new)."""

    kind: str
    text: str


def paragraphs(before: tuple[str, str], after: tuple[str, str]) -> list[list[Differing]]:
    """Subject and paragraphs of the text, one after the other, each as its pieces."""
    old, new = ([words[0], *re.split(r"\n{2,}", words[1])] for words in (before, after))
    found: list[list[Differing]] = []
    for act, i, j, k, m in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if act == "equal":
            found += [[Differing("", one)] for one in old[i:j]]
            continue
        pairs = max(j - i, m - k)
        gone, come = old[i:j] + [""] * (pairs - (j - i)), new[k:m] + [""] * (pairs - (m - k))
        found += [_pieces(one, other) for one, other in zip(gone, come, strict=True)]
    return found


def _pieces(before: str, after: str) -> list[Differing]:
    old, new = (re.findall(r"\s+|[^\s]+", text) for text in (before, after))
    found = []
    for act, i, j, k, m in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if act == "equal":
            found.append(Differing("", "".join(old[i:j])))
            continue
        found += [Differing("gone", "".join(old[i:j]))] if i < j else []
        found += [Differing("new", "".join(new[k:m]))] if k < m else []
    return found
