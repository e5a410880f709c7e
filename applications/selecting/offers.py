"""Offers: made on release, answered by founders, expired by the clock; a seat that becomes free moves to the reserve.

Giving a place up takes its owner, an hour, and a team that knows of it: nobody loses a place by one press.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history, wording
from accelerator.models import User
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.applying.models import Application
from applications.applying.permissions import owns
from applications.calls import window
from applications.calls.models import Call
from applications.reviewing.conflicts import must_have_none
from applications.selecting import letters, notices, seen, terms
from applications.selecting.locking import locked
from applications.selecting.models import Decision, Letter, Offer, Seat

UNDO = timedelta(hours=1)  # on the programme's clock; the reserve moves up only after it


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
def record_acceptance(
    offer: Offer,
    *,
    by: User,
    now: datetime,
    name: str = "",
    terms_seen: int | None = None,
    may_be_named: bool = False,
) -> Offer:
    """The startup comes, on the terms that its page showed. Making it a member is the cohort's part
    (cohorts.admission.acceptance.accept)."""
    call = still_open(offer, now)
    accepted = terms.as_accepted(call, terms_seen, name)
    offer.move_to(
        Offer.Status.ACCEPTED,
        answered_at=now,
        answered_by=by,
        terms=accepted,
        accepted_name=" ".join(name.split())[:120],
        may_be_named=may_be_named,
        declining_by=None,
        decline_reason="",
    )
    _record("offer.accepted", offer, by=by, now=now, terms=accepted and accepted.number, named=may_be_named)
    return offer


@transaction.atomic
def agree_to_be_named(offer: Offer, agreed: bool, *, by: User, now: datetime) -> None:
    """Whether the public page names the startup; can be changed at any time after the acceptance."""
    locked(offer.application.call)
    changed = Offer.objects.filter(pk=offer.pk, status=Offer.Status.ACCEPTED).exclude(may_be_named=agreed)
    if changed.update(may_be_named=agreed):
        offer.may_be_named = agreed
        _record("offer.naming_changed", offer, by=by, now=now, named=agreed)


# --- Giving a place up --------------------------------------------------------------------------------
@transaction.atomic
def propose_decline(offer: Offer, *, reason: str = "", by: User, now: datetime) -> None:
    """A co-founder asks the owner to give the place up; nothing else changes."""
    still_open(offer, now)
    if owns(by, offer.startup):
        raise NotAllowed(_("You own this team: you can give the place up yourself."))
    reason = reason.strip()[:300]
    Offer.objects.filter(pk=offer.pk).update(declining_by=by, decline_reason=reason)
    offer.declining_by, offer.decline_reason = by, reason
    _record("offer.decline_proposed", offer, by=by, now=now, reason=reason)
    notices.decline_proposed(offer, by=by, now=now)


@transaction.atomic
def decline(offer: Offer, *, reason: str = "", by: User, now: datetime) -> Offer:
    """The owner gives the place up. It is final after an hour, or with the end of the offer if that comes first; until
    then anybody in the team can undo it, and all of them are told at once."""
    still_open(offer, now)
    if not owns(by, offer.startup):
        raise NotAllowed(_("Only the owner of the team can give the place up. You can ask them to."))
    reason = reason.strip()[:300]
    offer.move_to(
        Offer.Status.DECLINING,
        declining_by=by,
        decline_reason=reason,
        declines_at=min(now + UNDO, offer.expires_at),
    )
    _record("offer.decline_begun", offer, by=by, now=now, reason=reason)
    notices.decline_begun(offer, by=by, now=now)
    return offer


@transaction.atomic
def note_decline(offer: Offer, *, reason: str, saw: str | None = None, by: User, now: datetime) -> Offer:
    """A manager writes down that the team gives the place up, because it said so by telephone or mail. As when the owner
    presses: the whole team is told at once, and for an hour it can be undone. `saw` is the mark of the offer on the page
    (`Offer.as_shown`)."""
    still_open(offer, now)
    as_it_was_shown(offer, saw, now)
    must_have_none(by, offer.application)
    reason = reason.strip()[:300]
    if not reason:
        raise NotAllowed(_("Write down who told you and how: it stands on record, and the team reads it."))
    offer.move_to(
        Offer.Status.DECLINING,
        declining_by=by,
        decline_reason=reason,
        declines_at=min(now + UNDO, offer.expires_at),
    )
    _record("offer.decline_noted", offer, by=by, now=now, reason=reason)
    notices.decline_begun(offer, by=by, now=now)
    return offer


@transaction.atomic
def undo_decline(offer: Offer, *, saw: str | None = None, by: User, now: datetime) -> None:
    """Somebody of the team, or a manager for it, keeps the place; the offer is open again until its last minute."""
    locked(offer.application.call)
    offer.refresh_from_db()
    as_it_was_shown(offer, saw, now)
    if offer.is_declining and offer.declines_at is not None and now >= offer.declines_at:
        raise NotAllowed(_("The hour has passed: the place is given up."))
    if not offer.is_declining:
        raise NotAllowed(_("This place is not being given up, so there is nothing to undo."))
    offer.move_to(Offer.Status.OPEN, declining_by=None, decline_reason="", declines_at=None)
    _record("offer.decline_undone", offer, by=by, now=now)
    notices.decline_undone(offer, by=by, now=now)


@transaction.atomic
def finish_decline(offer: Offer, now: datetime) -> Offer | None:
    """Nobody has undone it: the place is given up, and the first of the reserve moves up. Safe to repeat. Returns the
    new offer, if there is one."""
    call = locked(offer.application.call)
    offer.refresh_from_db()
    if not offer.is_declining or offer.declines_at is None or now < offer.declines_at:
        return None
    by = offer.declining_by
    offer.move_to(Offer.Status.DECLINED, answered_at=now, answered_by=by)
    _record("offer.declined", offer, by=by, now=now, reason=offer.decline_reason)
    return promote_next(call, offer.seat, now=now)


def still_open(offer: Offer, now: datetime) -> Call:
    """The call, locked, and the offer as it is now. Raises NotAllowed after its last minute."""
    call = locked(offer.application.call)
    offer.refresh_from_db()
    if offer.status == Offer.Status.OPEN and now >= offer.expires_at:
        raise NotAllowed(
            _("This offer could be answered until %(moment)s.")
            % {"moment": wording.deadline(offer.expires_at, call.programme)}
        )
    if offer.status != Offer.Status.OPEN:
        raise NotAllowed(
            _("This is already “%(status)s”, so that step is no longer possible.")
            % {"status": offer.get_status_display()}
        )
    return call


def as_it_was_shown(offer: Offer, saw: str | None, now: datetime) -> None:
    if saw is None or saw == offer.as_shown:
        return
    latest = history.of(offer).first()
    raise SomebodyWasFirst(
        _("This offer has changed since you opened the page: %(what)s, %(who)s, %(when)s.")
        % {
            "what": history.in_words(latest) if latest else offer.get_status_display(),
            "who": (latest and latest.actor) or _("Slipway"),
            "when": seen.when(latest.happened_at if latest else now, offer.application.call, now),
        }
    )


def _record(
    action: str, offer: Offer, *, by: User | None, now: datetime, reason: str = "", **details
) -> None:
    programme = offer.application.call.programme
    history.record(
        action, offer, by=by, programme=programme, now=now, reason=reason, seat=offer.seat.number, **details
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
    waiting = Decision.objects.filter(call=call).to_move_up()
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
