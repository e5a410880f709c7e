"""Setting all days of a call at once, while nobody has begun an application. After that each has a page of its own, which
says whom it touches."""

from copy import copy
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import as_seen, history
from accelerator.models import User
from accelerator.transitions import NotAllowed, WrongValue
from applications.applying import deadlines
from applications.calls import order, window
from applications.calls.models import Call
from applications.setup import call_days


def why_not(call: Call) -> str:
    """Why its days are not set here any more, as a sentence; "" where they are."""
    if call.applications.exists():
        return _(
            "Applications have been begun, so each day is moved on its own page, which tells those concerned."
        )
    if call.window.sealed_at:
        return _("The call is closed and sealed.")
    return ""


def check(call: Call, *, opens_at: datetime, closes_at: datetime, days: dict[str, date]) -> None:
    """Raises WrongValue, with a sentence, for an order that cannot be lived."""
    if closes_at <= opens_at:
        raise WrongValue("last_day", _("The call would close before it opens. Choose a later end."))
    last_day = window.last_day(closes_at, call.zone)
    if found := order.out_of_order({"last_day": last_day, **days}):
        raise WrongValue(found.later, call_days.out_of_order(found))


def as_if(call: Call, *, opens_at: datetime, closes_at: datetime, days: dict[str, date]) -> Call:
    """The call with these days, to be drawn and not to be saved."""
    drawn = copy(call)
    drawn.window = copy(call.window)
    drawn.window.opens_at, drawn.window.closes_at = opens_at, closes_at
    for name, day in days.items():
        setattr(drawn, name, day)
    return drawn


@transaction.atomic
def set_days(
    call: Call,
    *,
    opens_at: datetime,
    closes_at: datetime,
    days: dict[str, date],
    seen: str | int,
    by: User,
    now: datetime,
) -> bool:
    """From now on the season of this call has these days. True when that is a change.

    Raises NotAllowed where somebody has begun an application, SomebodyWasFirst where the call changed since `seen`,
    WrongValue for an order that cannot be lived.
    """
    as_seen.must_be(call, seen, by=by)
    # Whoever begins an application meanwhile waits, and has the new days.
    current = (
        Call.objects.select_for_update(of=("self",)).select_related("programme", "window").get(pk=call.pk)
    )
    if sentence := why_not(current):
        raise NotAllowed(sentence)
    check(current, opens_at=opens_at, closes_at=closes_at, days=days)
    changes = {
        name: (getattr(current, name), day) for name, day in days.items() if getattr(current, name) != day
    }
    if changes:
        Call.objects.filter(pk=current.pk).update(**{name: day for name, (_before, day) in changes.items()})
        for name, (_before, day) in changes.items():
            setattr(current, name, day)
        history.record("call.days_set", current, by=by, programme=current.programme, now=now, changes=changes)
    moved = deadlines.move(
        current, opens_at=opens_at, closes_at=closes_at, seen=None, confirmed=True, by=by, now=now
    )
    return moved or bool(changes)
