"""The keys that sign receipts: Ed25519, made when there is none of this year, and used for nothing else.

The private one is kept encrypted with the installation's secret key. Where that was lost a new key is made; what the
old one signed can still be checked, because the public keys of all years stay and are published.
"""

from base64 import b64encode
from hashlib import sha256

from cryptography.fernet import InvalidToken
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.db import IntegrityError, transaction
from django.db.models import Max

from accelerator import clock
from accelerator.messages import seals
from applications.applying.models import ReceiptKey

ALGORITHM = "Ed25519"
PURPOSE = "receipt-key"


def sign(data: bytes) -> dict[str, str]:
    """The signature over these bytes, with what somebody needs to find its public key."""
    key, private = _current()
    return {
        "algorithm": ALGORITHM,
        "key": key.name,
        "year": str(key.year),
        "value": b64encode(private.sign(data)).decode(),
    }


def published() -> list[dict[str, str]]:
    """The public keys of all years, oldest first. There is always one, so that a script that knows them knows some."""
    _current()
    return [
        {
            "name": key.name,
            "year": str(key.year),
            "algorithm": ALGORITHM,
            "public": key.public,
            "made_on": f"{key.made_at:%Y-%m-%d}",
        }
        for key in ReceiptKey.objects.all()
    ]


def make() -> ReceiptKey:
    """A new key, which signs from now on."""
    now = clock.real_now()
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    secret = private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    latest = ReceiptKey.objects.filter(year=now.year).aggregate(latest=Max("number"))["latest"]
    return ReceiptKey.objects.create(
        year=now.year,
        number=(latest or 0) + 1,
        name=sha256(public).hexdigest()[:16],
        public=b64encode(public).decode(),
        sealed_private=seals.keys_for(PURPOSE).encrypt(secret).decode(),
        made_at=now,
    )


def _current() -> tuple[ReceiptKey, Ed25519PrivateKey]:
    """The newest key of this year; made when there is none that can be used."""
    if found := _usable():
        return found
    try:
        with transaction.atomic():
            made = make()
    except IntegrityError:  # another process was first
        if found := _usable():
            return found
        raise
    return made, _opened(made)


def _usable() -> tuple[ReceiptKey, Ed25519PrivateKey] | None:
    key = ReceiptKey.objects.filter(year=clock.real_now().year).last()
    try:
        return (key, _opened(key)) if key else None
    except InvalidToken:
        return None


def _opened(key: ReceiptKey) -> Ed25519PrivateKey:
    secret = seals.keys_for(PURPOSE).decrypt(key.sealed_private.encode())
    return Ed25519PrivateKey.from_private_bytes(secret)
