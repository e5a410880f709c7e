"""The frame of a view for one act of one person by the link of their mail, without signing in.

Whoever looks at the page is treated as nobody: all that it shows and does is of the mail's receiver and of what the mail
is about. GET shows and changes nothing, for mail scanners open links, too.
"""

from collections.abc import Callable
from dataclasses import dataclass

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accelerator.messages import one_links
from accelerator.messages.models import OutboxMessage
from accelerator.records import languages
from accelerator.records.people import User

LIMITS = {"one_link": "60/10m/key"}
COME_BACK_AFTER = 10 * 60  # seconds


@dataclass(frozen=True)
class Come:
    """Who came by the link of which mail, and whether it still counts."""

    person: User
    message: OutboxMessage
    counts: bool


def by_link(route: str) -> Callable:
    """Gives the view a Come, in the receiver's language and zone, and bounds how often."""

    def decorate(view: Callable) -> Callable:
        @login_not_required
        @never_cache
        @require_http_methods(["GET", "HEAD", "POST"])
        def shown(request, token: str) -> HttpResponse:
            message = one_links.by_token(token, route)
            if message is None or message.recipient is None:
                raise Http404
            within = ratelimit.consume(
                request, app="slipway", action="one_link", config=LIMITS, key=str(message.pk), limit_get=True
            )
            if not within:
                return HttpResponse(status=429, headers={"Retry-After": str(COME_BACK_AFTER)})
            person = message.recipient
            come = Come(person, message, one_links.lives(message, route, request.now))
            with (
                translation.override(languages.of(person, message.programme)),
                timezone.override(person.zone),
            ):
                return view(request, come)

        shown.__doc__ = view.__doc__
        return shown

    return decorate


def again(request) -> HttpResponse:
    """To the same address, which says from now on that it is done."""
    if "X-Stays" in request.headers:
        return JsonResponse({"url": request.path})
    return redirect(request.path)
