"""What a device keeps for the time without a connection: the script that keeps it, and one empty form for each call."""

import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from applications.applying.models import Application
from applications.applying.receipts import digest
from applications.calls.models import Call
from applications.questions import form as call_form

PARTS = (
    "css/site.css",
    "icon.svg",
    "js/conditions.js",
    "js/counters.js",
    "js/ticket.js",
    "unfold/fonts/inter/Inter-Regular.woff2",
    "unfold/fonts/inter/Inter-SemiBold.woff2",
)
SCRIPT = "applications/applying/service_worker.js"


@cache
def _parts() -> list[str]:
    """The addresses of all that the empty form is made of."""
    modules = sorted((Path(settings.BASE_DIR) / "static/js/writing").glob("*.js"))
    names = [*PARTS, *(f"js/writing/{path.name}" for path in modules)]
    return [static(name) for name in names]


@require_safe
@login_not_required
def service_worker(request):
    """At the root, because its folder is what it may look after. Asked for anew at each visit, the same for everybody."""
    parts = _parts()
    response = render(
        request,
        SCRIPT,
        {"parts": json.dumps(parts), "version": digest(parts)[:12]},
        content_type="text/javascript; charset=utf-8",
    )
    response["Cache-Control"] = "public, no-cache"
    return response


@require_safe
def offline_form(request, programme_slug, call_slug):
    """The questions of a call as a form that knows nobody, for whoever applies to it.

    Rendered without the request: no name, no token and no message of this person can come into it.
    """
    calls = Call.objects.select_related("programme", "window")
    call = get_object_or_404(calls, programme__slug=programme_slug, slug=call_slug)
    get_object_or_404(Application.objects.of(request.user).filter(call=call)[:1])
    questions = call.listed_questions
    sections = call_form.sections(call_form.bound_to({}, questions, {}), questions)
    context = {"call": call, "programme": call.programme, "sections": sections, "now": request.now}
    response = HttpResponse(render_to_string("applications/applying/offline_form.html", context))
    response["X-Empty-Form"] = "1"
    response["Cache-Control"] = "private, no-store"
    return response
