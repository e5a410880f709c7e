"""Takes messages out of the outbox and sends them: each once, each for itself.

*Claim*: ten due rows get a lease and a higher fence, nothing else. *Begin*: directly before a mail one UPDATE, which
matches only while lease and fence are this carrier's own, renews the lease, sets `sending` and counts the attempt.
*Finish*: what became of it, again only under the own fence. A carrier that dies leaves rows that it had not begun as
they were; a row that it had begun stays `sending`, so the next one knows that its end is unclear: the same bytes go to
the same address once more, and the row says that it may have arrived twice.

One row, one fate: whatever is raised between claim and finish ends in that row, with its text. Leases and pauses are
on the machine's clock, what is due and still of use on the programme's.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime, formataddr, parseaddr
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accelerator import clock
from accelerator.messages import kinds, one_links, reply_links, seals, senders
from accelerator.messages.models import OutboxMessage
from accelerator.messages.transport import Carrier, Refused, Unclear, Unreachable
from accelerator.records import languages
from accelerator.records.programmes import Programme

log = structlog.get_logger(__name__)

Status = OutboxMessage.Status

BATCH = 10
LEASE = timedelta(seconds=60)  # of one that is begun: longer than transport.WATCHDOG lets one mail take
CLAIM = timedelta(seconds=20)  # of ten that are only claimed: so long a code waits when its carrier dies
BACK_OFF = tuple(timedelta(seconds=s) for s in (10, 60, 300, 1800, 7200, 21600))
UNREACHED_PAUSE = timedelta(seconds=5)  # before a row is tried again that met no mail server
SLOW = (
    1.0  # seconds; after a mail that took longer, one is claimed at a time, so that a sign-in code goes next
)


@dataclass(frozen=True)
class Rules:
    """How patient a carrier is; tests are less so."""

    lease: timedelta = LEASE
    back_off: tuple[timedelta, ...] = BACK_OFF

    def pause(self, attempts: int) -> timedelta:
        return self.back_off[min(attempts, len(self.back_off)) - 1]

    def is_exhausted(self, attempts: int) -> bool:
        return attempts > len(self.back_off)


def deliver(
    limit: int = 10_000,
    *,
    seconds: float | None = None,
    lease: timedelta = LEASE,
    back_off: tuple[timedelta, ...] = BACK_OFF,
    watchdog: float | None = None,
) -> int:
    """Send what is due until nothing is left, `limit` is reached or `seconds` are over. Returns how many were sent."""
    with Carrier(**({"watchdog": watchdog} if watchdog else {})) as carrier:
        return _Run(carrier, Rules(lease, back_off), limit, seconds).go()


def lane(seconds: float = 20, *, stops: Callable[[], bool] = lambda: False) -> bool:
    """Send for so long. True when time was up first: whoever called asks for another lane.

    `stops()` is asked before each mail, for a process that is to end.
    """
    with Carrier() as carrier:
        run = _Run(carrier, Rules(), limit=1_000_000, seconds=seconds, stops=stops)
        run.go()
        return run.time_was_up


class _Run:
    def __init__(
        self,
        carrier: Carrier,
        rules: Rules,
        limit: int,
        seconds: float | None,
        stops: Callable[[], bool] = lambda: False,
    ):
        self.stops = stops
        self.carrier, self.rules, self.limit = carrier, rules, limit
        self.ends = time.monotonic() + seconds if seconds else None
        self.time_was_up = False
        self.sent = 0

    def go(self) -> int:
        size = BATCH
        while self._goes_on():
            batch = claim(min(self.rules.lease, CLAIM), min(size, self.limit - self.sent))
            began = time.monotonic()
            for number, message in enumerate(batch):
                if not self._goes_on():
                    _let_go(batch[number:])
                    break
                try:
                    self.sent += carry(message, self.carrier, self.rules)
                except Unreachable as error:
                    log.warning("mail server not reached", error=str(error))
                    _let_go(
                        batch[number:],
                        last_error=str(error)[:500],
                        next_try_at=clock.real_now() + UNREACHED_PAUSE,
                    )
                    return self.sent
            if len(batch) < size:
                break  # the last ones
            size = 1 if time.monotonic() - began > SLOW * len(batch) else BATCH
        return self.sent

    def _goes_on(self) -> bool:
        self.time_was_up = self.ends is not None and time.monotonic() >= self.ends
        return self.sent < self.limit and not self.time_was_up and not self.stops()


def is_due() -> bool:
    """Whether there is anything to claim, asked of one index."""
    return _claimable().exists()


def _claimable():
    real = clock.real_now()
    return OutboxMessage.objects.due(clock.now()).filter(
        Q(lease_until__isnull=True) | Q(lease_until__lt=real), next_try_at__lte=real
    )


def claim(lease: timedelta = CLAIM, size: int = BATCH) -> list[OutboxMessage]:
    """Up to `size` due messages, sign-in codes first, which nobody else carries until the lease is over."""
    real = clock.real_now()
    with transaction.atomic():
        claimed = list(
            _claimable()
            .order_by(F("is_secret").desc(), "due_at", "pk")
            .select_related("programme", "recipient")
            .select_for_update(skip_locked=True, of=("self",))[:size]
        )
        OutboxMessage.objects.filter(pk__in=[m.pk for m in claimed]).update(
            lease_until=real + lease, fence=F("fence") + 1
        )
    for message in claimed:
        message.fence += 1
    return claimed


def _let_go(messages: list[OutboxMessage], **fields) -> None:
    """Give back what was claimed and not begun, so that nobody waits for the lease."""
    for message in messages:
        _mine(message).update(lease_until=None, **fields)


def carry(message: OutboxMessage, carrier: Carrier, rules: Rules) -> bool:
    """Send one claimed message. True when it went out now; raises Unreachable, and has changed nothing then."""
    try:
        return _carry(message, carrier, rules)
    except Unreachable:
        raise
    except seals.CannotBeOpened as error:
        _finish(message, Status.DEAD, last_error=str(error)[:500], attempts=F("attempts") + 1)
    except Exception as error:
        log.exception("message not made", kind=message.kind, message=message.pk)
        if message.status != Status.SENDING:  # not begun: this was a try all the same
            message.attempts += 1
        why = f"{type(error).__name__}: {error}"
        _put_off(message, rules, why, status=message.status, attempts=message.attempts)
    return False


def _carry(message: OutboxMessage, carrier: Carrier, rules: Rules) -> bool:
    now = clock.now()
    if message.useless_after and now >= message.useless_after:
        _skip(message, _("Too late to be of use."))
        return False
    if reason := kinds.why_unwanted(message):
        _skip(message, reason)
        return False
    is_unclear = message.status == Status.SENDING  # begun before, and nobody said how it ended
    if is_unclear and message.may_have_arrived_twice:
        _finish(message, Status.DEAD, last_error=_("Twice sent without a clear answer."))
        return False
    may_have_arrived = (is_unclear or message.may_have_arrived_twice) and message.mime
    address, mime = _as_begun(message) if may_have_arrived else (_address(message), _mime(message))
    carrier.open()
    if not _begin(message, address, mime, rules.lease, is_unclear=is_unclear):
        log.info("lease lost before sending", kind=message.kind, message=message.pk)
        return False
    message.status = Status.SENDING  # whatever is raised from here on, it may have arrived
    try:
        carrier.send(address, mime)
    except Unclear as error:
        # Left as `sending`, which is what the next carrier looks for.
        _put_off(message, rules, str(error), status=Status.SENDING)
        return False
    except Refused as error:
        if error.is_final:
            _finish(message, Status.DEAD, last_error=str(error)[:500])
            return False
        # It did not arrive: made anew next time, for the address of then. What may have arrived before keeps its
        # bytes and its address, so that a second copy is the first one's twin.
        anew = {} if message.may_have_arrived_twice else {"mime": b""}
        _put_off(message, rules, str(error), status=Status.WAITING, **anew)
        return False
    _finish(
        message,
        Status.SENT,
        sent_at=clock.real_now(),
        sent_on_programme_clock=now,
        last_error="",
        **_erased(message),
    )
    return True


# --- What a row says at each step ------------------------------------------------------------------------
def _mine(message: OutboxMessage):
    return OutboxMessage.objects.unsent().filter(pk=message.pk, fence=message.fence)


def _begin(message: OutboxMessage, address: str, mime: bytes, lease: timedelta, *, is_unclear: bool) -> bool:
    real = clock.real_now()
    message.attempts += 1
    message.may_have_arrived_twice |= is_unclear
    return bool(
        _mine(message)
        .filter(lease_until__gt=real)
        .update(
            status=Status.SENDING,
            lease_until=real + lease,
            attempts=message.attempts,
            to_email=address,
            mime=seals.seal(mime) if message.is_secret else mime,
            may_have_arrived_twice=message.may_have_arrived_twice,
        )
    )


def _finish(message: OutboxMessage, status: str, **fields) -> None:
    """Write how it ended."""
    if not _mine(message).update(status=status, lease_until=None, **fields):
        log.warning("lease lost", kind=message.kind, message=message.pk)


def _skip(message: OutboxMessage, reason: str) -> None:
    _finish(message, Status.SKIPPED, reason=str(reason)[:200], **_erased(message))


def _erased(message: OutboxMessage) -> dict:
    """A code that is out, or of no use any more, is not kept."""
    return {"text": "", "html": "", "mime": b""} if message.is_secret and not settings.REHEARSAL else {}


def _put_off(message: OutboxMessage, rules: Rules, why: str, *, status: str, **fields) -> None:
    """Later once more; or never, when it was tried often enough."""
    if rules.is_exhausted(message.attempts):
        # Whoever has it sent again by hand sends what may have arrived: the row must know.
        twice = {"may_have_arrived_twice": True} if status == Status.SENDING else {}
        _finish(message, Status.DEAD, last_error=why[:500], **twice, **fields)
        return
    pause = rules.pause(message.attempts)
    log.warning("message not sent", kind=message.kind, attempts=message.attempts, error=why)
    _finish(message, status, last_error=why[:500], next_try_at=clock.real_now() + pause, **fields)


# --- The mail itself -------------------------------------------------------------------------------------
def _as_begun(message: OutboxMessage) -> tuple[str, bytes]:
    """Address and bytes of a mail that was begun before."""
    mime = bytes(message.mime)
    return message.to_email, seals.opened(mime) if message.is_secret else mime


def _address(message: OutboxMessage) -> str:
    """Where its recipient reads mail today."""
    if message.recipient is None or message.address_is_fixed:
        return message.to_email
    return message.recipient.email


def _mime(message: OutboxMessage) -> bytes:
    """The mail as bytes: text, the same text as simple HTML, and a calendar part where there is one."""
    programme = message.programme
    text = seals.opened(message.text.encode()).decode() if message.is_secret else message.text
    headers = {
        "Date": format_datetime(clock.now()),
        "Message-ID": f"<{message.public_id}@{urlsplit(settings.BASE_URL).hostname}>",
        "Auto-Submitted": "auto-generated",  # so that nobody's holiday answers
        "X-Auto-Response-Suppress": "All",
        "X-Slipway-Kind": message.kind,
    }
    with translation.override(languages.of(message.recipient, programme)):
        text = one_links.put_in(message, text)
        if reply_links.can_be_answered(message):
            text = f"{text.rstrip()}\n\n{_('Answer here:')} {reply_links.link(message)}\n"
        mail = EmailMultiAlternatives(
            message.subject,
            text,
            from_email=_sender(message),
            to=[_address(message)],
            reply_to=[programme.contact] if programme and programme.contact else None,
            headers=headers,
        )
        html = render_to_string(
            "notices/mail.html",
            {
                "text": text,
                "message": message,
                "programme": programme,
                "frame": _frame(programme),
            },
        )
    mail.attach_alternative(html, "text/html")
    if message.calendar:
        mail.attach_alternative(message.calendar, f"text/calendar; method={message.calendar_method}")
    made: Any = mail.message()  # django-stubs describe that of Django 6, which knows no `linesep`
    return made.as_bytes(linesep="\r\n")  # as servers demand


def _frame(programme: Programme | None) -> str:
    """The style around the text: under a line of the programme's colour, where it has one."""
    line = (
        f";border-top:4px solid {programme.accent};padding-top:16px" if programme and programme.accent else ""
    )
    return f"max-width:36em;margin:0 auto{line}"


def _sender(message: OutboxMessage) -> str:
    """In the programme's name, from its own address where this installation may send from that, else from its own."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    if programme := message.programme:
        name = programme.sender_name or programme.name
        if senders.may_send_from(programme.sender_email):
            address = programme.sender_email
    return formataddr((name, address))
