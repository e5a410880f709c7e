"""What happened in a session, written down by its mentor: in under a minute, also when nobody had booked it."""

from datetime import timedelta

from django.utils.translation import gettext as _

from accelerator import history
from accelerator.transitions import NotAllowed
from cohorts.models import Membership
from mentoring import notices
from mentoring.booking import lock_both_sides, one_at_a_time, overlaps_refused
from mentoring.models import ActionItem, Mentor, MentoringSession, SessionLog

HELD, NO_SHOW = MentoringSession.Status.HELD, MentoringSession.Status.NO_SHOW


@one_at_a_time
def log(
    session: MentoringSession,
    *,
    outcome: str,
    minutes: int,
    notes: str,
    private_note: str,
    action_items: list[str],
    done: list[ActionItem] = (),
    by,
    now,
) -> SessionLog:
    """Close a session as held or as a no-show. `done` are items of earlier sessions that are settled."""
    if now < session.starts_at:
        raise NotAllowed(_("This session has not begun. If it will not take place, cancel it."))
    session.move_to(outcome)
    for item in done:
        set_done(item, True, by=by, now=now)
    return _write(session, minutes, notes, private_note, action_items, by=by, now=now)


@one_at_a_time
def log_unbooked(
    mentor: Mentor,
    membership: Membership,
    *,
    starts_at,
    minutes: int,
    topic: str = "",
    notes: str,
    private_note: str,
    action_items: list[str],
    by,
    now,
) -> SessionLog:
    """Write down a session that took place without a booking: a corridor, a call, a dinner."""
    ends_at = starts_at + timedelta(minutes=minutes)
    if minutes < 1:
        raise NotAllowed(_("Say how many minutes it took."))
    if ends_at > now:
        raise NotAllowed(_("That is not over yet. A session to come is booked by the startup."))
    if mentor.programme_id != membership.cohort.call.programme_id:
        raise NotAllowed(_("%(startup)s is in another programme.") % {"startup": membership})
    lock_both_sides(mentor, membership)
    with overlaps_refused(_("There is a session at that time already. Log that one, or correct the time.")):
        session = MentoringSession.objects.create(
            mentor=mentor,
            membership=membership,
            status=HELD,
            starts_at=starts_at,
            ends_at=ends_at,
            topic=topic,
            booked_by=by,
            booked_at=now,
            was_booked=False,
        )
    return _write(session, minutes, notes, private_note, action_items, by=by, now=now)


def set_done(item: ActionItem, is_done: bool, *, by, now) -> None:
    """Tick an action item, or take the tick back. Saying it twice changes nothing."""
    item.done_at = now if is_done else None
    changed = ActionItem.objects.filter(pk=item.pk, done_at__isnull=is_done).update(done_at=item.done_at)
    if changed:
        verb = "ticked" if is_done else "unticked"
        history.record(f"action_item.{verb}", item, by=by, programme=item.session.programme, now=now)


def _write(session, minutes, notes, private_note, action_items, *, by, now) -> SessionLog:
    if session.is_held and minutes < 1:
        raise NotAllowed(_("Say how many minutes it took."))
    written = SessionLog.objects.create(
        session=session,
        minutes=minutes if session.is_held else 0,
        notes=notes,
        private_note=private_note,
        logged_by=by,
        logged_at=now,
    )
    ActionItem.objects.bulk_create(ActionItem(session=session, text=text) for text in action_items)
    history.record(
        "session.logged",
        session,
        by=by,
        programme=session.programme,
        now=now,
        outcome=session.status,
        minutes=written.minutes,
    )
    notices.logged(session, now=now)
    return written
