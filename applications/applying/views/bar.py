"""The truth bar as HTML: for each page of an application, and for the answer to a save."""

import uuid

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from applications.applying import tickets
from applications.applying.standing import ApplicationStanding

PLACES = {"", "form", "check", "row"}


def bar(request: HttpRequest, stands: ApplicationStanding, place: str = "") -> SafeString:
    """`place`: "" on a page of its own, "form" at the foot of the form, "check" where all of it
    is read and has its own button, "row" in a list of applications."""
    assert request.user.is_authenticated  # the pages of an application are its team's
    mine, key = stands.application, uuid.uuid4()
    address = reverse("applying:truth_bar", args=[mine.public_id])
    context = {
        "stands": stands,
        "place": place,
        "address": f"{address}?place={place}" if place else address,
        "key": key,
        "token": tickets.token(mine, request.user, key=key),
    }
    return mark_safe(
        render_to_string("applications/applying/truth_bar.html", context, request=request).strip()
    )
