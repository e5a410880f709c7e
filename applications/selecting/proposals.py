"""What waits for a second person: decisions of a manager with a conflict in the call, and releases.

Whoever proposes sees of the outcome their own proposals and nothing else. Confirming runs the verb itself, on what stands
then; where that is no longer what stood when it was proposed, it is refused, and who confirms is told what changed.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.models import User
from accelerator.transitions import NotAllowed, SomebodyWasFirst, WrongValue
from applications.applying.models import Application
from applications.calls.models import Call
from applications.reviewing.conflicts import must_have_none
from applications.reviewing.sight import Sight, free_to_confirm
from applications.selecting import deciding, notices, obstacles, seen
from applications.selecting.acts import ProposedAct
from applications.selecting.locking import locked
from applications.selecting.models import Decision

VERBS: dict[str, Callable[..., object]] = {
    ProposedAct.Act.PICK: deciding.pick,
    ProposedAct.Act.RESERVE: deciding.put_in_reserve,
    ProposedAct.Act.LEAVE_OUT: deciding.leave_out,
    ProposedAct.Act.TAKE_BACK: deciding.take_back,
}


def second_persons(call: Call, user: User) -> QuerySet[User]:
    """Who may confirm what this person proposes."""
    return free_to_confirm(call).exclude(pk=user.pk)


def may_confirm(user: User, call: Call) -> bool:
    return free_to_confirm(call).filter(pk=user.pk).exists()


def waiting_for_others(user: User, call: Call) -> QuerySet[ProposedAct]:
    """What others proposed, for somebody of whom it is known that they may confirm it."""
    return ProposedAct.objects.filter(call=call).waiting().exclude(proposed_by=user)


def waiting_for(user: User, call: Call) -> QuerySet[ProposedAct]:
    """What this person may confirm or refuse; nothing for somebody with a conflict."""
    found = waiting_for_others(user, call)
    return found if may_confirm(user, call) else found.none()


# --- Proposing ----------------------------------------------------------------------------------------
@transaction.atomic
def propose(application: Application, act: str, *, reason: str = "", by: User, now: datetime) -> ProposedAct:
    """Say what one would decide on a rival; an earlier proposal of one's own on it gives way. Raises NotAllowed for what
    one has a conflict with, and for whom nobody has to confirm anything."""
    call = _open(application.call)
    must_have_none(by, application)
    if not Sight(by, call).proposes:
        raise NotAllowed(_("You need nobody to confirm what you decide here."))
    if not Application.objects.sealed().filter(pk=application.pk).exists():
        raise NotAllowed(
            _("%(startup)s has withdrawn, or its call is still running.") % {"startup": application}
        )
    standing = Decision.objects.filter(application=application).first()
    return _proposed(call, application, act, seen.of_decision(standing), reason=reason, by=by, now=now)


@transaction.atomic
def propose_release(
    call: Call, *, reason: str = "", saw: str | None = None, by: User, now: datetime
) -> ProposedAct:
    """Ask a second person to publish: for whoever has a conflict, and where something is amiss that has a way on.

    Raises SomebodyWasFirst where the page showed something else; a barred person's shows nothing of it.
    """
    call = _open(call)
    found = obstacles.obstacles(call)
    mark = seen.of_release(call, [str(one) for one in found])
    if not second_persons(call, by).exists():
        raise NotAllowed(_("There is nobody who could confirm it."))
    if not Sight(by, call).is_veiled:
        if saw is not None and not seen.same(saw, mark):
            raise SomebodyWasFirst(
                _("What would go out has changed since your page showed it. Look at it again.")
            )
        if first := obstacles.blocking(found):
            raise NotAllowed(" ".join(str(one) for one in first))
        if not reason.strip():
            raise WrongValue("reason", _("Say why it should go out nevertheless: the dossier counts it."))
    return _proposed(call, None, ProposedAct.Act.RELEASE, mark, reason=reason, by=by, now=now)


def _open(call: Call) -> Call:
    call = locked(call)
    if call.is_released:
        raise NotAllowed(_("The decisions of this call are published and can no longer be changed here."))
    return call


def _proposed(
    call: Call, application: Application | None, act: str, mark: str, *, reason: str, by: User, now: datetime
) -> ProposedAct:
    ProposedAct.objects.waiting().filter(call=call, application=application, proposed_by=by).update(
        withdrawn_at=now
    )
    made = ProposedAct.objects.create(
        call=call,
        application=application,
        act=act,
        reason=reason.strip(),
        seen=mark,
        proposed_by=by,
        proposed_at=now,
    )
    history.record(
        "application.decision_proposed" if application else "call.release_proposed",
        application or call,
        by=by,
        programme=call.programme,
        now=now,
        reason=reason.strip(),
        act=act,
        proposal=made.pk,
    )
    notices.proposal_made(made, second_persons(call, by), now=now)
    return made


@transaction.atomic
def withdraw(proposal: ProposedAct, *, by: User, now: datetime) -> None:
    """Take one's own proposal back while nobody has answered it."""
    locked(proposal.call)
    if proposal.proposed_by_id != by.pk:
        raise NotAllowed(_("Only who proposed it can withdraw it."))
    _end(proposal, withdrawn_at=now)
    _on_record("proposal.withdrawn", proposal, by=by, now=now)


# --- Answering ----------------------------------------------------------------------------------------
@transaction.atomic
def confirm(
    proposal: ProposedAct, *, saw: str | None = None, reason: str = "", by: User, now: datetime
) -> None:
    """Do what was proposed, as the decision of who confirms it. A release is confirmed by `releasing.release`.

    Raises SomebodyWasFirst where the application stands otherwise than when it was proposed, or than the page showed.
    """
    call = _open(proposal.call)
    application = proposal.application
    assert application is not None  # a release has its own verb
    application.call = call
    must_be_second(proposal, by)
    decision = Decision.objects.filter(application=application).select_related("decided_by").first()
    if seen.of_decision(decision) != proposal.seen:
        raise SomebodyWasFirst(
            _("This was proposed when something else stood.")
            + " "
            + seen.what_stands(application, decision, call, now)
            + " "
            + _("Nothing was changed: decide on the board, or refuse the proposal.")
        )
    end_confirmed(proposal, by=by, now=now)
    VERBS[proposal.act](application, reason=reason.strip() or proposal.reason, saw=saw, by=by, now=now)
    history.record(
        "application.decision_confirmed",
        application,
        by=by,
        programme=call.programme,
        now=now,
        reason=proposal.reason,
        proposal=proposal.pk,
        proposed_by=proposal.proposed_by_id,
    )


@transaction.atomic
def refuse(proposal: ProposedAct, *, reason: str, by: User, now: datetime) -> None:
    """Say no, with a reason that the proposer reads."""
    locked(proposal.call)
    must_be_second(proposal, by)
    if not reason.strip():
        raise WrongValue("reason", _("Say why not: %(who)s reads it.") % {"who": proposal.proposed_by})
    _end(proposal, refused_at=now, refused_by=by, refusal=reason.strip())
    _on_record("proposal.refused", proposal, by=by, now=now, reason=reason)


def must_be_second(proposal: ProposedAct, by: User) -> None:
    """Raise NotAllowed for whoever proposed it, and for whoever has a conflict in the call."""
    if not second_persons(proposal.call, proposal.proposed_by).filter(pk=by.pk).exists():
        raise NotAllowed(
            _(
                "A second person confirms this: a manager or a chair without a conflict of interest in this call."
            )
        )


def end_confirmed(proposal: ProposedAct, *, by: User, now: datetime) -> None:
    _end(proposal, confirmed_at=now, confirmed_by=by)


def _end(proposal: ProposedAct, **columns) -> None:
    """One conditional UPDATE: an answered proposal is not answered again."""
    if not ProposedAct.objects.waiting().filter(pk=proposal.pk).update(**columns):
        raise SomebodyWasFirst(_("This proposal was answered or withdrawn already."))


def _on_record(action: str, proposal: ProposedAct, *, by: User, now: datetime, reason: str = "") -> None:
    history.record(
        action,
        proposal.application or proposal.call,
        by=by,
        programme=proposal.call.programme,
        now=now,
        reason=reason.strip(),
        proposal=proposal.pk,
    )
