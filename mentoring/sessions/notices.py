"""The mails about sessions: to both sides, each in their own zone, with an invitation their calendar understands."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.apps import apps
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accelerator.calendar import ical, invites
from accelerator.messages import kinds, one_links, outbox
from accelerator.models import OutboxMessage, User
from mentoring.mentors.notices import done_in_your_place
from mentoring.mentors.permissions import can_mentor

kinds.name_kinds(
    "mentoring",
    action_due=_("Something is to be done today"),
    log_corrected=_("A session’s log was corrected"),
    log_missing=_("A session has no log after five days"),
    log_session=_("A session waits to be logged"),
    session_booked=_("A session is booked"),
    session_cancelled=_("A session is cancelled"),
    session_declined=_("Somebody cannot come to a session"),
    session_elsewhere=_("A session leaves the calendar of another address"),
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


def role_of(session, person: User) -> str:
    return gettext("mentor") if person.pk == session.mentor.user_id else session.startup.name


def declined(session, answer, *, now: datetime) -> None:
    """To everybody else: somebody cannot come, so another time is to be found."""
    for person in people(session):
        if person.pk != answer.user_id:
            outbox.enqueue(
                "mentoring.session_declined",
                key=f"session-declined:{session.pk}:u{answer.user_id}:{now:%Y%m%dT%H%M%S%f}:u{person.pk}",
                to=person,
                context={
                    **context(session),
                    "who": answer.user,
                    "note": answer.note,
                    "move_url": outbox.absolute(reverse("mentoring:move_session", args=[session.public_id])),
                },
                programme=session.programme,
                about=session,
                useless_after=session.starts_at,
                now=now,
            )


def booked(session, *, by, on_behalf: str = "", now: datetime) -> None:
    """`on_behalf`, here and below: why somebody of the programme's team did it in the place of the two sides."""
    told = {"by": by, "on_behalf": on_behalf}
    _tell(invites.invite, "session_booked", session, people(session), now=now, **told)


def moved(session, *, previously, by, on_behalf: str = "", now: datetime) -> None:
    told = {"by": by, "on_behalf": on_behalf, "previously": previously}
    _tell(invites.invite, "session_moved", session, people(session), now=now, **told)


def cancelled(session, *, by, now: datetime) -> None:
    stays = can_mentor(session.mentor.user, session.programme)
    _tell(invites.withdraw, "session_cancelled", session, people(session), by=by, now=now, mentor_stays=stays)


def invited(session, person: User, *, now: datetime) -> None:
    """To somebody new in the team: the same mail and invitation that the others got when it was booked."""
    _tell(invites.invite, "session_booked", session, [person], now=now)


def left(session, person: User, *, now: datetime) -> None:
    """To somebody who has left the team and no longer sees the session's page."""
    _tell(invites.withdraw, "session_left", session, [person], now=now)


@kinds.still_wanted("mentoring.session_booked", "mentoring.session_moved")
def not_called_off(message: OutboxMessage) -> str:
    """Checked for each invitation before it is sent; it matters for one that failed and is sent again by hand."""
    return gettext("The session no longer concerns this person.") if invites.is_called_off(message) else ""


def withdraw_unsent(sessions, person: User, *, reason: str) -> None:
    """Cancel the mails about these sessions that have not been sent to this person yet."""
    mails = OutboxMessage.objects.filter(
        recipient=person, object_type=_TYPE, object_id__in=[session.pk for session in sessions]
    )
    outbox.cancel(mails, reason=reason)


def logged(session, *, by, on_behalf: str = "", now: datetime) -> None:
    """To the team: what was written down for them, and what they took on. To the mentor, if it was not they."""
    if on_behalf:
        _done_for("logged", session, [session.mentor.user], by=by, on_behalf=on_behalf, now=now)
    for member in session.startup.team:
        outbox.enqueue(
            "mentoring.session_logged",
            key=f"session-logged:{session.pk}:u{member.user_id}",
            to=member.user,
            context={
                **context(session),
                "log": session.log,
                "action_items": list(session.action_items.all()),
                "by": by,
                "on_behalf": on_behalf,
            },
            programme=session.programme,
            about=session,
            now=now,
        )


def corrected_in_their_place(session, *, by, on_behalf: str, now: datetime) -> None:
    """To both sides, whatever was corrected: neither of them wrote it."""
    _done_for("corrected", session, people(session), by=by, on_behalf=on_behalf, now=now)


def _done_for(act: str, session, to: list[User], *, by, on_behalf: str, now: datetime) -> None:
    for person in to:
        done_in_your_place(
            person, act, about=session, by=by, on_behalf=on_behalf, now=now, context=context(session)
        )


def corrected(session, *, now: datetime) -> None:
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
        "answer_url": answer_address(session),
    }


def answer_address(session) -> str:
    """Where one says whether one comes, signed in. In the mail itself a link of its own stands in for it."""
    return outbox.absolute(reverse("calendars:answer", args=["session", session.public_id]))


def log_address(session) -> str:
    """Where it is logged, signed in. In the mail itself a link of its own stands in for it."""
    return outbox.absolute(reverse("mentoring:log_session", args=[session.public_id]))


def cancel_address(session) -> str:
    """The same, of cancelling it."""
    return outbox.absolute(reverse("mentoring:cancel_session", args=[session.public_id]))


def time_of(session) -> str:
    """The version of a reminder: a moved session gets a new one, another guest at the same time does not."""
    return f"{session.starts_at:%Y%m%dT%H%M}"


@one_links.stands_in("mentoring.log_session", route="mentoring:log_by_link")
def to_log(message: OutboxMessage) -> str:
    session = about(message)
    return log_address(session) if session else ""


@one_links.stands_in("mentoring.session_tomorrow", route="mentoring:cancel_by_link")
def to_cancel(message: OutboxMessage) -> str:
    session = about(message)
    return cancel_address(session) if session else ""


@one_links.stands_in(
    "mentoring.session_booked",
    "mentoring.session_moved",
    route="calendars:answer_by_link",
    lives=timedelta(days=42),
)
def to_answer(message: OutboxMessage) -> str:
    session = about(message)
    return answer_address(session) if session else ""


def about(message: OutboxMessage):
    """The session that a mail is about, as it stood when that was written; nothing when it was moved since."""
    sessions = apps.get_model(_TYPE).objects.with_both_sides()
    session = sessions.filter(pk=message.object_id or 0).first() if message.object_type == _TYPE else None
    return session if session and message.version in ("", time_of(session)) else None


def happening(session) -> ical.Happening:
    """The session as calendars show it."""
    return ical.Happening(
        uid=ical.uid(session.calendar_uid),
        sequence=session.calendar_sequence,
        title=gettext("%(startup)s and %(mentor)s: mentoring")
        % {"startup": session.startup, "mentor": session.mentor},
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        url=outbox.absolute(session.get_absolute_url()),
        organizer=session.programme.name,
        organizer_address=session.programme.contact,
        place=session.mentor.meeting_link,
        description=session.topic,
    )


def _tell(change: Callable, name: str, session, to: list[User], *, now: datetime, **extra) -> None:
    """To each person's address of today; a calendar that holds the session at another one is told to let it go."""
    mail = invites.CalendarMail(
        kind=f"mentoring.{name}",
        elsewhere="mentoring.session_elsewhere",
        programme=session.programme,
        context={**context(session), **extra},
    )
    change(session, happening(session), to, mail, now=now)
