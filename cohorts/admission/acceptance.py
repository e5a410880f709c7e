"""From an offer to a member: the one step in which a startup gets in, whole or not at all."""

from datetime import datetime

from django.db import transaction

from accelerator import history
from applications.models import Offer
from applications.selecting import offers
from cohorts.admission import notices
from cohorts.admission.models import Cohort, Membership


@transaction.atomic
def accept(
    offer: Offer,
    *,
    by,
    now: datetime,
    name: str = "",
    terms_seen: int | None = None,
    may_be_named: bool = False,
) -> Membership:
    """Accept the offer on its terms: the startup joins the call's cohort and is granted all its perks.

    `terms_seen` is the version of the terms that stood on the page; `name` is what was written under them.
    """
    offers.record_acceptance(
        offer, by=by, now=now, name=name, terms_seen=terms_seen, may_be_named=may_be_named
    )
    call = offer.application.call
    cohort, _made = Cohort.objects.get_or_create(
        call=call, defaults={"starts_on": call.starts_on, "ends_on": call.ends_on}
    )
    membership = Membership.objects.create(
        cohort=cohort,
        startup=offer.application.startup,
        offer=offer,
        topics=offer.application.answers.get("topics") or [],
        joined_at=now,
    )
    for perk in call.perks.all():
        membership.grants.create(perk=perk, granted_at=now)
    history.record("membership.began", membership, by=by, programme=call.programme, now=now, offer=offer.pk)
    notices.welcome(membership, now=now)
    return membership
