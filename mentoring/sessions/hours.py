"""How much was given to whom: figures of a cohort, counted in the database in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Q, Sum
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from cohorts.admission.models import Cohort
from mentoring.mentors.models import Mentor
from mentoring.sessions.models import MentoringSession

QUIET_AFTER = timedelta(days=14)  # a session at least every second week
LOG_GRACE = timedelta(minutes=30)

_HELD = Q(sessions__status=MentoringSession.Status.HELD)
_NO_SHOW = Q(sessions__status=MentoringSession.Status.NO_SHOW)
_MENTOR_ABSENT = _NO_SHOW & Q(sessions__absent__in=["mentor", "both"])
_STARTUP_ABSENT = _NO_SHOW & ~Q(sessions__absent="mentor")


def in_words(minutes: int) -> str:
    """95 → 1 h 35 min."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(n)d min") % {"n": rest}
    return _("%(hours)d h") % {"hours": hours} + (" " + _("%(n)d min") % {"n": rest} if rest else "")


@dataclass(frozen=True)
class Line:
    """One startup's or mentor's share."""

    who: object
    minutes: int
    held: int
    no_shows: int
    last_at: datetime | None = None
    next_at: datetime | None = None
    is_quiet: bool = False
    has_nothing_booked: bool = False

    @property
    def hours(self) -> float:
        return round(self.minutes / 60, 1)


def by_startup(cohort: Cohort, now: datetime) -> list[Line]:
    """Every member with its figures; `is_quiet` when nothing was held in the last two weeks, and nothing is booked in the next two."""
    members = (
        cohort.memberships.select_related("startup")
        .annotate(
            minutes=Sum("sessions__log__minutes"),
            held=Count("sessions", filter=_HELD),
            no_shows=Count("sessions", filter=_STARTUP_ABSENT),
            last_at=Max("sessions__starts_at", filter=_HELD),
            next_at=Min("sessions__starts_at", filter=Q(sessions__in=MentoringSession.objects.upcoming(now))),
        )
        .order_by(Lower("startup__name"))
    )
    is_running = cohort.starts_at <= now < cohort.ends_at
    return [
        Line(
            who=member,
            minutes=member.minutes or 0,
            held=member.held,
            no_shows=member.no_shows,
            last_at=member.last_at,
            next_at=member.next_at,
            is_quiet=is_running
            and now - (member.last_at or cohort.starts_at) > QUIET_AFTER
            and (member.next_at is None or member.next_at - now > QUIET_AFTER),
            has_nothing_booked=is_running and member.next_at is None,
        )
        for member in members
    ]


def by_mentor(cohort: Cohort) -> list[Line]:
    """Every mentor of the programme with what they gave to this cohort, the most first."""
    ours = Q(sessions__membership__cohort=cohort)
    mentors = (
        Mentor.objects.filter(programme=cohort.programme)
        .select_related("user", "partner")
        .annotate(
            minutes=Sum("sessions__log__minutes", filter=ours),
            held=Count("sessions", filter=ours & _HELD),
            no_shows=Count("sessions", filter=ours & _MENTOR_ABSENT),
        )
        .order_by(Lower("user__name"))
    )
    lines = [Line(mentor, mentor.minutes or 0, mentor.held, mentor.no_shows) for mentor in mentors]
    return sorted(lines, key=lambda line: -line.minutes)


def without_log(cohort: Cohort, now: datetime):
    """Sessions that ended half an hour ago or more and of which nobody has said how they were; the oldest first."""
    sessions = MentoringSession.objects.filter(membership__cohort=cohort).awaiting_log(now - LOG_GRACE)
    return sessions.with_both_sides()
