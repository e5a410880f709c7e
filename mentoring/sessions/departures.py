"""What follows for sessions when a mentor's role ends or a founder leaves a team."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator.models import Role, TeamMember, User
from accelerator.people import roles
from applications.applying import team
from mentoring.mentors.models import Mentor
from mentoring.sessions import actions, booking
from mentoring.sessions.models import MentoringSession


def _sessions(role: Role):
    return MentoringSession.objects.filter(mentor__user=role.user_id, mentor__programme=role.programme_id)


@roles.consequences
def sessions_cancelled(role: Role, now: datetime):
    if role.kind != Role.Kind.MENTOR:
        return
    yield _("They are no longer listed among the mentors, and nobody can book them.")
    if coming := _sessions(role).not_begun(now).count():
        yield ngettext(
            "%(count)s session that is booked is cancelled. The startup hears why and is asked to choose somebody else; "
            "the invitation is taken out of both calendars.",
            "%(count)s sessions that are booked are cancelled. The startups hear why and are asked to choose somebody "
            "else; the invitations are taken out of everybody's calendars.",
            coming,
        ) % {"count": coming}
    if unlogged := _sessions(role).begun_and_unlogged(now).count():
        yield ngettext(
            "%(count)s session that took place is not logged yet; they can still do that.",
            "%(count)s sessions that took place are not logged yet; they can still do that.",
            unlogged,
        ) % {"count": unlogged}
    if to_do := actions.handed_on(role).count():
        yield ngettext(
            "%(count)s thing that they had still to do falls to the team of its startup.",
            "%(count)s things that they had still to do fall to the teams of their startups.",
            to_do,
        ) % {"count": to_do}
    yield _(
        "Their logs stay, with the hours that they gave; they go on seeing the sessions that were theirs."
    )


@roles.ended
def cancel_sessions(role: Role, by: User | None, reason: str, now: datetime) -> None:
    """Under the lock on the mentor's row that bookings take: a booking made at the same moment is cancelled or refused."""
    if role.kind == Role.Kind.MENTOR:
        list(
            Mentor.objects.select_for_update(no_key=True).filter(
                user=role.user_id, programme=role.programme_id
            )
        )
        for session in booking.locked(_sessions(role).not_begun(now)):
            booking.cancel(session, reason=reason or _("The mentor has left the programme."), by=by, now=now)
        actions.handed_on(role).update(owner=None)


@roles.restored
def cancelled_sessions_stay(role: Role, ended_at: datetime, now: datetime) -> str:
    """The startups were told and may have booked somebody else: they are asked again rather than surprised."""
    if role.kind != Role.Kind.MENTOR:
        return ""
    cancelled = _sessions(role).coming_and_cancelled(now).count()
    if not cancelled:
        return ""
    return ngettext(
        "%(count)s session that was cancelled stays cancelled: its startup has been told, and can book again.",
        "%(count)s sessions that were cancelled stay cancelled: their startups have been told, and can book again.",
        cancelled,
    ) % {"count": cancelled}


@team.parted
def take_sessions_out_of_calendar(member: TeamMember, now: datetime) -> None:
    booking.take_out_of_calendar(member.startup, member.user, now=now)
