"""Messages: written with the change they announce, under a key that says each thing once.

`enqueue()` writes a row in the caller's transaction; `accelerator/messages/delivery.py` sends it. docs/architecture.md tells
the whole life of a message.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models, transaction
from django.template.loader import render_to_string
from django.utils import translation

from accelerator import clock, history
from accelerator.messages import nudging, own_words, seals
from accelerator.messages.models import OutboxMessage
from accelerator.records import languages
from accelerator.records.people import User
from accelerator.records.programmes import Programme
from accelerator.watching import logs

ROWS_AT_ONCE = 100  # in one INSERT: a longer one takes the client more time to put together than it saves


def absolute(path: str) -> str:
    """A link for a mail, from the configured base address, never from a request."""
    return settings.BASE_URL + path


def enqueue(kind: str, *, key: str, to: User | str, now: datetime | None = None, **fields) -> None:
    """Write one message, unless its key is there already; `fields` as `made()` takes them."""
    write([made(kind, key=key, to=to, now=now, **fields)])


def made(
    kind: str,
    *,
    key: str,
    to: User | str,
    address: str = "",
    context: dict | None = None,
    programme: Programme | None = None,
    about: models.Model | None = None,
    version: str = "",
    due_at: datetime | None = None,
    useless_after: datetime | None = None,
    words: tuple[str, str] | None = None,
    calendar: str = "",
    calendar_method: str = "",
    now: datetime | None = None,
) -> OutboxMessage:
    """A message that is not written yet, for callers that write many at once.

    `kind` is `<app>.<name>` and names the templates `<app>/notices/<name>.subject.txt` and `.txt`. Every template
    sees `context` and `person` (the recipient), `base_url`, `programme`. A person is written to at the address that
    is theirs when it leaves, unless `address` fixes one. `version` says which state of `about` it announces, for the
    kind's `still_wanted` check; `words` are subject and text where they are there already.
    """
    now = now or clock.now()
    person = to if isinstance(to, User) else None
    subject, text = words or in_words(kind, {"person": person, **(context or {})}, programme)
    return OutboxMessage(
        kind=kind,
        dedupe_key=key,
        programme=programme,
        recipient=person,
        to_email=address or (to.email if isinstance(to, User) else to),
        address_is_fixed=bool(address) or person is None,
        object_type=about._meta.label_lower if about else "",
        object_id=about.pk if about else None,
        version=version,
        created_at=now,
        due_at=due_at or now,
        useless_after=useless_after,
        subject=in_subject(subject),
        text=text,
        calendar=calendar,
        calendar_method=calendar_method,
    )


# A subject is read as our own words, and it can hold what somebody typed: no address of a page stands in it.
_LINK_IN_SUBJECT = re.compile(r"\w+://\S+|\bwww\.\S+|\b[\w-]+(?:\.[\w-]+)+/\S*", re.IGNORECASE)


def in_subject(words: str) -> str:
    """A subject in one line, without links."""
    return _LINK_IN_SUBJECT.sub("…", " ".join(words.split()))[:200]


def in_words(kind: str, context: dict, programme: Programme | None) -> tuple[str, str]:
    """Subject and text of a message, in the programme's own words or from its templates, in its reader's language."""
    app, name = kind.split(".")
    context = {"programme": programme, "base_url": settings.BASE_URL, **context}
    language = languages.of(context.get("person"), programme)
    with translation.override(language):
        if own := own_words.in_words(kind, context, programme, language):
            return in_subject(own[0]), own[1].strip() + "\n"
        subject = in_subject(render_to_string(f"{app}/notices/{name}.subject.txt", context))
        return subject, render_to_string(f"{app}/notices/{name}.txt", context).strip() + "\n"


def enqueue_secret(
    kind: str,
    *,
    to: str,
    subject: str,
    text: str,
    useless_after: datetime | None,
    programme: Programme | None = None,
    about: models.Model | None = None,
) -> None:
    """A code or a link that opens something: encrypted until it is sent and erased after.

    The dashboard shows recipient, kind and times.
    """
    now = clock.now()
    write(
        [
            OutboxMessage(
                kind=kind,
                dedupe_key=f"{kind}:{sha256(f'{to}{text}{clock.real_now()}'.encode()).hexdigest()[:40]}",
                programme=programme,
                recipient=User.objects.filter(email__iexact=to).first(),
                to_email=to,
                address_is_fixed=True,
                object_type=about._meta.label_lower if about else "",
                object_id=about.pk if about else None,
                is_secret=True,
                created_at=now,
                due_at=now,
                useless_after=useless_after,
                subject=in_subject(subject),
                text=seals.seal(text.encode()).decode(),
            )
        ]
    )


def record_skipped(kind: str, **fields) -> None:
    """Leave on record that a notice was due but would have come too late to be of use."""
    OutboxMessage.objects.bulk_create([skipped(kind, **fields)], ignore_conflicts=True)


def skipped(
    kind: str,
    *,
    key: str,
    to: User,
    programme: Programme | None,
    about: models.Model,
    due_at: datetime,
    useless_after: datetime,
    reason: str,
    version: str = "",
) -> OutboxMessage:
    """The record of a message that was not written for a reason; not kept yet."""
    return OutboxMessage(
        kind=kind,
        dedupe_key=key,
        programme=programme,
        recipient=to,
        to_email=to.email,
        object_type=about._meta.label_lower,
        object_id=about.pk,
        version=version,
        status=OutboxMessage.Status.SKIPPED,
        reason=reason[:200],
        created_at=clock.now(),
        due_at=due_at,
        useless_after=useless_after,
    )


def write(messages: Iterable[OutboxMessage]) -> int:
    """Write messages in the caller's transaction, except those whose key exists already. Returns how many were given."""
    messages = list(messages)
    for message in messages:
        message.reference = logs.reference()[:40]
    OutboxMessage.objects.bulk_create(messages, batch_size=ROWS_AT_ONCE, ignore_conflicts=True)
    transaction.on_commit(nudging.nudge)
    return len(messages)


def cancel(messages: models.QuerySet[OutboxMessage], *, reason: str) -> int:
    """Withdraw messages that have not gone out, with the reason on record. Returns how many."""
    unsent = messages.filter(status__in=[OutboxMessage.Status.HELD, OutboxMessage.Status.WAITING])
    return unsent.update(status=OutboxMessage.Status.CANCELLED, reason=reason[:200])


def retry(message: OutboxMessage, *, by: User, now: datetime) -> None:
    """Put a message that could not be delivered back in the queue, with a fresh set of tries."""
    message.move_to(OutboxMessage.Status.WAITING, attempts=0, next_try_at=clock.real_now(), lease_until=None)
    history.record("message.retried", message, by=by, programme=message.programme, now=now)
    transaction.on_commit(nudging.nudge)


class OutboxBackend(BaseEmailBackend):
    """Turns every mail of Django itself into a secret message: it may hold a link or a code."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            for recipient in mail.recipients():
                enqueue_secret(
                    "accelerator.system",
                    to=recipient,
                    subject=str(mail.subject),
                    text=str(mail.body),
                    useless_after=clock.now() + timedelta(hours=1),
                )
        return len(email_messages)
