"""The selection dossier of a call: what was promised, read and decided, without names, for anybody to recompute."""

from datetime import date

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accelerator import wording
from accelerator.models import User
from accelerator.transitions import NotAllowed
from applications.applying.models import Recusal
from applications.calls.models import Call
from applications.reviewing.marks import quorum
from applications.reviewing.models import HIGHEST
from applications.reviewing.sight import Sight
from applications.scoring import bundle
from applications.selecting import findings
from applications.selecting.models import Decision, FrozenDossier

FIRST_ROUND = 1


def protocol(call: Call) -> bundle.Protocol:
    """What the call promises about how it selects; its hash can be published before the call closes."""
    return bundle.Protocol(
        criteria=tuple(
            bundle.PromisedCriterion(criterion.key, criterion.weight, HIGHEST)
            for criterion in call.criteria.all()
        ),
        seats=call.seats,
        reserve=call.reserve,
        quorum=quorum(call),
        counts=call.marks_that_count,
    )


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
            protocol(call),
            after=found.after,
            salt=salted_hmac("slipway.selection-dossier", str(call.pk), algorithm="sha256").digest(),
            conflicts=Recusal.objects.filter(application__call=call).count(),
            withdrawn=call.applications.filter(withdrawn_after_closing_at__isnull=False).count(),
            released_on=released_on,
            **_decided(call, found),
        )
    except bundle.Undecided as error:
        raise NotAllowed(
            _(
                "Two applications have the same score at the last seat. Decide between them on the board first."
            )
        ) from error


def _decided(call: Call, found: findings.Findings) -> dict:
    """To whom the panel gave the seats, and its reserve; nothing before all seats are given.

    A decision for an application without a place could not be recomputed by anybody, so then there is no dossier.
    """
    placed = {line.application for line in found.standings if line.is_complete}
    standing = Decision.objects.filter(call=call).exclude(outcome=Decision.Outcome.NOT_SELECTED)
    standing = standing.select_related("application__startup").order_by("reserve_position")
    selected = {d.application_id: d for d in standing if d.is_selected}
    reserve = {d.application_id: d for d in standing if d.is_reserve}
    if len(selected) < found.seats:
        return {}
    if placeless := [str(d.application) for pk, d in {**selected, **reserve}.items() if pk not in placed]:
        raise NotAllowed(
            _("Without enough reviews for a place, and yet decided for: %(names)s. No dossier can show why.")
            % {"names": wording.list_of(placeless)}
        )
    return {"chosen": set(selected), "reserve": list(reserve)}
