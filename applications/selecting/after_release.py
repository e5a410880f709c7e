"""What life asks for after the release: more time for an offer, and an offer that the programme takes back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history, wording
from accelerator.models import User
from accelerator.transitions import NotAllowed
from applications.calls import window
from applications.reviewing.conflicts import must_have_none
from applications.selecting import notices, offers
from applications.selecting.models import Offer


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


def _given(reason: str) -> str:
    if not reason.strip():
        raise NotAllowed(_("Please say why; the team reads it."))
    return reason.strip()
