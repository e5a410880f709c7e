"""The calls that the reader of a dashboard page manages."""

from django.http import Http404

from applications.calls.models import Call


def managed_calls(request) -> list[Call]:
    """The calls that the reader manages and has no part in, the latest first. Asked once per request: they are in the
    sidebar of every page, and most pages are about one of them."""
    if not hasattr(request, "managed_calls"):
        calls = Call.objects.managed_by(request.user).select_related("programme", "window", "release")
        request.managed_calls = list(calls.order_by("-starts_on", "pk"))
    return request.managed_calls


def managed_call(request, call_id: int) -> Call:
    """The call, for those who manage it and have no part in it; not found for everybody else."""
    for call in managed_calls(request):
        if call.pk == call_id:
            return call
    raise Http404
