"""Certificates of what a programme no longer keeps, for its managers."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accelerator.dashboard.frame import dashboard, page, paged
from accelerator.privacy import certificates
from accelerator.privacy.models import Certificate
from accelerator.records.programmes import Programme


def _mine(request):
    managed = Programme.objects.managed_by(request.user)
    return Certificate.objects.filter(programme__in=managed).select_related("programme")


@dashboard("GET")
def all_certificates(request):
    return page(
        request,
        "accelerator/privacy/certificates",
        _("Certificates"),
        certificates=paged(request, _mine(request)),
    )


@dashboard("GET")
def certificate(request, public_id: str) -> HttpResponse:
    """The document as it was hashed."""
    found = get_object_or_404(_mine(request), public_id=public_id)
    response = HttpResponse(
        certificates.canonical(found.document), content_type="application/json; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="certificate-{found.public_id}.json"'
    return response
