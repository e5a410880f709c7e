"""From which address a programme's mails leave. Who gets one checks that its domain has let our mail server send it (SPF,
DKIM, DMARC); so it is one of the domain that this installation sends from, or below it, and nothing else."""

from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext as _

from accelerator.records.programmes import Programme


def own_address() -> str:
    """Of this installation."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def may_send_from(address: str) -> bool:
    home, domain = (one.rpartition("@")[2].lower() for one in (own_address(), address))
    return bool(home and domain) and f".{domain}".endswith(f".{home}")


def address_of(programme: Programme) -> str:
    """Its own where that may be, else that of the installation."""
    return programme.sender_email if may_send_from(programme.sender_email) else own_address()


def why_not(address: str) -> str:
    return _(
        "Mails leave from %(home)s here. From %(domain)s they would be taken for forged, so choose an address of "
        "%(home)s; answers go to the contact all the same."
    ) % {"home": own_address().rpartition("@")[2], "domain": address.rpartition("@")[2]}
