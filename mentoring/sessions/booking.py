"""Booking, moving and cancelling sessions. Two people never get the same hour.

A booking locks the rows of the mentor's person and then the startup's, always in this order, so that two bookings wait
for each other instead of ending in a deadlock; the free times and the shares are read under those locks (`openings`).
The database's exclusion constraints refuse an overlap that comes from anywhere else.

A change of a session, or of the people who take part in it, locks the session's row last and reads it again: what both
sides and their calendars are told follows from that row, never from one that was read before.
"""

from contextlib import contextmanager
from datetime import datetime
from functools import wraps

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from psycopg import errors

from accelerator import history
from accelerator.calendar import invites
from accelerator.calendar.models import CalendarAnswer
from accelerator.models import Startup, User
from accelerator.on_behalf import details as reason_kept
from accelerator.on_behalf import must_say_why
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from cohorts.admission.models import Membership
from mentoring.mentors.availability import Slot
from mentoring.mentors.models import Mentor
from mentoring.mentors.permissions import can_mentor
from mentoring.sessions import notices, openings
from mentoring.sessions.models import MentoringSession
from mentoring.sessions.permissions import acts_for_sides, acts_in_their_place

ATTEMPTS = 3
_CHANGING = [
    "status",
    "starts_at",
    "ends_at",
    "booked_at",
    "cancelled_by",
    "cancel_reason",
    "cancelled_late",
    "calendar_sequence",
]


# --- Changes --------------------------------------------------------------------------------------------
def one_at_a_time(function):
    """A change of somebody's hours, in one transaction; tried again when the database asks for it."""

    @wraps(function)
    def tried(*args, **kwargs):
        for attempts_left in reversed(range(ATTEMPTS)):
            try:
                with transaction.atomic():
                    return function(*args, **kwargs)
            except OperationalError as error:
                again = isinstance(error.__cause__, errors.SerializationFailure | errors.DeadlockDetected)
                if not (again and attempts_left):
                    raise
        return None

    return tried


def lock_both_sides(mentor: Mentor, membership: Membership) -> None:
    """All that these two are anywhere: one person may mentor in two programmes, a startup be in two cohorts."""
    mentors = Mentor.objects.filter(user=mentor.user_id).order_by("pk")
    members = Membership.objects.filter(startup=membership.startup_id).order_by("pk")
    for rows in (mentors, members):
        list(rows.select_for_update(no_key=True).values_list("pk"))


def locked(sessions: QuerySet[MentoringSession]) -> list[MentoringSession]:
    """Those sessions as they are now, their rows locked until the end of the transaction.

    In two queries: after waiting for a lock PostgreSQL reads the locked row again, but not the rows joined to it.
    """
    pks = list(
        sessions.order_by("pk").select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True)
    )
    return list(MentoringSession.objects.filter(pk__in=pks).with_both_sides())


def _locked_as_seen(session: MentoringSession, starts_at: datetime, now: datetime) -> MentoringSession:
    """The session as it is now, if it still begins when its caller saw it to; raises SomebodyWasFirst if not."""
    (current,) = locked(MentoringSession.objects.filter(pk=session.pk))
    if (current.status, current.starts_at) != (session.status, starts_at):
        raise SomebodyWasFirst(_("Somebody has just moved or cancelled this session. Reload the page."))
    if current.is_cancelled:
        raise NotAllowed(_("This session has been cancelled."))
    if not current.is_changeable(now):
        raise NotAllowed(_("This session has begun, so it can no longer be moved or cancelled."))
    return current


@contextmanager
def overlaps_refused(sentence: str):
    """Turn the database's refusal of an overlap into NotAllowed with this sentence."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if not isinstance(error.__cause__, errors.ExclusionViolation):
            raise
        raise NotAllowed(sentence) from error


def _slot_at(starts_at, mentor, membership, *, by, now: datetime, moving=None) -> Slot:
    opened = openings.of(mentor, membership, now=now, moving=moving)
    if refusal := openings.why_not(opened, starts_at, reader=by):
        raise NotAllowed(refusal)
    return opened.slot_at(starts_at)


def _gone() -> str:
    return _("That time is no longer free. Please choose another one.")


@one_at_a_time
def book(
    mentor: Mentor, membership: Membership, *, starts_at, topic: str, on_behalf: str = "", by, now: datetime
) -> MentoringSession:
    """Book one of the mentor's free slots for this startup; both sides get an invitation.

    `on_behalf` says why somebody books who is of neither side.
    """
    if acts_in_their_place(by, mentor, membership):
        must_say_why(on_behalf)
    if mentor.programme_id != membership.cohort.call.programme_id:
        raise NotAllowed(_("%(mentor)s mentors in another programme.") % {"mentor": mentor})
    lock_both_sides(mentor, membership)
    if not can_mentor(mentor.user, mentor.programme):
        raise NotAllowed(
            _("%(mentor)s is no longer a mentor here. Please choose somebody else.") % {"mentor": mentor}
        )
    slot = _slot_at(starts_at, mentor, membership, by=by, now=now)
    with overlaps_refused(_gone()):
        session = MentoringSession.objects.create(
            mentor=mentor,
            membership=membership,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            topic=topic,
            booked_by=by,
            booked_at=now,
        )
    why = reason_kept(on_behalf)
    history.record("session.booked", session, by=by, programme=session.programme, now=now, **why)
    notices.booked(session, by=by, on_behalf=on_behalf, now=now)
    return session


@one_at_a_time
def reschedule(
    session: MentoringSession, *, starts_at, on_behalf: str = "", by, now: datetime
) -> MentoringSession:
    """Move a session to another free slot of the same mentor. The invitation follows under its old UID.

    `on_behalf` says why somebody moves it who is of neither side.
    """
    if acts_for_sides(by, session):
        must_say_why(on_behalf)
    lock_both_sides(session.mentor, session.membership)
    current = _locked_as_seen(session, session.starts_at, now)
    previously = current.starts_at
    if starts_at == previously:
        raise NotAllowed(_("That is when it already is. Choose another time, or leave it as it stands."))
    slot = _slot_at(starts_at, current.mentor, current.membership, by=by, now=now, moving=current)
    current.starts_at, current.ends_at, current.booked_at = slot.starts_at, slot.ends_at, now
    current.calendar_sequence = _next_sequence(current)
    with overlaps_refused(_gone()):
        current.save(update_fields=["starts_at", "ends_at", "booked_at", "calendar_sequence"])
    history.record(
        "session.moved",
        current,
        by=by,
        programme=current.programme,
        now=now,
        previously=previously.isoformat(),
        to=slot.starts_at.isoformat(),
        **reason_kept(on_behalf),
    )
    notices.moved(current, previously=previously, by=by, on_behalf=on_behalf, now=now)
    session.refresh_from_db(fields=_CHANGING)
    return session


@one_at_a_time
def cancel(
    session: MentoringSession, *, reason: str, by, now: datetime, seen: datetime | None = None
) -> MentoringSession:
    """Call a session off, with a reason that both sides read.

    `seen` is the beginning that was on the page, where that is not the one of `session`; a session that has been
    moved since is not cancelled. Raises SomebodyWasFirst then.
    """
    current = _locked_as_seen(session, seen or session.starts_at, now)
    current.move_to(
        MentoringSession.Status.CANCELLED,
        cancelled_by=by,
        cancel_reason=reason,
        calendar_sequence=_next_sequence(current),
        cancelled_late=current.is_late_to_cancel(now) and by is not None and not acts_for_sides(by, current),
    )
    why = reason_kept(reason) if acts_for_sides(by, current) else {"reason": reason}
    history.record("session.cancelled", current, by=by, programme=current.programme, now=now, **why)
    notices.cancelled(current, by=by, now=now)
    session.refresh_from_db(fields=_CHANGING)
    return session


def answered(session: MentoringSession, answer: CalendarAnswer, now: datetime) -> None:
    """Somebody said whether they come. Who cannot asks the others to find another time."""
    history.record(
        "session.answered",
        session,
        by=answer.user,
        programme=session.programme,
        now=now,
        answer=answer.answer,
        way=answer.way,
    )
    if answer.answer == CalendarAnswer.Answer.DECLINED:
        notices.declined(session, answer, now=now)


# --- Changes of a team ---------------------------------------------------------------------------------
def invite_newcomer(startup: Startup, person: User, *, now: datetime) -> None:
    """Send a new member of the team the invitations that the others have."""
    for session in _ahead_of(startup, now):
        _raise_sequence(session)
        notices.invited(session, person, now=now)


def take_out_of_calendar(startup: Startup, person: User, *, now: datetime) -> None:
    """Take the sessions to come out of the calendar of a person who leaves the team, and out of nobody else's."""
    ahead = [session for session in _ahead_of(startup, now) if session.mentor.user_id != person.pk]
    notices.withdraw_unsent(ahead, person, reason=_("This person has left the team."))
    held = invites.held_by(ahead, person)
    for session in ahead:
        if session.pk in held:
            _raise_sequence(session)
            notices.left(session, person, now=now)


def _ahead_of(startup: Startup, now: datetime) -> list[MentoringSession]:
    """Under the lock that bookings take, so that none at the same moment invites the team as it was before."""
    memberships = list(
        Membership.objects.select_for_update(no_key=True).filter(startup=startup).order_by("pk")
    )
    return locked(MentoringSession.objects.filter(membership__in=memberships).not_begun(now))


def _raise_sequence(session: MentoringSession) -> None:
    """A calendar keeps the entry with the highest number, also after somebody has left the team and come back."""
    session.calendar_sequence = _next_sequence(session)
    session.save(update_fields=["calendar_sequence"])


def _next_sequence(session: MentoringSession) -> int:
    return invites.next_sequence(session, after=session.calendar_sequence)
