"""Pages for what went wrong, each saying what happened and what to do."""

import json
import sys

import structlog
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accelerator import database
from accelerator.watching import logs

log = structlog.get_logger(__name__)

RETRY_SECONDS = 5


def csrf_failure(request, reason=""):
    """A form that was open too long, or in another browser: nothing was saved, nothing is lost."""
    structlog.contextvars.bind_contextvars(refused=reason)  # on the request's line in the log
    return render(
        request,
        "409.html",
        {
            "reason": _(
                "This form was opened before you signed in, or in another window. "
                "Go back, reload the page and send it again; what you typed is still in the form."
            )
        },
        status=403,
    )


def server_error(request):
    """Our fault. The reference is in the log beside the traceback."""
    if database.is_absence(sys.exc_info()[1]):
        database.note_away()
        return database_away(request)
    reference = logs.reference() or logs.new_reference()
    log.error("server error", reference=reference, route=logs.route(request))
    return HttpResponse(render_to_string("500.html", {"reference": reference}), status=500)


def database_away(request):
    """503 within the time that the database was given, as JSON for a script, and nothing here asks the database."""
    if hasattr(request, "session"):
        request.session.modified = False  # it could only be lost, after another wait
    log.error("database away", reference=logs.reference(), route=logs.route(request))
    message = _(
        "Our database is away for a moment. What you saved before is safe; what you have just sent may not be saved yet."
    )
    if request.method in {"GET", "HEAD"}:
        message = _("Our database is away for a moment. What you saved before is safe.")
    return _away(request, message)


def busy() -> tuple[bytes, bytes]:
    """What whoever only looks around gets while too many wait (accelerator/turns.py), as a page and for a script; made
    once, because then there is no time to make it."""
    message = _(
        "Very many people are here just now, and submitting comes first. What you saved before is safe."
    )
    page = render_to_string("503.html", {"message": message})
    return page.encode(), json.dumps({"message": message}).encode()


def storage_away(request):
    """503 for a file that is safe and out of reach."""
    log.error("storage away", reference=logs.reference(), route=logs.route(request), exc_info=True)
    return _away(request, _("This file is out of our reach for a moment. Nothing of it is lost."))


def _away(request, message: str):
    reference = logs.reference()
    if wants_json(request):
        answer: HttpResponse = JsonResponse({"message": message, "reference": reference}, status=503)
    else:
        page = render_to_string("503.html", {"message": message, "reference": reference})
        answer = HttpResponse(page, status=503)
    answer["Retry-After"] = str(RETRY_SECONDS)
    answer["Cache-Control"] = "no-store"
    vars(answer)["_has_been_logged"] = True  # Django's own mark: one line each is enough, without a traceback
    return answer


def wants_json(request) -> bool:
    """Whether a script asks, which cannot read a page."""
    headers = request.headers
    return "application/json" in headers.get("Accept", "") or "HX-Request" in headers
