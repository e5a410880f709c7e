"""The reminders of a session: a day before, an hour before, and to log it afterwards."""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from functools import partial

from django.utils.translation import gettext as _

from accelerator import clock, wording
from accelerator.messages import kinds, reminders
from accelerator.models import OutboxMessage, TeamMember
from mentoring.mentors import availability
from mentoring.sessions import briefs, notices
from mentoring.sessions.models import MentoringSession

SESSION_TOMORROW, SESSION_SOON = "mentoring.session_tomorrow", "mentoring.session_soon"
LOG_SESSION = "mentoring.log_session"
DAY_BEFORE, HOUR_BEFORE = timedelta(hours=24), timedelta(hours=1)
LOG_AFTER, LOG_USELESS_AFTER = timedelta(minutes=30), timedelta(days=14)
LOG_AGAIN_AT = time(10)  # of the next day, on the mentor's clock
A_DAY_LATER_AT_MOST = timedelta(days=2)  # by when the second reminder to log has fallen due, in any zone


def _booked_sessions(since: datetime, until: datetime):
    """Sessions that are to take place or wait for a log, and are near."""
    booked = MentoringSession.objects.filter(status=MentoringSession.Status.BOOKED).with_both_sides()
    return booked.filter(ends_at__gt=since - A_DAY_LATER_AT_MOST, starts_at__lte=until + DAY_BEFORE)


@reminders.moments(of=_booked_sessions)
def of_sessions(session: MentoringSession, since: datetime, until: datetime) -> Iterator[reminders.Moment]:
    """All reminders of a session in one declaration, because the tick runs every few seconds."""
    yield from _before(SESSION_TOMORROW, session, DAY_BEFORE, useless=HOUR_BEFORE)
    yield from _before(SESSION_SOON, session, HOUR_BEFORE, useless=timedelta(0))
    yield from _to_log(session)


def _before(
    kind: str, session: MentoringSession, lead: timedelta, *, useless: timedelta
) -> Iterator[reminders.Moment]:
    """To everybody concerned, `lead` before it begins, unless it was booked later than that."""
    due_at = session.starts_at - lead

    def to_both_sides() -> Iterator[reminders.Notice]:
        team = TeamMember.objects.filter(left_at=None, startup=session.membership.startup_id)
        guests = [member.user for member in team.select_related("user").order_by("joined_at", "pk")]
        for person in [session.mentor.user, *guests]:
            yield _notice(kind, session, person, due_at, session.starts_at - useless)

    if session.booked_at < due_at:
        yield reminders.Moment(kind, session, due_at, to_both_sides, version=_time(session))


def _to_log(session: MentoringSession) -> Iterator[reminders.Moment]:
    """To the mentor, half an hour after the end and, while nothing is written down, the next morning."""
    soon, next_morning = session.ends_at + LOG_AFTER, _next_morning(session)
    for again, due_at, useless_after in (
        (False, soon, next_morning),
        (True, next_morning, session.ends_at + LOG_USELESS_AFTER),
    ):
        notice = partial(
            _notice, LOG_SESSION, session, session.mentor.user, due_at, useless_after, again=again
        )
        yield reminders.Moment(LOG_SESSION, session, due_at, partial(_alone, notice), version=_time(session))


def _alone(notice: Callable[[], reminders.Notice]) -> list[reminders.Notice]:
    return [notice()]


def _next_morning(session: MentoringSession) -> datetime:
    zone = session.mentor.zone
    return availability.instant(
        session.ends_at.astimezone(zone).date() + timedelta(days=1), LOG_AGAIN_AT, zone
    )


def _notice(kind: str, session, person, due_at, useless_after, *, again: bool = False) -> reminders.Notice:
    name = kind.split(".")[1].replace("_", "-")
    suffix = f":{1 + again}" if kind == LOG_SESSION else ""
    return reminders.Notice(
        kind=kind,
        key=f"{name}:{session.pk}:{_time(session)}:u{person.pk}{suffix}",
        version=_time(session),
        to=person,
        programme=session.programme,
        about=session,
        due_at=due_at,
        useless_after=useless_after,
        context=lambda: {
            **notices.context(session),
            "again": again,
            "distance": wording.distance(session.starts_at, max(due_at, clock.now()), person.zone),
            "log_url": notices.log_address(session),
            "cancel_url": notices.cancel_address(session),
            **({"brief": briefs.of(session)} if kind == SESSION_TOMORROW else {}),
        },
    )


_time = notices.time_of


@kinds.still_wanted(SESSION_TOMORROW, SESSION_SOON, LOG_SESSION)
def still_as_booked(message: OutboxMessage) -> str:
    sessions = MentoringSession.objects.select_related("mentor__user", "membership__startup")
    session = sessions.filter(pk=message.object_id or 0).first()
    if session is None or session.is_cancelled:
        return _("The session was cancelled.")
    if not session.is_booked:
        return _("The session has been logged.")
    if message.version not in ("", _time(session)):  # one written without a version is of the one before
        return _("The session was moved; other reminders take its place.")
    if message.recipient_id not in {person.pk for person in notices.people(session)}:
        return _("This person has left the team.")
    return ""
