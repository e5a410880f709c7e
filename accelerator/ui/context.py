"""What every page may show."""

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.functional import SimpleLazyObject

from accelerator.people.destinations import SIGN_IN_BEGUN
from accelerator.records.programmes import Programme
from accelerator.ui import navigation

ACCOUNTS = "/accounts/"


def site(request) -> dict:
    """`nav` for the head of the page, `now` for moments, `rehearsing` for the bar, `programme` where one signs in."""
    signed_in = hasattr(request, "user") and request.user.is_authenticated
    return {
        "nav": SimpleLazyObject(lambda: navigation.links(request) if signed_in else []),
        "now": getattr(request, "now", None),
        "rehearsing": settings.REHEARSAL,
        "programme": None if signed_in else _on_the_way_to(request),
    }


def _on_the_way_to(request) -> Programme | None:
    """The programme whose page somebody wanted who was asked to sign in first."""
    wanted = request.POST.get("next") or request.GET.get("next") or _kept_for_after(request)
    if not wanted:
        return None
    try:
        slug = resolve(urlsplit(wanted).path).kwargs.get("programme_slug")
    except (Resolver404, ValueError):
        return None
    return Programme.objects.filter(slug=slug).first() if slug else None


def _kept_for_after(request) -> str:
    """Where allauth goes once the code is in; between sign-up and code its addresses do not say so."""
    if not request.path.startswith(ACCOUNTS):
        return ""
    begun = request.session.get(SIGN_IN_BEGUN)
    return (begun.get("redirect_url") if isinstance(begun, dict) else "") or ""
