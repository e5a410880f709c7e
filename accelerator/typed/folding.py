"""For comparing what somebody types with what there is: small, without accents."""

import unicodedata


def fold(words: str) -> str:
    letters = (one for one in unicodedata.normalize("NFKD", words) if not unicodedata.combining(one))
    return " ".join("".join(letters).casefold().split())


def has_all(words: str, text: str) -> bool:
    """Whether a text has a word that begins so, for each of the words."""
    known = fold(text).replace("·", " ").split()
    return all(any(one.startswith(part) for one in known) for part in fold(words).split())
