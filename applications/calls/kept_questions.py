"""A call's questions, kept in each process between requests: every page of a founder needs them, and they hardly change.

They are kept under the number that the database raises with every change of a question or a section (migration 0018).
The number came with the call, so what is read after it is never older. Nothing is kept that was read inside a
transaction, which may be rolled back and its number be given again.
"""

from typing import TYPE_CHECKING

from django.db import transaction

if TYPE_CHECKING:
    from applications.calls.models import Call

MOST_CALLS = 50

_kept: dict[int, tuple[int, "Questions"]] = {}


class Questions(list):
    """The questions of a call in the order of its form. `forms` keeps what was made of them, such as form classes."""

    def __init__(self, questions=()):
        super().__init__(questions)
        self.forms: dict = {}


def of_call(call: "Call") -> Questions:
    number, questions = _kept.get(call.pk, (None, None))
    if questions is not None and number == call.questions_version:
        return questions
    questions = Questions(call.questions.select_related("section"))
    if not transaction.get_connection().in_atomic_block:
        if len(_kept) >= MOST_CALLS:
            _kept.clear()
        _kept[call.pk] = (call.questions_version, questions)
    return questions
