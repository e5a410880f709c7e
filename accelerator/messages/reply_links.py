"""The address at the foot of a mail, at which its receiver answers without signing in."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accelerator.messages.models import OutboxMessage

_SIGNER = signing.Signer(salt="reply", sep="~")


def can_be_answered(message: OutboxMessage) -> bool:
    """What a programme wrote to somebody who has an account; nothing with a code in it."""
    return bool(message.programme_id and message.recipient_id and not message.is_secret)


def link(message: OutboxMessage) -> str:
    return settings.BASE_URL + reverse("threads:reply", args=[_SIGNER.sign(message.public_id)])


def public_id(token: str) -> str:
    """Of the message that this link is about; "" where we did not write it."""
    try:
        return _SIGNER.unsign(token)
    except signing.BadSignature:
        return ""
