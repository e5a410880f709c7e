"""The page on which a place is accepted or declined."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accelerator.transitions import NotAllowed
from applications.models import Offer
from applications.selecting import offers
from cohorts.admission import acceptance
from cohorts.admission.forms import AcceptForm, DeclineForm


@require_http_methods(["GET", "POST"])
def offer(request, public_id):
    """GET shows the offer and until when it stands. POST `answer` = accept or decline, with `confirm`."""
    visible = Offer.objects.visible_to(request.user).select_related(
        "application__startup", "application__call__programme"
    )
    offer = get_object_or_404(visible, public_id=public_id)
    accepting, declining = AcceptForm(), DeclineForm(auto_id="decline_%s")
    if request.method == "POST":
        form: AcceptForm | DeclineForm
        is_accepting = request.POST.get("answer") == "accept"
        if is_accepting:
            form = accepting = AcceptForm(request.POST)
        else:
            form = declining = DeclineForm(request.POST, auto_id="decline_%s")
        if form.is_valid():
            try:
                if is_accepting:
                    membership = acceptance.accept(offer, by=request.user, now=request.now)
                    messages.success(request, _("You are in. Welcome."))
                    return redirect(membership)
                offers.decline(offer, reason=form.cleaned_data["reason"], by=request.user, now=request.now)
                return redirect(offer)
            except NotAllowed as refusal:
                form.add_error(None, str(refusal))
                offer.refresh_from_db()
    call = offer.application.call
    return render(
        request,
        "cohorts/admission/offer.html",
        {
            "offer": offer,
            "call": call,
            "programme": call.programme,
            "is_open": offer.is_open(request.now),
            "accepting": accepting,
            "declining": declining,
            "perks": call.perks.select_related("partner"),
            "first_days": call.events.order_by("starts_at")[:3],
        },
    )
