"""What authenticator apps and recovery codes are made of, sealed with the installation's key, so that a copy of the
database is no copy of everybody's second factor.

A changed key loses nothing while the one before stands in SLIPWAY_PREVIOUS_KEYS; `manage.py reseal_factors` seals all
with the new one, after which the one before can go.
"""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.db import transaction
from django.utils.translation import gettext as _

from accelerator.messages import seals
from accelerator.transitions import NotAllowed

_SEALED = "gAAAAA"  # how whatever Fernet has sealed begins; seeds are digits or capitals


def seal(text: str) -> str:
    return _keys().encrypt(text.encode()).decode()


def opened(text: str) -> str:
    """Raises NotAllowed when it was sealed with a key that is gone."""
    if not text.startswith(_SEALED):  # written by a version that did not seal
        return text
    try:
        return _keys().decrypt(text).decode()
    except InvalidToken:
        raise NotAllowed(
            _(
                "Your second factor cannot be read, because the key of this installation was changed. Ask a manager to "
                "reset it."
            )
        ) from None


@transaction.atomic
def reseal() -> int:
    """Everything sealed with the key of now. Returns how many factors that were."""
    count = 0
    for factor in Authenticator.objects.select_for_update().exclude(type=Authenticator.Type.WEBAUTHN):
        factor.data = each_secret(factor.data, lambda text: seal(opened(text)))
        factor.save(update_fields=["data"])
        count += 1
    return count


def each_secret(data: dict, change: Callable[[str], str]) -> dict:
    """What allauth keeps of a factor, with every secret in it changed."""
    return {
        name: [change(one) for one in value]
        if name == "migrated_codes"
        else change(value)
        if name in {"secret", "seed"}
        else value
        for name, value in data.items()
    }


def _keys():
    return seals.keys_for("second factor")
