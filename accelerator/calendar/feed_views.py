"""What calendar applications read, and the page on which people make, renew and take back its addresses."""

from urllib.parse import urlencode

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accelerator.calendar import feeds, showing
from accelerator.calendar.models import CalendarFeed
from accelerator.transitions import NotAllowed

LIMITS = {"calendar_feed": "120/h/key"}
COME_BACK_AFTER = 30 * 60  # seconds
FRESH_FOR = 5 * 60  # seconds


@login_not_required
@require_safe
def feed(request, token: str) -> HttpResponse:
    """Read by a machine every now and then; whoever has what stands there gets no text."""
    found = feeds.by_token(token)
    subject = feeds.subject_of(found) if found else None
    if found is None or subject is None:
        raise Http404
    if not ratelimit.consume(
        request, app="slipway", action="calendar_feed", config=LIMITS, key=str(found.pk), limit_get=True
    ):
        return HttpResponse(status=429, headers={"Retry-After": str(COME_BACK_AFTER)})
    entries = feeds.entries(found, subject, request.now)
    etag = feeds.etag(subject, entries)
    response = get_conditional_response(request, etag=etag)
    if response is None:
        text = feeds.text(found, subject, entries)
        response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["ETag"] = etag
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, private=True, max_age=FRESH_FOR)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def subscriptions(request) -> HttpResponse:
    """One's own addresses; a POST makes one more."""
    if request.method == "POST":
        try:
            feeds.make(request.user, request.POST.get("of", ""), now=request.now)
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
        return redirect("calendars:subscriptions")
    others = list(showing.others_of(request.user))
    known = {subject.reference: subject for subject in [showing.MINE, *others]}
    made = {feed.subject: feed for feed in CalendarFeed.objects.filter(user=request.user)}
    return render(
        request,
        "accelerator/calendar/subscriptions.html",
        {
            "mine": made.get(showing.MINE.reference) and _shown(made[showing.MINE.reference], showing.MINE),
            "made": [
                _shown(feed, known.get(reference))
                for reference, feed in made.items()
                if reference != showing.MINE.reference
            ],
            "to_make": [subject for subject in others if subject.reference not in made],
        },
    )


def _shown(feed: CalendarFeed, subject: showing.Subject | None) -> dict:
    """An address as the page shows it; without a subject it is one of which nothing can be read any more."""
    address = feeds.address(feed)
    as_calendar = "webcal:" + address.partition(":")[2]
    name = feeds.calendar_name(subject) if subject else ""
    return {
        "feed": feed,
        "subject": subject,
        "name": name,
        "address": address,
        "webcal": as_calendar,
        "google": f"https://calendar.google.com/calendar/r?{urlencode({'cid': as_calendar})}",
        "outlook": "https://outlook.office.com/calendar/0/addfromweb?"
        + urlencode({"url": address, "name": name}),
        "seen": feeds.fingerprint(feed),
    }


@require_POST
def make_anew(request, pk: int) -> HttpResponse:
    feed = get_object_or_404(CalendarFeed, pk=pk, user=request.user)
    feeds.make_anew(feed, seen=request.POST.get("seen", ""), now=request.now)
    messages.success(request, _("The address is a new one. The earlier leads nowhere from now on."))
    return redirect("calendars:subscriptions")


@require_POST
def take_back(request, pk: int) -> HttpResponse:
    feed = get_object_or_404(CalendarFeed, pk=pk, user=request.user)
    feeds.take_back(feed, seen=request.POST.get("seen", ""))
    messages.success(request, _("Nobody reads anything at that address any more."))
    return redirect("calendars:subscriptions")
