"""Messages: written with the change they announce, carried by whoever comes by, never twice.

`enqueue()` writes a row in the caller's transaction under a unique key. `deliver()` claims due rows with a lease,
sends each as bytes that stay the same at every try, and marks it only while the lease is still its own. The tick, a
nudge after commit and `manage.py drain` all call `deliver()`; none of them matters alone. docs/architecture.md tells
the whole life of a message.
"""

import queue
import smtplib
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from urllib.parse import unquote, urlsplit

import structlog
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models, transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accelerator import clock, history
from accelerator.models import OutboxMessage, Programme, User

log = structlog.get_logger(__name__)

BATCH = 10
LEASE = timedelta(seconds=60)
BACK_OFF = [timedelta(seconds=s) for s in (10, 60, 300, 1800, 7200, 21600)]
SMTP_TIMEOUT = 20  # seconds; well inside the lease for one message

# kind -> what people call it; each application adds its own where it writes them
KIND_NAMES: dict[str, Promise] = {}

# kind -> function(message) that returns why it is no longer wanted, or "" while it is; asked inside the claim
_wanted_checks: dict[str, Callable[[OutboxMessage], str]] = {}


def still_wanted(*kinds: str):
    """Register a check that looks at the live state just before sending: withdrawn? cancelled? moved?"""

    def register(function: Callable[[OutboxMessage], str]):
        _wanted_checks.update(dict.fromkeys(kinds, function))
        return function

    return register


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
def enqueue(
    kind: str,
    *,
    key: str,
    to: User | str,
    context: dict | None = None,
    programme: Programme | None = None,
    about: models.Model | None = None,
    due_at=None,
    useless_after=None,
    held: bool = False,
    calendar: str = "",
    calendar_method: str = "",
    version: str = "",
    address: str = "",
    now=None,
) -> None:
    """Write one message, unless its key is there already.

    `kind` is `<app>.<name>` and names the templates `<app>/notices/<name>.subject.txt` and `.txt`. Every template
    sees `context` and `person` (the recipient), `base_url`, `programme`. `version` is the state of `about` that the
    message announces; `address` sends it there, whatever address its recipient has.
    """
    now = now or clock.now()
    person = to if isinstance(to, User) else None
    subject, text = words(kind, {"person": person, **(context or {})}, programme)
    _write(
        OutboxMessage(
            kind=kind,
            dedupe_key=key,
            programme=programme,
            recipient=person,
            to_email=address or (person.email if person else to),
            address_is_fixed=bool(address),
            object_type=about._meta.label_lower if about else "",
            object_id=about.pk if about else None,
            version=version,
            status=OutboxMessage.Status.HELD if held else OutboxMessage.Status.WAITING,
            created_at=now,
            due_at=due_at or now,
            useless_after=useless_after,
            subject=subject[:200],
            text=text,
            calendar=calendar,
            calendar_method=calendar_method,
        )
    )


def words(kind: str, context: dict, programme: Programme | None) -> tuple[str, str]:
    """Subject and text of a message, from its templates, in the programme's language."""
    app, name = kind.split(".")
    context = {"programme": programme, "base_url": settings.BASE_URL, **context}
    with translation.override(programme.language if programme else settings.LANGUAGE_CODE):
        subject = " ".join(render_to_string(f"{app}/notices/{name}.subject.txt", context).split())
        return subject, render_to_string(f"{app}/notices/{name}.txt", context).strip() + "\n"


@dataclass(frozen=True)
class Written:
    """A message whose words are there already."""

    kind: str
    key: str
    to: User
    subject: str
    text: str
    about: models.Model
    programme: Programme
    version: str = ""
    useless_after: datetime | None = None


def enqueue_written(messages: Iterable[Written], *, now) -> int:
    """Write many messages at once, without those whose key is there already. Returns how many were given."""
    rows = [
        OutboxMessage(
            kind=message.kind,
            dedupe_key=message.key,
            programme=message.programme,
            recipient=message.to,
            to_email=message.to.email,
            object_type=message.about._meta.label_lower,
            object_id=message.about.pk,
            version=message.version,
            created_at=now,
            due_at=now,
            useless_after=message.useless_after,
            subject=message.subject[:200],
            text=message.text,
        )
        for message in messages
    ]
    OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    transaction.on_commit(nudge)
    return len(rows)


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
    _write(
        OutboxMessage(
            kind=kind,
            dedupe_key=f"{kind}:{sha256(f'{to}{text}{clock.real_now()}'.encode()).hexdigest()[:40]}",
            programme=programme,
            recipient=User.objects.filter(email__iexact=to).first(),
            to_email=to,
            object_type=about._meta.label_lower if about else "",
            object_id=about.pk if about else None,
            is_secret=True,
            created_at=now,
            due_at=now,
            useless_after=useless_after,
            subject=subject[:200],
            text=_seal(text),
        )
    )


def record_skipped(
    kind: str, *, key: str, to: User, programme, about, due_at, useless_after, reason: str, version: str = ""
) -> None:
    """Leave on record that a notice was due but would have come too late to be of use."""
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(
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
        ],
        ignore_conflicts=True,
    )


def _write(message: OutboxMessage) -> None:
    OutboxMessage.objects.bulk_create([message], ignore_conflicts=True)
    transaction.on_commit(nudge)


def release_held(messages, *, now) -> int:
    """Let held letters go, all in the caller's transaction. Returns how many."""
    count = messages.filter(status=OutboxMessage.Status.HELD).update(
        status=OutboxMessage.Status.WAITING, due_at=now
    )
    transaction.on_commit(nudge)
    return count


def cancel(messages, *, reason: str) -> int:
    """Withdraw messages that have not gone out, with the reason on record. Returns how many."""
    unsent = messages.filter(status__in=[OutboxMessage.Status.HELD, OutboxMessage.Status.WAITING])
    return unsent.update(status=OutboxMessage.Status.CANCELLED, reason=reason[:200])


def retry(message: OutboxMessage, *, by: User, now) -> None:
    """Put a message that could not be delivered back in the queue, with a fresh set of tries."""
    message.move_to(OutboxMessage.Status.WAITING, attempts=0, next_try_at=clock.real_now(), lease_until=None)
    history.record("message.retried", message, by=by, programme=message.programme, now=now)
    transaction.on_commit(nudge)


# --- Sending ------------------------------------------------------------------------------------------
def deliver(limit: int = 10_000) -> int:
    """Send what is due, in batches, until nothing is left or `limit` is reached. Returns how many were sent."""
    sent, batch = 0, None
    with _Transport() as transport:
        while sent < limit and (batch is None or len(batch) == BATCH):  # a smaller one was the last
            batch = _claim()
            sent += sum(_send(message, transport) for message in batch)
    return sent


def _claim() -> list[OutboxMessage]:
    now, real = clock.now(), clock.real_now()
    with transaction.atomic():
        claimed = list(
            OutboxMessage.objects.due(now)
            .filter(Q(lease_until__isnull=True) | Q(lease_until__lt=real), next_try_at__lte=real)
            .order_by("-is_secret", "due_at", "pk")
            .select_related("programme")
            .select_for_update(skip_locked=True, of=("self",))[:BATCH]
        )
        OutboxMessage.objects.filter(pk__in=[m.pk for m in claimed]).update(
            status=OutboxMessage.Status.SENDING,
            lease_until=real + LEASE,
            fence=F("fence") + 1,
            attempts=F("attempts") + 1,
        )
    for message in claimed:
        message.fence += 1
        message.attempts += 1
    return claimed


def _send(message: OutboxMessage, transport: "_Transport") -> bool:
    """Send one claimed message. True when it went out now."""
    now = clock.now()
    if message.useless_after and now >= message.useless_after:
        return _finish(message, OutboxMessage.Status.SKIPPED, reason="Too late to be of use.")
    if reason := _wanted_checks.get(message.kind, lambda _message: "")(message):
        return _finish(message, OutboxMessage.Status.SKIPPED, reason=reason)
    unclear = message.status == OutboxMessage.Status.SENDING  # claimed before, and nobody said how it ended
    if unclear and message.may_have_arrived_twice:
        return _finish(message, OutboxMessage.Status.DEAD, last_error="Twice sent without a clear answer.")
    mime = bytes(message.mime) or _mime(message)
    kept = b"" if message.is_secret else mime
    if unclear or kept != message.mime:
        _mine(message).update(mime=kept, may_have_arrived_twice=unclear)
    try:
        transport.send(message.to_email, mime)
    except (smtplib.SMTPException, OSError) as error:
        refused = isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) and _is_final(
            error
        )
        if refused or message.attempts > len(BACK_OFF):
            return _finish(message, OutboxMessage.Status.DEAD, last_error=str(error)[:500])
        wait = BACK_OFF[min(message.attempts, len(BACK_OFF)) - 1]
        log.warning("message not sent", kind=message.kind, attempts=message.attempts, error=str(error))
        return _finish(
            message,
            OutboxMessage.Status.WAITING,
            last_error=str(error)[:500],
            lease_until=None,
            next_try_at=clock.real_now() + wait,
        )
    erased = {"text": "", "html": ""} if message.is_secret and not settings.REHEARSAL else {}
    _finish(
        message,
        OutboxMessage.Status.SENT,
        sent_at=clock.real_now(),
        sent_on_programme_clock=now,
        lease_until=None,
        last_error="",
        **erased,
    )
    return True


def _is_final(error: Exception) -> bool:
    codes = (
        [code for code, _text in error.recipients.values()]
        if isinstance(error, smtplib.SMTPRecipientsRefused)
        else [getattr(error, "smtp_code", 0)]
    )
    return all(code >= 500 for code in codes)


def _mine(message: OutboxMessage):
    return OutboxMessage.objects.filter(
        pk=message.pk, fence=message.fence, status=OutboxMessage.Status.SENDING
    )


def _finish(message: OutboxMessage, status: str, **fields) -> bool:
    if not _mine(message).update(status=status, **fields):
        log.warning("lease lost", kind=message.kind, message=message.pk)
    return False


def _mime(message: OutboxMessage) -> bytes:
    """The mail as bytes: text, the same text as simple HTML, and a calendar part where there is one."""
    text = _unseal(message.text) if message.is_secret else message.text
    headers = {
        "Date": format_datetime(clock.now()),
        "Message-ID": f"<{message.public_id}@{urlsplit(settings.BASE_URL).hostname}>",
        "X-Slipway-Kind": message.kind,
    }
    if message.object_type:
        headers["X-Slipway-About"] = f"{message.object_type}:{message.object_id}"
    mail = EmailMultiAlternatives(message.subject, text, to=[message.to_email], headers=headers)
    html = render_to_string(
        "notices/mail.html", {"text": text, "message": message, "programme": message.programme}
    )
    mail.attach_alternative(html, "text/html")
    if message.calendar:
        mail.attach_alternative(message.calendar, f"text/calendar; method={message.calendar_method}")
    return mail.message().as_bytes(linesep="\r\n")  # as servers demand


class _Transport:
    """One SMTP connection for a batch. A rehearsal has none: its mail is kept and shown, not sent."""

    def __init__(self):
        self.smtp: smtplib.SMTP | None = None

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        if self.smtp:
            try:
                self.smtp.quit()
            except (smtplib.SMTPException, OSError) as error:
                log.info("smtp quit failed", error=str(error))

    def send(self, to: str, mime: bytes) -> None:
        if not settings.SMTP_URL:
            if not (settings.REHEARSAL or settings.TESTING):
                raise OSError("SMTP_URL is not set, so no mail can leave.")
            return
        if self.smtp is None:
            self.smtp = _connect(settings.SMTP_URL)
        try:
            self.smtp.sendmail(settings.SERVER_EMAIL, [to], mime)
        except (smtplib.SMTPServerDisconnected, OSError):
            self.smtp = None
            raise


def _connect(url: str) -> smtplib.SMTP:
    """smtp://user:password@host:25, smtp+starttls://… or smtps://…"""
    parts = urlsplit(url)
    kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    smtp = kind(parts.hostname or "localhost", parts.port or 25, timeout=SMTP_TIMEOUT)
    if parts.scheme == "smtp+starttls":
        smtp.starttls()
    if parts.username:
        smtp.login(unquote(parts.username), unquote(parts.password or ""))
    return smtp


# --- Secrets ------------------------------------------------------------------------------------------
def _fernet() -> Fernet:
    return Fernet(urlsafe_b64encode(sha256(b"outbox:" + settings.SECRET_KEY.encode()).digest()))


def _seal(text: str) -> str:
    return text if settings.REHEARSAL else _fernet().encrypt(text.encode()).decode()


def _unseal(text: str) -> str:
    return text if settings.REHEARSAL else _fernet().decrypt(text.encode()).decode()


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
        try:
            app.send_task("accelerator.tasks.deliver_messages", retry=False, expires=60)
        except (
            Exception
        ) as error:  # whatever the broker's client raises: the tick delivers within seconds anyway
            log.info("nudge failed", error=repr(error))


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
