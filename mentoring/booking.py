"""Booking, moving and cancelling sessions. Two people never get the same hour.

Whoever books locks the mentor's row and then the startup's, always in this order, so that bookings wait for each
other instead of meeting in a deadlock; what is free is looked up behind those locks. The database's exclusion
constraints stand behind all this and would refuse an overlap from anywhere else.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import wraps
from itertools import chain

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from psycopg import errors

from accelerator import history
from accelerator.models import Startup, User
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from cohorts.models import Cohort, Membership
from mentoring import notices, permissions
from mentoring.availability import Slot, free_slots
from mentoring.mentors.models import Mentor
from mentoring.sessions.models import MentoringSession

ATTEMPTS = 3


# --- What is free ---------------------------------------------------------------------------------------
def slots(
    mentor: Mentor, membership: Membership, *, now, moving: MentoringSession | None = None
) -> Iterator[Slot]:
    """The mentor's free times in which this startup is free too. The session being moved is in nobody's way."""
    if not permissions.can_mentor(mentor.user, mentor.programme):
        return iter(())
    taken = MentoringSession.objects.occupying().filter(
        Q(mentor__user=mentor.user_id) | Q(membership__startup=membership.startup_id), ends_at__gt=now
    )
    if moving:
        taken = taken.exclude(pk=moving.pk)
    return _free(mentor, membership.cohort, now=now, taken=[session.slot for session in taken])


def next_free(mentors: list[Mentor], membership: Membership, *, now) -> dict[int, Slot | None]:
    """The first free slot of each mentor (with `availability` prefetched), by the mentor's pk."""
    taken: dict[int, list[Slot]] = {}
    sessions = MentoringSession.objects.occupying().filter(ends_at__gt=now)
    users = [mentor.user_id for mentor in mentors]
    for session in sessions.filter(mentor__user__in=users).select_related("mentor"):
        taken.setdefault(session.mentor.user_id, []).append(session.slot)
    own = [session.slot for session in sessions.filter(membership__startup=membership.startup_id)]
    return {
        mentor.pk: next(
            _free(mentor, membership.cohort, now=now, taken=chain(own, taken.get(mentor.user_id, []))), None
        )
        for mentor in mentors
    }


def _free(mentor: Mentor, cohort: Cohort, *, now, taken) -> Iterator[Slot]:
    if mentor.is_paused:
        return iter(())
    return free_slots(
        mentor.rules,
        mentor.zone,
        minutes=mentor.session_minutes,
        earliest=max(now + timedelta(hours=mentor.notice_hours), cohort.starts_at),
        latest=cohort.ends_at,
        taken=taken,
    )


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
    Mentor.objects.select_for_update(no_key=True).get(pk=mentor.pk)
    Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)


@contextmanager
def overlaps_refused(sentence: str):
    """The database's own refusal of an overlap, in words."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if not isinstance(error.__cause__, errors.ExclusionViolation):
            raise
        raise NotAllowed(sentence) from error


def _slot_at(starts_at, mentor, membership, *, now, moving=None) -> Slot:
    candidates = slots(mentor, membership, now=now, moving=moving)
    slot = next((slot for slot in candidates if slot.starts_at >= starts_at), None)
    if slot is None or slot.starts_at != starts_at:
        raise NotAllowed(_gone())
    return slot


def _gone() -> str:
    return _("That time is no longer free. Please choose another one.")


@one_at_a_time
def book(mentor: Mentor, membership: Membership, *, starts_at, topic: str, by, now) -> MentoringSession:
    """Book one of the mentor's free slots for this startup; both sides get an invitation."""
    if mentor.programme_id != membership.cohort.call.programme_id:
        raise NotAllowed(_("%(mentor)s mentors in another programme.") % {"mentor": mentor})
    lock_both_sides(mentor, membership)
    if not permissions.can_mentor(mentor.user, mentor.programme):
        raise NotAllowed(
            _("%(mentor)s is no longer a mentor here. Please choose somebody else.") % {"mentor": mentor}
        )
    slot = _slot_at(starts_at, mentor, membership, now=now)
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
    history.record("session.booked", session, by=by, programme=session.programme, now=now)
    notices.booked(session, by=by, now=now)
    return session


@one_at_a_time
def reschedule(session: MentoringSession, *, starts_at, by, now) -> MentoringSession:
    """Move a session to another free slot of the same mentor. The invitation follows under its old UID."""
    _refuse_unless_changeable(session, now)
    if starts_at == session.starts_at:
        raise NotAllowed(_("That is when it already is. Choose another time, or leave it as it stands."))
    lock_both_sides(session.mentor, session.membership)
    slot = _slot_at(starts_at, session.mentor, session.membership, now=now, moving=session)
    previously, sequence = session.starts_at, session.calendar_sequence
    same = MentoringSession.objects.filter(
        pk=session.pk, status=MentoringSession.Status.BOOKED, calendar_sequence=sequence
    )
    with overlaps_refused(_gone()):
        moved = same.update(
            starts_at=slot.starts_at, ends_at=slot.ends_at, booked_at=now, calendar_sequence=sequence + 1
        )
    if not moved:
        raise SomebodyWasFirst(_("Somebody has just moved or cancelled this session. Reload the page."))
    session.refresh_from_db(fields=["starts_at", "ends_at", "booked_at", "calendar_sequence"])
    history.record(
        "session.moved",
        session,
        by=by,
        programme=session.programme,
        now=now,
        previously=previously.isoformat(),
        to=slot.starts_at.isoformat(),
    )
    notices.moved(session, previously=previously, by=by, now=now)
    return session


@one_at_a_time
def cancel(session: MentoringSession, *, reason: str, by, now) -> MentoringSession:
    """Call a session off, with a reason that both sides read."""
    _refuse_unless_changeable(session, now)
    session.move_to(
        MentoringSession.Status.CANCELLED,
        cancelled_by=by,
        cancel_reason=reason,
        calendar_sequence=session.calendar_sequence + 1,
    )
    history.record("session.cancelled", session, by=by, programme=session.programme, now=now, reason=reason)
    notices.cancelled(session, by=by, now=now)
    return session


# --- A team that changes --------------------------------------------------------------------------------
def invite_newcomer(startup: Startup, person: User, *, now) -> None:
    """Whoever joins a team gets the invitations that the others have."""
    for session in _ahead_of(startup, now):
        _raise_sequence(session)
        notices.invited(session, person, now=now)


def take_out_of_calendar(startup: Startup, person: User, *, now) -> None:
    """Whoever leaves a team is no longer expected: what they were invited to goes from their calendar alone."""
    ahead = [session for session in _ahead_of(startup, now) if session.mentor.user_id != person.pk]
    notices.withdraw_unsent(ahead, person, reason=_("This person has left the team."))
    held = notices.calendars_that_hold(ahead, person)
    for session in ahead:
        if session.pk in held:
            _raise_sequence(session)
            notices.left(session, person, now=now)


def _ahead_of(startup: Startup, now) -> list[MentoringSession]:
    """Behind the lock that bookings take, so that none in flight invites by the team as it was."""
    memberships = list(
        Membership.objects.select_for_update(no_key=True).filter(startup=startup).order_by("pk")
    )
    return list(MentoringSession.objects.filter(membership__in=memberships).not_begun(now).with_both_sides())


def _raise_sequence(session: MentoringSession) -> None:
    """A calendar believes the highest number, also that of somebody who leaves and comes back."""
    MentoringSession.objects.filter(pk=session.pk).update(calendar_sequence=F("calendar_sequence") + 1)
    session.refresh_from_db(fields=["calendar_sequence"])


def _refuse_unless_changeable(session: MentoringSession, now) -> None:
    if session.is_cancelled:
        raise NotAllowed(_("This session has been cancelled."))
    if not session.is_changeable(now):
        raise NotAllowed(_("This session has begun, so it can no longer be moved or cancelled."))
