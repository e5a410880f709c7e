"""A manager's pages of the texts of a programme: what stands, who signed, the next version."""

from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accelerator.dashboard.frame import dashboard, done, page, paged
from accelerator.policies import publishing
from accelerator.policies.forms import ContactsForm, PolicyForm
from accelerator.policies.models import Policy, PolicyAcceptance
from accelerator.records.fields import Localised
from accelerator.records.people import Role
from accelerator.records.programmes import Programme
from accelerator.transitions import NotAllowed


def _programme(request, slug: str) -> Programme:
    return get_object_or_404(Programme.objects.managed_by(request.user), slug=slug)


@dashboard("GET", refuses_itself=True)
def policies(request, programme_slug=None) -> HttpResponse:
    """The four texts, each with its version; who reads the private line; who signed the undertaking, and who has not."""
    managed = Programme.objects.managed_by(request.user).order_by("name")
    programme = get_object_or_404(managed, slug=programme_slug) if programme_slug else managed.first()
    if programme is None:
        raise PermissionDenied
    standing = {
        policy.kind: policy
        for policy in Policy.objects.filter(programme=programme).current().select_related("published_by")
    }
    texts = [{"kind": kind, "label": kind.label, "policy": standing.get(kind)} for kind in Policy.Kind]
    undertaking = standing.get(Policy.Kind.UNDERTAKING)
    signed = PolicyAcceptance.objects.filter(policy=undertaking).select_related("person")
    asked = Role.objects.live().filter(programme=programme, kind__in=Policy.ASKED_OF)
    missing = asked.exclude(user__policy_acceptances__policy=undertaking) if undertaking else asked.none()
    return page(
        request,
        "admin/policies",
        _("Policies"),
        programme=programme,
        programmes=managed,
        texts=texts,
        contacts=programme.conduct_contacts.all(),
        undertaking=undertaking,
        signed=paged(request, signed.order_by("accepted_at", "pk")),
        missing=missing.select_related("user").order_by("user__name", "pk"),
    )


@dashboard("GET", "POST", refuses_itself=True)
def policy(request, programme_slug, kind) -> HttpResponse:
    """One text: what stands, to be written anew; each version stays."""
    programme = _programme(request, programme_slug)
    if kind not in Policy.Kind.values:
        raise Http404
    standing = publishing.current(programme, kind)
    text = str(standing.text) if standing else publishing.shipped(programme, kind)
    initial = {"text": text, "seen": standing.number if standing else 0}
    form = PolicyForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        others = dict(standing.text) if standing else {}
        wanted = Localised(others | {programme.language: form.cleaned_data["text"]})
        try:
            made = publishing.publish(
                programme, kind, wanted, seen=form.cleaned_data["seen"], by=request.user, now=request.now
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            said = (
                _("Version %(number)s is published.") % {"number": made.number}
                if made
                else _("Nothing changed.")
            )
            return done(request, said, "policies:policies", programme.slug)
    versions = Policy.objects.filter(programme=programme, kind=kind).order_by("-number")
    return page(
        request,
        "admin/policy",
        Policy.Kind(kind).label.capitalize(),
        programme=programme,
        kind=kind,
        form=form,
        standing=standing,
        versions=versions.select_related("published_by").annotate(agreed=Count("acceptances")),
    )


@dashboard("GET", "POST", refuses_itself=True)
def contacts(request, programme_slug) -> HttpResponse:
    """Who reads the private line of the code of conduct."""
    programme = _programme(request, programme_slug)
    initial = {
        f"{column}_{number}": getattr(contact, column)
        for number, contact in enumerate(programme.conduct_contacts.all(), 1)
        for column in ("name", "email")
    }
    form = ContactsForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        changed = publishing.name_contacts(programme, form.wanted(), by=request.user, now=request.now)
        said = _("They read the private line from now on.") if changed else _("Nothing changed.")
        return done(request, said, "policies:policies", programme.slug)
    return page(
        request, "admin/conduct_contacts", _("Who reads the private line"), programme=programme, form=form
    )
