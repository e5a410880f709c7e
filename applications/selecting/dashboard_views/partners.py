"""What partners may be handed: who agreed, and the file."""

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _

from accelerator.dashboard.frame import dashboard, page
from accelerator.transitions import NotAllowed
from applications.calls.managed import managed_call
from applications.selecting import handing_over
from applications.selecting.forms import HandOverForm


@dashboard("GET", "POST")
def for_partners(request, call_id: int) -> HttpResponse | FileResponse:
    """GET shows who agreed, POST gives the file and keeps to whom it goes."""
    call = managed_call(request, call_id)
    form = HandOverForm(
        request.POST if request.method == "POST" else None, partners=call.programme.partners.all()
    )
    status = 200
    if form.is_valid():
        try:
            packed = handing_over.hand_over(
                call, form.cleaned_data["partners"], by=request.user, now=request.now
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            name = f"{call.programme.slug}-{call.slug}-for-partners.zip"
            return FileResponse(packed, as_attachment=True, filename=name, content_type="application/zip")
    answer = page(
        request,
        "applications/selecting/for_partners",
        _("For partners"),
        call=call,
        refusal=handing_over.why_not(call),
        applications=[] if handing_over.why_not(call) else handing_over.agreed(call, request.user),
        form=form,
    )
    answer.status_code = status
    return answer
