"""SMTP servers that fail as real ones do, for the tests of delivery: each on a port of its own on this machine."""

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import override_settings

HANG, HANG_UP, NONSENSE = "hang", "hang up", "nonsense"


@dataclass
class Arrived:
    recipient: str
    content: bytes

    @property
    def message_id(self) -> str:
        return re.search(rb"(?im)^Message-ID:\s*(\S+)", self.content)[1].decode()

    def header(self, name: str) -> str:
        found = re.search(rf"(?im)^{name}:\s*(.*)$".encode(), self.content)
        return found[1].decode().strip() if found else ""


@dataclass
class MailServer:
    """Says 250 to everything, but for what `answers` say otherwise.

    `answers(stage, recipient)` is asked at "greeting", "mail", "rcpt", "data" and "text" (the mail is in, and counted,
    by then). It gives a line such as "450 later", a number of seconds to wait before saying yes, HANG, HANG_UP,
    NONSENSE, or None.
    """

    answers: Callable[[str, str], str | float | None] = lambda _stage, _recipient: None
    tls: ssl.SSLContext | None = None
    is_tls_from_the_start: bool = False
    arrived: list[Arrived] = field(default_factory=list)
    connections: int = 0
    begun: int = 0
    port: int = 0

    def start(self) -> None:
        self.stopping = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        self.stopping.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def to(self, recipient: str) -> list[Arrived]:
        return [mail for mail in self.arrived if mail.recipient == recipient]

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        client.settimeout(20)
        try:
            if self.is_tls_from_the_start:
                client = self.tls.wrap_socket(client, server_side=True)
            self._talk(client)
        except (OSError, EOFError):
            return
        finally:
            client.close()

    def _talk(self, client: socket.socket) -> None:
        lines, recipient = client.makefile("rb"), ""

        def say(text: str) -> None:
            client.sendall(text.encode() + b"\r\n")

        def answer(wanted: str | float | None, otherwise: str) -> bool:
            """True when the talk goes on as if all were well."""
            if wanted == HANG:
                self.stopping.wait(20)
                raise EOFError
            if wanted == HANG_UP:
                raise EOFError
            if wanted == NONSENSE:
                wanted = "what?"
            if isinstance(wanted, float):
                time.sleep(wanted)
                wanted = None
            say(wanted or otherwise)
            return wanted is None

        if not answer(self.answers("greeting", recipient), "220 at your service"):
            return
        while line := lines.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                say("250-mail.example")
                if self.tls and not isinstance(client, ssl.SSLSocket):
                    say("250-STARTTLS")
                say("250 SIZE 50000000")
            elif verb == b"STAR":
                say("220 go ahead")
                client = self.tls.wrap_socket(client, server_side=True)
                lines = client.makefile("rb")
            elif verb == b"MAIL":
                recipient = ""
                answer(self.answers("mail", recipient), "250 ok")
            elif verb == b"RCPT":
                recipient = re.search(rb"<(.*?)>", line)[1].decode()
                answer(self.answers("rcpt", recipient), "250 ok")
            elif verb == b"DATA":
                if not answer(self.answers("data", recipient), "354 go ahead"):
                    continue
                self.begun += 1
                content = b""
                while (line := lines.readline()) and line != b".\r\n":
                    content += line
                if not line:
                    return  # cut off in the middle of the text
                wanted = self.answers("text", recipient)
                if not (isinstance(wanted, str) and wanted[:1] in "45"):
                    self.arrived.append(Arrived(recipient, content))
                answer(wanted, "250 taken")
            elif verb == b"QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")


@contextmanager
def mail_server(answers=None, *, tls=None, is_tls_from_the_start=False, **options) -> Iterator[MailServer]:
    """A server that the outbox delivers to while the block runs; `options` are those of the mail backend."""
    server = MailServer(tls=tls, is_tls_from_the_start=is_tls_from_the_start)
    if answers:
        server.answers = answers
    server.start()
    here = {"host": "127.0.0.1", "port": server.port, "timeout": 0.4, **options}
    try:
        with override_settings(MAIL_BACKEND="accelerator.messages.transport.SMTPBackend", MAIL_OPTIONS=here):
            yield server
    finally:
        server.stop()


def self_signed(folder) -> ssl.SSLContext:
    """The certificate of a server that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
