"""One page on which a manager does for a team what it cannot do itself."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.forms import Form
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accelerator import as_seen
from accelerator.dashboard.frame import dashboard, done, page
from accelerator.transitions import NotAllowed
from applications.applying import standing
from applications.applying.models import Application
from applications.applying.submission import Incomplete
from applications.calls import window
from applications.calls.managed import managed_call
from applications.calls.models import Call
from applications.questions import form as call_form
from applications.reviewing.sight import Sight
from applications.selecting import help_forms, on_behalf, withdrawal


@dataclass
class Help:
    """One act that is possible now: what it means, its form, and what it does once the form is right."""

    name: str
    title: str
    means: str
    button: str
    form: help_forms.HelpForm
    act: Callable[[dict], object]
    said: str
    kind: str = "primary"
    question: Form | None = None  # the field of the answer that is filled in


@dashboard("GET", "POST")
def help_team(request, call_id, public_id):
    """What can be done now; a POST names which, and a refusal keeps what was typed."""
    call = managed_call(request, call_id)
    known = Sight(request.user, call).all.select_related("startup", "call__programme", "call__window")
    application = get_object_or_404(known, public_id=public_id)
    wanted = request.POST.get("act", "")
    helps = list(_possible(request, call, application))
    chosen = next((one for one in helps if one.name == wanted), None)
    refusal = ""
    if request.method == "POST" and chosen is None:
        refusal = _("That is not possible for this application now. Look at what is.")
    if chosen and _is_valid(chosen):
        try:
            chosen.act(chosen.form.cleaned_data)
        except Incomplete as refused:
            missing = ", ".join(problem.label for problem in refused.problems)
            chosen.form.add_error(None, f"{refused} {missing}")
        except NotAllowed as refused:
            chosen.form.add_error(None, str(refused))
        else:
            return done(request, chosen.said, "selecting:help_team", call.pk, application.public_id)
    return page(
        request,
        "applications/selecting/help_team",
        _("Help the team of %(startup)s") % {"startup": application},
        call=call,
        application=application,
        helps=helps,
        refusal=refusal,
        questions=_questions(request, application),
        team=application.startup.team,
        is_open=application.is_open(request.now),
    )


def _is_valid(one: Help) -> bool:
    is_right = one.form.is_valid()
    return is_right if one.question is None else one.question.is_valid() and is_right


def _questions(request, application: Application) -> list[dict]:
    """What can be filled in, by label, and whether something stands there: never a word of it."""
    if not application.is_editable(request.now):
        return []
    answered = set(application.answers)
    return [
        {"key": one.key, "label": one.label, "is_answered": one.key in answered}
        for one in on_behalf.answerable(application)
    ]


def _possible(request, call: Call, application: Application) -> Iterator[Help]:
    def bound(name: str, form_class, *, initial=None, **more):
        posted = request.POST if request.POST.get("act") == name else None
        shown = {"seen": as_seen.version_of(application)} | (initial or {})
        return form_class(posted, prefix=name, initial=shown, auto_id=f"{name}_%s", **more)

    now, given = request.now, {"by": request.user, "now": request.now}
    if application.emptied_at is not None:
        return
    if application.is_editable(now):
        yield from _writing(request, application, bound, given)
    if application.is_editable(now) or not withdrawal.why_not(application):
        yield _withdrawing(application, bound, given)
    if application.is_withdrawn and not call.is_released:
        yield _reopening(call, application, bound, given, now)
    others = application.startup.team.filter(is_owner=False, user__is_active=True)
    if others.exists():
        yield Help(
            "hand_over",
            _("Hand the team over"),
            _("Another of the team owns it from then on, and decides who is in it. Whoever owned it stays."),
            _("Hand it over"),
            bound("hand_over", help_forms.HandOverTeamForm, members=others.select_related("user")),
            lambda wish: on_behalf.hand_over_for(
                application, wish["to"], reason=wish["reason"], seen=wish["seen"], **given
            ),
            _("The team has another owner, and all of it is told."),
        )
    yield Help(
        "name",
        _("Correct the name"),
        _(
            "On every page and in every mail from now on. What was submitted keeps its words, and its receipt."
        ),
        _("Correct it"),
        bound("name", help_forms.CorrectNameForm, initial={"name": application.startup.name}),
        lambda wish: on_behalf.correct_name(
            application, wish["name"], reason=wish["reason"], seen=wish["seen"], **given
        ),
        _("The name is corrected, and the team is told."),
    )


def _writing(request, application: Application, bound, given: dict) -> Iterator[Help]:
    """To fill in the chosen question, and to submit."""
    key = request.GET.get("question", "")
    question = next((one for one in on_behalf.answerable(application) if one.key == key), None)
    if question is not None:
        posted = request.POST if request.POST.get("act") == "fill_in" else None
        field = call_form.form_class([question])(posted, auto_id="fill_in_%s")
        yield Help(
            "fill_in",
            _("Fill in an answer"),
            _(
                "Write what they told you. A text that stands there is replaced; they can bring it back. You do not see "
                "it: what a team has not submitted is its own."
            ),
            _("Keep the answer"),
            bound("fill_in", help_forms.FillInForm, initial={"saw": application.draft_version}),
            lambda wish: on_behalf.fill_in(
                application, field.answers(), reason=wish["reason"], saw=wish["saw"], **given
            ),
            _("The answer is in the draft, and the team is told. It counts once it is submitted."),
            question=field,
        )
    stands = standing.of(application, request.now)
    if stands.can_submit:
        yield Help(
            "submit",
            _("Submit for them"),
            _("The draft becomes a numbered version as it stands, and the receipt goes to the team."),
            _("Submit it for them"),
            bound(
                "submit",
                help_forms.SubmitForThemForm,
                initial={"saw": application.draft_version, "key": uuid.uuid4()},
            ),
            lambda wish: on_behalf.submit_for(
                application, reason=wish["reason"], saw=wish["saw"], key=wish["key"], **given
            ),
            _("It is submitted, and the team has its receipt."),
        )


def _withdrawing(application: Application, bound, given: dict) -> Help:
    for_good = _("The call has closed for it, so this cannot be undone: its place and its reviews fall away.")
    for_now = _("Nobody reviews it. It can be reopened until the deadline.")
    return Help(
        "withdraw",
        _("Withdraw it"),
        for_good if application.is_sealed else for_now,
        _("Withdraw it for them"),
        bound("withdraw", help_forms.HelpForm),
        lambda wish: on_behalf.withdraw_for(application, reason=wish["reason"], seen=wish["seen"], **given),
        _("It is withdrawn, and the team is told."),
        kind="danger",
    )


def _reopening(call: Call, application: Application, bound, given: dict, now: datetime) -> Help:
    is_open = application.is_open(now)
    until_then = _("It is a draft again, and counts once it is submitted until the deadline.")
    extended = _(
        "The call is closed for it: it is given time of its own, is a draft again, and counts once it is submitted in that "
        "time."
    )

    def act(wish: dict):
        last = wish.get("last_day")
        on_behalf.reopen_for(
            application,
            until=window.end_of_day(last, call.zone) if last else None,
            reason=wish["reason"],
            seen=wish["seen"],
            **given,
        )

    tomorrow = (now + timedelta(days=1)).astimezone(call.zone).date()
    return Help(
        "reopen",
        _("Reopen it"),
        until_then if is_open else extended,
        _("Reopen it for them"),
        bound("reopen", help_forms.ReopenForm, is_open=is_open, initial={"last_day": tomorrow}),
        act,
        _("It is a draft again, and the team is told."),
    )
