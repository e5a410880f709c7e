"""Carries finished mails out, through the backend that `MAIL_BACKEND` names, and says how each ended.

What counts is what the other side may have done. A refusal is *clear*: the mail did not arrive, and may be tried again
or not. An end after the text was begun and before it was answered is *unclear*: it may have arrived. A server that
cannot be reached at all is no mail's fault.
"""

import smtplib
import socket
import threading
from email import message_from_bytes, policy
from email.utils import parseaddr
from typing import Any

import structlog
from anymail.exceptions import AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends import smtp
from django.core.mail.message import EmailMessage

log = structlog.get_logger(__name__)

WATCHDOG = 40.0  # seconds for one mail, whatever each single reply may take
CLEAR_ANSWERS = range(400, 500)  # what a mail service on HTTP answers when it has taken nothing
FINAL_ANSWERS = {400, 422}


class Unreachable(Exception):
    """No mail server answers as one should, so none was begun."""


class Refused(Exception):
    """This mail did not arrive. `is_final` when trying again is of no use."""

    def __init__(self, reason: str, *, is_final: bool = False):
        super().__init__(reason)
        self.is_final = is_final


class Unclear(Exception):
    """This mail may have arrived: its text was begun, and no answer came."""


class Carrier:
    """One connection, opened when there is something to carry; closed and opened anew after any trouble."""

    def __init__(self, *, watchdog: float = WATCHDOG):
        self.watchdog = watchdog
        self.backend = (
            get_connection(settings.MAIL_BACKEND, fail_silently=False, **settings.MAIL_OPTIONS)
            if settings.MAIL_BACKEND
            else None
        )

    def __enter__(self) -> "Carrier":
        return self

    def __exit__(self, *exc) -> None:
        if self.backend:
            self._close(self.backend)

    def open(self) -> None:
        """Reach the server before any mail is begun. Raises Unreachable."""
        if self.backend is None:
            if settings.REHEARSAL or settings.TESTING:
                return
            raise Unreachable("SMTP_URL is not set, so no mail can leave.")
        try:
            self.backend.open()
        except Exception as error:
            self._drop()
            raise Unreachable(str(error) or repr(error)) from error

    def send(self, to: str, mime: bytes) -> None:
        """Hand over one mail to one address. Raises Refused or Unclear, and has hung up then."""
        if self.backend is None:
            return
        if not to.partition("@")[0].isascii():
            raise Refused(
                "The part of this address before the @ has letters that mail cannot carry.", is_final=True
            )
        is_smtp = isinstance(self.backend, smtp.EmailBackend)
        mail = _Stored(to, mime) if is_smtp else _parts(to, mime)
        bark = _Watchdog(self.watchdog, self.backend)
        try:
            with bark:
                if self.backend.send_messages([mail]) != 1:
                    raise Unclear("The mail backend did not say what became of this.")
        except Unclear:
            self._drop()
            raise
        except Exception as error:
            begun = getattr(getattr(self.backend, "connection", None), "text_is_begun", not is_smtp)
            self._drop()
            reason = f"No answer within {self.watchdog:g} seconds." if bark.has_barked else _said(error)
            raise _how_it_ended(error, reason, begun=begun) from error

    def _drop(self) -> None:
        """Hang up without a word: a connection after trouble is not to be trusted, nor waited for."""
        for half in ("connection", "_partial_connection"):
            connection = getattr(self.backend, half, None)
            if isinstance(connection, smtplib.SMTP):
                connection.close()
                setattr(self.backend, half, None)
        if self.backend:
            self._close(self.backend)

    def _close(self, backend) -> None:
        try:
            backend.close()
        except Exception as error:
            log.info("mail connection not closed well", error=_said(error))


def _how_it_ended(error: Exception, reason: str, *, begun: bool) -> Exception:
    if isinstance(error, AnymailRecipientsRefused):
        return Refused(reason, is_final=True)
    answer = getattr(error, "status_code", None)
    if answer in CLEAR_ANSWERS:
        return Refused(reason, is_final=answer in FINAL_ANSWERS)
    if begun:
        return Unclear(reason)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _text in error.recipients.values()]
        return Refused(reason, is_final=all(code >= 500 for code in codes))
    if isinstance(error, smtplib.SMTPDataError):
        understood = 400 <= error.smtp_code < 600
        return Refused(reason, is_final=error.smtp_code >= 500) if understood else Unclear(reason)
    if isinstance(error, smtplib.SMTPResponseException):  # of the sender: the fault of the settings
        return Refused(reason)
    return Refused(reason)


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(
            f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
            for code, text in error.recipients.values()
        )
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return f"{error.smtp_code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
    return str(error) or repr(error)


class _Watchdog:
    """Ends a mail that takes too long: a time-out of the socket counts each reply, not the whole."""

    def __init__(self, seconds: float, backend):
        self.backend, self.has_barked = backend, False
        self.timer = threading.Timer(seconds, self._bark)
        self.timer.daemon = True

    def __enter__(self) -> None:
        self.timer.start()

    def __exit__(self, *exc) -> None:
        self.timer.cancel()

    def _bark(self) -> None:
        connection = getattr(self.backend, "connection", None)
        sock = getattr(connection, "sock", None)
        if sock is None:  # a service on HTTP has a time-out of its own
            return
        self.has_barked = True
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError as error:
            log.info("mail connection was gone already", error=str(error))


class _SMTP(smtplib.SMTP):
    """An SMTP client that knows whether the server has asked for a mail's text and not yet answered it."""

    text_is_begun = False
    _asked = ""

    def putcmd(self, cmd, args=""):
        self._asked = cmd
        super().putcmd(cmd, args)

    def getreply(self):
        answer = super().getreply()
        self.text_is_begun = self._asked.lower() == "data" and answer[0] == 354
        self._asked = ""
        return answer


class _SMTPOverTLS(_SMTP, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


class SMTPBackend(smtp.EmailBackend):
    """Django's, with a client that tells a refusal from silence. Certificates are verified, as Django's does."""

    @property
    def connection_class(self):
        return _SMTPOverTLS if self.use_ssl else _SMTP


class _Stored(EmailMessage):
    """A mail whose bytes were finished before."""

    def __init__(self, to: str, mime: bytes):
        sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
        super().__init__(from_email=sender, to=[to])
        self.mime = mime

    def message(self, **_policy: Any) -> Any:  # a `policy` from Django 6 on
        return _Bytes(self.mime)


class _Bytes:
    def __init__(self, mime: bytes):
        self.mime = mime

    def as_bytes(self, *, linesep: str = "\r\n") -> bytes:
        return self.mime


def _parts(to: str, mime: bytes) -> EmailMultiAlternatives:
    """The same finished mail for a backend that takes no MIME: its parts and headers, as they were frozen."""
    frozen = message_from_bytes(mime, policy=policy.default)
    own = ("Message-ID", "Date", "Auto-Submitted", "X-Auto-Response-Suppress", "X-Slipway-Kind")
    mail = EmailMultiAlternatives(
        subject=frozen["Subject"],
        body="",
        from_email=frozen["From"],
        to=[to],
        reply_to=[frozen["Reply-To"]] if frozen["Reply-To"] else None,
        headers={name: str(frozen[name]) for name in own if frozen[name]},
    )
    for part in frozen.walk():
        if part.is_multipart():
            continue
        if part.get_content_type() == "text/plain":
            mail.body = part.get_content()
        else:
            method = part.get_param("method", header="content-type")
            kind = part.get_content_type() + (f"; method={method}" if method else "")
            mail.attach_alternative(part.get_content(), kind)
    return mail
