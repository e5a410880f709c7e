"""What happened in a session, written down by its mentor: in under a minute, also when nobody had booked it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accelerator import as_seen, history, wording
from accelerator.on_behalf import details as reason_kept
from accelerator.on_behalf import must_say_why
from accelerator.transitions import NotAllowed, WrongValue
from cohorts.admission.models import Membership
from mentoring.mentors.availability import Slot
from mentoring.mentors.models import Mentor
from mentoring.sessions import notices
from mentoring.sessions.actions import not_said_before
from mentoring.sessions.booking import lock_both_sides, one_at_a_time, overlaps_refused
from mentoring.sessions.models import ActionItem, MentoringSession, SessionLog

HELD = MentoringSession.Status.HELD
CORRECTED = "session.log_corrected"
LONGEST = 8 * 60  # minutes of one session


@one_at_a_time
def log(
    session: MentoringSession,
    *,
    outcome: str,
    minutes: int,
    notes: str,
    private_note: str,
    action_items: list[str],
    absent: str = "",
    done: Iterable[ActionItem] = (),
    on_behalf: str = "",
    by,
    now: datetime,
) -> SessionLog:
    """Close a session as held or as a no-show, of which `absent` says who did not come.

    `done` are items of earlier sessions that are settled.

    `on_behalf`, here and below: why somebody writes it who is not its mentor.
    """
    _must_be_its_mentor(session.mentor, by, on_behalf)
    if now < session.starts_at:
        raise NotAllowed(_("This session has not begun. If it will not take place, cancel it."))
    if not session.is_booked:
        raise NotAllowed(
            _("This session is already “%(status)s”. Reload the page to see what was written down.")
            % {"status": session.get_status_display()}
        )
    session.move_to(outcome, absent=_absent(outcome, absent))
    for item in done:
        set_done(item, True, by=by, now=now)
    written = (minutes, notes, private_note, action_items)
    return _write(session, *written, on_behalf=on_behalf, by=by, now=now)


def _absent(outcome: str, absent: str) -> str:
    """The startup, unless somebody says otherwise."""
    return "" if outcome == HELD else absent or MentoringSession.Absent.STARTUP


def _must_be_its_mentor(mentor: Mentor, by, reason: str) -> None:
    if by is None or by.pk != mentor.user_id:
        must_say_why(reason)


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
    overlap_note: str = "",
    on_behalf: str = "",
    by,
    now: datetime,
) -> SessionLog:
    """Write down a session that took place without a booking: a corridor, a call, a dinner.

    `overlap_note` says why it was at the same time as another one: two startups at one table, two mentors with one.
    """
    _must_be_its_mentor(mentor, by, on_behalf)
    ends_at = starts_at + timedelta(minutes=minutes)
    _must_be_a_length(minutes)
    if ends_at > now:
        raise NotAllowed(_("That is not over yet. A session to come is booked by the startup."))
    if mentor.programme_id != membership.cohort.call.programme_id:
        raise NotAllowed(_("%(startup)s is in another programme.") % {"startup": membership})
    _must_be_in_the_programme(membership, starts_at, ends_at)
    lock_both_sides(mentor, membership)
    overlaps = MentoringSession.objects.meeting(mentor, membership, Slot(starts_at, ends_at))
    met = overlaps.with_both_sides().first()
    if met and not overlap_note.strip():
        raise WrongValue("overlap_note", _what_it_meets(met, mentor))
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
            overlap_note=overlap_note if met else "",
        )
    written = (minutes, notes, private_note, action_items)
    return _write(session, *written, on_behalf=on_behalf, by=by, now=now)


def _must_be_a_length(minutes: int) -> None:
    if minutes < 1:
        raise NotAllowed(_("Say how many minutes it took."))
    if minutes > LONGEST:
        raise NotAllowed(
            _("Nobody mentors for more than eight hours at a stretch. Look at the minutes again.")
        )


def _must_be_in_the_programme(membership: Membership, starts_at: datetime, ends_at: datetime) -> None:
    cohort = membership.cohort
    if starts_at < cohort.starts_at or ends_at > cohort.ends_at:
        raise NotAllowed(
            _("%(startup)s is in the programme from %(first)s to %(last)s; this was on another day.")
            % {
                "startup": membership,
                "first": wording.day(cohort.starts_on, weekday=False),
                "last": wording.day(cohort.ends_on, weekday=False),
            }
        )


def _what_it_meets(session: MentoringSession, mentor: Mentor) -> str:
    return _(
        "There is a session at that time already: %(session)s. If you mean that one, log it there; if both took place "
        "at once, say here why."
    ) % {"session": session.in_words(mentor.zone)}


# --- Correcting it ----------------------------------------------------------------------------------------
@one_at_a_time
def correct(
    session: MentoringSession,
    *,
    outcome: str,
    minutes: int,
    notes: str,
    private_note: str,
    action_items: list[str],
    absent: str = "",
    seen: str | None = None,
    on_behalf: str = "",
    by,
    now: datetime,
) -> bool:
    """Write a log anew while it may be corrected; the old words stay in the history. False when nothing changed.

    Its mentor has two weeks; a manager may at any time, with a reason that both sides are told.

    `seen` is the version of the session that the page showed: SomebodyWasFirst where the log was corrected since.

    `action_items` are those still open: what the team has ticked is left alone. The team gets a mail only when it
    turns out that the session did, or did not, take place; everything else the session's page says.
    """
    _must_be_its_mentor(session.mentor, by, on_behalf)
    lock_both_sides(session.mentor, session.membership)
    written = SessionLog.objects.select_for_update(no_key=True).get(session=session)
    session.log = written  # what mails say follows from the locked row
    if seen is not None:
        as_seen.must_be(session, seen, by=by, actions=[CORRECTED])
    session.refresh_from_db(fields=["status", "absent", "ends_at"])
    if not on_behalf and not written.is_correctable(now):
        raise NotAllowed(
            _("This log could be corrected until %(when)s. If it is wrong, tell the programme’s team.")
            % {"when": wording.deadline(written.correctable_until, session.programme.zone)}
        )
    before = _as_written(session, written)
    _correct_time(session, outcome, _absent(outcome, absent or session.absent), minutes, now)
    written.minutes = minutes if session.is_held else 0
    written.notes, written.private_note = notes, private_note
    written.save(update_fields=["minutes", "notes", "private_note"])
    _correct_action_items(session, action_items)
    after = _as_written(session, written)
    changes = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
    if not changes:
        return False
    # The version before looks for `was`.
    why = reason_kept(on_behalf)
    history.record(
        CORRECTED, session, by=by, programme=session.programme, now=now, changes=changes, was={}, **why
    )
    if on_behalf:
        notices.corrected_in_their_place(session, by=by, on_behalf=on_behalf, now=now)
    elif {"outcome", "absent"} & changes.keys():
        notices.corrected(session, now=now)
    return True


def _correct_time(session: MentoringSession, outcome: str, absent: str, minutes: int, now: datetime) -> None:
    """Whether it took place and, where nobody had booked it, how long it was; both may meet another session."""
    if outcome == HELD and minutes < 1:
        raise NotAllowed(_("Say how many minutes it took."))
    with overlaps_refused(
        _("Another session of yours or of this startup stands at that time, so this cannot be.")
    ):
        if outcome != session.status:
            session.move_to(outcome)
        if absent != session.who_was_absent:
            session.absent = absent
            session.save(update_fields=["absent"])
        if not session.was_booked:
            _must_be_a_length(minutes)
            session.ends_at = session.starts_at + timedelta(minutes=minutes)
            if session.ends_at > now:
                raise NotAllowed(_("That is not over yet. Please look at the minutes again."))
            MentoringSession.objects.filter(pk=session.pk).update(ends_at=session.ends_at)


def _correct_action_items(session: MentoringSession, texts: list[str]) -> None:
    """Add what is new and take out what is no longer there, except what was done."""
    known = list(session.action_items.all())
    session.action_items.still_open().exclude(text__in=texts).delete()
    new = [text for text in texts if text not in {item.text for item in known}]
    ActionItem.objects.bulk_create(ActionItem(session=session, text=text) for text in new)


def _as_written(session: MentoringSession, written: SessionLog) -> dict:
    return {
        "outcome": session.status,
        "absent": session.who_was_absent,
        "minutes": written.minutes,
        "notes": written.notes,
        "action_items": [item.text for item in session.action_items.all()],
        "private_note": written.private_note,
    }


def corrections(session: MentoringSession, *, with_private_note: bool) -> list[dict]:
    """What was corrected and when, the latest first, with the old words: (what, how it read before)."""
    labels = {
        "outcome": _("whether it took place"),
        "absent": _("who did not come"),
        "minutes": _("the minutes"),
        "notes": _("the notes"),
        "action_items": _("what to do"),
        **({"private_note": _("the private note")} if with_private_note else {}),
    }
    found = []
    for entry in history.of(session).filter(action=CORRECTED):
        was = {name: entry.changes[name][0] for name in labels if name in entry.changes}
        if was:
            found.append(
                {
                    "at": entry.happened_at,
                    "what": [labels[name] for name in was],
                    "was": [(labels[name], _in_words(name, value)) for name, value in was.items()],
                }
            )
    return found


def _in_words(name: str, value) -> str:
    if name == "outcome":
        return str(MentoringSession.Status(value).label)
    if name == "absent" and value:
        return str(MentoringSession.Absent(value).label)
    if name == "action_items":
        return "; ".join(value) or _("nothing")
    return str(value) or _("nothing")


# --- Action items -----------------------------------------------------------------------------------------
def set_done(item: ActionItem, is_done: bool, *, by, now: datetime) -> None:
    """Tick an action item, or take the tick back. Saying it twice changes nothing."""
    item.done_at = now if is_done else None
    changed = ActionItem.objects.filter(pk=item.pk, done_at__isnull=is_done).update(done_at=item.done_at)
    if changed:
        verb = "ticked" if is_done else "unticked"
        history.record(f"action_item.{verb}", item, by=by, programme=item.session.programme, now=now)


def _write(
    session, minutes, notes, private_note, action_items, *, on_behalf: str, by, now: datetime
) -> SessionLog:
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
    ActionItem.objects.bulk_create(
        ActionItem(session=session, text=text) for text in not_said_before(session, action_items)
    )
    history.record(
        "session.logged",
        session,
        by=by,
        programme=session.programme,
        now=now,
        outcome=session.status,
        minutes=written.minutes,
        **reason_kept(on_behalf),
    )
    notices.logged(session, by=by, on_behalf=on_behalf, now=now)
    return written
