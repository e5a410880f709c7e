"""The terms of the offers of a call: a text in versions, of which each stays, because somebody may have accepted it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.models import User
from accelerator.records.fields import localised
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.calls.models import Call
from applications.selecting import seen as seen_
from applications.selecting.locking import locked
from applications.selecting.models import OfferTerms


def current(call: Call) -> OfferTerms | None:
    """What an offer of this call means today; None while nobody has written it down."""
    return OfferTerms.objects.filter(call=call).last()


@transaction.atomic
def change(
    call: Call,
    text: str | dict[str, str],
    *,
    by: User | None,
    reason: str = "",
    seen: int | None = None,
    now: datetime,
) -> OfferTerms | None:
    """Write the next version, unless the text is the one that stands. Who has accepted keeps what they accepted.

    `seen` is the version that the writer began from, 0 for none; another one in its place is not written over unread.
    """
    call = locked(call)
    wanted, latest = localised(text), current(call)
    if seen is not None and seen != (latest.number if latest else 0):
        raise SomebodyWasFirst(_written_meanwhile(call, latest, now))
    if latest and dict(latest.text) == dict(wanted):
        return None
    if not any(words.strip() for words in wanted.values()):
        raise NotAllowed(_("Terms without a word say nothing. Write them, or leave the ones that stand."))
    made = OfferTerms.objects.create(
        call=call, number=latest.number + 1 if latest else 1, text=wanted, made_at=now, made_by=by
    )
    history.record(
        "call.offer_terms_changed",
        call,
        by=by,
        programme=call.programme,
        now=now,
        reason=reason,
        changes={"terms": (str(latest.text) if latest else "", str(wanted))},
        version=made.number,
    )
    return made


def _written_meanwhile(call: Call, latest: OfferTerms | None, now: datetime) -> str:
    if latest is None or latest.made_by is None:
        return _(
            "Somebody has written other terms meanwhile. Yours are still below; read theirs before you save."
        )
    return _(
        "Somebody has written other terms meanwhile. %(who)s wrote version %(number)s %(when)s. Yours are still below; "
        "read theirs before you save."
    ) % {"who": latest.made_by, "number": latest.number, "when": seen_.when(latest.made_at, call, now)}


def as_accepted(call: Call, seen: int | None, name: str) -> OfferTerms | None:
    """The terms that somebody accepts, when they are those on their page. Raises NotAllowed when not."""
    standing = current(call)
    if standing is None:
        return None
    if seen != standing.number:
        raise NotAllowed(
            _("The terms have changed since you opened this page. Please read them again before you accept.")
        )
    if not name.strip():
        raise NotAllowed(_("Please write your full name: it stands under the terms."))
    return standing
