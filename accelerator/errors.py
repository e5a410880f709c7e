"""Pages for what went wrong, each saying what happened and what to do."""

import secrets

import structlog
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

log = structlog.get_logger(__name__)


def csrf_failure(request, reason=""):
    """A form that was open too long, or in another browser: nothing was saved, nothing is lost."""
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
    reference = secrets.token_hex(4)
    log.error("server error", reference=reference, path=request.path)
    return HttpResponse(render_to_string("500.html", {"reference": reference}), status=500)
