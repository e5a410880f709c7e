"""The rules by which a call selects: what they are, their hash, and how they are amended."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accelerator.dashboard.frame import attempt, dashboard, done, page
from accelerator.models import User
from accelerator.transitions import NotAllowed
from applications.calls.managed import managed_call
from applications.calls.models import Call
from applications.reviewing import protocol, protocol_changes
from applications.reviewing.sealed_rules import Amendment
from applications.reviewing.sight import Sight
from applications.setup import amendments, sealing_rules
from applications.setup.forms import AmendmentForm, RefusalForm


@dashboard("GET")
def rules(request, call_id: int) -> HttpResponse:
    """What holds, since when, and everything that was amended in it, with why and by whom."""
    call = managed_call(request, call_id)
    sealed = protocol.in_force(call)
    closed = protocol.is_closed(call, request.now)
    known = _amendments(call)
    return page(
        request,
        "applications/setup/rules",
        _("Rules"),
        call=call,
        sealed=sealed,
        is_closed=closed,
        why_not="" if sealed or closed else sealing_rules.why_not(call),
        **_read(sealed.document if sealed else protocol.of(call).document()),
        versions=list(call.sealed_protocols.select_related("sealed_by", "made_by", "restored_by")),
        waiting=next((one for one in known if one.is_waiting), None),
        amendments=[(one, _changes(one)) for one in known if not one.is_waiting],
    )


def _amendments(call: Call) -> list[Amendment]:
    with_people = call.amendments.select_related("against", "proposed_by", "answered_by", "undone_by", "made")
    return list(with_people)


def _changes(amendment: Amendment) -> list[protocol_changes.RuleChange]:
    return protocol_changes.between(amendment.against.document, amendment.wanted)


def _read(document: dict[str, Any]) -> dict[str, Any]:
    """The document as the page shows it."""
    return {
        "document": document,
        "counted": protocol_changes.counted_in_words(document),
        "quorum": protocol_changes.quorum_in_words(document),
        "criteria": [protocol_changes.criterion_in_words(one) for one in document["criteria"]],
    }


@dashboard("POST")
def seal_rules(request, call_id: int) -> HttpResponse:
    call = managed_call(request, call_id)
    return attempt(
        request,
        lambda: sealing_rules.seal(call, by=request.user, now=request.now),
        _("The rules are sealed, and their hash stands on the public page."),
        "setup:rules",
        call.pk,
    )


@dashboard("GET", "POST")
def amend_rules(request, call_id: int) -> HttpResponse:
    """Propose other rules: nothing changes until a second manager confirms it."""
    call = managed_call(request, call_id)
    sealed = protocol.in_force(call)
    if sealed is None:
        return page(request, "applications/setup/amend", _("Amend the rules"), call=call, form=None)
    form = AmendmentForm(request.POST if request.method == "POST" else None, rules=sealed)
    if form.is_valid():
        wanted = {name: form.cleaned_data[name] for name in ("reason", "seen")}
        try:
            made = amendments.propose(
                call,
                form.wishes,
                **wanted,
                asks_earlier=form.asks_earlier,
                by=request.user,
                now=request.now,
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(
                request, _("It is proposed. Nothing has changed yet."), "setup:amendment", call.pk, made.pk
            )
    return page(
        request,
        "applications/setup/amend",
        _("Amend the rules"),
        call=call,
        form=form,
        touched=amendments.whom_it_touches(call, without=Sight(request.user, call).barred),
        confirmers=list(amendments.confirmers(call, request.user)),
    )


SAID = {
    "confirm": gettext_lazy("The amendment is in force."),
    "refuse": gettext_lazy("The amendment is refused. The rules stay as they were."),
    "withdraw": gettext_lazy("The amendment is withdrawn. The rules stay as they were."),
    "undo": gettext_lazy("The amendment is undone, and the rules of before are in force again."),
}


@dashboard("GET", "POST")
def amendment(request, call_id: int, amendment_id: int) -> HttpResponse:
    """One amendment, what it changes and whom it touches; confirmed, refused, withdrawn or undone here."""
    call = managed_call(request, call_id)
    with_people = call.amendments.select_related(
        "call__programme", "against", "proposed_by", "answered_by", "made"
    )
    one = get_object_or_404(with_people, pk=amendment_id)
    act = request.POST.get("act") if request.method == "POST" else None
    form = RefusalForm(request.POST if act == "refuse" else None)
    if act in SAID and (act != "refuse" or form.is_valid()):
        try:
            _act(act, one, request.user, request.now, form)
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
            one.refresh_from_db()
        else:
            return done(request, str(SAID[act]), "setup:rules", call.pk)
    return page(
        request, "applications/setup/amendment", _("An amendment"), **_shown(request, call, one), form=form
    )


def _act(act: str, one: Amendment, by: User, now: datetime, form: RefusalForm) -> None:
    if act == "refuse":
        amendments.refuse(one, reason=form.cleaned_data["reason"], by=by, now=now)
    else:
        verb = {"confirm": amendments.confirm, "withdraw": amendments.withdraw, "undo": amendments.undo}[act]
        verb(one, by=by, now=now)


def _shown(request, call: Call, one: Amendment) -> dict[str, Any]:
    mine = one.proposed_by_id == request.user.pk
    why_not = amendments.why_not_confirmed_by(one, request.user) if one.is_waiting else ""
    is_either = request.user.pk in (one.proposed_by_id, one.answered_by_id)
    return {
        "call": call,
        "amendment": one,
        "changes": _changes(one),
        "touched": amendments.whom_it_touches(call, without=Sight(request.user, call).barred),
        "why_not": why_not,
        "is_mine": mine,
        "confirmers": list(amendments.confirmers(call, one.proposed_by)) if one.is_waiting else [],
        "is_either": is_either,
        "why_kept": amendments.why_not_undone(one) if one.is_in_force else "",
    }
