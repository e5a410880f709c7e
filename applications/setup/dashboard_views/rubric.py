"""What reviewers of a call mark, in which order, and how much each mark weighs."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accelerator import as_seen
from accelerator.dashboard.frame import attempt, dashboard, done, page
from accelerator.transitions import NotAllowed, WrongValue
from applications.calls.managed import managed_call
from applications.calls.models import Call
from applications.reviewing import protocol
from applications.reviewing.models import Criterion
from applications.setup import rubric, rubric_forms
from applications.setup.rubric_forms import MarkedForm, WeightsForm


@dashboard("GET", "POST")
def all_criteria(request, call_id: int) -> HttpResponse:
    """The criteria with their weights, which are changed together."""
    call = managed_call(request, call_id)
    criteria = list(call.criteria.all())
    weights = WeightsForm(request.POST if request.method == "POST" else None, criteria=criteria)
    if weights.is_valid():
        try:
            act = {"seen": request.POST.get("seen", ""), "by": request.user, "now": request.now}
            rubric.weigh(call, weights.weights(), **act)
        except NotAllowed as refusal:
            weights.add_error(None, str(refusal))
        else:
            return done(request, _("The weights are saved."), "setup:rubric", call.pk)
    return page(
        request,
        "applications/setup/rubric",
        _("What reviewers mark"),
        call=call,
        criteria=list(zip(criteria, weights, strict=True)),
        drawn=[(str(criterion.name), criterion.weight) for criterion in criteria],
        form=weights,
        wrong=rubric.off_balance(criterion.weight for criterion in criteria) if criteria else "",
        seen=rubric.shown_as(criteria),
        sealed=_why_sealed(request, call),
    )


def _why_sealed(request, call: Call) -> str:
    return str(protocol.RulesSealed()) if protocol.is_closed(call, request.now) else ""


@dashboard("GET", "POST")
def add_criterion(request, call_id: int) -> HttpResponse:
    call = managed_call(request, call_id)
    return _write(request, call, rubric_forms.new_criterion(call), _("Add a criterion"))


@dashboard("GET", "POST")
def criterion(request, call_id: int, criterion_id: int) -> HttpResponse:
    """Change a criterion."""
    call = managed_call(request, call_id)
    return _write(request, call, _criterion(call, criterion_id), _("Change a criterion"))


def _criterion(call: Call, criterion_id: int) -> Criterion:
    return get_object_or_404(call.criteria.select_related("call__programme"), pk=criterion_id)


def _write(request, call: Call, marked: Criterion, title: str) -> HttpResponse:
    written = MarkedForm(request.POST if request.method == "POST" else None, criterion=marked)
    if written.is_valid():
        try:
            act = {"by": request.user, "seen": request.POST.get("seen", ""), "now": request.now}
            rubric.save(written.wanted(), **act)
        except WrongValue as refusal:
            written.add_error(refusal.field if refusal.field in written.fields else None, str(refusal))
        except NotAllowed as refusal:
            written.add_error(None, str(refusal))
        else:
            return done(request, _("“%(name)s” is saved.") % {"name": marked}, "setup:rubric", call.pk)
    return page(
        request,
        "applications/setup/criterion",
        title,
        call=call,
        criterion=marked,
        form=written,
        seen=as_seen.version_of(marked) if marked.pk else "",
        why_kept=rubric.why_kept(marked, request.now) if marked.pk else "",
        sealed=_why_sealed(request, call),
    )


@dashboard("POST")
def move_criterion(request, call_id: int, criterion_id: int) -> HttpResponse:
    moved = _criterion(managed_call(request, call_id), criterion_id)
    act = {"up": request.POST.get("to") == "up", "seen": request.POST.get("seen", "")}
    return attempt(
        request,
        lambda: rubric.move(moved, **act, by=request.user, now=request.now),
        _("The criterion is moved."),
        "setup:rubric",
        call_id,
    )


@dashboard("POST")
def remove_criterion(request, call_id: int, criterion_id: int) -> HttpResponse:
    gone = _criterion(managed_call(request, call_id), criterion_id)
    return attempt(
        request,
        lambda: rubric.remove(gone, by=request.user, now=request.now),
        _("“%(name)s” is marked no longer.") % {"name": gone},
        "setup:rubric",
        call_id,
    )
