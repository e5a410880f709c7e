"""A mail that came back, taken apart: what it answers, whether a person wrote it, and what they wrote. Pure.

Whatever comes in is taken for hostile: any size, any charset, no charset, parts in parts. What cannot be read is read as
well as it can be; what is no answer to us is said so.
"""

import email
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default as modern
from email.utils import parseaddr
from html.parser import HTMLParser
from typing import cast

LONGEST_MAIL = 2 * 1024 * 1024  # octets; an answer has no more, and an attachment is not kept
LONGEST_TEXT = 20_000
OUR_ID = re.compile(r"<([\w-]{6,40})@([\w.-]+)>")
QUOTED = re.compile(r"^\s*(>|-{2,}\s*(Original Message|Forwarded message)|_{10,})", re.IGNORECASE)
INTRODUCES = re.compile(r"^\s*(On|Le|Am|El)\b.{0,200}(wrote|écrit|schrieb|escribió)\s*:\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Incoming:
    """What a mail is to us. `answers` are the ids of ours that it names, the latest first."""

    mail_id: str
    from_address: str
    answers: tuple[str, ...]
    text: str
    is_automatic: bool
    is_bounce: bool
    is_ours: bool  # one of our own came back to us: answering it would go round in a ring


def read(raw: bytes, host: str) -> Incoming:
    """`host` is what stands behind the @ of our Message-IDs."""
    mail = cast(EmailMessage, email.message_from_bytes(raw[:LONGEST_MAIL], policy=modern))
    return Incoming(
        mail_id=_header(mail, "Message-ID")[:250],
        from_address=parseaddr(_header(mail, "From"))[1][:254],
        answers=_answers(mail, host),
        text=_without_quotes(_text(mail)).replace("\x00", "")[:LONGEST_TEXT].strip(),
        is_automatic=_is_automatic(mail),
        is_bounce=_is_bounce(mail),
        is_ours=bool(_header(mail, "X-Slipway-Kind")) or f"@{host}>" in _header(mail, "Message-ID"),
    )


def _header(mail: EmailMessage, name: str) -> str:
    """A header as text; "" where it is missing, or so broken that it cannot be read."""
    try:
        return " ".join(str(mail.get(name, "")).replace("\x00", "").split())
    except Exception:
        return ""


def _answers(mail: EmailMessage, host: str) -> tuple[str, ...]:
    named = f"{_header(mail, 'References')} {_header(mail, 'In-Reply-To')}"
    if _is_bounce(mail):  # it carries the headers of what it returns
        for part in mail.walk():
            if part is not mail and part.get_content_type() in ("text/rfc822-headers", "message/rfc822"):
                named += f" {_returned(part)}"
    found = [public_id for public_id, where in OUR_ID.findall(named) if where.lower() == host.lower()]
    return tuple(dict.fromkeys(reversed(found)))[:20]


def _returned(part: EmailMessage) -> str:
    try:
        return part.as_string()[:20_000]
    except Exception:
        return ""


def _is_bounce(mail: EmailMessage) -> bool:
    if mail.get_content_type() == "multipart/report":
        return str(mail.get_param("report-type", "")).lower() == "delivery-status"
    sender = parseaddr(_header(mail, "From"))[1].lower()
    return sender.startswith(("mailer-daemon@", "postmaster@")) or _header(mail, "Return-Path") == "<>"


def _is_automatic(mail: EmailMessage) -> bool:
    """An absence note, a list, a machine (RFC 3834 and what is written instead of it)."""
    if _header(mail, "Auto-Submitted").lower() not in ("", "no"):
        return True
    if _header(mail, "Precedence").lower() in ("bulk", "junk", "list", "auto_reply"):
        return True
    return any(_header(mail, name) for name in ("X-Autoreply", "X-Autorespond", "List-Id", "X-Loop"))


def _text(mail: EmailMessage) -> str:
    """What a person reads of it: the plain part, else the words of the HTML one."""
    for kind in ("text/plain", "text/html"):
        for part in mail.walk():
            if part.get_content_type() == kind and part.get_content_disposition() != "attachment":
                text = _decoded(part)
                return text if kind == "text/plain" else _words_of(text)
    return ""


def _decoded(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    octets = payload if isinstance(payload, bytes) else b""
    for charset in (part.get_content_charset(), "utf-8"):
        try:
            return octets.decode(charset or "utf-8")
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return octets.decode("latin-1")


class _Words(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found: list[str] = []
        self.depth = 0  # inside of what nobody reads

    def handle_starttag(self, tag, attrs):
        self.depth += tag in ("style", "script", "head")
        if tag in ("br", "p", "div", "tr", "li"):
            self.found.append("\n")

    def handle_endtag(self, tag):
        if tag in ("style", "script", "head"):
            self.depth = max(0, self.depth - 1)

    def handle_data(self, data):
        if not self.depth:
            self.found.append(data)


def _words_of(html: str) -> str:
    words = _Words()
    words.feed(html)
    return re.sub(r"\n{3,}", "\n\n", "".join(words.found))


def _without_quotes(text: str) -> str:
    """What was written, without our own mail under it."""
    lines = text.replace("\r\n", "\n").split("\n")
    for number, line in enumerate(lines):
        if INTRODUCES.match(line) or (QUOTED.match(line) and all(_is_quote(rest) for rest in lines[number:])):
            kept = "\n".join(lines[:number]).strip()
            return kept or text
    return text


def _is_quote(line: str) -> bool:
    return not line.strip() or bool(QUOTED.match(line))
