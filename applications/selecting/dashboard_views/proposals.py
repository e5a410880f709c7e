"""What waits for a second person, on one page that works on a phone: for managers, and for the chairs of a call."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accelerator.dashboard.frame import dashboard, done, page
from accelerator.models import Role
from accelerator.transitions import NotAllowed
from applications.calls.managed import managed_calls
from applications.calls.models import Call
from applications.reviewing.forms import ReasonForm
from applications.reviewing.sight import Sight
from applications.selecting import obstacles, order, proposals, publishing, seen
from applications.selecting.acts import ProposedAct
from applications.selecting.dashboard_views.letters import in_words
from applications.selecting.models import Decision, Letter

ANSWERED = 20  # of those answered already


def _call(request, call_id: int) -> Call:
    """For its managers, and for its chairs without a conflict; not found for everybody else."""
    for managed in managed_calls(request):
        if managed.pk == call_id:
            return managed
    held = Role.objects.held_by(request.user, Role.Kind.REVIEWER).values("programme")
    known = Call.objects.filter(programme__in=held).not_applied_to_by(request.user)
    call = get_object_or_404(known.select_related("programme", "window", "release"), pk=call_id)
    if not proposals.may_confirm(request.user, call):
        raise Http404
    return call


@dashboard("GET")
def waiting(request, call_id: int) -> HttpResponse:
    """What this person may confirm or refuse, and what they proposed themselves."""
    return _shown(request, _call(request, call_id))


def _shown(request, call: Call, typed: dict[str, Any] | None = None) -> HttpResponse:
    sight = Sight(request.user, call)
    known = ProposedAct.objects.filter(call=call).select_related(
        "application__startup", "proposed_by", "confirmed_by", "refused_by"
    )
    may_confirm = proposals.may_confirm(request.user, call)
    theirs = known.exclude(proposed_by=request.user) if may_confirm else known.none()
    return page(
        request,
        "applications/selecting/proposals",
        _("Proposals"),
        call=call,
        sight=sight,
        may_confirm=may_confirm,
        is_manager=call in managed_calls(request),
        waiting=[] if call.is_released else [_to_answer(one, request, call) for one in theirs.waiting()],
        mine=known.filter(proposed_by=request.user),
        answered=[one for one in theirs[: 2 * ANSWERED] if not one.is_waiting][:ANSWERED],
        typed=typed or {},
    )


def _to_answer(proposal: ProposedAct, request, call: Call) -> dict[str, Any]:
    """A proposal with what stands now, which its buttons name."""
    if proposal.is_release:
        found = obstacles.obstacles(call)
        outcomes = Decision.objects.filter(call=call).per_outcome()
        mark = seen.of_release(call, [str(one) for one in found])
        is_overtaken = not seen.same(mark, proposal.seen)
        return {
            "proposal": proposal,
            "obstacles": found,
            "is_blocked": bool(obstacles.blocking(found)),
            "seen": mark,
            "is_overtaken": is_overtaken,
            "selected": outcomes[Decision.Outcome.SELECTED],
            "reserve": outcomes[Decision.Outcome.RESERVE],
            "not_selected": outcomes[Decision.Outcome.NOT_SELECTED],
            "letters": in_words(Letter.objects.waiting().of(call)),
            "departures": order.departures(call, Sight(request.user, call)),
        }
    application = proposal.application
    assert application is not None
    decision = Decision.objects.filter(application=application).select_related("decided_by").first()
    mark = seen.of_decision(decision)
    picks = proposal.act == ProposedAct.Act.PICK
    return {
        "proposal": proposal,
        "stands": seen.what_stands(application, decision, call, request.now) if decision else "",
        "seen": mark,
        "is_overtaken": mark != proposal.seen,
        "passed_over": order.passed_over(application, call, by=request.user) if picks else [],
    }


@dashboard("POST")
def answer(request, call_id: int, proposal_id: int) -> HttpResponse:
    """Confirm, refuse or withdraw."""
    call = _call(request, call_id)
    known = ProposedAct.objects.filter(call=call).select_related(
        "call", "proposed_by", "application__startup"
    )
    if not proposals.may_confirm(request.user, call):
        known = known.filter(proposed_by=request.user)
    proposal = get_object_or_404(known, pk=proposal_id)
    form = ReasonForm(request.POST)
    form.full_clean()
    reason = form.cleaned_data.get("reason", "")
    try:
        sentence = _answered(request, call, proposal, reason)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        shown = _shown(request, call, {"proposal": proposal.pk, "reason": reason})
        shown.status_code = 409
        return shown
    return done(request, sentence, "selecting:proposals", call.pk)


def _answered(request, call: Call, proposal: ProposedAct, reason: str) -> str:
    said = {"by": request.user, "now": request.now}
    act, saw = request.POST.get("act"), request.POST.get("seen", "")
    if act == "withdraw":
        proposals.withdraw(proposal, **said)
        return _("Withdrawn.")
    if act == "refuse":
        proposals.refuse(proposal, reason=reason, **said)
        return _("Refused. %(who)s reads why.") % {"who": proposal.proposed_by}
    if act != "confirm":
        raise NotAllowed(_("There is no such answer."))
    if proposal.is_release:
        publishing.publish(call, saw=saw, proposal=proposal.pk, **said)
        return _("Published. The letters are on their way.")
    proposals.confirm(proposal, saw=saw, reason=reason, **said)
    return _("Confirmed: %(startup)s. It stands as your decision.") % {"startup": proposal.application}
