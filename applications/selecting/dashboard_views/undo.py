"""What a manager did on the board and in the letters, and the button that takes it back."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accelerator.dashboard.frame import attempt, dashboard, page
from applications.calls.managed import managed_call
from applications.reviewing import assigning
from applications.selecting import undoing
from applications.selecting.acts import BoardAct


@dashboard("GET")
def my_acts(request, call_id: int) -> HttpResponse:
    """One's own acts, the latest first, with what can still be undone."""
    call = managed_call(request, call_id)
    return page(
        request,
        "applications/selecting/my_acts",
        _("What I did"),
        call=call,
        acts=undoing.mine(call, request.user, request.now),
        handed_on=assigning.handed_on_by(call, request.user),
    )


@dashboard("POST")
def undo(request, call_id: int, act_id: int) -> HttpResponse:
    call = managed_call(request, call_id)
    act = get_object_or_404(
        BoardAct.objects.filter(call=call, by=request.user).select_related("call"), pk=act_id
    )
    return attempt(
        request,
        lambda: undoing.undo(act, by=request.user, now=request.now),
        str,
        "selecting:letters" if act.kind == BoardAct.Kind.LETTER_EDITED else "selecting:selection",
        call.pk,
    )
