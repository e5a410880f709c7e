"""Two days before the deadline a manager writes to every team that has not submitted."""

from datetime import datetime, timedelta
from functools import partial

from django.urls import reverse

from accelerator.models import GroupMessage
from applications.calls import window

DRAFTS = "applications.drafts"


def plan(season):
    call = season.call
    before = window.last_day(call.window.closes_at, call.zone) - timedelta(days=2)
    yield season.on(before, 10), partial(write, season), False


def write(season, now: datetime) -> None:
    """Unless somebody has written to them by hand."""
    call = season.call
    if GroupMessage.objects.filter(audience=DRAFTS, place_id=call.pk).exists():
        return
    manager = season.manager()
    manager.post(
        reverse("groups:write", args=[DRAFTS, call.pk]),
        {
            "subject": "{startup}: two days are left",
            "text": "Hello {name|everybody},\n\nyour application can be submitted until {deadline}: {link}",
        },
    )
    message = GroupMessage.objects.filter(audience=DRAFTS, place_id=call.pk).first()
    if message:
        page = manager.get(reverse("groups:message", args=[message.public_id])).context_data
        if page["count"]:
            manager.post(reverse("groups:send", args=[message.public_id]), {"seen": page["seen"]})
