"""A manager's pages of the decision: the board, the letters, the release."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Count, F
from django.http import HttpResponse
from django.shortcuts import get_list_or_404, get_object_or_404, redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accelerator import readings
from accelerator.dashboard.frame import attempt, dashboard, done, page
from accelerator.messages.dashboard_views import PILLS
from accelerator.models import OutboxMessage, Reading
from accelerator.transitions import NotAllowed
from applications.calls.managed import managed_call
from applications.calls.models import Call
from applications.reviewing.dashboard_views.content import others_shown
from applications.reviewing.forms import ReasonForm
from applications.reviewing.sight import Sight
from applications.selecting import deciding, publishing, releasing, terms
from applications.selecting.dashboard_views.ranking import ranked
from applications.selecting.forms import LetterForm
from applications.selecting.letters import edit_letter
from applications.selecting.models import Decision, Letter, Offer, letter_messages


@dashboard("GET", "POST")
def board(request, call_id: int) -> HttpResponse:
    """The ranking, the seats and the reserve; each act is a POST."""
    from applications.selecting import findings

    call = managed_call(request, call_id)
    if request.method == "POST":
        return _decide(request, call)
    sight = Sight(request.user, call)
    decisions = (
        Decision.objects.filter(sight.decided, call=call)
        .exclude(outcome=Decision.Outcome.NOT_SELECTED)
        .order_by("seat__number", "reserve_position")
        .values(
            "outcome",
            "reason",
            "reserve_position",
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
    picked = [
        row | {"offer": offers.get(row["application__public_id"])}
        for row in decisions
        if row["outcome"] == Decision.Outcome.SELECTED
    ]
    reserve = [
        row | {"offer": offers.get(row["application__public_id"])}
        for row in decisions
        if row["outcome"] == Decision.Outcome.RESERVE
    ]
    found = sight.found = findings.of(call, without=sight.unseen)
    others_shown(request, sight)
    is_veiled = sight.is_veiled
    return page(
        request,
        "applications/selecting/selection",
        _("Selection"),
        call=call,
        sight=sight,
        rows=ranked(request, found, sight),
        cut_score=found.cut_score,
        picked=picked,
        reserve=reserve,
        free=range(0 if sight.barred else call.seats - len(picked)),
        undecided=0 if is_veiled else Decision.objects.undecided(call).count(),
        is_full=not is_veiled and len(picked) >= call.seats,
        reserve_is_full=not is_veiled and len(reserve) >= call.reserve,
        obstacles=[] if call.is_released or is_veiled else releasing.obstacles(call),
    )


def _decide(request, call: Call) -> HttpResponse:
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise NotAllowed(_("There is no such decision."))
    return attempt(request, lambda: act(request, call), str, "selecting:selection", call.pk)


def _on_one(verb: Callable[..., object], sentence: Promise) -> Callable[[Any, Call], str]:
    """An act on the application that was posted, and what is said once it is done."""

    def act(request, call: Call) -> str:
        application = get_object_or_404(
            Sight(request.user, call).all.select_related("startup", "call__programme"),
            public_id=request.POST.get("application", ""),
        )
        form = ReasonForm(request.POST)
        form.full_clean()
        verb(application, reason=form.cleaned_data.get("reason", ""), by=request.user, now=request.now)
        return sentence % {"startup": application}

    return act


def _leave_out_rest(request, call: Call) -> str:
    count = deciding.leave_out_all_others(call, by=request.user, now=request.now)
    sentence = ngettext(
        "%(count)s other application: not selected.", "%(count)s other applications: not selected.", count
    )
    return sentence % {"count": count}


NOTED = gettext_lazy("%(startup)s: noted. Nobody outside sees it before the release.")
REORDERED = gettext_lazy("The reserve has its new order.")
ACTS: dict[str, Callable[[Any, Call], str]] = {  # by what a button posts as `act`
    "pick": _on_one(deciding.pick, NOTED),
    "reserve": _on_one(deciding.put_in_reserve, NOTED),
    "leave_out": _on_one(deciding.leave_out, NOTED),
    "take_back": _on_one(deciding.take_back, NOTED),
    "up": _on_one(partial(deciding.move_in_reserve, up=True), REORDERED),
    "down": _on_one(partial(deciding.move_in_reserve, up=False), REORDERED),
    "rest": _leave_out_rest,
}


# --- Letters --------------------------------------------------------------------------------------------
def _kind_in_words(kind: str) -> str:
    return str(Letter.Kind(kind.removeprefix(Letter.MESSAGE)).label)


@dashboard("GET", "POST")
def letters(request, call_id: int) -> HttpResponse:
    """One line for each application: which letter its team gets, and whether it has gone."""
    call = managed_call(request, call_id)
    if request.method == "POST":
        return attempt(
            request,
            lambda: publishing.write_letters(call, by=request.user, now=request.now),
            lambda count: (
                ngettext("%(count)s letter is written.", "%(count)s letters are written.", count)
                % {"count": count}
                if count
                else _("Every letter was there already.")
            ),
            "selecting:letters",
            call.pk,
        )
    readings.note(request, Reading.What.LETTERS, call)
    sight = Sight(request.user, call)
    mine = sight.all.none() if sight.is_veiled else sight.all
    names = {
        pk: (public_id, name) for pk, public_id, name in mine.values_list("pk", "public_id", "startup__name")
    }
    shown = Letter.objects.waiting().of(call).filter(application__in=mine)
    order = list(Letter.Kind.values)
    rows = [
        {
            "public_id": names[row["object_id"]][0],
            "startup": names[row["object_id"]][1],
            "kind": _kind_in_words(row["kind"]),
            "rank": order.index(row["kind"].removeprefix(Letter.MESSAGE)),
            "status_in_words": OutboxMessage.Status(row["status"]).label.capitalize(),
            "pill": PILLS.get(row["status"], ""),
            "people": row["people"],
            "subject": row["subject"],
        }
        for row in [*_waiting(call, names), *_gone(call, names)]
    ]
    return page(
        request,
        "applications/selecting/letters",
        _("Letters"),
        call=call,
        rows=sorted(rows, key=lambda row: (row["rank"], row["startup"].casefold())),
        sight=sight,
        obstacles=[] if call.is_released or sight.is_veiled else releasing.obstacles(call),
        decided=not sight.is_veiled and Decision.objects.filter(call=call).exists(),
        waiting="" if call.is_released or sight.is_veiled else _in_words(shown),
    )


def _waiting(call: Call, applications) -> list[dict]:
    letters = Letter.objects.waiting().of(call).filter(application__in=applications)
    people = letters.recipients()
    return [
        row | {"status": OutboxMessage.Status.HELD, "people": people[row["object_id"]]}
        for row in letters.values("kind", "subject", object_id=F("application"))
    ]


def _gone(call: Call, applications):
    gone = letter_messages(call).filter(object_id__in=list(applications))
    gone = gone.exclude(status=OutboxMessage.Status.CANCELLED)
    return gone.values("object_id", "kind", "status", "subject").annotate(people=Count("pk")).order_by("kind")


@dashboard("GET", "POST")
def letter(request, call_id: int, public_id: str) -> HttpResponse:
    """Read a letter and, while it is held, change its words."""
    call = managed_call(request, call_id)
    sight = Sight(request.user, call)
    readable = sight.all.none() if sight.is_veiled else sight.all
    application = get_object_or_404(
        readable.select_related("startup", "call__programme"), public_id=public_id
    )
    if application.pk in sight.hidden and not call.is_released:
        messages.error(
            request,
            _(
                "What other reviewers wrote stands in this letter. Hand in your own review of %(startup)s first."
            )
            % {"startup": application},
        )
        return redirect("selecting:letters", call.pk)
    readings.note(request, Reading.What.LETTER, application)
    others_shown(request, sight, application)  # their comments stand in it
    waiting = Letter.objects.waiting().of(call).filter(application=application).first()
    if waiting:
        newest, people = waiting, waiting.recipients_now()
    else:
        gone = letter_messages(call).filter(object_id=application.pk)
        gone = gone.exclude(status=OutboxMessage.Status.CANCELLED).select_related("recipient")
        copies = get_list_or_404(gone.order_by("-pk"))
        newest = copies[0]
        people = [copy.recipient for copy in copies if copy.kind == newest.kind]
    form = LetterForm(request.POST or None, initial={"subject": newest.subject, "text": newest.text})
    if request.method == "POST" and form.is_valid():
        try:
            edit_letter(
                application,
                subject=form.cleaned_data["subject"],
                text=form.cleaned_data["text"],
                by=request.user,
                now=request.now,
            )
        except NotAllowed as refusal:
            form.add_error("text", str(refusal))
        else:
            sentence = _("The letter to %(startup)s is changed.") % {"startup": application}
            return done(request, sentence, "selecting:letters", call.pk)
    return page(
        request,
        "applications/selecting/letter",
        _("Letter to %(startup)s") % {"startup": application},
        call=call,
        application=application,
        letter=newest,
        kind=_kind_in_words(newest.kind),
        people=people,
        form=form if waiting else None,
    )


def _in_words(letters) -> str:
    """5 letters to 9 people, as the teams are now."""
    people = letters.recipients().total()
    to = ngettext("to %(people)s person", "to %(people)s people", people) % {"people": people}
    count = letters.count()
    return ngettext("%(count)s letter %(to)s", "%(count)s letters %(to)s", count) % {"count": count, "to": to}


@dashboard("GET", "POST")
def release(request, call_id: int) -> HttpResponse:
    """The one act that publishes everything, after a page that says what it will do."""
    call = managed_call(request, call_id)
    if request.method == "POST":
        return attempt(
            request,
            lambda: publishing.publish(call, by=request.user, now=request.now),
            _("Published. The letters are on their way."),
            "selecting:selection",
            call.pk,
        )
    sight = Sight(request.user, call)
    if sight.is_veiled:
        return page(request, "applications/selecting/veiled", _("Release"), call=call, sight=sight)
    outcomes = Decision.objects.filter(sight.decided, call=call).per_outcome()
    return page(
        request,
        "applications/selecting/release",
        _("Release"),
        call=call,
        obstacles=releasing.obstacles(call),
        sight=sight,
        letters=_in_words(Letter.objects.waiting().of(call)),
        selected=outcomes[Decision.Outcome.SELECTED],
        reserve=outcomes[Decision.Outcome.RESERVE],
        not_selected=outcomes[Decision.Outcome.NOT_SELECTED],
        terms=terms.current(call),
    )
