"""Checking passwords without letting anybody make us work.

A check costs a tenth of a second of a processor on purpose. It is spent once for an account that has a password, and not
at all for the others, which are nearly all, or for unknown addresses: those answers wait as long as a check lasts, so
that the time does not tell which is which.
"""

import random
import time
from collections import deque

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.userkit import filter_users_by_email
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accelerator.records.people import User

_MEASURED_EVERY = 10 * 60  # seconds: with nobody's password to check, one is hashed for its time
_lasted: deque[float] = deque(maxlen=20)  # seconds that checks have lasted in this process lately
_measured_at = float("-inf")


class PasswordBackend(AuthenticationBackend):
    """The only one that looks at passwords: where it says no, no other backend is asked."""

    def authenticate(self, request: HttpRequest | None, **credentials) -> User | None:
        password, email = credentials.get("password"), credentials.get("email") or credentials.get("username")
        if not password or not email:
            return None
        user = next(iter(filter_users_by_email(email, prefer_verified=True, for_login=True)), None)
        if user is None or not user.has_usable_password():
            _wait_as_long_as_a_check()
            raise PermissionDenied
        began = time.perf_counter()
        is_right = user.check_password(password)
        _note(time.perf_counter() - began)
        if not is_right:
            raise PermissionDenied
        if not self.user_can_authenticate(user):
            self._stash_user(user)  # allauth shows the page of a closed account
            raise PermissionDenied
        return user


def _note(seconds: float) -> None:
    global _measured_at
    _lasted.append(seconds)
    _measured_at = time.monotonic()


def _wait_as_long_as_a_check() -> None:
    if time.monotonic() - _measured_at < _MEASURED_EVERY:
        time.sleep(random.choice(_lasted))
        return
    began = time.perf_counter()
    make_password("for its time")
    _note(time.perf_counter() - began)
