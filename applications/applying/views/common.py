"""What the founder's pages share: the application of the reader's own team, the frame, and what an open draft says."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from accelerator import wording
from accelerator.files import quota, storage
from applications.applying import asking, drafts, receipts, standing
from applications.applying.closed_page import acts_on
from applications.applying.forms import MoreTimeForm
from applications.applying.models import Application
from applications.applying.views.bar import bar
from applications.questions import form as call_form


def own_application(request, public_id: str) -> Application:
    """An application of the reader's own startup; for everybody else it does not exist."""
    known = Application.objects.of(request.user).select_related("call__programme", "call__window", "startup")
    return get_object_or_404(known, public_id=public_id)


def page(
    request,
    template: str,
    application: Application,
    status: int = 200,
    *,
    stands: standing.ApplicationStanding | None = None,
    place: str = "",
    **context,
) -> HttpResponse:
    """A page of an application for its team, with the bar that says how it stands. Never shown from a store: Back in the
    browser asks for today's."""
    stands = stands or standing.of(application, request.now)
    common: dict = {
        "application": application,
        "call": application.call,
        "programme": application.call.programme,
        "stands": stands,
        "truth_bar": bar(request, stands, place),
    }
    response = render(request, f"applications/applying/{template}.html", {**common, **context}, status=status)
    patch_cache_control(response, private=True, no_store=True)
    return response


def posted(request):
    """What binds a form: an empty POST is one too."""
    return request.POST if request.method == "POST" else None


def wants_json(request) -> bool:
    return request.headers.get("Accept") == "application/json"


def saved_words(mine: Application, version=None) -> str:
    when = wording.wall_time(mine.saved_at, mine.call.zone)
    if not mine.is_submitted:
        return _("Draft saved at %(time)s. Nothing is submitted yet.") % {"time": when}
    if version and is_unchanged(mine, version):
        return _("Nothing has changed since version %(number)d.") % {"number": version.number}
    return _("Saved at %(time)s. Changes count once you submit again.") % {"time": when}


def is_unchanged(mine: Application, version) -> bool:
    return version.content.get("draft_version") == mine.draft_version


def attach(form, mine: Application, key: str, checked, *, by, now: datetime) -> None:
    """Keep the file; when the storage is away or full, or the day's quota is, say so beside its question."""
    try:
        drafts.attach_file(mine, key, checked, by=by, now=now)
    except storage.NotKept as refusal:
        form.add_error(key, ValidationError(str(refusal), code="not_kept"))
    except quota.UsedUp as refusal:
        form.add_error(key, ValidationError(str(refusal), code="quota"))


def closed_page(
    request, mine: Application, *, typed=None, refusal=None, more_time_form=None, status=200
) -> HttpResponse:
    """Nothing can be changed any more: what stands, what was typed just now, and what comes next."""
    version = mine.last_version if mine.is_submitted else None
    offer = getattr(mine, "offer", None) if mine.call.is_released else None
    if version:
        content = version.content
    else:
        questions = mine.call.listed_questions
        content = receipts.content_of(mine, questions, drafts.read_contents(mine))
    return page(
        request,
        "application_closed",
        mine,
        status,
        sections=call_form.read(content),
        version=version,
        versions=mine.submissions.only("number", "application"),
        offer=offer,
        offer_is_open=offer is not None and offer.is_open(request.now),
        refusal=refusal,
        typed=call_form.not_stored(typed, mine.answers) if typed else [],
        can_reopen=mine.is_withdrawn and mine.is_open(request.now),
        acts=acts_on(mine),
        asked=mine.extension_requests.select_related("by", "answered_by").order_by("at", "pk"),
        more_time_form=more_time_form or (MoreTimeForm() if asking.may_ask(mine, request.now) else None),
        is_open=mine.is_open(request.now),
        questions_back=mine.questions_back.filter(taken_back_at=None).select_related("answered_by"),
        now=request.now,
    )
