"""What a cell of another tool says to one of our questions, as our form would be sent it."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache

from django.utils import translation

from accelerator import countries
from applications.importing import days
from applications.questions.kinds.consent import TICKED
from applications.questions.kinds.yes_no import NO, YES
from applications.questions.models import Question

_NO = {"no", "n", "false", "0", "non", "nein", "unchecked", "off", "x no"}
_YES = {"yes", "y", "true", "1", "oui", "ja", "checked", "on", "x", "✓", "✔", TICKED}
_BETWEEN = re.compile(r"[;|\n]")


def plain(said: str) -> str:
    """For comparing: letters and digits in lower case, without accents."""
    letters = unicodedata.normalize("NFKD", said).casefold()
    return " ".join(re.findall(r"\w+", "".join(one for one in letters if not unicodedata.combining(one))))


def posted(question: Question, cells: Sequence[str], *, day_first: bool) -> list[str]:
    """The values of the field, from the cells of all columns that answer it. What is not understood stays as it is: the
    form says what is wrong with it."""
    given = [cell for cell in cells if cell]
    if not given:
        return []
    if question.kind == "choices":
        return [value for cell in given for value in _chosen(question, cell)]
    if question.kind == "rows":
        return [value for cell in given for line in cell.splitlines() for value in _cells(question, line)]
    said = ("\n\n" if question.kind == "long_text" else " ").join(given)
    if question.kind == "choice":
        return [_choice(question, said) or said]
    if question.kind == "yes_no":
        return [YES if plain(said) in _YES else NO if plain(said) in _NO else said]
    if question.kind == "consent":
        return [] if plain(said) in _NO else ["on"]
    if question.kind == "country":
        return [_country(said) or said]
    if question.kind == "date":
        read = days.day(said, day_first=day_first)
        return [read.isoformat() if read else said]
    return [said]


def _cells(question: Question, line: str) -> list[str]:
    """A line of a table, “Ada | CEO | 60”, as the cells of its row. What is beyond the last column stays with it."""
    columns = question.row_columns
    parts = [part.strip() for part in re.split(r"\s*[|\t]\s*", line, maxsplit=len(columns) - 1)]
    if not any(parts):
        return []
    parts += [""] * (len(columns) - len(parts))
    return [_chosen_in(column, part) for column, part in zip(columns, parts, strict=True)]


def _chosen_in(column: dict, said: str) -> str:
    for choice in column["choices"]:
        if said and plain(said) in {plain(one) for one in _words_of(choice)}:
            return choice["value"]
    return said


def _words_of(choice: dict) -> Iterable[str]:
    label = choice["label"]
    return {choice["value"], *(label.values() if isinstance(label, dict) else [str(label)])}


def _choice(question: Question, said: str) -> str:
    wanted = plain(said)
    for choice in question.choices:
        if wanted and wanted in {plain(one) for one in _words_of(choice)}:
            return choice["value"]
    return ""


def _chosen(question: Question, cell: str) -> list[str]:
    """All that a cell lists. A choice may have commas in it, so the longest run of parts that is one is taken."""
    if whole := _choice(question, cell):
        return [whole]
    found = []
    for part in filter(None, (one.strip() for one in _BETWEEN.split(cell))):
        found += [_choice(question, part)] if _choice(question, part) else _between_commas(question, part)
    return found


def _between_commas(question: Question, said: str) -> list[str]:
    parts = [part.strip() for part in said.split(",")]
    found, at = [], 0
    while at < len(parts):
        for end in range(len(parts), at, -1):
            run = ", ".join(parts[at:end])
            if value := _choice(question, run):
                found.append(value)
                at = end
                break
        else:
            found += [parts[at]] if parts[at] else []
            at += 1
    return found


def _country(said: str) -> str:
    if said.upper() in countries.CODES:
        return said.upper()
    return _codes().get(_SHORT.get(plain(said), plain(said)), "")


@cache
def _codes() -> dict[str, str]:
    """Code by name, in the languages in which tools write countries."""
    found: dict[str, str] = {}
    for language in ("de", "fr", "en"):
        with translation.override(language):
            found |= {plain(name): code for code, name in countries.choices()}
    return found


_SHORT = {
    "usa": "united states",
    "us": "united states",
    "united states of america": "united states",
    "uk": "united kingdom",
    "great britain": "united kingdom",
    "england": "united kingdom",
    "the netherlands": "netherlands",
    "holland": "netherlands",
    "czech republic": "czechia",
    "turkey": "turkiye",
}
