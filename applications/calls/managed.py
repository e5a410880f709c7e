"""The calls that the reader of a dashboard page manages."""

from django.http import Http404

from accelerator.memo import once_per_request
from applications.calls.models import Call


@once_per_request
def managed_calls(request) -> list[Call]:
    """The calls that the reader manages and has no part in, the latest first: they are in the sidebar of every page,
    and most pages are about one of them."""
    calls = Call.objects.managed_by(request.user).select_related("programme", "window", "release")
    return list(calls.order_by("-starts_on", "pk"))


def managed_call(request, call_id: int) -> Call:
    """The call, for those who manage it and have no part in it; not found for everybody else."""
    for call in managed_calls(request):
        if call.pk == call_id:
            return call
    raise Http404
