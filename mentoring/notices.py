"""The mails about sessions: to both sides, each in their own zone, with an invitation their calendar understands."""

from hashlib import sha256

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accelerator.messages import kinds, outbox
from accelerator.models import OutboxMessage, User
from mentoring import invites, permissions

kinds.name_kinds(
    "mentoring",
    log_corrected=_("A session’s log was corrected"),
    log_session=_("A session waits to be logged"),
    session_booked=_("A session is booked"),
    session_cancelled=_("A session is cancelled"),
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
    """Those sessions, by pk, that some calendar of this person still holds."""
    return set(_addresses_that_hold(sessions, person))


def _addresses_that_hold(sessions, person: User) -> dict[int, list[str]]:
    """By session, the addresses to which an invitation went that was not followed by its cancellation.

    A mail whose end is unclear may have arrived. People change their address; a calendar stays where it was.
    """
    told = OutboxMessage.objects.filter(
        recipient=person, object_type=_TYPE, object_id__in=[session.pk for session in sessions]
    )
    status = OutboxMessage.Status
    arrived = Q(status__in=[status.SENT, status.SENDING]) | Q(status=status.DEAD, may_have_arrived_twice=True)
    taken_out = Q(calendar_method=invites.CANCEL, status=status.WAITING)
    latest = {}
    for pk, address, method in (
        told.filter(arrived | taken_out)
        .exclude(calendar_method="")
        .order_by("pk")
        .values_list("object_id", "to_email", "calendar_method")
    ):
        latest[pk, address.lower()] = (address, method)
    holding: dict[int, list[str]] = {}
    for (pk, _lower), (address, method) in latest.items():
        if method == invites.REQUEST:
            holding.setdefault(pk, []).append(address)
    return holding


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
    """To the person's address of today; whatever calendar holds the session at another one is told to let it go."""
    elsewhere = [
        address
        for address in _addresses_that_hold([session], person).get(session.pk, [])
        if address.lower() != person.email.lower()
    ]
    _send(name, session, person, method=method, now=now, **extra)
    for address in elsewhere:
        _send("session_elsewhere", session, person, method=invites.CANCEL, now=now, address=address)


def _send(name: str, session, person: User, *, method: str, now, address: str = "", **extra) -> None:
    key = f"{name.replace('_', '-')}:{session.pk}:s{session.calendar_sequence}:u{person.pk}"
    outbox.enqueue(
        f"mentoring.{name}",
        # an address may be longer than a key
        key=f"{key}:{sha256(address.lower().encode()).hexdigest()[:16]}" if address else key,
        to=person,
        address=address,
        context={**context(session), **extra},
        programme=session.programme,
        about=session,
        useless_after=session.ends_at,
        calendar=invites.invitation(session, person, method=method, address=address or person.email, now=now),
        calendar_method=method,
        now=now,
    )
