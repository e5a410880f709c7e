"""When a startup can book a mentor, and why it cannot at a given time.

Free time is asked of mentoring/mentors/availability.py; here stands what it is asked with: the sessions of both sides,
the events at which the startup is expected, public holidays, and the shares of which one startup takes no more.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import wording
from cohorts.admission.models import Membership
from cohorts.events.models import Event
from mentoring.mentors import public_holidays
from mentoring.mentors.availability import Slot, free_slots
from mentoring.mentors.models import BookingTerms, Mentor
from mentoring.mentors.permissions import can_mentor
from mentoring.mentors.shares import Given, Share, Shares, Terms
from mentoring.sessions.models import MentoringSession

COUNTED_BACK = timedelta(days=32)  # the whole of this month


@dataclass
class Openings:
    """One mentor and one startup, with everything that is in the way."""

    mentor: Mentor
    membership: Membership
    now: datetime
    sessions: list[MentoringSession]  # of either side, those that count into the shares among them
    events: list[Event]

    @cached_property
    def terms(self) -> Terms:
        return self.mentor.terms

    @cached_property
    def buffer(self) -> timedelta:
        return timedelta(minutes=self.terms.buffer_minutes)

    @cached_property
    def earliest(self) -> datetime:
        notice = timedelta(hours=self.mentor.notice_hours)
        return max(self.now + notice, self.membership.cohort.starts_at)

    @cached_property
    def latest(self) -> datetime:
        return min(self.now + timedelta(days=self.terms.horizon_days), self.membership.cohort.ends_at)

    @cached_property
    def holidays(self) -> list[tuple[Slot, str]]:
        """Those of the programme's place and those of the mentor's."""
        return holidays_of(self.mentor, self.earliest, self.latest)

    @cached_property
    def shares(self) -> Shares:
        return Shares(
            self.terms,
            self.mentor.zone,
            [
                Given(session.starts_at, session.membership_id == self.membership.pk)
                for session in self.sessions
                if session.mentor_id == self.mentor.pk and session.was_booked
            ],
        )

    def taken_by(self, session: MentoringSession) -> Slot:
        """A mentor keeps the buffer around a session."""
        is_mentors = session.mentor.user_id == self.mentor.user_id
        return session.slot.widened(self.buffer) if is_mentors else session.slot

    def free(self) -> Iterator[Slot]:
        """When both have time, whatever their shares."""
        if self.mentor.is_paused:
            return iter(())
        taken = [self.taken_by(session) for session in self.sessions if session.ends_at > self.now]
        return free_of(
            self.mentor,
            earliest=self.earliest,
            latest=self.latest,
            taken=[*taken, *(event_slot(event) for event in self.events)],
            holidays=self.holidays,
        )

    def offered(self) -> Iterator[Slot]:
        return (slot for slot in self.free() if self.shares.full(slot.starts_at) is None)

    def slot_at(self, starts_at: datetime) -> Slot:
        return Slot(starts_at, starts_at + timedelta(minutes=self.mentor.session_minutes))

    def nearest(self, starts_at: datetime, count: int = 3) -> list[Slot]:
        """The offered slots that are nearest to this moment, in order."""
        return sorted(sorted(self.offered(), key=lambda slot: abs(slot.starts_at - starts_at))[:count])

    def full(self) -> list[tuple[Share, date | None]]:
        """Each share that hides a time at which both are free, once."""
        found = [self.shares.full(slot.starts_at) for slot in self.free()]
        return list(dict.fromkeys(share for share in found if share))


def free_of(mentor: Mentor, *, earliest, latest, taken, holidays: list[tuple[Slot, str]]) -> Iterator[Slot]:
    """The slots of a mentor's own rules that meet nothing of this."""
    return free_slots(
        mentor.rules,
        mentor.zone,
        minutes=mentor.session_minutes,
        earliest=earliest,
        latest=latest,
        taken=taken,
        buffer_minutes=mentor.terms.buffer_minutes,
        closed=[day for day, _name in holidays],
        exceptions=mentor.exceptions,
    )


def event_slot(event: Event) -> Slot:
    return Slot(event.starts_at, event.ends_at)


def holidays_of(mentor: Mentor, earliest: datetime, latest: datetime) -> list[tuple[Slot, str]]:
    usual, programme = BookingTerms.of(mentor.programme), mentor.programme
    if earliest >= latest:
        return []
    return [
        *public_holidays.stretches(usual.country, usual.region, programme.zone, earliest, latest),
        *public_holidays.stretches(mentor.country, mentor.region, mentor.zone, earliest, latest),
    ]


# --- Asked of the database ------------------------------------------------------------------------------
def of(
    mentor: Mentor, membership: Membership, *, now: datetime, moving: MentoringSession | None = None
) -> Openings:
    """The session being moved (`moving`) does not count as taken."""
    sessions = _in_the_way(membership, [mentor], now)
    if moving:
        sessions = sessions.exclude(pk=moving.pk)
    return Openings(mentor, membership, now, list(sessions), _events(membership))


def slots(
    mentor: Mentor, membership: Membership, *, now: datetime, moving: MentoringSession | None = None
) -> Iterator[Slot]:
    """What the mentor offers to this startup: when both are free, within the shares."""
    if not can_mentor(mentor.user, mentor.programme):
        return iter(())
    return of(mentor, membership, now=now, moving=moving).offered()


def next_free(mentors: list[Mentor], membership: Membership, *, now: datetime) -> dict[int, Slot | None]:
    """The first slot that each mentor offers (`listed` for booking), by the mentor's pk."""
    sessions, events = list(_in_the_way(membership, mentors, now)), _events(membership)
    found = {}
    for mentor in mentors:
        own = [
            session
            for session in sessions
            if session.mentor.user_id == mentor.user_id
            or session.membership.startup_id == membership.startup_id
        ]
        found[mentor.pk] = next(Openings(mentor, membership, now, own, events).offered(), None)
    return found


def _in_the_way(membership: Membership, mentors: list[Mentor], now: datetime):
    """Sessions of either side to come, and those before that count into the shares."""
    users, startup = [mentor.user_id for mentor in mentors], membership.startup_id
    either = Q(mentor__user__in=users) | Q(membership__startup=startup)
    with_us = Q(mentor__in=mentors, membership=membership)
    sessions = MentoringSession.objects.occupying().filter(
        either & (Q(ends_at__gt=now - COUNTED_BACK) | with_us)
    )
    return sessions.select_related("mentor__user", "membership", "booked_by")


def _events(membership: Membership) -> list[Event]:
    return list(membership.cohort.call.events.binding())


# --- In words -------------------------------------------------------------------------------------------
def why_not(openings: Openings, starts_at: datetime, *, reader) -> str:
    """Why this time cannot be booked, for whoever tried; nothing where it can."""
    slot = next((slot for slot in openings.free() if slot.starts_at >= starts_at), None)
    if slot is not None and slot.starts_at == starts_at:
        full = openings.shares.full(starts_at)
        return full_in_words(openings, *full) if full else ""
    return " ".join([_("That time is no longer free."), _reason(openings, starts_at, reader)])


def _reason(openings: Openings, starts_at: datetime, reader) -> str:
    mentor, wanted = openings.mentor, openings.slot_at(starts_at)
    told = {"mentor": mentor, "startup": openings.membership}
    if mentor.is_paused:
        return _("%(mentor)s takes no new sessions for now.") % told
    if starts_at < openings.earliest:
        return _too_early(openings, starts_at)
    if wanted.ends_at > openings.latest:
        return _too_late(openings, wanted)
    for session in openings.sessions:
        if openings.taken_by(session).overlaps(wanted):
            return _met_by(openings, session, reader)
    for event in openings.events:
        if event_slot(event).overlaps(wanted):
            return _("“%(event)s” of the programme is at that time.") % {"event": event}
    for day, name in openings.holidays:
        if day.overlaps(wanted):
            return _("It is a public holiday: %(name)s.") % {"name": name}
    return _("%(mentor)s does not offer it. Please choose another one.") % told


def _too_early(openings: Openings, starts_at: datetime) -> str:
    cohort, hours = openings.membership.cohort, openings.mentor.notice_hours
    if starts_at < openings.now:
        return _("It is over.")
    if starts_at < cohort.starts_at:
        return _("The programme begins on %(day)s.") % {"day": wording.day(cohort.starts_on)}
    return ngettext(
        "%(mentor)s is not booked at shorter notice than %(hours)d hour.",
        "%(mentor)s is not booked at shorter notice than %(hours)d hours.",
        hours,
    ) % {"mentor": openings.mentor, "hours": hours}


def _too_late(openings: Openings, wanted: Slot) -> str:
    cohort, days = openings.membership.cohort, openings.terms.horizon_days
    if wanted.ends_at > cohort.ends_at:
        return _("The programme ends on %(day)s.") % {"day": wording.day(cohort.ends_on)}
    return ngettext(
        "%(mentor)s can be booked for the next %(days)d day only.",
        "%(mentor)s can be booked for the next %(days)d days only.",
        days,
    ) % {"mentor": openings.mentor, "days": days}


def _met_by(openings: Openings, session: MentoringSession, reader) -> str:
    """A startup's own session by name; of another's, only that there is one."""
    is_ours = session.membership.startup_id == openings.membership.startup_id
    if not is_ours:
        return _("Somebody booked it. Please choose another one.")
    told = {"who": session.booked_by, "mentor": session.mentor, "startup": openings.membership}
    if session.mentor_id != openings.mentor.pk:
        return _("%(startup)s meets %(mentor)s then.") % told
    if session.booked_by is None or session.booked_by == reader:
        return _("You have it already: %(startup)s meets %(mentor)s then.") % told
    return _("%(who)s just booked it: %(startup)s meets %(mentor)s then.") % told


def full_in_words(openings: Openings, share: Share, since: date | None) -> str:
    """What is taken, and by whom."""
    most = openings.shares.most(share)
    told = {
        "mentor": openings.mentor,
        "startup": openings.membership,
        "n": most,
        "day": wording.day(since, year=False) if since else "",
        "month": date_format(since, "F") if since else "",
    }
    if share is Share.STARTUP_IN_ALL:
        sentence = ngettext(
            "%(startup)s has booked %(n)d session with %(mentor)s, which is all that one startup can have.",
            "%(startup)s has booked %(n)d sessions with %(mentor)s, which is all that one startup can have.",
            most,
        )
    elif share is Share.STARTUP_WEEK:
        sentence = ngettext(
            "%(startup)s has %(n)d session with %(mentor)s in the week from %(day)s; that is one startup’s share.",
            "%(startup)s has %(n)d sessions with %(mentor)s in the week from %(day)s; that is one startup’s share.",
            most,
        )
    elif share is Share.DAY:
        sentence = ngettext(
            "%(mentor)s takes %(n)d session a day, and %(day)s is full.",
            "%(mentor)s takes %(n)d sessions a day, and %(day)s is full.",
            most,
        )
    elif share is Share.WEEK:
        sentence = ngettext(
            "%(mentor)s takes %(n)d session a week, and the week from %(day)s is full.",
            "%(mentor)s takes %(n)d sessions a week, and the week from %(day)s is full.",
            most,
        )
    else:
        sentence = ngettext(
            "%(mentor)s takes %(n)d session a month, and %(month)s is full.",
            "%(mentor)s takes %(n)d sessions a month, and %(month)s is full.",
            most,
        )
    return sentence % told


def all_that_is_full(openings: Openings) -> Iterable[str]:
    return [full_in_words(openings, share, since) for share, since in openings.full()]
