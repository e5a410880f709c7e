"""A line on the first page after signing in by a code on a new device: next time a passkey would do. Not a wall."""

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.dispatch import receiver
from django.http import HttpRequest

from accelerator.records.people import User

KEY = "offers_passkey"  # in the session: the path of the page that makes the offer


def make(request: HttpRequest, user: User, *, on: str) -> None:
    """To whoever came in by a code and has no passkey at all."""
    came_by_code = any(one["method"] == "code" for one in get_authentication_records(request, user))
    passkeys = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
    if came_by_code and not passkeys.exists():
        request.session[KEY] = on


@receiver(authenticator_added)
def _has_one_now(sender, request, user, authenticator, **_more) -> None:
    decline(request)


def decline(request: HttpRequest) -> None:
    request.session.pop(KEY, None)
