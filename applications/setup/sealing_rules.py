"""Sealing the rules of a call: from then on everybody knows by what they are judged, and only an amendment changes it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.models import User
from accelerator.transitions import NotAllowed
from applications.calls import findings_version
from applications.calls.models import Call
from applications.reviewing import protocol
from applications.reviewing.sealed_rules import SealedProtocol
from applications.setup import rubric


def why_not(call: Call) -> str:
    """Why a manager cannot seal the rules yet; "" where they can. The clock seals whatever there is."""
    if call.is_draft:
        return _("The call is a draft. Its rules are sealed once it is open.")
    weights = rubric.total(call)
    if weights != rubric.WHOLE:
        return _("The weights of the rubric add up to %(sum)s. They are sealed once they add up to 100.") % {
            "sum": weights
        }
    return ""


@transaction.atomic
def seal(call: Call, *, by: User | None, now: datetime) -> SealedProtocol:
    """Seal the rules as they stand; the clock does it when the call closes. Raises NotAllowed where they are sealed or not
    fit to be, for a person alone."""
    findings_version.changed(call)  # it locks the call: no change of the rubric is on its way
    current = Call.objects.select_related("programme").get(pk=call.pk)
    if sealed := protocol.in_force(current):
        if by is None:
            return sealed
        raise NotAllowed(_("The rules of this call are sealed already."))
    if by is not None and (sentence := why_not(current)):
        raise NotAllowed(sentence)
    return add(current, protocol.of(current).document(), by=by, now=now)


def add(call: Call, document: dict, *, by: User | None, now: datetime) -> SealedProtocol:
    """The next version of the rules of a locked call, with its hash on record."""
    from applications.scoring import bundle

    before = protocol.in_force(call)
    sealed = SealedProtocol.objects.create(
        call=call,
        number=before.number + 1 if before else 1,
        text=bundle.canonical(document),
        sha256=bundle.digest(document),
        sealed_at=now,
        sealed_by=by,
    )
    if before is None:
        history.record(
            "call.rules_sealed", call, by=by, programme=call.programme, now=now, hash=sealed.sha256
        )
    return sealed
