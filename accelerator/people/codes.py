"""Codes by mail that no stranger can use up, and letterboxes that nobody can flood.

Each browser that asks has a sign-in of its own, with three tries of its own, so a stranger's wrong guesses take none of
the owner's. The code itself is one for an address and ten minutes: asking again sends the same one. After some mails no
further one goes while that code lives, and whoever asks still gets the page on which it counts. So nobody is refused,
and the owner finds the code in the mail that is there already. Once used, a code is gone for every browser.
"""

from collections.abc import Callable
from hashlib import sha256

from allauth.core.internal import ratelimit
from cryptography.fernet import InvalidToken
from django.core.cache import cache
from django.http import HttpRequest

from accelerator.messages import seals
from accelerator.people import known_browsers

LIVES = (
    10 * 60
)  # seconds for which a code is handed out; the browser that asked may enter it for fifteen minutes
GONE = 60 * 60  # seconds for which a used code is remembered: longer than any browser may enter it
LIMITS = {
    "mail_to_owner": "6/10m/key",
    "mail_from_one_source": "3/10m/key",
    "mail_from_strangers": "12/10m/key,40/d/key",
}


def living(purpose: str, address: str, make: Callable[[], str]) -> str:
    """The code that counts for this address now: the one that was sent already, or a new one."""
    key, fresh = _key("code", purpose, address), make()
    sealed = _keys().encrypt(fresh.encode()).decode()
    if cache.add(key, sealed, LIVES):
        return fresh
    try:
        return _keys().decrypt(cache.get(key, "")).decode()
    except InvalidToken:  # it ran out this moment, or was sealed with a key that is gone
        cache.set(key, sealed, LIVES)
        return fresh


def use_up(purpose: str, address: str, code: str) -> bool:
    """Whether this is the first use of a right code; a second one, in whichever browser, is refused."""
    is_first = cache.add(_key("used", purpose, address, code), True, GONE)
    if is_first and living(purpose, address, lambda: code) == code:
        cache.delete(_key("code", purpose, address))
    return is_first


def may_mail(request: HttpRequest, address: str, matter: str) -> bool:
    """Whether a mail that anybody can cause goes out. `matter` is the code in it, or what it is about.

    The first with a matter always goes, or the page that asks for a code would wait for one that never comes. What
    comes after that has an allowance for the owner's browsers, and others for strangers.
    """
    address = address.lower()
    if known_browsers.is_owners(request, address):
        is_within = _take(request, "mail_to_owner", address)
    else:
        is_within = _take(request, "mail_from_one_source", f"{address} {ratelimit.get_ip(request)}")
        is_within = is_within and _take(request, "mail_from_strangers", address)
    is_new = cache.add(_key("mailed", address, matter), True, LIVES)
    return is_new or is_within


def _take(request: HttpRequest, action: str, key: str) -> bool:
    taken = ratelimit.consume(request, app="slipway", action=action, config=LIMITS, key=key, limit_get=True)
    return taken is not None


def _keys():
    return seals.keys_for("sign-in code")


def _key(*parts: str) -> str:
    return "sign-in:" + sha256("\0".join(parts).encode()).hexdigest()
