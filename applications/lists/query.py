"""What somebody types into the search field of a list, taken apart.

`country:FR stage:seed -withdrawn "exact words"`: words, of which all have to be found; `key:value`; quotation marks
around what stands side by side; a minus before what is not wanted. Nothing that is typed is a mistake here: what a key
means, and whether there is one, the search says.
"""

import re
from dataclasses import dataclass

_QUOTES = str.maketrans(dict.fromkeys("“”„«»‟", '"'))
_MINUS = "-–−"
# A key is a word before a colon with no address behind it: "https://…" is none.
_PART = re.compile(
    rf'(?P<minus>[{_MINUS}]?)(?:(?P<key>[^\W\d][\w-]*):(?!//))?(?:"(?P<exact>[^"]*)"?|(?P<words>[^\s"]+))?'
)
MOST = 20  # parts; whoever pastes a page is looking for its beginning
LONGEST = 1000  # signs


@dataclass(frozen=True)
class Part:
    """One thing that is looked for."""

    words: str
    key: str = ""
    is_exact: bool = False
    is_excluded: bool = False

    def __str__(self) -> str:
        """As it would be typed."""
        quoted = f'"{self.words}"' if self.is_exact or " " in self.words else self.words
        return f"{'-' if self.is_excluded else ''}{f'{self.key}:' if self.key else ''}{quoted}"


def parse(typed: str) -> list[Part]:
    found: list[Part] = []
    for match in _PART.finditer(typed[:LONGEST].translate(_QUOTES)):
        exact, key = match["exact"], (match["key"] or "").casefold()
        words = (exact if exact is not None else match["words"] or "").strip()
        if not key and not any(sign.isalnum() for sign in words):
            continue  # a lone sign
        part = Part(words, key, exact is not None, bool(match["minus"]))
        if part not in found:
            found.append(part)
    return found[:MOST]


def with_part(typed: str, part: Part) -> str:
    """The search narrowed further by this; the same words twice are one."""
    parts = parse(typed)
    return " ".join(map(str, parts if part in parts else [*parts, part]))


def without_part(typed: str, part: Part) -> str:
    return " ".join(str(one) for one in parse(typed) if one != part)
