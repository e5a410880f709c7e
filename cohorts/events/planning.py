"""Changing and cancelling what the cohort does together. Whoever is expected hears of it, and so does their calendar."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import as_seen, history
from accelerator.calendar import invites
from accelerator.models import User
from accelerator.transitions import NotAllowed, WrongValue
from cohorts.events import notices
from cohorts.events.models import Event

CHANGED, CANCELLED = "event.changed", "event.cancelled"


@transaction.atomic
def change(
    event: Event,
    *,
    starts_at: datetime,
    minutes: int,
    place: str,
    reason: str,
    seen: str | int,
    by: User,
    now: datetime,
) -> Event:
    """Another time, length or place. `seen` is the version of the event that the page showed."""
    current = _locked(event, seen, by=by, now=now)
    wanted = {"starts_at": starts_at, "minutes": minutes, "place": place}
    before = {name: getattr(current, name) for name in wanted}
    changes = {name: (before[name], wanted[name]) for name in wanted if before[name] != wanted[name]}
    if not changes:
        raise NotAllowed(_("That is how it already stands. Change something, or leave it."))
    if starts_at <= now:
        raise WrongValue("on", _("That moment has passed. Choose one that is to come."))
    beside = Event.objects.filter(call=current.call_id, kind=current.kind, starts_at=starts_at)
    if beside.exclude(pk=current.pk).exists():
        raise WrongValue("on", _("Another event of this kind stands at that time already."))
    for name, value in wanted.items():
        setattr(current, name, value)
    current.calendar_sequence = invites.next_sequence(current, after=current.calendar_sequence)
    current.save(update_fields=[*wanted, "calendar_sequence"])
    history.record(
        "event.changed", current, by=by, programme=current.programme, now=now, reason=reason, changes=changes
    )
    notices.changed(current, before=before, by=by, reason=reason, now=now)
    return current


@transaction.atomic
def cancel(event: Event, *, reason: str, seen: str | int, by: User, now: datetime) -> Event:
    """It does not take place. Its page stays, and says why."""
    current = _locked(event, seen, by=by, now=now)
    current.cancelled_at, current.cancel_reason = now, reason
    current.calendar_sequence = invites.next_sequence(current, after=current.calendar_sequence)
    current.save(update_fields=["cancelled_at", "cancel_reason", "calendar_sequence"])
    history.record("event.cancelled", current, by=by, programme=current.programme, now=now, reason=reason)
    notices.cancelled(current, by=by, now=now)
    return current


def _locked(event: Event, seen: str | int, *, by: User, now: datetime) -> Event:
    as_seen.must_be(event, seen, by=by, actions=[CHANGED, CANCELLED])
    current = Event.objects.select_related("call__programme").get(pk=event.pk)
    if current.is_cancelled:
        raise NotAllowed(_("This event is cancelled."))
    if not current.is_changeable(now):
        raise NotAllowed(_("This event has begun, so it can no longer be changed."))
    return current
