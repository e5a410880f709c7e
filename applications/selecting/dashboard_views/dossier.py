"""A manager's download of the selection dossier."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from accelerator import readings
from accelerator.dashboard.frame import dashboard
from accelerator.models import Reading
from accelerator.transitions import NotAllowed
from applications.calls.managed import managed_call
from applications.reviewing.dashboard_views.content import others_shown
from applications.reviewing.sight import Sight


@dashboard("GET")
def dossier(request, call_id: int) -> HttpResponse:
    """The selection as a file without names, which anybody can recompute."""
    from applications.selecting import dossiers

    call = managed_call(request, call_id)
    try:
        text = dossiers.export(call, to=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("selecting:ranking", call.pk)
    readings.note(request, Reading.What.DOSSIER, call)
    others_shown(request, Sight(request.user, call))
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    name = f"{call.programme.slug}-{call.slug}-selection{'' if call.is_released else '-draft'}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
