"""Which state of a call's questions a page or a cache belongs to: a number that every change of what it asks raises.

A reader takes the number first and the questions after it, so what is kept under a number is never older than it.
"""

from django.db.models import F

from applications.calls.models import Call


def questions_changed(call: Call) -> None:
    """A question or a section of the call changes in this transaction. Call it before anything is read that the change is
    judged by: it locks the call's row, so changes of one call's questions go one after the other."""
    Call.objects.filter(pk=call.pk).update(questions_version=F("questions_version") + 1)
