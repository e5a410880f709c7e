"""What people find in their mail: codes and links, as their receivers read them."""

import re

from accelerator.messages import seals
from accelerator.models import OutboxMessage


def mail_to(address: str) -> str:
    """The newest secret mail to an address, as its receiver reads it."""
    message = OutboxMessage.objects.filter(to_email=address).latest("pk")
    return message.subject + "\n" + seals.opened(message.text.encode()).decode()


def code_for(address: str) -> str:
    return re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", mail_to(address), re.MULTILINE).group(1)
