"""What a programme promises and asks in writing, for everybody to read; and where one signs."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accelerator.going_on import path_of_ours
from accelerator.policies import accepting, conduct, publishing
from accelerator.policies.forms import ConductForm, UndertakingForm
from accelerator.policies.models import Policy
from accelerator.records.programmes import Programme
from accelerator.transitions import NotAllowed


def _texts(programme: Programme, kind: Policy.Kind) -> dict:
    policy = publishing.current(programme, kind)
    return {
        "programme": programme,
        "policy": policy,
        "text": str(policy.text) if policy else publishing.shipped(programme, kind),
    }


@login_not_required
@require_safe
def privacy(request, programme_slug) -> HttpResponse:
    programme = get_object_or_404(Programme, slug=programme_slug)
    title = _("Privacy notice")
    return render(
        request,
        "accelerator/policies/policy.html",
        {"title": title, **_texts(programme, Policy.Kind.PRIVACY)},
    )


@login_not_required
@require_safe
def imprint(request, programme_slug) -> HttpResponse:
    programme = get_object_or_404(Programme, slug=programme_slug)
    context = {"title": _("Imprint"), **_texts(programme, Policy.Kind.IMPRINT)}
    return render(request, "accelerator/policies/policy.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def code_of_conduct(request, programme_slug) -> HttpResponse:
    """The code, and the private line to the people it names: for whoever is signed in."""
    programme = get_object_or_404(Programme, slug=programme_slug)
    form = ConductForm(request.POST if request.method == "POST" and request.user.is_authenticated else None)
    if form.is_valid():
        try:
            conduct.write(programme, **form.cleaned_data, by=request.user, now=request.now)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Sent. Only the people named here can read it, and no copy is kept with us.")
            )
            return redirect("policies:conduct", programme.slug)
    context = {
        "title": _("Code of conduct"),
        "form": form,
        "contacts": programme.conduct_contacts.all(),
        **_texts(programme, Policy.Kind.CONDUCT),
    }
    return render(request, "accelerator/policies/conduct.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def undertaking(request) -> HttpResponse:
    """The first undertaking that this person owes, one after the other; then on to where they wanted to go."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    goes_on = path_of_ours(wanted)
    policy = Policy.objects.owed_by(request.user).select_related("programme").first()
    if policy is None:
        return redirect(goes_on)
    form = UndertakingForm(request.POST if request.method == "POST" else None, policy=policy)
    if form.is_valid():
        try:
            accepting.give_undertaking(
                policy.programme, **form.cleaned_data, by=request.user, now=request.now
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(goes_on)
    return render(
        request,
        "accelerator/policies/undertaking.html",
        {"policy": policy, "programme": policy.programme, "form": form, "next": goes_on},
    )


@login_not_required
@require_safe
def source(request) -> HttpResponse:
    """Whoever uses a copy of Slipway over a network may have its source, as its licence says."""
    if settings.SOURCE_URL:
        return redirect(settings.SOURCE_URL)
    return render(
        request, "accelerator/policies/source.html", {"programmes": Programme.objects.order_by("name")}
    )
