"""A mail server that behaves badly in the ways that real ones do, and keeps a log of everything.

What it does to an address is drawn from the seed and the address, attempt by attempt, so that the same seed gives the
same trouble: refusals for now and for good, silence, a mail that takes eight seconds, a line dropped after the mail was
taken. The whole server may also go away or fall silent for a while.
"""

import hashlib
import random
import re
import socket
import threading
import time
from dataclasses import dataclass
from enum import StrEnum

SLOW_SECONDS = 8.0
LONGEST_SILENCE = 40.0  # seconds after which the server hangs up by itself


class Manner(StrEnum):
    """How one attempt to hand over a mail is met."""

    HONEST = "honest"
    LATER = "refused for now"
    NEVER = "refused for good"
    LATER_AFTER_TEXT = "refused for now after its text"
    DROP = "taken, and the line dropped"
    SILENT = "not taken, and silent"
    SLOW = "slow"


# Of a thousand addresses, how many meet this at the first attempt; at the second half of those refused for now meet
# it again. All others, and every later attempt, are honest.
SHARES = {
    Manner.LATER: 40,
    Manner.NEVER: 10,
    Manner.LATER_AFTER_TEXT: 10,
    Manner.DROP: 15,
    Manner.SILENT: 4,
    Manner.SLOW: 4,
}


class End(StrEnum):
    """How one attempt ended, as the server saw it."""

    TAKEN = "taken"
    DROPPED = "taken, and the line dropped"
    REFUSED_FOR_NOW = "refused for now"
    REFUSED_FOR_GOOD = "refused for good"
    SILENCE = "silence after the text"
    CUT = "cut by the client in the text"
    NOT_BEGUN = "cut before the text"


@dataclass
class Attempt:
    """One mail to one address, from RCPT to its end. Times are seconds since the epoch."""

    at: float
    recipient: str
    text_at: float = 0.0
    ended_at: float = 0.0
    message_id: str = ""
    digest: str = ""
    end: End = End.NOT_BEGUN

    @property
    def has_arrived(self) -> bool:
        return self.end in {End.TAKEN, End.DROPPED}

    @property
    def is_unclear(self) -> bool:
        """Whether its sender cannot know that it arrived, or that it did not."""
        return self.end in {End.DROPPED, End.SILENCE, End.CUT}

    @property
    def is_refused(self) -> bool:
        return self.end in {End.REFUSED_FOR_NOW, End.REFUSED_FOR_GOOD}


def manner(seed: int, recipient: str, attempt: int) -> Manner:
    """What this address meets at its first, second, … attempt (from 0)."""
    if attempt > 1:
        return Manner.HONEST
    drawn = random.Random(f"{seed} {recipient}").randrange(1000)
    for kind, share in SHARES.items():
        if drawn < share:
            stays = kind == Manner.NEVER or attempt == 0 or (kind == Manner.LATER and drawn % 2)
            return kind if stays else Manner.HONEST
        drawn -= share
    return Manner.HONEST


class MailServer:
    """Listens on a port of its own on this machine from `start` to `stop`."""

    def __init__(self, seed: int):
        self.seed = seed
        self.attempts: list[Attempt] = []
        self.is_silent = threading.Event()
        self.lock = threading.Lock()
        self.clients: set[socket.socket] = set()
        self.port = 0
        self.listener: socket.socket | None = None

    def start(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=200)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, args=[self.listener], daemon=True).start()

    def stop(self) -> None:
        """Close the port and every open connection."""
        listener, self.listener = self.listener, None
        if listener:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        with self.lock:
            clients = list(self.clients)
        for client in clients:
            _hang_up(client)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _address = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with self.lock:
            self.clients.add(client)
        client.settimeout(LONGEST_SILENCE)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            _Talk(self, client).hold()
        except (OSError, EOFError):
            return
        finally:
            with self.lock:
                self.clients.discard(client)
            client.close()

    def begin(self, recipient: str) -> tuple[Attempt, Manner]:
        with self.lock:
            before = sum(attempt.recipient == recipient for attempt in self.attempts)
            attempt = Attempt(time.time(), recipient)
            self.attempts.append(attempt)
        return attempt, manner(self.seed, recipient, before)


class _Talk:
    """One client's connection."""

    def __init__(self, server: MailServer, client: socket.socket):
        self.server, self.client, self.lines = server, client, client.makefile("rb")
        self.attempt = Attempt(time.time(), "")
        self.manner = Manner.HONEST

    def hold(self) -> None:
        self._say("220 chaos.example at your service")
        while line := self.lines.readline():
            verb = line[:4].upper()
            if verb == b"RCPT":
                self._recipient(line.partition(b"<")[2].partition(b">")[0].decode())
            elif verb == b"DATA":
                self._text()
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _say(self, text: str) -> None:
        """Answer, unless the whole server is silent: then wait as long as a client does."""
        ends = time.monotonic() + LONGEST_SILENCE
        while self.server.is_silent.is_set():
            if time.monotonic() > ends:
                raise EOFError
            time.sleep(0.1)
        self.client.sendall(text.encode() + b"\r\n")

    def _recipient(self, recipient: str) -> None:
        self.attempt, self.manner = self.server.begin(recipient)
        if self.manner == Manner.LATER:
            self._end(End.REFUSED_FOR_NOW, "450 try again later")
        elif self.manner == Manner.NEVER:
            self._end(End.REFUSED_FOR_GOOD, "550 nobody of that name here")
        else:
            self._say("250 ok")

    def _text(self) -> None:
        attempt = self.attempt
        self._say("354 go ahead")
        attempt.text_at, attempt.end = time.time(), End.CUT
        content = b""
        while (line := self.lines.readline()) and line != b".\r\n":
            content += line
        attempt.ended_at = time.time()
        if found := re.search(rb"(?im)^Message-ID:\s*(\S+)", content):
            attempt.message_id = found[1].decode()
        if not line:
            raise EOFError
        attempt.digest = hashlib.sha256(content).hexdigest()
        if self.manner == Manner.LATER_AFTER_TEXT:
            self._end(End.REFUSED_FOR_NOW, "451 not just now")
        elif self.manner == Manner.SILENT:
            attempt.end = End.SILENCE
            time.sleep(LONGEST_SILENCE)
            raise EOFError
        elif self.manner == Manner.DROP:
            attempt.end = End.DROPPED
            raise EOFError
        else:
            if self.manner == Manner.SLOW:
                time.sleep(SLOW_SECONDS)
            attempt.end = End.DROPPED  # unless the answer gets out
            self._end(End.TAKEN, "250 taken")

    def _end(self, end: End, answer: str) -> None:
        self._say(answer)
        self.attempt.end, self.attempt.ended_at = end, time.time()


def _hang_up(client: socket.socket) -> None:
    try:
        client.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it had gone by itself
