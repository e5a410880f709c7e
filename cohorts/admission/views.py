"""The page on which a place is accepted or given up, and the terms as they were accepted."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accelerator.transitions import NotAllowed
from applications.applying.permissions import owns
from applications.models import Offer
from applications.selecting import offers, terms
from cohorts.admission import acceptance
from cohorts.admission.forms import AcceptForm, DeclineForm, NamingForm, ProposeForm

ANSWERS: dict[str, type[forms.Form]] = {
    "accept": AcceptForm,
    "decline": DeclineForm,
    "propose": ProposeForm,
    "undo": forms.Form,
    "naming": NamingForm,
}


def _of_my_team(request: HttpRequest, public_id: str) -> Offer:
    visible = Offer.objects.visible_to(request.user).select_related(
        "application__startup", "application__call__programme", "terms", "declining_by"
    )
    return get_object_or_404(visible, public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def offer(request, public_id):
    """GET shows the offer, its terms and until when it stands. POST `answer` = one of ANSWERS, with its form."""
    offer = _of_my_team(request, public_id)
    forms_by_answer = _forms(request, offer)
    if request.method == "POST":
        form = forms_by_answer.get(request.POST.get("answer"), forms_by_answer["decline"])
        if form.is_valid():
            try:
                return redirect(_done(request, offer, request.POST.get("answer"), form.cleaned_data))
            except NotAllowed as refusal:
                form.add_error(None, str(refusal))
                offer = _of_my_team(request, public_id)
    call = offer.application.call
    return render(
        request,
        "cohorts/admission/offer.html",
        {
            "offer": offer,
            "call": call,
            "programme": call.programme,
            "is_open": offer.is_open(request.now),
            "is_noted_for_team": offer.is_declining
            and not offer.startup.team.filter(user=offer.declining_by).exists(),
            "is_owner": owns(request.user, offer.startup),
            "terms": terms.current(call),
            "accepting": forms_by_answer["accept"],
            "declining": forms_by_answer["decline"],
            "proposing": forms_by_answer["propose"],
            "undoing": forms_by_answer["undo"],
            "naming": forms_by_answer["naming"],
            "perks": call.perks.select_related("partner"),
            "first_days": call.events.order_by("starts_at")[:3],
        },
    )


def _forms(request, offer: Offer) -> dict[str, forms.Form]:
    """One for each answer; the one that was sent is bound."""
    standing = terms.current(offer.application.call)
    initial = {
        "terms": standing.number if standing else 0,
        "may_be_named": offer.may_be_named,
    }
    sent = request.POST.get("answer") if request.method == "POST" else None
    return {
        answer: kind(request.POST if answer == sent else None, auto_id=f"{answer}_%s", initial=initial)
        for answer, kind in ANSWERS.items()
    }


def _done(request, offer: Offer, answer: str, given: dict):
    """Do what was asked for. Returns where to go from here."""
    said_by = {"by": request.user, "now": request.now}
    if answer == "accept":
        membership = acceptance.accept(
            offer,
            name=given["name"],
            terms_seen=given["terms"],
            may_be_named=given["may_be_named"],
            **said_by,
        )
        messages.success(request, _("You are in. Welcome."))
        return membership
    if answer == "decline":
        offers.decline(offer, reason=given["reason"], **said_by)
    elif answer == "propose":
        offers.propose_decline(offer, reason=given["reason"], **said_by)
        messages.success(request, _("The owner of your team is asked. Until they decide, nothing changes."))
    elif answer == "undo":
        offers.undo_decline(offer, **said_by)
        messages.success(request, _("The place is kept. It waits for your answer as before."))
    else:
        offers.agree_to_be_named(offer, given["may_be_named"], **said_by)
        messages.success(request, _("Saved."))
    return offer


@require_safe
def offer_terms(request: HttpRequest, public_id: str) -> HttpResponse:
    """The terms to be read or printed: those that were accepted, or those that an open offer has today."""
    offer = _of_my_team(request, public_id)
    call = offer.application.call
    shown = offer.terms if offer.is_accepted else terms.current(call)
    if shown is None:
        raise Http404("This offer has no written terms.")
    return render(
        request,
        "cohorts/admission/offer_terms.html",
        {"offer": offer, "call": call, "programme": call.programme, "terms": shown},
    )
