"""Proposing an hour to both sides, and their answers. It becomes a booking under the locks of any other."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accelerator import history, wording
from accelerator.models import User
from accelerator.transitions import NotAllowed
from cohorts.admission.models import Membership
from mentoring.mentors.models import Mentor
from mentoring.mentors.permissions import can_mentor
from mentoring.proposing import notices
from mentoring.proposing.models import ProposedSession
from mentoring.sessions import booking, openings
from mentoring.sessions.booking import lock_both_sides, one_at_a_time

STANDS = timedelta(days=3)  # at most


@one_at_a_time
def propose(
    mentor: Mentor, membership: Membership, *, starts_at: datetime, by: User, now: datetime
) -> ProposedSession:
    """Ask both sides whether they take this hour. Until they have, it stays free for others."""
    told = {"mentor": mentor, "startup": membership}
    if mentor.programme_id != membership.cohort.call.programme_id:
        raise NotAllowed(_("%(mentor)s mentors in another programme.") % told)
    lock_both_sides(mentor, membership)
    if not can_mentor(mentor.user, mentor.programme):
        raise NotAllowed(_("%(mentor)s is no longer a mentor here. Please choose somebody else.") % told)
    if ProposedSession.objects.waiting(now).filter(membership=membership).exists():
        raise NotAllowed(_("%(startup)s has been asked already, and has not answered yet.") % told)
    opened = openings.of(mentor, membership, now=now)
    if refusal := openings.why_not(opened, starts_at, reader=by):
        raise NotAllowed(f"{membership}: {refusal}")
    slot = opened.slot_at(starts_at)
    expires_at = min(now + STANDS, starts_at - timedelta(hours=mentor.notice_hours))
    if expires_at <= now:
        raise NotAllowed(_("That is too soon for %(mentor)s and %(startup)s to answer.") % told)
    proposal = ProposedSession.objects.create(
        mentor=mentor,
        membership=membership,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        proposed_by=by,
        proposed_at=now,
        expires_at=expires_at,
    )
    history.record("proposed_session.asked", proposal, by=by, programme=proposal.programme, now=now)
    notices.proposed(proposal, now=now)
    return proposal


@one_at_a_time
def accept(proposal: ProposedSession, *, by: User, now: datetime) -> ProposedSession:
    """Say yes for one's side; the second yes books it, if both still have the time. Saying it twice changes nothing."""
    lock_both_sides(proposal.mentor, proposal.membership)
    current = _locked(proposal)
    if current.session_id or (current.has_agreed(by) and current.is_waiting(now)):
        return current
    _must_wait(current, now)
    side = "mentor_agreed_at" if current.is_mentor(by) else "startup_agreed_at"
    setattr(current, side, now)
    if current.mentor_agreed_at and current.startup_agreed_at:
        current.session = booking.book(
            current.mentor, current.membership, starts_at=current.starts_at, topic="", by=by, now=now
        )
    current.save(update_fields=[side, "session"])
    history.record("proposed_session.accepted", current, by=by, programme=current.programme, now=now)
    return current


@one_at_a_time
def decline(proposal: ProposedSession, *, by: User, now: datetime) -> ProposedSession:
    """Say no; whoever asked, and a side that said yes, are told."""
    lock_both_sides(proposal.mentor, proposal.membership)
    current = _locked(proposal)
    if current.declined_at:
        return current
    _must_wait(current, now)
    current.declined_at, current.declined_by = now, by
    current.save(update_fields=["declined_at", "declined_by"])
    history.record("proposed_session.declined", current, by=by, programme=current.programme, now=now)
    notices.declined(current, by=by, now=now)
    return current


def _locked(proposal: ProposedSession) -> ProposedSession:
    rows = ProposedSession.objects.filter(pk=proposal.pk)
    list(rows.select_for_update(no_key=True).values_list("pk"))
    return rows.with_both_sides().get()


def _must_wait(proposal: ProposedSession, now: datetime) -> None:
    if proposal.session_id:
        raise NotAllowed(_("This hour is booked. To call it off, cancel the session."))
    if proposal.declined_at:
        raise NotAllowed(_("Somebody has declined this hour already."))
    if now >= proposal.expires_at:
        raise NotAllowed(
            _("This could be answered until %(when)s. You can book another hour at any time.")
            % {"when": wording.moment(proposal.expires_at, proposal.programme.zone)}
        )
