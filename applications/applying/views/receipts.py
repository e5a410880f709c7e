"""The receipt of a version: as a page, and as the bytes that its hash stands for."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from applications.applying import receipts
from applications.applying.views.common import own_application, page
from applications.questions import form as call_form


@require_safe
def receipt(request, public_id, number):
    mine = own_application(request, public_id)
    version = get_object_or_404(mine.submissions.select_related("submitted_by"), number=number)
    return page(
        request,
        "receipt",
        mine,
        version=version,
        sections=call_form.read(version.content),
        versions=mine.submissions.only("number", "received_at", "application").order_by("-number"),
        is_editable=mine.is_editable(request.now),
    )


@require_safe
def receipt_content(request, public_id, number):
    """The canonical bytes: their SHA-256 is the one on the receipt."""
    version = get_object_or_404(own_application(request, public_id).submissions, number=number)
    name = f"receipt-{version.receipt_number}.json"
    return HttpResponse(
        receipts.canonical(version.content),
        content_type="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )
