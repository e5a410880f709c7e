"""What life asks for after the release: more time for an offer, an offer that the programme takes back, and a team of the
reserve that is passed over."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history, wording
from accelerator.models import User
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.calls import window
from applications.calls.models import Call
from applications.reviewing.conflicts import must_have_none
from applications.selecting import notices, offers
from applications.selecting.locking import locked
from applications.selecting.models import Decision, Offer


@transaction.atomic
def give_longer(
    offer: Offer, *, until: datetime, reason: str, saw: str | None = None, by: User, now: datetime
) -> None:
    """A later day for the answer, before the first is over; the team is told, and reminded of the new one."""
    must_have_none(by, offer.application)
    call = offers.still_open(offer, now)
    offers.as_it_was_shown(offer, saw, now)
    if until <= offer.expires_at:
        raise NotAllowed(
            _("They have until %(moment)s already. Choose a later day.")
            % {"moment": wording.deadline(offer.expires_at, call.programme)}
        )
    if until > window.end_of_day(call.starts_on, call.zone):
        raise NotAllowed(
            _("The programme begins on %(day)s. Choose a day until then.")
            % {"day": wording.day(call.starts_on)}
        )
    reason = _given(reason)
    before = offer.expires_at
    Offer.objects.filter(pk=offer.pk).update(expires_at=until)
    offer.expires_at = until
    history.record(
        "offer.given_longer",
        offer,
        by=by,
        programme=call.programme,
        now=now,
        reason=reason,
        before=before.isoformat(),
        until=until.isoformat(),
    )
    notices.offer_longer(offer, by=by, reason=reason, now=now)


@transaction.atomic
def withdraw(offer: Offer, *, reason: str, saw: str | None = None, by: User, now: datetime) -> Offer | None:
    """Take an offer back that nobody has accepted: the team is told why, and the first of the reserve moves up."""
    must_have_none(by, offer.application)
    call = offers.still_open(offer, now)
    offers.as_it_was_shown(offer, saw, now)
    reason = _given(reason)
    offer.move_to(Offer.Status.WITHDRAWN, answered_at=now, answered_by=by)
    history.record(
        "offer.withdrawn",
        offer,
        by=by,
        programme=call.programme,
        now=now,
        reason=reason,
        seat=offer.seat.number,
    )
    notices.offer_withdrawn(offer, by=by, reason=reason, now=now)
    return offers.promote_next(call, offer.seat, now=now)


@transaction.atomic
def pass_over(decision: Decision, *, reason: str, saw: str | None = None, by: User, now: datetime) -> None:
    """No seat goes to this team of the reserve any more: it asked for that, or cannot come. The team is told why, and its
    place in the order stays, so that it can stand in it again."""
    call = _of_the_reserve(decision, saw, by)
    if decision.passed_over_at is not None:
        raise SomebodyWasFirst(_("%(startup)s is passed over already.") % {"startup": decision.application})
    _set(decision, now, "application.passed_over", reason=_given(reason), by=by, now=now)
    notices.passed_over(call, decision.application, by=by, reason=reason.strip(), now=now)


@transaction.atomic
def stand_again(decision: Decision, *, reason: str, saw: str | None = None, by: User, now: datetime) -> None:
    """It was a mistake, or they can come after all: seats go to them again, in the order of before."""
    call = _of_the_reserve(decision, saw, by)
    if decision.passed_over_at is None:
        raise SomebodyWasFirst(
            _("%(startup)s stands in the reserve already.") % {"startup": decision.application}
        )
    _set(decision, None, "application.stands_in_reserve_again", reason=_given(reason), by=by, now=now)
    notices.in_reserve_again(call, decision.application, by=by, reason=reason.strip(), now=now)


def _of_the_reserve(decision: Decision, saw: str | None, by: User) -> Call:
    """The call, locked, and the decision as it is now. Raises NotAllowed where it is not for this person to say, or a seat
    has been offered meanwhile."""
    call = locked(decision.call)
    decision.refresh_from_db()
    others = Decision.objects.filter(call=call).to_move_up().select_related("application__call")
    must_have_none(by, decision.application, *(one.application for one in others))
    if not call.is_released:
        raise NotAllowed(_("Before the release the order of the reserve is changed on the board."))
    if not decision.is_reserve or Offer.objects.filter(application=decision.application_id).exists():
        raise NotAllowed(_("%(startup)s no longer waits in the reserve.") % {"startup": decision.application})
    if saw is not None and saw != decision.as_passed_over:
        raise SomebodyWasFirst(_("This has changed since you opened the page. Look at it once more."))
    return call


def _set(
    decision: Decision, passed_over_at: datetime | None, action: str, *, reason: str, by: User, now: datetime
) -> None:
    Decision.objects.filter(pk=decision.pk).update(passed_over_at=passed_over_at)
    decision.passed_over_at = passed_over_at
    programme = decision.call.programme
    history.record(action, decision.application, by=by, programme=programme, now=now, reason=reason)


def _given(reason: str) -> str:
    if not reason.strip():
        raise NotAllowed(_("Please say why; the team reads it."))
    return reason.strip()
