"""The selection dossier of a call: what was promised, read and decided, without names, for anybody to recompute."""

from collections import Counter
from datetime import date
from itertools import pairwise

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accelerator import wording
from accelerator.models import User
from accelerator.transitions import NotAllowed
from applications.applying.models import Recusal
from applications.calls.models import Call
from applications.reviewing import protocol
from applications.reviewing.sealed_rules import SealedProtocol
from applications.reviewing.sight import Sight
from applications.scoring import bundle
from applications.selecting import findings
from applications.selecting.acts import NamedException
from applications.selecting.models import Decision, FrozenDossier

FIRST_ROUND = 1


def export(call: Call, *, to: User | None) -> str:
    """The text to give out: after the release what was kept then, to the byte; before it, a draft, and none for whoever
    must not see all of it: with what one knows oneself, its numbers can be told apart."""
    if to and not call.is_released and Sight(to, call).unseen:
        raise NotAllowed(
            _(
                "You have a conflict of interest in this call, or a review of your own to hand in. The dossier is yours "
                "to read once the decisions are published."
            )
        )
    kept = FrozenDossier.objects.filter(release__call=call).values_list("text", flat=True).first()
    return made(call).text if kept is None else kept


def made(call: Call, *, released_on: date | None = None) -> bundle.Dossier:
    """The dossier as the reviews and decisions stand now: a draft, unless this is the day of the release.

    The numbers that stand for applications and reviewers are dealt by a salt made from the installation's
    secret key: the same in every export, and telling nothing to whoever does not have it.
    """
    found = findings.of(call)
    if not len(found.marks):
        raise NotAllowed(_("There are no finished reviews yet, so there is nothing to export."))
    try:
        return bundle.dossier(
            found.before,
            [FIRST_ROUND] * len(found.before),
            protocol.holding(call),
            after=found.after,
            salt=salted_hmac("slipway.selection-dossier", str(call.pk), algorithm="sha256").digest(),
            conflicts=Recusal.objects.filter(application__call=call).count(),
            withdrawn=call.applications.filter(withdrawn_after_closing_at__isnull=False).count(),
            released_on=released_on,
            **_sealed(call),
            exceptions=_exceptions(call),
            **_decided(call, found, is_released=released_on is not None),
        )
    except bundle.Undecided as error:
        raise NotAllowed(
            _(
                "Two applications have the same score at the last seat. Decide between them on the board first."
            )
        ) from error


def _sealed(call: Call) -> dict:
    """Since when the rules stood, and what was amended in them, in order; its reasons stay in the panel's record."""
    versions = list(call.sealed_protocols.select_related("made_by", "restored_by"))
    if not versions:
        return {}

    def day(sealed: SealedProtocol) -> date:
        return sealed.sealed_at.astimezone(call.zone).date()

    return {
        "sealed_on": day(versions[0]),
        "amendments": [
            bundle.Amended(
                on=day(after),
                before=before.sha256,
                after=after.sha256,
                by_two=hasattr(after, "made_by") and not after.made_by.is_alone,
                takes_back=hasattr(after, "restored_by"),
            )
            for before, after in pairwise(versions)
        ],
    }


EXCEPTIONS = {  # in a dossier, in words that stay as they are
    NamedException.Kind.IN_CONFLICT: "a decision by somebody with a conflict, nobody else being there",
    NamedException.Kind.RELEASED_IN_CONFLICT: "published by somebody with a conflict, nobody else being there",
    NamedException.Kind.LETTER_OLDER: "a letter older than its comments",
    NamedException.Kind.BELOW_QUORUM: bundle.BELOW_QUORUM,
    NamedException.Kind.LATE_CONFLICT: "a conflict of a reviewer found after the decision",
    NamedException.Kind.OLDER_RULES: "a place given before the rules were amended",
    NamedException.Kind.NO_SECOND: "published with something amiss, no second person being there",
}


def _exceptions(call: Call) -> dict[str, int]:
    """What went on although a rule stood against it: how often, by kind, and of whom not a word."""
    counted = Counter(NamedException.objects.filter(call=call).values_list("kind", flat=True))
    return {EXCEPTIONS[NamedException.Kind(kind)]: count for kind, count in counted.items()}


def _decided(call: Call, found: findings.Findings, *, is_released: bool) -> dict:
    """To whom the panel gave the seats, and its reserve; nothing before all seats are given.

    A decision for an application without a place could not be recomputed by anybody, so then there is no dossier, unless
    it has some reviews and was published as an exception.
    """
    placed = {line.application for line in found.standings if line.is_complete}
    standing = Decision.objects.filter(call=call).exclude(outcome=Decision.Outcome.NOT_SELECTED)
    standing = standing.select_related("application__startup").order_by("reserve_position")
    selected = {d.application_id: d for d in standing if d.is_selected}
    reserve = {d.application_id: d for d in standing if d.is_reserve}
    if len(selected) < found.seats:
        return {}
    without = {pk: d for pk, d in {**selected, **reserve}.items() if pk not in placed}
    exempt = [pk for pk in without if is_released and pk in found.row]
    if placeless := [str(d.application) for pk, d in without.items() if pk not in exempt]:
        raise NotAllowed(
            _("Without enough reviews for a place, and yet decided for: %(names)s. No dossier can show why.")
            % {"names": wording.list_of(placeless)}
        )
    return {"chosen": set(selected), "reserve": list(reserve), "exempt": exempt}
