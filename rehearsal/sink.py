"""A real SMTP server on this machine that takes every mail of a headless season and counts it.

It counts what arrived, not what we believe to have sent: by recipient, kind and text, and by Message-ID.
"""

import logging
import re
import socket
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header, make_header
from functools import cached_property
from hashlib import sha256

from aiosmtpd.controller import Controller
from django.test import override_settings


@dataclass
class Mail:
    """One mail as it arrived for one recipient; taken apart only when somebody asks what it says."""

    to: str
    content: bytes

    @cached_property
    def _parsed(self):
        return message_from_bytes(self.content)  # by the old policy: the new one parses every header in full

    @cached_property
    def kind(self) -> str:
        return self._parsed.get("X-Slipway-Kind", "")

    @cached_property
    def message_id(self) -> str:
        return self._parsed["Message-ID"]

    @cached_property
    def subject(self) -> str:
        return str(make_header(decode_header(self._parsed["Subject"])))

    @cached_property
    def text(self) -> str:
        for part in self._parsed.walk():
            if part.get_content_type() == "text/plain":
                words = part.get_payload(decode=True).decode(part.get_content_charset("utf-8"))
                return words.replace("\r\n", "\n")
        return ""


# The last line of a mail, at which its receiver answers, is another one in each.
OWN_LINK = re.compile(r"^.*\S+~\S+\s*\Z", re.MULTILINE)


@dataclass
class Sink:
    mails: list[Mail] = field(default_factory=list)

    async def handle_DATA(self, server, session, envelope):
        """aiosmtpd calls this once for each mail it has taken."""
        self.mails += [Mail(recipient, envelope.content) for recipient in envelope.rcpt_tos]
        return "250 Message accepted for delivery"

    def duplicates(self) -> list[tuple]:
        """What somebody was told twice: same recipient, kind and words, or the very same mail."""
        told: Counter[tuple] = Counter(
            (m.to, m.kind, m.subject, sha256(OWN_LINK.sub("", m.text).encode()).hexdigest()[:12])
            for m in self.mails
        )
        told += Counter((m.to, m.kind, m.message_id) for m in self.mails)
        return [(*key, count) for key, count in told.items() if count > 1]

    def latest_to(self, email: str, kind: str) -> Mail | None:
        return next(
            (m for m in reversed(self.mails) if m.to.lower() == email.lower() and m.kind == kind), None
        )


@contextmanager
def listening():
    """A sink that the outbox delivers to while the block runs."""
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd tells of every connection
    sink = Sink()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        here = {"host": "127.0.0.1", "port": port, "timeout": 10}
        with override_settings(MAIL_BACKEND="accelerator.messages.transport.SMTPBackend", MAIL_OPTIONS=here):
            yield sink
    finally:
        controller.stop()
