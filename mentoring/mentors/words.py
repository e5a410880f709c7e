"""Finding a mentor among all: words, a topic, an organisation. Pure; accents and case do not matter."""

import unicodedata
from collections.abc import Iterable


def folded(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()


def has_words(words: str, texts: Iterable[str]) -> bool:
    """Whether each of the words stands somewhere in the texts."""
    whole = folded(" ".join(texts))
    return all(word in whole for word in folded(words).split())
