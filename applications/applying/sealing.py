"""Closing a call's applications to any change, and writing down which versions count."""

from datetime import datetime, timedelta

from django.db import transaction

from accelerator import history
from applications.applying import receipt_lists
from applications.applying.locking import lock_window
from applications.applying.models import Submission
from applications.calls.models import Call, CallWindow

# After the deadline. By then a submit that was stamped in time has long been written.
SEALED_AFTER = timedelta(minutes=2)


@transaction.atomic
def seal_call(call: Call, *, now: datetime) -> bool:
    """Close a call's applications to any change and write down which versions count. True when it was done now.

    Run again at any later time it finds the same versions, because the stamps decided.
    """
    window = lock_window(call, "UPDATE")
    if window.sealed_at or now < window.closes_at + SEALED_AFTER:
        return False
    call.applications.filter(sealed_at=None).update(sealed_at=now)
    counting = _versions_that_count(call)
    seal = receipt_lists.publish(call, counting, sealed_at=now).seal
    CallWindow.objects.filter(pk=window.pk).update(sealed_at=now, seal_hash=seal)
    history.record(
        "call.sealed", call, by=None, programme=call.programme, now=now, submissions=len(counting), hash=seal
    )
    return True


def _versions_that_count(call: Call) -> list[Submission]:
    """The last version of each submitted application."""
    return list(
        Submission.objects.filter(application__in=call.applications.submitted())
        .select_related("application")
        .defer("content")
        .order_by("application", "-number")
        .distinct("application")
    )
