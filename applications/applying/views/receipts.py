"""The receipt of a version, as a page and as a signed file; and what anybody needs to check one."""

import json
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.postgres.expressions import ArraySubquery
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from accelerator import turns, wording
from accelerator.transitions import NotAllowed
from applications.applying import receipt_keys, receipt_lists, receipts, standing
from applications.applying.models import ReceiptList
from applications.applying.views.common import own_application, page
from applications.calls.models import Call
from applications.questions import form as call_form

SCRIPT = Path(settings.BASE_DIR) / "static" / "verify_receipt.py"
NO_KEYS = "KEYS = {}\n"


@require_safe
def receipt(request, public_id, number):
    mine = own_application(request, public_id)
    numbers = mine.submissions.order_by("-number").values("number")
    known = mine.submissions.select_related("submitted_by").annotate(numbers=ArraySubquery(numbers))
    version = get_object_or_404(known, number=number)
    is_short = request.environ.get(turns.WAITING, 0) >= turns.MANY and "whole" not in request.GET
    of_all: list[int] = version.numbers  # type: ignore[attr-defined]  # what annotate() put there
    return page(
        request,
        "receipt",
        mine,
        stands=standing.of(mine, request.now, version=version if version.number == of_all[0] else None),
        version=version,
        sections=[] if is_short else call_form.read(version.content),
        is_short=is_short,
        numbers=of_all,
        is_editable=mine.is_editable(request.now),
        listed=receipt_lists.newest_for(version, mine.call) if mine.call.window.sealed_at else None,
    )


@require_safe
def receipt_content(request, public_id, number):
    """The file to keep: what was submitted, its hash, and our signature over it."""
    version = get_object_or_404(
        own_application(request, public_id).submissions.select_related("application"), number=number
    )
    if not version.content:
        raise NotAllowed(
            _(
                "What was submitted is no longer kept. Its hash stays, so the copy that you have can be checked."
            )
        )
    answer = _download(receipts.file_of(version), f"receipt-{version.receipt_number}.json")
    answer["Cache-Control"] = "private, no-store"
    return answer


# --- For anybody --------------------------------------------------------------------------------------
@login_not_required
@require_safe
def check_receipt(request: HttpRequest) -> HttpResponse:
    """A receipt is dropped here and checked by the reader's own browser; also the keys and lists themselves."""
    lists = ReceiptList.objects.defer("text").select_related("call__programme")
    return render(
        request,
        "applications/applying/check_receipt.html",
        {
            "keys": receipt_keys.published(),
            "lists": lists.order_by("-call__starts_on", "call", "number"),
            "lists_url": reverse("applying:receipt_lists", args=["p", "c"]).removesuffix("p/c/"),
        },
    )


@login_not_required
@require_safe
def receipt_keys_file(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"keys": receipt_keys.published()})


@login_not_required
@require_safe
def lists_of_receipts(request: HttpRequest, programme_slug: str, call_slug: str) -> HttpResponse:
    """Which lists of a call there are, oldest first; empty until it is sealed."""
    calls = Call.objects.announced().select_related("programme")
    call = get_object_or_404(calls, programme__slug=programme_slug, slug=call_slug)
    return JsonResponse(
        {
            "call": f"{programme_slug}/{call_slug}",
            "lists": [
                {
                    "number": one.number,
                    "seal": one.seal,
                    "sealed_at": receipts.stamp_text(one.sealed_at),
                    "sealed_on": wording.moment(one.sealed_at, call.zone),
                    "url": reverse("applying:receipt_list", args=[programme_slug, call_slug, one.number]),
                }
                for one in call.receipt_lists.defer("text")
            ],
        }
    )


@login_not_required
@gzip_page
@require_safe
def list_of_receipts(request: HttpRequest, programme_slug: str, call_slug: str, number: int) -> HttpResponse:
    one = get_object_or_404(
        ReceiptList, call__programme__slug=programme_slug, call__slug=call_slug, number=number
    )
    return _download(one.text.encode(), f"receipts-{call_slug}-{number}.json")


@login_not_required
@require_safe
def verify_script(request: HttpRequest) -> HttpResponse:
    """The script that checks receipts offline, with this site's public keys in it."""
    text = SCRIPT.read_text(encoding="utf-8")
    if NO_KEYS not in text:
        raise Http404("The script has no place for the keys.")
    known = {key["name"]: key["public"] for key in receipt_keys.published()}
    filled = text.replace(NO_KEYS, f"KEYS = {json.dumps(known, indent=4)}\n", 1)
    return _download(filled.encode(), "verify_receipt.py", "text/x-python; charset=utf-8")


def _download(content: bytes, name: str, content_type: str = "application/json") -> HttpResponse:
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
