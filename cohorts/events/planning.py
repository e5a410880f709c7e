"""Planning, changing and cancelling what the cohort does together. Whoever is expected hears of it, and so does their
calendar: from four weeks before an event, and of each change at once."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import as_seen, history
from accelerator.calendar import invites
from accelerator.calendar.models import CalendarAnswer
from accelerator.models import Partner, User
from accelerator.transitions import NotAllowed, WrongValue
from applications.models import Call
from cohorts.events import notices
from cohorts.events.models import Event

PLANNED, CHANGED, CANCELLED = "event.planned", "event.changed", "event.cancelled"


@transaction.atomic
def plan(
    call: Call,
    *,
    kind: str,
    title: dict[str, str],
    about: dict[str, str],
    place: str,
    starts_at: datetime,
    minutes: int,
    partner: Partner | None = None,
    by: User | None,
    now: datetime,
) -> Event:
    """One more event. Once there are members, it goes into everybody's calendar four weeks before it at the latest.

    `title` and `about` are texts by language.
    """
    if starts_at <= now:
        raise WrongValue("on", _("That moment has passed. Choose one that is to come."))
    _must_be_free(call.pk, kind, starts_at)
    event = Event.objects.create(
        call=call,
        kind=kind,
        title=title,
        about=about,
        place=place,
        starts_at=starts_at,
        minutes=minutes,
        partner=partner,
    )
    history.record("event.planned", event, by=by, programme=event.programme, now=now)
    if event.is_in_calendars_from() <= now:
        invite_everybody(event, by=by, now=now)
    return event


def _must_be_free(call_pk: int, kind: str, starts_at: datetime, *, besides: int | None = None) -> None:
    """Under a lock on the call, so that of two at once the second is told so."""
    list(Call.objects.select_for_update(no_key=True).filter(pk=call_pk).values_list("pk"))
    beside = Event.objects.filter(call=call_pk, kind=kind, starts_at=starts_at)
    if beside.exclude(pk=besides or 0).exists():
        raise WrongValue("on", _("Another event of this kind stands at that time already."))


@transaction.atomic
def change(
    event: Event,
    *,
    starts_at: datetime,
    minutes: int,
    place: str,
    reason: str,
    seen: str | int,
    by: User | None,
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
    _must_be_free(current.call_id, current.kind, starts_at, besides=current.pk)
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
def cancel(event: Event, *, reason: str, seen: str | int, by: User | None, now: datetime) -> Event:
    """It does not take place. Its page stays, and says why."""
    current = _locked(event, seen, by=by, now=now)
    current.cancelled_at, current.cancel_reason = now, reason
    current.calendar_sequence = invites.next_sequence(current, after=current.calendar_sequence)
    current.save(update_fields=["cancelled_at", "cancel_reason", "calendar_sequence"])
    history.record("event.cancelled", current, by=by, programme=current.programme, now=now, reason=reason)
    notices.cancelled(current, by=by, now=now)
    return current


def _locked(event: Event, seen: str | int, *, by: User | None, now: datetime) -> Event:
    as_seen.must_be(event, seen, by=by, actions=[CHANGED, CANCELLED])
    current = Event.objects.select_related("call__programme").get(pk=event.pk)
    if current.is_cancelled:
        raise NotAllowed(_("This event is cancelled."))
    if not current.is_changeable(now):
        raise NotAllowed(_("This event has begun, so it can no longer be changed."))
    return current


def answered(event: Event, answer: CalendarAnswer, now: datetime) -> None:
    """Somebody said whether they come; it is on the event's page."""
    history.record(
        "event.answered",
        event,
        by=answer.user,
        programme=event.programme,
        now=now,
        answer=answer.answer,
        way=answer.way,
    )


# --- In everybody's calendar --------------------------------------------------------------------------------
def invite_everybody(event: Event, *, by: User | None = None, now: datetime) -> None:
    """Whoever is expected and has it in no calendar yet gets the invitation."""
    current = _locked_row(event)
    lacking = notices.lacking(current)
    if lacking and current.is_changeable(now):
        if notices.was_told_to_let_go(current, lacking):
            _raise_sequence(current)
        notices.invited(current, lacking, by=by, now=now)


def take_out_of_calendars(event: Event, *, now: datetime) -> None:
    """Whoever left, as a founder or as a mentor, gets it taken out of their calendar; nobody else hears of it."""
    current = _locked_row(event)
    if gone := notices.no_longer_expected(current):
        _raise_sequence(current)
        notices.left(current, gone, now=now)


@transaction.atomic
def bring_into_calendars(event: Event, *, now: datetime) -> None:
    """Both, as a tick finds that it is needed: the invitations four weeks before, and whoever came or left since."""
    if event.is_in_calendars_from() <= now:
        invite_everybody(event, now=now)
    take_out_of_calendars(event, now=now)


def _locked_row(event: Event) -> Event:
    list(Event.objects.select_for_update(no_key=True).filter(pk=event.pk).values_list("pk"))
    return Event.objects.select_related("call__programme").get(pk=event.pk)


def _raise_sequence(event: Event) -> None:
    event.calendar_sequence = invites.next_sequence(event, after=event.calendar_sequence)
    event.save(update_fields=["calendar_sequence"])
