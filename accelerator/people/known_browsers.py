"""Browsers in which somebody has signed in before. A signed cookie names that person and nothing else; it opens
nothing, but what strangers do to an address is not counted against its owner's own browser."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from accelerator.records.people import User

LIFE = timedelta(days=365)
COOKIE = "__Host-known" if settings.SECURE else "known"
_SALT = "slipway.known-browser"


def remember(response: HttpResponseBase, user: User) -> None:
    """From now on this browser is known as one of this person's."""
    response.set_cookie(
        COOKIE,
        signing.dumps(user.public_id, salt=_SALT),
        max_age=LIFE,
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )


def owner(request: HttpRequest) -> str:
    """The public id of whoever signed in here last; "" where nobody did."""
    try:
        return str(signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=LIFE))
    except signing.BadSignature:
        return ""


def is_owners(request: HttpRequest, address: str) -> bool:
    """Whether the person of this address has signed in here before."""
    named = owner(request)
    return bool(named) and User.objects.filter(public_id=named, email=address).exists()
