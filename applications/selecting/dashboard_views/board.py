"""A manager's page of the decision: the ranking, the seats and the reserve, and what can be decided."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accelerator import readings
from accelerator.dashboard.frame import dashboard, done, page
from accelerator.models import Reading
from accelerator.transitions import NotAllowed
from applications.applying.models import Application
from applications.calls.managed import managed_call
from applications.calls.models import Call
from applications.reviewing.dashboard_views.content import others_shown
from applications.reviewing.forms import ReasonForm
from applications.reviewing.sight import Sight
from applications.selecting import deciding, order, proposals, releasing, seen
from applications.selecting.acts import BoardAct, ProposedAct
from applications.selecting.dashboard_views.ranking import ranked
from applications.selecting.models import Decision, Letter, Offer


@dashboard("GET", "POST")
def board(request, call_id: int) -> HttpResponse:
    """The ranking, the seats and the reserve; each act is a POST that names what its page showed."""
    call = managed_call(request, call_id)
    if request.method == "POST":
        return _decide(request, call)
    return _shown(request, call)


def _shown(request, call: Call, typed: dict[str, str] | None = None) -> HttpResponse:
    """The page; `typed` is the reason that stood in a form that was refused, and for which application."""
    from applications.selecting import findings

    sight = Sight(request.user, call)
    decisions = (
        Decision.objects.filter(sight.decided, call=call)
        .exclude(outcome=Decision.Outcome.NOT_SELECTED)
        .order_by("seat__number", "reserve_position")
        .values(
            "outcome",
            "reason",
            "reserve_position",
            "passed_over_at",
            "decided_by",
            "decided_at",
            "seat__number",
            "application__public_id",
            "application__startup__name",
            "application__startup__one_line",
        )
    )
    made = Offer.objects.filter(seat__call=call).exclude(application__in=sight.barred)
    offers = {
        offer.application.public_id: offer for offer in made.select_related("application__startup", "seat")
    }
    placed = [
        row
        | {
            "offer": offers.get(row["application__public_id"]),
            "seen": seen.mark(row["outcome"], row["decided_by"], row["decided_at"]),
        }
        for row in decisions
    ]
    picked = [row for row in placed if row["outcome"] == Decision.Outcome.SELECTED]
    reserve = [row for row in placed if row["outcome"] == Decision.Outcome.RESERVE]
    found = sight.found = findings.of(call, without=sight.unseen)
    readings.note(request, Reading.What.BOARD, call)
    others_shown(request, sight)
    is_veiled = sight.is_veiled
    rows = ranked(request, found, sight)
    _mark(rows.object_list, sight, typed or {})
    found_amiss = [] if call.is_released or is_veiled else releasing.obstacles(call)
    return page(
        request,
        "applications/selecting/selection",
        _("Selection"),
        call=call,
        sight=sight,
        rows=rows,
        cut_score=found.cut_score,
        picked=picked,
        reserve=reserve,
        free=range(0 if sight.barred else call.seats - len(picked)),
        undecided=0 if is_veiled else Decision.objects.undecided(call).count(),
        is_full=not is_veiled and len(picked) >= call.seats,
        reserve_is_full=not is_veiled and len(reserve) >= call.reserve,
        obstacles=found_amiss,
        is_blocked=bool(releasing.blocking(found_amiss)),
        to_confirm=0 if is_veiled else proposals.waiting_for_others(request.user, call).count(),
        departures=[] if call.is_released else order.departures(call, sight),
        board_seen="" if call.is_released else seen.of_board(call, request.user, sight),
        typed=typed,
    )


def _mark(rows: Any, sight: Sight, typed: dict[str, str]) -> None:
    """What the forms of each line send back: the mark of its decision, and a reason that was typed before."""
    decisions = Decision.objects.filter(
        sight.decided, application__public_id__in=[row["public_id"] for row in rows]
    )
    marks = {
        decision.application.public_id: seen.of_decision(decision)
        for decision in decisions.select_related("application")
    }
    mine = ProposedAct.objects.filter(call=sight.call, proposed_by=sight.user, withdrawn_at=None)
    known = mine.select_related("application").exclude(application=None).order_by("pk")
    proposed = {one.application.public_id: one for one in known if one.application} if sight.is_veiled else {}
    for row in rows:
        row["proposal"] = proposed.get(row["public_id"])
        row["seen"] = marks.get(row["public_id"], seen.UNDECIDED)
        row["typed"] = typed.get("reason", "") if typed.get("application") == row["public_id"] else ""


def _decide(request, call: Call) -> HttpResponse:
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise NotAllowed(_("There is no such decision."))
    latest = _latest_act(request, call)
    if request.POST["act"] in proposals.VERBS and Sight(request.user, call).proposes:
        act = _propose
    try:
        sentence = act(request, call)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        typed = {
            "application": request.POST.get("application", ""),
            "reason": request.POST.get("reason", "").strip(),
        }
        answer = _shown(request, call, typed)
        answer.status_code = 409
        return answer
    made = _latest_act(request, call)
    undo = reverse("selecting:undo", args=[call.pk, made]) if made and made != latest else ""
    return done(request, sentence, "selecting:selection", call.pk, undo=undo)


def _latest_act(request, call: Call) -> int | None:
    return BoardAct.objects.filter(call=call, by=request.user).values_list("pk", flat=True).first()


def _on_one(
    verb: Callable[..., object], sentence: Callable[[Application], str]
) -> Callable[[Any, Call], str]:
    """An act on the application that was posted, and what is said once it is done."""

    def act(request, call: Call) -> str:
        application = get_object_or_404(
            Sight(request.user, call).all.select_related("startup", "call__programme"),
            public_id=request.POST.get("application", ""),
        )
        form = ReasonForm(request.POST)
        form.full_clean()
        edited = _edited_letter(application)
        verb(
            application,
            reason=form.cleaned_data.get("reason", ""),
            saw=request.POST.get("seen", ""),
            by=request.user,
            now=request.now,
        )
        said = sentence(application)
        if edited is not None and Letter.objects.filter(pk=edited.pk, withdrawn_at__isnull=False).exists():
            said += " " + _(
                "Its letter, which %(who)s had changed, is put aside; undoing brings it back."
            ) % {"who": edited.edited_by}
        return said

    return act


def _edited_letter(application: Application) -> Letter | None:
    """A letter that waits and that somebody has written in."""
    waiting = Letter.objects.waiting().filter(application=application, edited_at__isnull=False)
    return waiting.select_related("edited_by").first()


def _propose(request, call: Call) -> str:
    """What somebody with a conflict presses: it waits for a second person."""
    application = get_object_or_404(
        Sight(request.user, call).all.select_related("startup", "call__programme"),
        public_id=request.POST.get("application", ""),
    )
    form = ReasonForm(request.POST)
    form.full_clean()
    reason = form.cleaned_data.get("reason", "")
    proposals.propose(application, request.POST["act"], reason=reason, by=request.user, now=request.now)
    return _("Proposed: %(startup)s. It counts once somebody without a conflict confirms it.") % {
        "startup": application
    }


def _leave_out_rest(request, call: Call) -> str:
    count = deciding.leave_out_all_others(
        call,
        reason=request.POST.get("reason", ""),
        saw=request.POST.get("seen", ""),
        by=request.user,
        now=request.now,
    )
    sentence = ngettext(
        "%(count)s other application: not selected.", "%(count)s other applications: not selected.", count
    )
    return sentence % {"count": count}


def _says(sentence: Promise) -> Callable[[Application], str]:
    return lambda application: str(sentence) % {"startup": application}


UP = partial(deciding.move_in_reserve, up=True)
DOWN = partial(deciding.move_in_reserve, up=False)
REORDERED = _says(gettext_lazy("%(startup)s has another place in the reserve."))
ACTS: dict[str, Callable[[Any, Call], str]] = {  # by what a button posts as `act`
    "pick": _on_one(
        deciding.pick,
        _says(gettext_lazy("%(startup)s is picked. Nobody outside sees it before the release.")),
    ),
    "reserve": _on_one(
        deciding.put_in_reserve,
        _says(gettext_lazy("%(startup)s is in the reserve. Nobody outside sees it before the release.")),
    ),
    "leave_out": _on_one(
        deciding.leave_out,
        _says(gettext_lazy("%(startup)s is not selected. Nobody outside sees it before the release.")),
    ),
    "take_back": _on_one(
        deciding.take_back, _says(gettext_lazy("The decision on %(startup)s is taken back."))
    ),
    "up": _on_one(UP, REORDERED),
    "down": _on_one(DOWN, REORDERED),
    "rest": _leave_out_rest,
}
