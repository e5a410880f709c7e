"""What is announced to whoever reads a page, asked only where a page shows it."""

from datetime import datetime

from django.utils.functional import SimpleLazyObject

from accelerator.announcements.models import Announcement
from accelerator.records.people import User


def shown_to(user: User, now: datetime) -> list[Announcement]:
    """The oldest first, without what they have put away."""
    if not Announcement.objects.shown(
        now
    ).exists():  # as nearly always; whom one is for takes far longer to ask
        return []
    found = Announcement.objects.for_reader(user).shown(now).not_put_away_by(user)
    return list(found.select_related("programme").order_by("starts_at", "pk"))


def on_pages(request) -> dict:
    """`announcements` for accelerator/announcements/shown.html."""
    signed_in = hasattr(request, "user") and request.user.is_authenticated
    return {
        "announcements": SimpleLazyObject(
            lambda: shown_to(request.user, request.now) if signed_in and hasattr(request, "now") else []
        )
    }
