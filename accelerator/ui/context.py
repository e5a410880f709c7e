"""What every page may show."""

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from accelerator.people.destinations import on_the_way_to
from accelerator.ui import navigation


def site(request) -> dict:
    """`nav` for the head of the page, `now` for moments, `rehearsing` for the bar, `programme` where one signs in."""
    was_read = hasattr(request, "session")  # not where the address itself was refused
    signed_in = hasattr(request, "user") and request.user.is_authenticated
    return {
        "nav": SimpleLazyObject(lambda: navigation.links(request) if signed_in else []),
        "now": getattr(request, "now", None),
        "rehearsing": settings.REHEARSAL,
        "programme": on_the_way_to(request) if was_read and not signed_in else None,
    }
