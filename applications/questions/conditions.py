"""Questions that are asked only of some: of whoever gave one of certain answers to an earlier question."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from applications.questions import kinds
from applications.questions.models import Question


def not_asked(questions: Iterable[Question], answer_of: Callable[[str], Any]) -> set[str]:
    """Keys of the questions, in the order of the form, that these answers leave out.

    A question that depends on one that is not asked is not asked either; one that depends on what is not among these
    questions is.
    """
    known: dict[str, Question] = {}
    left_out: set[str] = set()
    for question in questions:
        if question.shown_if:
            deciding = known.get(question.shown_if["question"])
            if deciding and (deciding.key in left_out or not _is_given(deciding, question, answer_of)):
                left_out.add(question.key)
        known[question.key] = question
    return left_out


def _is_given(deciding: Question, question: Question, answer_of: Callable[[str], Any]) -> bool:
    return kinds.of(deciding).is_among(answer_of(deciding.key), question.shown_if["answers"])


def unfit(questions: Sequence[Question]) -> tuple[Question, str] | None:
    """The first question of these, in the order of the form, whose condition nobody could meet, and why."""
    known: dict[str, Question] = {}
    for question in questions:
        if question.shown_if and (sentence := _why_unfit(question, known)):
            return question, sentence
        known[question.key] = question
    return None


def _why_unfit(question: Question, earlier: dict[str, Question]) -> str:
    key = question.shown_if["question"]
    deciding = earlier.get(key)
    if question.fills == "name":
        return _("Everybody gives the name of their startup; it cannot depend on an answer.")
    if deciding is None:
        return _("“%(question)s” depends on “%(key)s”, and no question before it has that key.") % {
            "question": question.key,
            "key": key,
        }
    offered = kinds.of(deciding).deciding(deciding)
    if not offered:
        return _("“%(question)s” depends on “%(key)s”; only choices, yes or no and ticks can decide.") % {
            "question": question.key,
            "key": key,
        }
    if unknown := [value for value in question.shown_if["answers"] if value not in offered]:
        return _("“%(value)s” is no answer to “%(key)s”, on which “%(question)s” depends.") % {
            "value": unknown[0],
            "key": key,
            "question": question.key,
        }
    return ""
