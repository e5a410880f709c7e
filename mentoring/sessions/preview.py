"""The two coming weeks of a mentor as they will be offered, and what is in the way on each day."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from accelerator import wording
from cohorts.events.models import Event
from mentoring.mentors.availability import MIDNIGHT, Exceptional, Slot, instant, stretch
from mentoring.mentors.models import Mentor
from mentoring.mentors.shares import Given, Shares
from mentoring.sessions import openings
from mentoring.sessions.models import MentoringSession

DAYS = 14


@dataclass
class PreviewDay:
    """One day of the mentor's: what is offered, and why not more."""

    day: date
    slots: list[Slot] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def two_weeks(mentor: Mentor, now: datetime) -> list[PreviewDay]:
    """From today on, on the mentor's own clock; what one startup takes is left out."""
    zone, today = mentor.zone, now.astimezone(mentor.zone).date()
    days = [PreviewDay(today + timedelta(days=n)) for n in range(DAYS)]
    by_day = {one.day: one for one in days}
    until = instant(today + timedelta(days=DAYS), MIDNIGHT, zone)
    sessions = _sessions(mentor, now - openings.COUNTED_BACK)
    events = [event for event in _events(mentor) if now < event.ends_at and event.starts_at < until]
    holidays = openings.holidays_of(mentor, now, until)
    for at, note in _in_the_way(mentor, now, sessions, events, holidays):
        if at in by_day and note not in by_day[at].notes:
            by_day[at].notes.append(note)
    for slot in _offered(mentor, now, until, sessions, events, holidays):
        day = slot.starts_at.astimezone(zone).date()
        if day in by_day:
            by_day[day].slots.append(slot)
    return days


def booked_within(mentor: Mentor, days: Exceptional, now: datetime) -> int:
    """How many sessions to come stand in days on which the mentor is away."""
    stretches, day = [], days.first_day
    while day <= days.last_day:
        stretches.append(stretch(day, days.starts, days.ends, mentor.zone))
        day += timedelta(days=1)
    coming = MentoringSession.objects.of_mentor(mentor.user).upcoming(now)
    return sum(any(session.slot.overlaps(one) for one in stretches) for session in coming)


def _sessions(mentor: Mentor, since: datetime) -> list[MentoringSession]:
    found = MentoringSession.objects.of_mentor(mentor.user).occupying().filter(ends_at__gt=since)
    return list(found.select_related("membership__startup"))


def _events(mentor: Mentor):
    return Event.objects.binding().filter(call__programme=mentor.programme, call__cohort__isnull=False)


def _offered(mentor: Mentor, now: datetime, until: datetime, sessions, events, holidays):
    if mentor.is_paused:
        return
    terms = mentor.terms
    buffer = timedelta(minutes=terms.buffer_minutes)
    shares = Shares(
        terms,
        mentor.zone,
        [Given(s.starts_at, is_own=False) for s in sessions if s.mentor_id == mentor.pk and s.was_booked],
    )
    for slot in openings.free_of(
        mentor,
        earliest=now + timedelta(hours=mentor.notice_hours),
        latest=min(until, now + timedelta(days=terms.horizon_days)),
        taken=[
            *(session.slot.widened(buffer) for session in sessions),
            *(openings.event_slot(event) for event in events),
        ],
        holidays=holidays,
    ):
        if shares.full(slot.starts_at) is None:
            yield slot


def _in_the_way(mentor: Mentor, now: datetime, sessions, events, holidays):
    """Each as (the mentor's day, a sentence)."""
    zone = mentor.zone
    for day, name in holidays:
        yield day.starts_at.astimezone(zone).date(), name
    for row in mentor.other_days.all():
        for n in range((row.last_day - row.first_day).days + 1):
            yield row.first_day + timedelta(days=n), row.in_short
    for event in events:
        hours = wording.hours(event.starts_at, event.ends_at, zone)
        yield event.starts_at.astimezone(zone).date(), f"{event} {hours}"
    booked = defaultdict(list)
    for session in sessions:
        if session.ends_at > now:
            told = f"{session.startup} {wording.wall_time(session.starts_at, zone)}"
            booked[session.starts_at.astimezone(zone).date()].append(told)
    for day, those in booked.items():
        yield day, _("Booked: %(sessions)s") % {"sessions": wording.list_of(those)}
