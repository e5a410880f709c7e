"""The organisations of a programme in the dashboard."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accelerator import as_seen
from accelerator.dashboard.frame import attempt, dashboard, done, page
from accelerator.programmes import organisations
from accelerator.programmes.forms import OrganisationForm
from accelerator.records.programmes import Partner, Programme
from accelerator.transitions import NotAllowed


def _programme(request, slug: str) -> Programme:
    return get_object_or_404(Programme.objects.managed_by(request.user), slug=slug)


def _partner(request, slug: str, pk: int) -> Partner:
    return get_object_or_404(_programme(request, slug).partners.select_related("programme"), pk=pk)


@dashboard("GET")
def listed(request, programme_slug: str) -> HttpResponse:
    """In the order in which the public page names them."""
    programme = _programme(request, programme_slug)
    partners = list(programme.partners.order_by("position", "pk"))
    return page(
        request,
        "accelerator/programmes/organisations",
        _("Organisations"),
        programme=programme,
        partners=partners,
        seen=organisations.shown_as(partners),
    )


@dashboard("GET", "POST")
def add(request, programme_slug: str) -> HttpResponse:
    return _write(request, _programme(request, programme_slug), None)


@dashboard("GET", "POST")
def organisation(request, programme_slug: str, partner_id: int) -> HttpResponse:
    """One of them, to be changed."""
    partner = _partner(request, programme_slug, partner_id)
    return _write(request, partner.programme, partner)


def _write(request, programme: Programme, partner: Partner | None) -> HttpResponse:
    form = OrganisationForm(request.POST if request.method == "POST" else None, partner=partner)
    if form.is_valid():
        act = {"by": request.user, "now": request.now}
        try:
            if partner:
                organisations.change(partner, form.cleaned_data, seen=request.POST.get("seen", ""), **act)
            else:
                organisations.add(programme, form.cleaned_data, **act)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("“%(name)s” is saved.") % {"name": form.cleaned_data["name"]}
            return done(request, said, "programmes:organisations", programme.slug)
    return page(
        request,
        "accelerator/programmes/organisation",
        partner.name if partner else _("Add an organisation"),
        programme=programme,
        partner=partner,
        form=form,
        seen=as_seen.version_of(partner) if partner else "",
    )


@dashboard("POST")
def move(request, programme_slug: str, partner_id: int) -> HttpResponse:
    partner = _partner(request, programme_slug, partner_id)
    act = {"up": request.POST.get("to") == "up", "seen": request.POST.get("seen", "")}
    return attempt(
        request,
        lambda: organisations.move(partner, **act, by=request.user, now=request.now),
        _("The organisation is moved."),
        "programmes:organisations",
        programme_slug,
    )


@dashboard("POST")
def remove(request, programme_slug: str, partner_id: int) -> HttpResponse:
    partner = _partner(request, programme_slug, partner_id)
    return attempt(
        request,
        lambda: organisations.remove(partner, by=request.user, now=request.now),
        _("“%(name)s” is taken out.") % {"name": partner.name},
        "programmes:organisations",
        programme_slug,
    )
