"""Assigning: the plan before it is applied, and handing one assignment on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator.dashboard.frame import attempt, dashboard, done, page
from accelerator.transitions import NotAllowed
from applications.applying.models import Application
from applications.calls.managed import managed_call
from applications.calls.models import Call
from applications.reviewing import assigning
from applications.reviewing.assigning import Proposal
from applications.reviewing.forms import HandOnForm, PlanForm
from applications.reviewing.models import Assignment, Reviewer
from applications.reviewing.sight import Sight

if TYPE_CHECKING:  # with the solver; loaded with the first plan
    from applications.reviewing.planning import Unmet

BEGUN = "begun"  # what the page of an assignment says of its reviewer, posted back with it


@dashboard("GET", "POST")
def assignment(request, call_id):
    """The plan before it is applied: who would review how much, and what cannot be had."""
    call = managed_call(request, call_id)
    sight = Sight(request.user, call)
    form = PlanForm(request.POST or request.GET)
    form.full_clean()
    if request.method == "POST":
        return attempt(
            request,
            lambda: assigning.assign(
                call,
                **form.wishes,
                fingerprint=request.POST.get("plan", ""),
                by=request.user,
                now=request.now,
            ),
            _assigned_in_words,
            "reviewing:assignment",
            call.pk,
        )
    return page(
        request,
        "applications/reviewing/assignment",
        _("Assignment"),
        call=call,
        **form.wishes,
        sight=sight,
        **_planned(sight, assigning.propose(call, **form.wishes, without=sight.barred)),
    )


def _assigned_in_words(proposal: Proposal) -> str:
    return ngettext(
        "%(count)s review is assigned, and its reviewer is told.",
        "%(count)s reviews are assigned, and their reviewers are told.",
        len(proposal.new),
    ) % {"count": len(proposal.new)}


def _planned(sight: Sight, proposal: Proposal) -> dict:
    """A plan with names for its numbers."""
    call = sight.call
    loads = _loads(call, proposal)
    names = {
        "application": dict(sight.all.values_list("pk", "startup__name")),
        "reviewer": dict(Reviewer.objects.filter(call=call).values_list("pk", "user__name")),
    }
    return {
        "proposal": proposal,
        "loads": loads,
        "most": max((one["load"] for one in loads), default=0),
        "unmet": _unmet_in_words(proposal.plan.unmet, names),
        "comparability": proposal.comparability,
        "further": [
            {"startup": names["application"][application], "reviewer": names["reviewer"][reviewer]}
            for application, reviewer in proposal.further_assignments
        ],
        "eligible": sight.applications.count(),
        "unscreened": sight.all.awaiting_screening().count(),
        "live": Assignment.objects.live().filter(application__in=sight.all.values("pk")).count(),
        "is_applied": proposal.is_applied,
    }


def _loads(call: Call, proposal: Proposal) -> list[dict]:
    """How much each reviewer would review, beside what they promised."""
    kept = Counter(reviewer for _application, reviewer in proposal.plan.kept)
    people = Reviewer.objects.active_for(call).order_by("partner__position", "user__name")
    return [
        {
            "name": name,
            "organisation": organisation or "",
            "cap": cap,
            "kept": kept[pk],
            "load": proposal.plan.loads.get(pk, 0),
        }
        for pk, name, organisation, cap in people.values_list("pk", "user__name", "partner__name", "capacity")
    ]


def _unmet_in_words(unmet: Iterable[Unmet], names: dict[str, dict]) -> list[dict]:
    """The planner's sentences, translated, with names for numbers; of many of a kind the first few, then the rest."""
    sentences: dict[str, list[str]] = {}
    for wish in unmet:
        values = {
            key: names[key].get(value, value) if key in names else value for key, value in wish.values.items()
        }
        sentence = _(wish.text)
        for key in names:
            sentence = sentence.replace(f"%({key})d", f"%({key})s")
        sentences.setdefault(wish.kind, []).append(sentence % values)
    return [
        {"first": said, "rest": []} if len(said) <= 5 else {"first": said[:3], "rest": said[3:]}
        for said in sentences.values()
    ]


@dashboard("GET", "POST")
def hand_on(request, public_id):
    """Hand an unfinished assignment on to another reviewer."""
    handed_on = get_object_or_404(
        Assignment.objects.live()
        .filter(application__in=Application.objects.managed_by(request.user).values("pk"))
        .select_related("application__startup", "application__call__programme", "reviewer__user", "review"),
        public_id=public_id,
    )
    application, call = handed_on.application, handed_on.application.call
    candidates = assigning.possible_reviewers(application)
    form = HandOnForm(candidates, request.POST or None)
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["to"]
        try:
            made = assigning.hand_on(
                handed_on,
                to,
                was_begun=request.POST.get("seen") == BEGUN,
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=request.now,
            )
        except NotAllowed as refusal:
            form.add_error("to", str(refusal))
        else:
            sentence = _("%(startup)s is now with %(reviewer)s.") % {"startup": application, "reviewer": to}
            undo = reverse("reviewing:undo_hand_on", args=[made.public_id])
            return done(
                request, sentence, "reviewing:reviewer_progress", call.pk, handed_on.reviewer_id, undo=undo
            )
    return page(
        request,
        "applications/reviewing/hand_on",
        _("Hand on %(startup)s") % {"startup": application},
        call=call,
        assignment=handed_on,
        form=form,
        candidates=candidates,
        seen=BEGUN if hasattr(handed_on, "review") else "",
    )


@dashboard("POST")
def undo_hand_on(request, public_id):
    """Give what one handed on back to its first reviewer."""
    handed_on = get_object_or_404(
        Assignment.objects.standing()
        .filter(
            application__in=Application.objects.managed_by(request.user).values("pk"),
            assigned_by=request.user,
            handed_on_from__isnull=False,
        )
        .select_related("application__startup", "application__call__programme"),
        public_id=public_id,
    )
    application = handed_on.application
    return attempt(
        request,
        lambda: assigning.undo_hand_on(handed_on, by=request.user, now=request.now),
        lambda first: (
            _("%(startup)s is with %(reviewer)s again.")
            % {"startup": application, "reviewer": first.reviewer}
        ),
        "reviewing:reviewer_progress",
        application.call_id,
        handed_on.handed_on_from.reviewer_id,
    )
