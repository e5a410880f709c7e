"""Closing applications to any change, each after its own deadline, and writing down which versions count."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from accelerator import history
from applications.applying import receipt_lists
from applications.applying.locking import lock_window
from applications.applying.models import Application, Submission
from applications.calls import findings_version
from applications.calls.models import Call, CallWindow

# After the deadline. By then a submit that was stamped in time has long been written.
SEALED_AFTER = timedelta(minutes=2)


@transaction.atomic
def seal_call(call: Call, *, now: datetime) -> bool:
    """Seal the applications whose time is over, and with the last of them the call: the list of the versions that count
    and its hash. True when the call was sealed now.

    Run again at any later time it finds the same versions, because the stamps decided.
    """
    findings_version.changed(call)  # an application that was reopened comes back among those that are ranked
    window = lock_window(call, "UPDATE")
    if window.sealed_at or now < window.deadline + SEALED_AFTER:
        return False
    unsealed = call.applications.filter(sealed_at=None)
    over = unsealed.ended_by(now - SEALED_AFTER)
    _screen_again(over, call, now)
    Application.objects.filter(pk__in=list(over.values_list("pk", flat=True))).update(sealed_at=now)
    if unsealed.exists():
        return False  # somebody has more time
    counting = _versions_that_count(call)
    seal = receipt_lists.publish(call, counting, sealed_at=now).seal
    CallWindow.objects.filter(pk=window.pk).update(sealed_at=now, seal_hash=seal)
    history.record(
        "call.sealed", call, by=None, programme=call.programme, now=now, submissions=len(counting), hash=seal
    )
    return True


def _screen_again(over, call: Call, now: datetime) -> None:
    """A verdict was about the version of then: whoever submitted another one after it is screened anew."""
    unscreened = Application.Eligibility.UNSCREENED
    outdated = list(over.filter(submitted_at__gt=F("screened_at")).exclude(eligibility=unscreened))
    Application.objects.filter(pk__in=[one.pk for one in outdated]).update(eligibility=unscreened)
    history.record_each(
        "application.to_be_screened_again", outdated, by=None, programme=call.programme, now=now
    )


def _versions_that_count(call: Call) -> list[Submission]:
    """The last version of each submitted application."""
    return list(
        Submission.objects.filter(application__in=call.applications.submitted())
        .select_related("application")
        .defer("content")
        .order_by("application", "-number")
        .distinct("application")
    )
