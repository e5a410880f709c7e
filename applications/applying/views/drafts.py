"""A founder's home, and the application while it is started and written."""

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accelerator import history
from accelerator.models import Startup
from accelerator.policies import accepting
from accelerator.transitions import NotAllowed
from accelerator.typed import given
from applications.applying import drafts, last_time, likeness, standing, team
from applications.applying.forms import StartForm
from applications.applying.locking import closed_sentence
from applications.applying.models import Application
from applications.applying.questions_back import QuestionBack
from applications.applying.views import open_page
from applications.applying.views.bar import bar
from applications.applying.views.common import (
    attach,
    closed_page,
    own_application,
    page,
    posted,
    saved_words,
    wants_json,
)
from applications.applying.views.submission import send
from applications.calls.models import Call
from applications.questions import form as call_form


# --- Home and start -----------------------------------------------------------------------------------
@require_safe
def my_applications(request):
    mine = (
        Application.objects.of(request.user)
        .select_related("call__programme", "call__window", "call__release", "startup", "offer")
        .with_end()
        .order_by("-ends_at", "startup__name")
        .prefetch_related(
            Prefetch("questions_back", QuestionBack.objects.waiting(request.now), to_attr="to_answer")
        )
    )
    applications = [(stands, bar(request, stands, "row")) for stands in standing.of_each(mine, request.now)]
    open_calls = Call.objects.open_at(request.now).select_related("programme", "window")
    response = render(
        request,
        "applications/applying/my_applications.html",
        {"applications": applications, "open_calls": open_calls},
    )
    patch_cache_control(response, private=True, no_store=True)
    return response


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def start_application(request, programme_slug, call_slug):
    if not request.user.is_authenticated:  # most who come here are new: an address, a code, and on with it
        return redirect(f"{reverse('account_signup')}?{urlencode({'next': request.path})}")
    calls = Call.objects.announced().select_related("programme", "window")
    call = get_object_or_404(calls, programme__slug=programme_slug, slug=call_slug)
    mine = Application.objects.of(request.user).filter(call=call).select_related("startup")
    idle = Startup.objects.of(request.user).exclude(applications__call=call)
    form = StartForm(posted(request), startups=idle)
    alike = False
    if form.is_valid():
        chosen = {name: form.cleaned_data[name] for name in ("startup", "name")}
        others = [] if form.is_sure else _alike(request, call, **chosen)
        if others and form.asks_to_join:
            team.ask_to_join(others, by=request.user, now=request.now)
            messages.success(
                request,
                _("We have told the other team that you ask. If you belong to it, they invite you by mail."),
            )
            return redirect("applying:my_applications")
        if not others:
            with transaction.atomic(), history.together():
                begun = drafts.start(call, by=request.user, now=request.now, **chosen)
                accepting.take_note(call.programme, by=request.user, now=request.now)
            is_new = begun.startup.created_at == request.now  # and has no application of last time
            if not is_new and begun.draft_version == 0 and last_time.earlier_application(begun):
                return redirect("applying:last_time", begun.public_id)
            return redirect(begun)
        alike = True
    context = {"call": call, "programme": call.programme, "form": form, "mine": mine, "alike": alike}
    context["is_open"] = call.window.is_open(request.now)
    return render(request, "applications/applying/start_application.html", context)


def _alike(request, call: Call, *, startup: Startup | None, name: str) -> list[Application]:
    """Applications of other teams that may be of the same startup. One's own application, begun before, is no other."""
    found = likeness.of_the_same_name(call, startup.name if startup else name, by=request.user)
    if startup:
        return found or likeness.of_the_same_website(call, startup, by=request.user)
    mine = Application.objects.of(request.user).filter(call=call, startup__name__iexact=name)
    return [] if found and mine.exists() else found


# --- Writing ------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def application(request, public_id, *, sends: bool = False):
    """The form. With `sends` the same press also submits what it saves; such a request comes before others (lanes.py)."""
    mine = own_application(request, public_id)
    if request.method == "POST":
        return _save(request, mine, sends=sends)
    if not mine.is_editable(request.now):
        if wants_json(request):
            return open_page.closed(closed_sentence(mine))
        return closed_page(request, mine)
    questions = mine.call.listed_questions
    if wants_json(request):
        return open_page.news(request, mine, questions, since=given.number(request.GET.get("since")) or 0)
    attached = drafts.read_contents(mine)
    form = call_form.bound_to(mine.answers, questions, attached, zone=mine.call.zone)
    return _form_page(request, mine, form, questions)


def _form_page(request, mine, form, questions, conflicts=None, status=200) -> HttpResponse:
    version = mine.last_version if mine.submitted_at else None
    missing = call_form.missing_in(form)
    return page(
        request,
        "application_form",
        mine,
        status,
        stands=standing.of(mine, request.now, missing=missing, version=version),
        place="form",
        form=form,
        is_answer=status != 200,
        sections=call_form.sections(form, questions),
        conflicts=conflicts or [],
        seen=json.dumps(drafts.marks(mine.answers)),
        saved=saved_words(mine, version),
        version=version,
    )


def _save(request, mine: Application, *, sends: bool) -> HttpResponse:
    questions, since = mine.call.listed_questions, given.number(request.POST.get("draft_version")) or 0
    touched = given.document(request.POST.get("touched"), list)
    asked = questions if touched is None else [question for question in questions if question.key in touched]
    form = call_form.form_class(asked)(request.POST, request.FILES)
    try:
        saved = drafts.save_draft(
            mine,
            form.answers(),
            by=request.user,
            version=since,
            seen=given.document(request.POST.get("seen"), dict),
            is_sent=sends,
            now=request.now,
        )
        for key, checked in form.uploads().items():
            attach(form, mine, key, checked, by=request.user, now=request.now)
    except NotAllowed as refusal:
        if wants_json(request):
            return open_page.closed(str(refusal))
        return closed_page(request, mine, typed=form, refusal=refusal, status=409)
    if wants_json(request):
        return open_page.after_save(request, saved, form, questions, since=since)
    conflicts = open_page.in_conflict(saved, form, request.user)
    if conflicts or any(key in form.errors for key in request.FILES):
        form.hold(drafts.attached_files(mine), mine.call.zone)
        return _form_page(
            request, saved.application, form, questions, conflicts, status=409 if conflicts else 422
        )
    if sends:
        return send(request, saved.application, draft_version=since + saved.writes + len(form.uploads()))
    if request.POST.get("act") == "submit":
        return redirect("applying:submit_application", mine.public_id)
    return redirect("applying:application", mine.public_id)
