"""The day by which everybody hears: a promise to all who wait, so that moving it is told to them, with why."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history, wording
from accelerator.models import User
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.applying.models import Application
from applications.calls.models import Call
from applications.selecting import notices
from applications.selecting.locking import locked


def who_wait(call: Call):
    """The applications whose teams were told a day."""
    return call.applications.filter(
        status=Application.Status.SUBMITTED, withdrawn_after_closing_at=None
    ).select_related("startup")


def _check(call: Call, to: date, reason: str, now: datetime, *, somebody_waits: bool) -> None:
    if to < now.astimezone(call.zone).date():
        raise NotAllowed(_("This day is past. Choose a later one."))
    if not call.reviews_due_on <= to <= call.starts_on:
        raise NotAllowed(
            _("Choose a day from %(due)s, when the reviews are due, to %(start)s, when the programme starts.")
            % {"due": wording.day(call.reviews_due_on), "start": wording.day(call.starts_on)}
        )
    if somebody_waits and not reason.strip():
        raise NotAllowed(_("Say why: everybody who waits for an answer is told."))


@transaction.atomic
def move_day(
    call: Call, *, to: date, reason: str = "", seen: date | None = None, by: User | None, now: datetime
) -> bool:
    """Promise the answers for another day. True when that is a change; all who wait are told, and why.

    `seen` is the day that the person looked at; None for a file, which names the whole state. Raises NotAllowed once
    the answers are out, for a day that is past, before the reviews are due or after the programme starts, and for a
    person who gives no reason while teams wait.
    """
    current = locked(call)
    if current.decision_on == to:
        return False
    if current.is_released:
        raise NotAllowed(_("The answers of this call are out."))
    if seen is not None and seen != current.decision_on:
        raise SomebodyWasFirst(
            _("Somebody else has moved the day meanwhile, to %(day)s. Look at it again before you change it.")
            % {"day": wording.day(current.decision_on)}
        )
    waiting = who_wait(current)
    if by is not None:  # a file has its own order of days, and no reason that says anything to founders
        _check(current, to, reason, now, somebody_waits=waiting.exists())
    before = current.decision_on
    Call.objects.filter(pk=call.pk).update(decision_on=to)
    call.decision_on = current.decision_on = to
    entry = history.record(
        "call.answer_day_moved",
        current,
        by=by,
        programme=current.programme,
        now=now,
        reason=reason.strip(),
        changes={"decision_on": (before, to)},
        before=before.isoformat(),
        to=to.isoformat(),
    )
    notices.answer_day_moved(
        current, waiting, before, reason=reason.strip() if by else "", change=entry.pk, now=now
    )
    return True
