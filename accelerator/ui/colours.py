"""The sheet of a programme's colour: an address of its own, because pages allow no styles that stand in them."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accelerator.ui import accent


@login_not_required
@require_safe
@cache_control(public=True, max_age=31_536_000, immutable=True)
def colours(request, accent_key: str) -> HttpResponse:
    """For ever the same: its address says the colour."""
    colour = f"#{accent_key.lower()}"
    if accent.fault(colour):
        raise Http404
    return HttpResponse(accent.sheet(colour), content_type="text/css; charset=utf-8")
