"""The kinds of questions that a call can ask: one class each, listed here.

A new kind is a class in a file of this package and a line in the list below. The form, receipts, the programme file,
the pages that show an answer, rehearsals and measurements know it from then on.
"""

from typing import TYPE_CHECKING

from applications.questions.kinds.amounts import MoneyKind, PercentageKind
from applications.questions.kinds.base import Kind
from applications.questions.kinds.choice import ChoiceKind, ChoicesKind
from applications.questions.kinds.consent import ConsentKind
from applications.questions.kinds.contact import EmailKind, PhoneKind
from applications.questions.kinds.country import CountryKind
from applications.questions.kinds.day import DayKind
from applications.questions.kinds.file import FileKind
from applications.questions.kinds.number import NumberKind
from applications.questions.kinds.repository import RepositoryKind
from applications.questions.kinds.rows import RowsKind
from applications.questions.kinds.scale import ScaleKind
from applications.questions.kinds.url import UrlKind
from applications.questions.kinds.written import LongTextKind, TextKind
from applications.questions.kinds.yes_no import YesNoKind

if TYPE_CHECKING:
    from applications.questions.models import Question

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        TextKind(),
        LongTextKind(),
        UrlKind(),
        RepositoryKind(),
        EmailKind(),
        PhoneKind(),
        NumberKind(),
        PercentageKind(),
        MoneyKind(),
        DayKind(),
        YesNoKind(),
        ScaleKind(),
        ChoiceKind(),
        ChoicesKind(),
        CountryKind(),
        RowsKind(),
        FileKind(),
        ConsentKind(),
    )
}


def named(name: str) -> Kind:
    """The kind of this name; ValueError where there is none."""
    try:
        return KINDS[name]
    except KeyError as error:
        raise ValueError(f"there is no kind of question called {name}") from error


def of(question: "Question") -> Kind:
    return named(question.kind)


def choices() -> list[tuple[str, str]]:
    """Name and label of each, as the `choices` of a model's field."""
    return [(name, str(kind.label)) for name, kind in KINDS.items()]
