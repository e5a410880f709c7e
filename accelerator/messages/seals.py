"""Texts that must not be readable in the database: sealed with the installation's key, opened by it or an older one.

A changed key therefore loses nothing as long as the one before stands in `SECRET_KEY_FALLBACKS`. A rehearsal seals
nothing, because it shows its mail.
"""

from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class CannotBeOpened(Exception):
    """None of the keys that this installation knows has sealed this."""


def keys_for(purpose: str) -> MultiFernet:
    """What seals with the installation's key, and opens with older ones too; another purpose has other keys."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [Fernet(urlsafe_b64encode(sha256(f"{purpose}:{key}".encode()).digest())) for key in keys]
    )


def seal(text: bytes) -> bytes:
    return text if settings.REHEARSAL else keys_for("outbox").encrypt(text)


def opened(sealed: bytes) -> bytes:
    """Raises CannotBeOpened when it was sealed with a key that is gone."""
    if settings.REHEARSAL:
        return sealed
    try:
        return keys_for("outbox").decrypt(sealed)
    except InvalidToken as error:
        raise CannotBeOpened(
            "This was sealed with another secret key. Name that one in SLIPWAY_PREVIOUS_KEYS, or send it anew."
        ) from error
