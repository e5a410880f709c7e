"""Where somebody goes on after a step that changed what they can do."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import SuspiciousOperation
from django.http import UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.urls import Resolver404, resolve

from accelerator.records.programmes import Programme

ACCOUNTS = "/accounts/"

SIGN_IN_BEGUN = "account_login"  # in the session, as allauth keeps it until the code is in

AFTER_FACTOR = "after_factor"  # in the session: the page that a missing second factor kept somebody from


@dataclass(frozen=True)
class Destination:
    """A page by the name of its route; the view that asked makes an address of it."""

    route: str
    arguments: tuple[str | int, ...] = ()


def on_the_way_to(request) -> Programme | None:
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
