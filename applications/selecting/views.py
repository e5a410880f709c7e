"""The founder's pages of a sealed application: its letters, and its withdrawal. Only the team gets in."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accelerator.transitions import NotAllowed
from applications.applying.forms import WithdrawForm
from applications.applying.models import Application
from applications.applying.views.common import own_application
from applications.selecting import letters, withdrawal


@require_safe
def read_letters(request, public_id: str) -> HttpResponse:
    """What the programme wrote to the team, for everybody who is in it, whether the mail reached them or not."""
    mine = own_application(request, public_id)
    found = letters.received(mine) if mine.call.is_released else []
    if not found:
        raise Http404
    latest, *earlier = found
    return render(
        request,
        "applications/selecting/read_letters.html",
        {"application": mine, "programme": mine.call.programme, "latest": latest, "earlier": earlier},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_sealed(request, public_id: str) -> HttpResponse:
    """GET asks, and says what it means; POST withdraws."""
    known = Application.objects.of(request.user).select_related("call__programme", "call__window", "startup")
    mine = get_object_or_404(known, public_id=public_id)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        withdrawal.withdraw_sealed(mine, by=request.user, reason=form.cleaned_data["reason"], now=request.now)
        messages.success(request, _("The application is withdrawn. It is no longer part of the selection."))
        return redirect(mine)
    if refusal := withdrawal.why_not(mine):
        raise NotAllowed(refusal)
    explanation = _(
        "It is not judged any more, and reviews that are in do not count. A place that it may have been given, among "
        "the chosen or in the reserve, goes to another startup. The call has closed, so this cannot be undone."
    )
    return render(
        request,
        "confirm.html",
        {
            "question": _("Withdraw the application of %(startup)s?") % {"startup": mine.startup},
            "explanation": explanation,
            "act": _("Withdraw it for good"),
            "dangerous": True,
            "back": mine.get_absolute_url(),
            "form": form,
            "programme": mine.call.programme,
        },
    )
