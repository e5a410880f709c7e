"""The pages on which managers change what a call rests on."""

from django.utils.translation import gettext as _

from accelerator.dashboard.frame import dashboard, done, page
from accelerator.transitions import NotAllowed
from applications.applying import deadlines
from applications.calls.managed import managed_call
from applications.setup.forms import MoveWindowForm


@dashboard("GET", "POST")
def window(request, call_id):
    """From when until when a call takes applications."""
    call = managed_call(request, call_id)
    posted = request.POST if request.method == "POST" else None
    form = MoveWindowForm(posted, current=call.window, zone=call.zone)
    if form.is_valid():
        wanted = {name: form.cleaned_data[name] for name in ("opens_at", "closes_at", "seen", "reason")}
        try:
            deadlines.move(call, **wanted, by=request.user, now=request.now)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, _("The window is as you set it."), "setup:window", call.pk)
    return page(
        request,
        "applications/setup/window",
        _("When it is open"),
        call=call,
        form=form,
        is_sealed=call.window.sealed_at is not None,
    )
