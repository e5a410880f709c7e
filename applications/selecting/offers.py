"""Offers: made on release, answered by founders, expired by the clock; a seat that becomes free moves to the reserve."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history, wording
from accelerator.models import User
from accelerator.transitions import NotAllowed
from applications.applying.models import Application
from applications.calls import window
from applications.calls.models import Call
from applications.selecting import letters, notices
from applications.selecting.locking import locked
from applications.selecting.models import Decision, Letter, Offer, Seat


def make_offer(
    call: Call, application: Application, seat: Seat, *, now: datetime, from_reserve: bool = False
) -> Offer:
    """Offer a seat until the end of the day, `offer_days` later, in the programme's time zone."""
    last = now.astimezone(call.zone).date() + timedelta(days=call.offer_days)
    return Offer.objects.create(
        application=application,
        seat=seat,
        offered_at=now,
        expires_at=window.end_of_day(last, call.zone),
        promoted_from_reserve=from_reserve,
    )


@transaction.atomic
def record_acceptance(offer: Offer, *, by: User, now: datetime) -> Offer:
    """The startup comes. Making it a member is the cohort's part (cohorts.admission.acceptance.accept)."""
    _answer(offer, Offer.Status.ACCEPTED, by=by, now=now)
    return offer


@transaction.atomic
def decline(offer: Offer, *, reason: str = "", by: User, now: datetime) -> Offer | None:
    """The startup does not come; the first of the reserve moves up. Returns the new offer, if there is one."""
    _answer(offer, Offer.Status.DECLINED, reason=reason, by=by, now=now)
    return promote_next(offer.application.call, offer.seat, now=now)


def _answer(offer: Offer, status: str, *, by: User, now: datetime, reason: str = "") -> None:
    call = locked(offer.application.call)
    offer.refresh_from_db()
    if offer.status == Offer.Status.OPEN and now >= offer.expires_at:
        raise NotAllowed(
            _("This offer could be answered until %(moment)s.")
            % {"moment": wording.deadline(offer.expires_at, call.programme)}
        )
    offer.move_to(status, answered_at=now, answered_by=by)
    history.record(
        f"offer.{status}",
        offer,
        by=by,
        programme=call.programme,
        now=now,
        reason=reason,
        seat=offer.seat.number,
    )


@transaction.atomic
def expire(offer: Offer, now: datetime) -> Offer | None:
    """Nobody answered in time; the first of the reserve moves up. Safe to repeat."""
    call = locked(offer.application.call)
    offer.refresh_from_db()
    if offer.status != Offer.Status.OPEN or now < offer.expires_at:
        return None
    offer.move_to(Offer.Status.EXPIRED, answered_at=now)
    history.record("offer.expired", offer, by=None, programme=call.programme, now=now, seat=offer.seat.number)
    return promote_next(call, offer.seat, now=now)


@transaction.atomic
def promote_next(call: Call, seat: Seat, now: datetime) -> Offer | None:
    """Offer a free seat to the first of the reserve who has had no offer."""
    call = locked(call)
    if seat.offers.live().exists():
        return None
    waiting = Decision.objects.filter(call=call, application__offer__isnull=True).in_reserve()
    first = waiting.select_related("application__startup").first()
    if first is None:
        history.record(
            "call.seat_left_free", call, by=None, programme=call.programme, now=now, seat=seat.number
        )
        notices.seat_moved_on(call, seat, None, now=now)
        return None
    application = first.application
    offer = make_offer(call, application, seat, now=now, from_reserve=True)
    history.record(
        "offer.made_from_reserve",
        offer,
        by=None,
        programme=call.programme,
        now=now,
        seat=seat.number,
        position=first.reserve_position,
    )
    letter = letters.written_letter(
        application, Letter.Kind.PROMOTED, {"call": call, "offer": offer}, now=now
    )
    letter.save()
    letters.send(call, Letter.objects.filter(pk=letter.pk), {application.pk: offer}, now=now)
    notices.seat_moved_on(call, seat, offer, now=now)
    return offer
