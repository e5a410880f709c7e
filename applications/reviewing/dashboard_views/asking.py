"""What managers ask a team about its sealed application, and what it answered."""

from datetime import timedelta

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accelerator.dashboard.frame import attempt, dashboard, done, page
from accelerator.transitions import NotAllowed
from applications.applying.models import Application
from applications.applying.questions_back import QuestionBack
from applications.calls import window
from applications.calls.managed import managed_call
from applications.calls.models import Call
from applications.reviewing import asking_back
from applications.reviewing.forms import AnswerUntilForm, AskTeamForm
from applications.reviewing.sight import Sight

USUAL = timedelta(days=3)


@dashboard("GET", "POST")
def ask_team(request, call_id, public_id):
    """The questions so far with their answers, and the form for another where none waits."""
    call, application = _asked(request, call_id, public_id)
    form = AskTeamForm(
        request.POST if request.method == "POST" else None, initial={"last_day": _usual_day(request, call)}
    )
    if form.is_valid():
        try:
            asking_back.ask(
                application,
                text=form.cleaned_data["text"],
                until=window.end_of_day(form.cleaned_data["last_day"], call.zone),
                by=request.user,
                now=request.now,
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("Sent to the team of %(startup)s. You are told when they answer.")
            return done(
                request, said % {"startup": application}, "reviewing:ask_team", call.pk, application.public_id
            )
    return _page(request, call, application, form=form)


@dashboard("POST")
def give_more_time(request, call_id, public_id, question_id):
    """A later day for an answer."""
    call, application = _asked(request, call_id, public_id)
    question = _question(application, question_id)
    form = AnswerUntilForm(request.POST)
    if form.is_valid():
        try:
            asking_back.give_more_time(
                question,
                until=window.end_of_day(form.cleaned_data["last_day"], call.zone),
                seen=form.cleaned_data["seen"],
                by=request.user,
                now=request.now,
            )
        except NotAllowed as refusal:
            form.add_error("last_day", str(refusal))
        else:
            said = _("They have until then, and are told.")
            return done(request, said, "reviewing:ask_team", call.pk, application.public_id)
    return _page(request, call, application, longer=form)


@dashboard("POST")
def take_back(request, call_id, public_id, question_id):
    call, application = _asked(request, call_id, public_id)
    question = _question(application, question_id)
    return attempt(
        request,
        lambda: asking_back.take_back(
            question, seen=request.POST.get("seen", ""), by=request.user, now=request.now
        ),
        _("The question is taken back, and the team is told."),
        "reviewing:ask_team",
        call.pk,
        application.public_id,
    )


def _asked(request, call_id: int, public_id: str) -> tuple[Call, Application]:
    call = managed_call(request, call_id)
    known = Sight(request.user, call).submitted.select_related("startup", "call__programme", "call__window")
    return call, get_object_or_404(known, public_id=public_id)


def _question(application: Application, question_id: str) -> QuestionBack:
    question = get_object_or_404(application.questions_back, public_id=question_id)
    question.application = application
    return question


def _usual_day(request, call: Call):
    return (request.now + USUAL).astimezone(call.zone).date()


def _page(request, call: Call, application: Application, *, form=None, longer=None):
    questions = list(application.questions_back.select_related("by", "answered_by", "taken_back_by"))
    waits = next((one for one in questions if one.is_unanswered), None)
    if waits and longer is None:
        longer = AnswerUntilForm(initial={"last_day": _usual_day(request, call), "seen": waits.as_shown})
    return page(
        request,
        "applications/reviewing/ask_team",
        _("Ask the team of %(startup)s") % {"startup": application},
        call=call,
        application=application,
        questions=questions,
        why_not=asking_back.why_not(application),
        form=form or AskTeamForm(initial={"last_day": _usual_day(request, call)}),
        longer=longer,
        now=request.now,
    )
