"""What a kind of question decides: the field, what is stored of an answer, how it reads, and its entry in the file."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accelerator.models import Startup
from accelerator.records.fields import localised
from accelerator.typed import text

if TYPE_CHECKING:
    from applications.questions.kinds.entries import AskedEntry
    from applications.questions.models import Question

LONGEST = 20_000  # characters in one answer, whatever its limit in words


class Kind:
    """One kind of question. A subclass with a `name`, listed in `kinds/__init__.py`, is all that a new kind takes."""

    name: str  # as it stands in the database, in receipts and in the programme file
    label: Promise | str  # as managers choose it
    about: Promise | str = ""  # what it is for, in a few words beside the label
    columns: tuple[str, ...] = ()  # what a manager says of such a question beside its words
    missing: Promise | str = _("Please answer this question.")  # said when a required answer is missing
    invalid: Promise | str = ""  # said instead of Django's sentence when an answer is of the wrong form
    is_file = False  # whether the answer is an attachment and not a value among the answers

    # --- While it is asked ---
    def field(self, question: "Question") -> forms.Field:
        """The form field that asks the question and says what is wrong with an answer."""
        raise NotImplementedError

    def common(self, question: "Question") -> dict[str, Any]:
        """The arguments that every field takes."""
        errors = {"required": self.missing} | ({"invalid": self.invalid} if self.invalid else {})
        return {
            "label": str(question.label),
            "help_text": str(question.help),
            "required": question.required,
            "error_messages": errors,
        }

    def complete(self, question: "Question") -> None:
        """Set what the question leaves open and its kind decides, so that it stands as the programme file has it."""

    def unfit(self, question: "Question") -> str:
        """Why nobody could answer the question as it is set up, as a sentence; "" when they can."""
        return ""

    def deciding(self, question: "Question") -> dict[str, str]:
        """Answers on which another question can depend, value → words; {} where none can."""
        return {}

    def is_among(self, answer, values: list[str]) -> bool:
        """Whether an answer, stored or just typed, is one of these."""
        return bool(set(answer if isinstance(answer, list) else [answer]) & set(values))

    def lost(self, stored: "Question", wanted: "Question") -> tuple[str, str] | None:
        """What of given answers could no longer be shown if the question changed so: the column, and what stays instead."""
        return None

    def posted(self, question: "Question", answer) -> list[str]:
        """A stored answer as a browser posts it: the values of its field."""
        if answer is None or answer is False or answer == "":  # nought is an answer
            return []
        many = answer if isinstance(answer, list) else ["on" if answer is True else answer]
        return [str(one) for one in many]

    # --- In a receipt, and as it is read ---
    def limits(self, question: "Question") -> dict[str, Any]:
        """What a receipt says of the limits under which the question was asked."""
        return {}

    def kept(self, answer):
        """What a version holds of a draft's answer; None for one that is missing."""
        return answer

    def in_words(self, question: dict, answer) -> dict[str, Any]:
        """The answer as `form.ShownAnswer` shows it, given the question as the receipt has it; {} where none was given."""
        return {} if answer in (None, "", []) else self.shown(question, answer)

    def shown(self, question: dict, answer) -> dict[str, Any]:
        """The same for an answer that was given."""
        return {"words": str(answer)}

    # --- In the programme file ---
    def entry(self) -> type["AskedEntry"]:
        """Its entry in the programme file. Imported where it is needed: a web worker loads no pydantic."""
        from applications.questions.kinds.entries import AskedEntry

        return AskedEntry

    # --- In rehearsals and measurements ---
    def example(self, question: "Question", text: str, website: str | None):
        """A sound answer made of this text or this address; None where only a file would do."""
        raise NotImplementedError


def given(limits: dict[str, Any]) -> dict[str, Any]:
    """Only the limits that are set."""
    return {name: limit for name, limit in limits.items() if limit is not None}


def longest(question: "Question") -> int:
    """Signs that an answer may have: as many as its column of the startup, where it fills one."""
    column = Startup._meta.get_field(question.fills) if question.fills else None
    return getattr(column, "max_length", None) or LONGEST


def labels(choices: Iterable[dict]) -> dict[str, str]:
    """Value → words in the reader's language."""
    return {choice["value"]: str(localised(choice["label"])) for choice in choices}


def plain(value: Any, *, in_one_line: bool = False) -> Any:
    """Without what no database can hold or what would change how others read it; never cut.

    A field of one line shows no line ends, so it keeps none.
    """
    if isinstance(value, list):
        return [plain(item, in_one_line=in_one_line) for item in value]
    if isinstance(value, dict):
        return {key: plain(item, in_one_line=in_one_line) for key, item in value.items()}
    if not isinstance(value, str):
        return value
    kept = text.text(value)
    return kept.replace("\n", " ") if in_one_line else kept
