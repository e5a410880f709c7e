"""Places in a text that stand for something of each receiver: `{name}`, or `{name|everybody}` with words where it is missing.

Pure: texts and mappings of plain values. What a value holds is never read as a place again.
"""

import re
from collections.abc import Collection, Iterable, Mapping

_PLACE = re.compile(r"\{([^{}|\n]*)(?:\|([^{}\n]*))?\}")


def _name(written: str) -> str:
    return written.strip().lower()


def used(*texts: str) -> list[str]:
    """The names that stand in these texts, each once, in their order."""
    found = [_name(match[1]) for text in texts for match in _PLACE.finditer(text)]
    return list(dict.fromkeys(found))


def unknown(known: Collection[str], *texts: str) -> list[str]:
    """Those among them that stand for nothing."""
    return [name for name in used(*texts) if name not in known]


def without_words(*texts: str) -> set[str]:
    """The names that stand somewhere without words for when they are missing."""
    return {_name(match[1]) for text in texts for match in _PLACE.finditer(text) if not match[2]}


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with each place filled; one that is missing has the words given for it, or nothing."""
    return _PLACE.sub(lambda match: values.get(_name(match[1]), "") or (match[2] or "").strip(), text)


def filled_in_paragraphs(text: str, values: Mapping[str, str]) -> str:
    """The same, without the paragraphs in which there are places and all of them are empty: "Where: {where}"."""
    paragraphs = re.split(r"\n{2,}", text.strip())
    return "\n\n".join(filled(one, values) for one in paragraphs if not _says_nothing(one, values))


def _says_nothing(paragraph: str, values: Mapping[str, str]) -> bool:
    names = used(paragraph)
    has_words = any(match[2] for match in _PLACE.finditer(paragraph))
    return bool(names) and not has_words and not any(values.get(name) for name in names)


def missing(values: Mapping[str, str], names: Iterable[str]) -> list[str]:
    """Of these names the ones for which there is nothing to say."""
    return [name for name in names if not values.get(name)]
