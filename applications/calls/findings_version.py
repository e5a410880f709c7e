"""Which state of a call its findings belong to: a number that every change of what a ranking rests on raises.

The change and the raise stand in one transaction. A reader takes the number first and the inputs after it, so what is
kept under a number is never older than it. The raise locks the call's row: it comes before any other lock, because
decisions lock the call first as well.
"""

from django.db.models import F, QuerySet

from applications.calls.models import Call


def changed(call: Call) -> None:
    """Something that the findings of a call rest on changes in this transaction."""
    Call.objects.filter(pk=call.pk).update(findings_version=F("findings_version") + 1)


def changed_in(calls: QuerySet[Call]) -> None:
    """The same of several calls, always in the same order, so that two such changes do not wait for each other."""
    for call in calls.order_by("pk").distinct():
        changed(call)
