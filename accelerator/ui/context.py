"""What every page may show."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.urls import Resolver404, resolve
from django.utils.functional import SimpleLazyObject

from accelerator.people.destinations import SIGN_IN_BEGUN
from accelerator.records.programmes import Programme
from accelerator.ui import navigation

ACCOUNTS = "/accounts/"


def site(request) -> dict:
    """`nav` for the head of the page, `now` for moments, `rehearsing` for the bar, `programme` where one signs in."""
    was_read = hasattr(request, "session")  # not where the address itself was refused
    signed_in = hasattr(request, "user") and request.user.is_authenticated
    return {
        "nav": SimpleLazyObject(lambda: navigation.links(request) if signed_in else []),
        "now": getattr(request, "now", None),
        "rehearsing": settings.REHEARSAL,
        "programme": _on_the_way_to(request) if was_read and not signed_in else None,
    }


def _on_the_way_to(request) -> Programme | None:
    """The programme whose page somebody wanted who was asked to sign in first."""
    wanted = _posted_next(request) or request.GET.get("next") or _kept_for_after(request)
    if not wanted:
        return None
    try:
        slug = resolve(urlsplit(wanted).path).kwargs.get("programme_slug")
    except (Resolver404, ValueError):
        return None
    return Programme.objects.filter(slug=slug).first() if slug else None


def _posted_next(request) -> str:
    """What the forms of signing in carry along. A form that cannot be read was refused, and this is the page that says so."""
    if not request.path.startswith(ACCOUNTS):
        return ""
    try:
        return request.POST.get("next", "")
    except (SuspiciousOperation, MultiPartParserError, UnreadablePostError):
        return ""


def _kept_for_after(request) -> str:
    """Where allauth goes once the code is in; between sign-up and code its addresses do not say so."""
    if not request.path.startswith(ACCOUNTS):
        return ""
    begun = request.session.get(SIGN_IN_BEGUN)
    return (begun.get("redirect_url") if isinstance(begun, dict) else "") or ""
