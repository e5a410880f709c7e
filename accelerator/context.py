"""What every page may show."""

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from accelerator import navigation


def site(request) -> dict:
    """`nav` for the head of the page, `now` for moments, `rehearsing` for the bar."""
    signed_in = hasattr(request, "user") and request.user.is_authenticated
    return {
        "nav": SimpleLazyObject(lambda: navigation.links(request) if signed_in else []),
        "now": getattr(request, "now", None),
        "rehearsing": settings.REHEARSAL,
    }
