"""The mails about sessions: to both sides, each in their own zone, with an invitation their calendar understands."""

from django.utils.translation import gettext_lazy as _

from accelerator import outbox
from accelerator.models import OutboxMessage, User
from mentoring import invites, permissions

outbox.name_kinds(
    "mentoring",
    log_corrected=_("A session’s log was corrected"),
    log_session=_("A session waits to be logged"),
    session_booked=_("A session is booked"),
    session_cancelled=_("A session is cancelled"),
    session_logged=_("A session is logged"),
    session_left=_("A session leaves somebody’s calendar"),
    session_moved=_("A session is moved"),
    session_soon=_("A session begins soon"),
    session_tomorrow=_("A session is tomorrow"),
)

_TYPE = "mentoring.mentoringsession"


def people(session) -> list[User]:
    """Everybody whom a session concerns: its mentor, then the startup's team."""
    return [session.mentor.user, *(member.user for member in session.startup.team)]


def booked(session, *, by, now) -> None:
    _tell_both_sides("session_booked", session, by=by, now=now)


def moved(session, *, previously, by, now) -> None:
    _tell_both_sides("session_moved", session, by=by, now=now, previously=previously)


def cancelled(session, *, by, now) -> None:
    stays = permissions.can_mentor(session.mentor.user, session.programme)
    _tell_both_sides("session_cancelled", session, by=by, now=now, method=invites.CANCEL, mentor_stays=stays)


def invited(session, person: User, *, now) -> None:
    """To somebody new in the team: the same mail and invitation that the others got when it was booked."""
    _tell("session_booked", session, person, method=invites.REQUEST, now=now)


def left(session, person: User, *, now) -> None:
    """To whoever has left the team, and sees the session's page no longer."""
    _tell("session_left", session, person, method=invites.CANCEL, now=now)


def calendars_that_hold(sessions, person: User) -> set[int]:
    """Those sessions, by pk, that this person was last invited to and not told to take out again."""
    told = OutboxMessage.objects.filter(
        recipient=person, object_type=_TYPE, object_id__in=[session.pk for session in sessions]
    )
    told = told.exclude(calendar_method="").exclude(
        status__in=[OutboxMessage.Status.CANCELLED, OutboxMessage.Status.SKIPPED]
    )
    latest = dict(told.order_by("pk").values_list("object_id", "calendar_method"))
    return {pk for pk, method in latest.items() if method == invites.REQUEST}


def withdraw_unsent(sessions, person: User, *, reason: str) -> None:
    """Whatever about these sessions has not gone out to this person yet."""
    mails = OutboxMessage.objects.filter(
        recipient=person, object_type=_TYPE, object_id__in=[session.pk for session in sessions]
    )
    outbox.cancel(mails, reason=reason)


def logged(session, *, now) -> None:
    """To the team: what was written down for them, and what they took on."""
    for member in session.startup.team:
        outbox.enqueue(
            "mentoring.session_logged",
            key=f"session-logged:{session.pk}:u{member.user_id}",
            to=member.user,
            context={
                **context(session),
                "log": session.log,
                "action_items": list(session.action_items.all()),
            },
            programme=session.programme,
            about=session,
            now=now,
        )


def corrected(session, *, now) -> None:
    """To the team, when it turned out that a session did, or did not, take place."""
    for member in session.startup.team:
        outbox.enqueue(
            "mentoring.log_corrected",
            key=f"log-corrected:{session.pk}:u{member.user_id}:{now:%Y%m%dT%H%M%S%f}",
            to=member.user,
            context={**context(session), "minutes": session.log.minutes},
            programme=session.programme,
            about=session,
            now=now,
        )


def context(session) -> dict:
    """What every mail about a session may say."""
    return {
        "session": session,
        "mentor": session.mentor,
        "startup": session.startup,
        "url": outbox.absolute(session.get_absolute_url()),
    }


def _tell_both_sides(name: str, session, *, now, method: str = invites.REQUEST, **extra) -> None:
    for person in people(session):
        _tell(name, session, person, method=method, now=now, **extra)


def _tell(name: str, session, person: User, *, method: str, now, **extra) -> None:
    outbox.enqueue(
        f"mentoring.{name}",
        key=f"{name.replace('_', '-')}:{session.pk}:s{session.calendar_sequence}:u{person.pk}",
        to=person,
        context={**context(session), **extra},
        programme=session.programme,
        about=session,
        useless_after=session.ends_at,
        calendar=invites.invitation(session, person, method=method, now=now),
        calendar_method=method,
        now=now,
    )
