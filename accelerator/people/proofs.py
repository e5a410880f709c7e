"""“Is it you?”: before address, password or factors change, whoever is signed in shows once more that it is them.

allauth asks for a password or a factor, and takes it as shown by whoever has neither, which is nearly everybody. Those
enter a code that goes to the address in use. Whoever has a factor shows the factor, never just a code. Having signed in
within five minutes counts.
"""

import time

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows import reauthentication
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from django.http import HttpRequest

from accelerator.people import codes
from accelerator.records.people import User

BY_CODE = "code"
_TRIES = 3
_BEGUN = "proof_by_code"  # in the session, until the code is in
_ways_of_allauth = reauthentication.get_reauthentication_flows


def ways(user: User) -> list[dict]:
    """How this person can show that it is them."""
    found = _ways_of_allauth(user)
    if user.is_authenticated and not any(way["id"] == "mfa_reauthenticate" for way in found):
        found.append({"id": BY_CODE})
    return found


reauthentication.get_reauthentication_flows = ways  # else nobody without a password would be asked


def has_just_signed_in(request: HttpRequest) -> bool:
    """Signing in takes everything that a proof would."""
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT


def send_code(request: HttpRequest) -> None:
    user, adapter = _user(request), get_adapter()
    code = codes.living(f"proof for {user.pk}", user.email, adapter.generate_login_code)
    request.session[_BEGUN] = {"code": code, "email": user.email, "at": time.time(), "tries": 0}
    adapter.send_mail("account/email/proof_code", user.email, {"code": code})


def expected_code(request: HttpRequest) -> str:
    """What has to be entered now; "" while no code is on its way to the address in use."""
    begun = request.session.get(_BEGUN) or {"at": 0}
    lives = time.time() - begun["at"] < app_settings.LOGIN_BY_CODE_TIMEOUT
    return begun["code"] if lives and begun["email"] == _user(request).email else ""


def note_wrong_code(request: HttpRequest) -> None:
    """After three wrong ones another has to be asked for."""
    begun = request.session.pop(_BEGUN)
    begun["tries"] += 1
    if begun["tries"] < _TRIES:
        request.session[_BEGUN] = begun


def take_code(request: HttpRequest) -> bool:
    """Whether the right code, which was entered, counts: it does once."""
    begun = request.session.pop(_BEGUN)
    user = _user(request)
    if not codes.use_up(f"proof for {user.pk}", begun["email"], begun["code"]):
        return False
    record_authentication(request, user, "code", email=begun["email"], reauthenticated=True)
    return True


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
