"""The mails about sessions: to both sides, each in their own zone, with an invitation their calendar understands."""

from django.utils.translation import gettext_lazy as _

from accelerator import outbox
from accelerator.models import User
from mentoring import invites, permissions

outbox.name_kinds(
    "mentoring",
    log_corrected=_("A session’s log was corrected"),
    log_session=_("A session waits to be logged"),
    session_booked=_("A session is booked"),
    session_cancelled=_("A session is cancelled"),
    session_logged=_("A session is logged"),
    session_moved=_("A session is moved"),
    session_soon=_("A session begins soon"),
    session_tomorrow=_("A session is tomorrow"),
)


def people(session) -> list[User]:
    """Everybody whom a session concerns: its mentor, then the startup's team."""
    return [session.mentor.user, *(member.user for member in session.startup.team)]


def booked(session, *, by, now) -> None:
    _tell_both_sides("session_booked", session, by=by, now=now)


def moved(session, *, previously, by, now) -> None:
    _tell_both_sides("session_moved", session, by=by, now=now, previously=previously)


def cancelled(session, *, by, now) -> None:
    stays = permissions.can_mentor(session.mentor.user, session.programme)
    _tell_both_sides("session_cancelled", session, by=by, now=now, mentor_stays=stays)


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


def _tell_both_sides(name: str, session, *, by, now, **extra) -> None:
    for person in people(session):
        outbox.enqueue(
            f"mentoring.{name}",
            key=f"{name.replace('_', '-')}:{session.pk}:s{session.calendar_sequence}:u{person.pk}",
            to=person,
            context={**context(session), "by": by, **extra},
            programme=session.programme,
            about=session,
            useless_after=session.ends_at,
            calendar=invites.invitation(session, person, now=now),
            calendar_method=invites.method(session),
            now=now,
        )
