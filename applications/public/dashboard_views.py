"""A call as a stranger, a founder and a reviewer will see it, a draft too. Nothing here is written: the test application
is a form that is sent, and never a row."""

from collections.abc import Mapping
from copy import copy
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator import wording
from accelerator.dashboard.frame import dashboard, page
from accelerator.models import Startup
from applications.applying import receipts
from applications.applying.models import Application
from applications.calls.kept_questions import Questions
from applications.calls.managed import managed_call
from applications.calls.models import Call
from applications.calls.window import State
from applications.public.views import standing_of
from applications.questions import form as call_form
from applications.reviewing.forms import ReviewForm
from applications.reviewing.sight import closed_to_reviewers


@dashboard("GET")
def stranger(request, call_id: int) -> HttpResponse:
    """The public page, as whoever is not signed in will read it: before, while it is open, or after the close."""
    call = managed_call(request, call_id)
    when = request.GET.get("when", "")
    state = {state.value: state for state in State}.get(when, State.OPEN)
    shown = copy(request)
    shown.user, shown.now = AnonymousUser(), _moment_of(call, state, request.now)
    form_url = reverse("preview:founder", args=[call.pk])
    context = {
        "programme": call.programme,
        "call": call,
        **standing_of(call, shown),
        "apply_url": form_url,
        "questions_url": form_url,
        "previews": _tabs(call, f"stranger-{state.value}"),
    }
    return render(shown, "applications/public/preview_programme.html", context)


def _moment_of(call: Call, state: State, now: datetime) -> datetime:
    """A moment at which the call stands so; now, where it does."""
    if call.window.state(now) is state:
        return now
    return {
        State.COMING: call.window.opens_at - timedelta(days=1),
        State.OPEN: call.window.opens_at,
        State.CLOSED: call.window.deadline,
    }[state]


@dashboard("GET", "POST")
def founder(request, call_id: int) -> HttpResponse:
    """The form. What is typed is checked as a submit would, and kept nowhere."""
    call = managed_call(request, call_id)
    questions = call.listed_questions
    is_check = request.method == "POST"
    form = call_form.bound_to(_typed(request, questions), questions, {}, complete=is_check, zone=call.zone)
    if is_check:
        for question in questions:
            if question.is_file:  # it was not sent
                form.errors.pop(question.key, None)
    context = {
        "programme": call.programme,
        "call": call,
        "form": form,
        "is_check": is_check,
        "sections": call_form.sections(form, questions),
        "previews": _tabs(call, "founder"),
    }
    return render(request, "applications/public/preview_form.html", context)


@dashboard("GET", "POST")
def reviewer(request, call_id: int) -> HttpResponse:
    """The page on which a review is written, beside the test application that the form has sent."""
    call = managed_call(request, call_id)
    questions = call.listed_questions
    answers = _typed(request, questions)
    columns = call_form.startup_columns(answers, questions)
    startup = Startup(**{"name": _("A test application"), **columns})
    application = Application(call=call, startup=startup)
    application.answers = dict(answers)
    content = receipts.content_of(application, questions, {}, number=1, received_at=None)
    form = ReviewForm(call.criteria.all())
    return page(
        request,
        "applications/public/preview_scoring",
        startup.name,
        one_line=startup.one_line,
        facts=[],
        sections=call_form.read(content, without=closed_to_reviewers(call)),
        form=form,
        criteria=form.criteria,
        comments=form.comments,
        done=0,
        whole=1,
        due=_("due %(day)s") % {"day": wording.day(call.reviews_due_on, year=False)},
        queue_url=reverse("preview:founder", args=[call.pk]),
        call=call,
        previews=_tabs(call, "reviewer"),
    )


def _typed(request: HttpRequest, questions: Questions) -> Mapping:
    """The answers of the test application as they were sent; none on the first look."""
    return call_form.form_class(questions)(request.POST).answers() if request.method == "POST" else {}


def _tabs(call: Call, current: str) -> list[dict]:
    public = reverse("preview:stranger", args=[call.pk])
    found = [
        ("stranger-coming", _("Before it opens"), f"{public}?when=coming"),
        ("stranger-open", _("While it is open"), public),
        ("stranger-closed", _("After the close"), f"{public}?when=closed"),
        ("founder", _("The form"), reverse("preview:founder", args=[call.pk])),
        ("reviewer", _("A review"), reverse("preview:reviewer", args=[call.pk])),
    ]
    return [{"label": label, "url": url, "current": key == current} for key, label, url in found]
