"""Messages: written with the change they announce, under a key that says each thing once.

`enqueue()` writes a row in the caller's transaction; `accelerator/messages/delivery.py` sends it. docs/architecture.md tells
the whole life of a message.
"""

import queue
import threading
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from hashlib import sha256

import structlog
from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, connection, models, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accelerator import clock, history
from accelerator.messages import seals
from accelerator.messages.models import OutboxMessage
from accelerator.records.people import User
from accelerator.records.programmes import Programme
from accelerator.watching import logs

log = structlog.get_logger(__name__)

CHANNEL = "slipway_messages"  # of PostgreSQL's NOTIFY: something is to be sent
ROWS_AT_ONCE = 100  # in one INSERT: a longer one takes the client more time to put together than it saves

# kind -> what people call it; each application adds its own where it writes them
KIND_NAMES: dict[str, Promise] = {}

# kind -> function(message) that returns why it is no longer wanted, or "" while it is; asked when it leaves
_wanted_checks: dict[str, Callable[[OutboxMessage], str]] = {}


def still_wanted(*kinds: str):
    """Register a check that looks at the live state just before sending: withdrawn? cancelled? moved?"""

    def register(function: Callable[[OutboxMessage], str]):
        _wanted_checks.update(dict.fromkeys(kinds, function))
        return function

    return register


def why_unwanted(message: OutboxMessage) -> str:
    """Why this message should not leave any more, as a sentence; "" while it should."""
    if message.recipient and not message.recipient.is_active:
        return str(_("This person’s account is closed."))
    return _wanted_checks.get(message.kind, lambda _message: "")(message)


def name_kinds(app: str, **names: Promise) -> None:
    """Say what people call the messages of an application: `name_kinds("applications", receipt=_("Receipt of …"))`."""
    KIND_NAMES.update({f"{app}.{name}": words for name, words in names.items()})


def kind_in_words(kind: str) -> str:
    """`applications.receipt` → Receipt of a submission."""
    return str(KIND_NAMES.get(kind) or kind.partition(".")[2].replace("_", " ").capitalize())


name_kinds(
    "accelerator",
    invite_co_founder=_("Invitation to a team"),
    invite_manager=_("Invitation to manage"),
    invite_mentor=_("Invitation to mentor"),
    invite_reviewer=_("Invitation to review"),
    role_ended=_("A role has ended"),
    sign_in=_("Code for signing in"),
)


def absolute(path: str) -> str:
    """A link for a mail, from the configured base address, never from a request."""
    return settings.BASE_URL + path


# --- Writing ------------------------------------------------------------------------------------------
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
    """A message that is not written yet, for whoever writes many at once.

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
        to_email=address or (person.email if person else to),
        address_is_fixed=bool(address) or person is None,
        object_type=about._meta.label_lower if about else "",
        object_id=about.pk if about else None,
        version=version,
        created_at=now,
        due_at=due_at or now,
        useless_after=useless_after,
        subject=subject[:200],
        text=text,
        calendar=calendar,
        calendar_method=calendar_method,
    )


def in_words(kind: str, context: dict, programme: Programme | None) -> tuple[str, str]:
    """Subject and text of a message, from its templates, in the programme's language."""
    app, name = kind.split(".")
    context = {"programme": programme, "base_url": settings.BASE_URL, **context}
    with translation.override(programme.language if programme else settings.LANGUAGE_CODE):
        subject = " ".join(render_to_string(f"{app}/notices/{name}.subject.txt", context).split())
        return subject, render_to_string(f"{app}/notices/{name}.txt", context).strip() + "\n"


def enqueue_secret(
    kind: str,
    *,
    to: str,
    subject: str,
    text: str,
    useless_after,
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
                subject=subject[:200],
                text=seals.seal(text.encode()).decode(),
            )
        ]
    )


def record_skipped(kind: str, **fields) -> None:
    """Leave on record that a notice was due but would have come too late to be of use."""
    OutboxMessage.objects.bulk_create([skipped(kind, **fields)], ignore_conflicts=True)


def skipped(
    kind: str, *, key: str, to: User, programme, about, due_at, useless_after, reason: str, version: str = ""
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
    """Keep messages in the caller's transaction, but for those whose key is there already. Returns how many came."""
    messages = list(messages)
    for message in messages:
        message.reference = logs.reference()[:40]
    OutboxMessage.objects.bulk_create(messages, batch_size=ROWS_AT_ONCE, ignore_conflicts=True)
    transaction.on_commit(nudge)
    return len(messages)


def cancel(messages, *, reason: str) -> int:
    """Withdraw messages that have not gone out, with the reason on record. Returns how many."""
    unsent = messages.filter(status__in=[OutboxMessage.Status.HELD, OutboxMessage.Status.WAITING])
    return unsent.update(status=OutboxMessage.Status.CANCELLED, reason=reason[:200])


def retry(message: OutboxMessage, *, by: User, now) -> None:
    """Put a message that could not be delivered back in the queue, with a fresh set of tries."""
    message.move_to(OutboxMessage.Status.WAITING, attempts=0, next_try_at=clock.real_now(), lease_until=None)
    history.record("message.retried", message, by=by, programme=message.programme, now=now)
    transaction.on_commit(nudge)


# --- Nudging ------------------------------------------------------------------------------------------
_nudges: queue.Queue = queue.Queue(maxsize=1)
_nudger: threading.Thread | None = None
_nudger_lock = threading.Lock()
_heard_by: ContextVar[Callable[[], None] | None] = ContextVar("heard_by", default=None)


@contextmanager
def nudges_heard_by(listener: Callable[[], None]):
    """Inside, `listener` hears of messages instead of a worker: for whoever delivers by themselves."""
    token = _heard_by.set(listener)
    try:
        yield
    finally:
        _heard_by.reset(token)


def nudge() -> None:
    """Ask a worker to deliver soon. Never waits: with Redis gone or hung, only the nudging thread hangs with it."""
    global _nudger
    if listener := _heard_by.get():
        listener()
        return
    if settings.TESTING:
        return
    with _nudger_lock:
        if _nudger is None or not _nudger.is_alive():
            _nudger = threading.Thread(target=_pass_nudges_on, name="nudger", daemon=True)
            _nudger.start()
    try:
        _nudges.put_nowait(True)
    except queue.Full:
        return  # one is waiting already, and it asks for everything


def _pass_nudges_on() -> None:
    from accelerator.celery import app  # takes a moment to import, and most processes never nudge

    while _nudges.get():
        if settings.DATABASE_DIRECT_URL:
            _notify()
        try:
            app.send_task("accelerator.tasks.deliver_messages", retry=False, expires=60)
        except (
            Exception
        ) as error:  # whatever the broker's client raises: the tick delivers within seconds anyway
            log.info("nudge failed", error=repr(error))


def _notify() -> None:
    """Wake `manage.py drain`, which listens where it has a connection of its own."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")
    except DatabaseError as error:  # it looks into the table every second anyway
        log.info("notify failed", error=repr(error))
    finally:
        connection.close()


class OutboxBackend(BaseEmailBackend):
    """Whatever Django itself would mail becomes a secret row: it may hold a link or a code."""

    def send_messages(self, email_messages) -> int:
        for mail in email_messages:
            for recipient in mail.recipients():
                enqueue_secret(
                    "accelerator.system",
                    to=recipient,
                    subject=mail.subject,
                    text=mail.body,
                    useless_after=clock.now() + timedelta(hours=1),
                )
        return len(email_messages)
