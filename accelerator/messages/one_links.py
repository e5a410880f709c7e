"""One link, no sign-in: from a mail to one act of its receiver, and to nothing else.

A room says which address of a page, in mails of which kind, is replaced as the mail leaves, and by which route:

    @one_links.stands_in("mentoring.log_session", route="mentoring:log_by_link")
    def to_log(message): return …     # the address as the text has it; "" for none

What is kept and shown of a mail has the address at which one signs in; the link stands in the mail alone. It is the
receiver's alone, lives for a week unless its room says otherwise, and dies with their account, with another address of theirs, and with the text of the
mail. Whether the act may still be done, by whom and to what, the page asks as for anybody.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accelerator.messages.models import OutboxMessage

LIVES = timedelta(days=7)


@dataclass(frozen=True)
class OneLink:
    """In place of which address, and where it leads."""

    route: str
    instead_of: Callable[[OutboxMessage], str]
    lives: timedelta = LIVES


declared: dict[str, list[OneLink]] = defaultdict(list)


def stands_in(*kinds: str, route: str, lives: timedelta = LIVES) -> Callable:
    def declare(instead_of: Callable[[OutboxMessage], str]) -> Callable[[OutboxMessage], str]:
        for kind in kinds:
            declared[kind].append(OneLink(route, instead_of, lives))
        return instead_of

    return declare


def put_in(message: OutboxMessage, text: str) -> str:
    """The text as it leaves."""
    for link in declared.get(message.kind, []):
        address = link.instead_of(message) if message.recipient_id else ""
        if address:
            text = text.replace(
                address, settings.BASE_URL + reverse(link.route, args=[token(message, link.route)])
            )
    return text


def token(message: OutboxMessage, route: str) -> str:
    return _signer(route).sign(message.public_id)


def by_token(written: str, route: str) -> OutboxMessage | None:
    """The mail in which this link stood, whether or not it still counts; None where we did not write it."""
    try:
        public_id = _signer(route).unsign(written)
    except signing.BadSignature:
        return None
    kinds = [kind for kind, links in declared.items() if any(link.route == route for link in links)]
    mails = OutboxMessage.objects.select_related("recipient", "programme")
    return mails.filter(public_id=public_id, kind__in=kinds, recipient__isnull=False).first()


def lives(message: OutboxMessage, route: str, now: datetime) -> bool:
    """Whether its receiver may still come by it."""
    person = message.recipient
    return bool(
        person
        and person.is_active
        and person.email.lower() == message.to_email.lower()
        and now < message.due_at + _lives(message, route)
        and message.text  # emptied with what it was about
    )


def _lives(message: OutboxMessage, route: str) -> timedelta:
    return next((link.lives for link in declared.get(message.kind, []) if link.route == route), timedelta())


def _signer(route: str) -> signing.Signer:
    return signing.Signer(salt=f"one-link {route}", sep="~")
