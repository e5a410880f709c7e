"""The page from which a call is set up: what it still lacks, and the buttons that open it or make it a draft again."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accelerator import as_seen
from accelerator.dashboard.frame import attempt, dashboard, page
from applications.calls.managed import managed_call
from applications.setup import checklist, opening


@dashboard("GET")
def call(request, call_id: int) -> HttpResponse:
    """How the call stands: a draft with its checklist, or opened."""
    call = managed_call(request, call_id)
    points = checklist.of(call, request.now)
    return page(
        request,
        "applications/setup/call",
        call.name,
        call=call,
        seen=as_seen.version_of(call),
        missing=checklist.missing(points),
        advised=[point for point in points if point.is_advised],
        in_order=[point for point in points if not (point.is_missing or point.is_advised)],
        opens_at_once=call.window.opens_at <= request.now,
        why_not_back="" if call.is_draft else opening.why_not_back(call),
    )


@dashboard("POST")
def open_call(request, call_id: int) -> HttpResponse:
    call = managed_call(request, call_id)
    return attempt(
        request,
        lambda: opening.open_call(call, seen=request.POST.get("seen", ""), by=request.user, now=request.now),
        _("The call is open to all eyes: it stands on the public page."),
        "setup:call",
        call.pk,
    )


@dashboard("POST")
def back_to_draft(request, call_id: int) -> HttpResponse:
    call = managed_call(request, call_id)
    return attempt(
        request,
        lambda: opening.back_to_draft(call, by=request.user, now=request.now),
        _("The call is a draft again: nobody outside sees it."),
        "setup:call",
        call.pk,
    )
