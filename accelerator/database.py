"""A connection to PostgreSQL that tells a slow server from one that has stopped, and does not wait for the latter.

The server's own limits, such as statement_timeout, do not run in a server that hangs, and would end a long export.
So the client watches: when an answer is not there after half a second it asks the server, beside the connection,
for a sign of life, the way a new client would. A server that gives one may go on working; from one that gives none
the connection is closed with an OperationalError.

`settings.DATABASES` names the class for the pool, whose check of a connection before each request is such a wait too.
"""

import socket
import struct
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic
from typing import Any

import psycopg
from django.db import connection

PATIENCE = 0.5  # seconds without an answer before the server is asked for a sign of life
SIGN_OF_LIFE = 0.5  # seconds that it has for it
SHORT = 0.2  # seconds for either, where the server was found away a moment ago
ASKED_AGAIN = 2.0  # seconds between such questions while it lives and works
SOON = 1.5  # seconds for a connection
REMEMBERED = 1.0  # seconds for which a server that was found away is not waited for again
# What a client sends first to ask for TLS: every server, pooler or not, answers with one byte before anything else.
_HELLO = struct.pack("!ii", 8, 80877103)

_longest: ContextVar[float | None] = ContextVar("longest_wait", default=None)
_away_until = 0.0


def give_up_soon() -> None:
    """For what serves people: a database that is away costs a request less than two seconds, and is tried anew by the
    next one. A command, such as the migration of a busy server, has the time of the settings."""
    if connection.settings_dict["OPTIONS"].get("pool"):
        connection.pool.timeout = SOON  # type: ignore[attr-defined]  # only PostgreSQL's connection has one


def is_away() -> bool:
    """Whether the database was found away within the last second, so that waiting for it again is of no use yet."""
    return monotonic() < _away_until


def note_away() -> None:
    """Remember for a second that the database is away."""
    global _away_until
    _away_until = monotonic() + REMEMBERED


@contextmanager
def longest_wait(seconds: float) -> Iterator[None]:
    """Inside, no single answer is waited for longer than this, even from a server that lives."""
    token = _longest.set(seconds)
    try:
        yield
    finally:
        _longest.reset(token)


def gives_sign_of_life(host: str, port: int, seconds: float = SIGN_OF_LIFE) -> bool:
    """Whether a server at this address (a folder of sockets, or a host) answers a new client's first word."""
    try:
        with _connect(host, port, seconds) as peer:
            peer.settimeout(seconds)
            peer.sendall(_HELLO)
            return peer.recv(1) != b""
    except OSError:
        return False


def _connect(host: str, port: int, seconds: float) -> socket.socket:
    if not host.startswith(("/", "@")):
        return socket.create_connection((host, port), timeout=seconds)
    peer = socket.socket(socket.AF_UNIX)
    peer.settimeout(seconds)
    address = f"{host}/.s.PGSQL.{port}"
    try:
        peer.connect("\0" + address[1:] if host.startswith("@") else address)
    except OSError:
        peer.close()
        raise
    return peer


class Connection(psycopg.Connection):
    """What waits for every answer of the server, within bounds."""

    def wait(self, gen, *args, **kwargs):
        return super().wait(self._watched(gen), *args, **kwargs)

    def _watched(self, gen: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        """The same steps as `gen`, between which the time is watched: psycopg wakes us ten times a second."""
        limit = _longest.get()
        began = monotonic()
        ask_at = began + (SHORT if is_away() else PATIENCE)
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                now = monotonic()
                if ready:
                    ask_at = now + PATIENCE
                elif now >= ask_at:
                    if not self._server_lives():
                        note_away()
                        self._give_up("PostgreSQL does not answer")
                    ask_at = monotonic() + ASKED_AGAIN
                if limit is not None and not ready and now - began > limit:
                    self._give_up(f"no answer of PostgreSQL within {limit:g} s")
                wanted = gen.send(ready)
        except StopIteration as end:
            return end.value

    def _server_lives(self) -> bool:
        seconds = SHORT if is_away() else SIGN_OF_LIFE
        return gives_sign_of_life(self.info.hostaddr or self.info.host, self.info.port, seconds)

    def _give_up(self, why: str) -> None:
        self.close()
        raise psycopg.OperationalError(why)


def is_absence(error: BaseException | None) -> bool:
    """Whether this error, of Django or psycopg, says that the database is away, not that a statement was wrong."""
    cause = error
    while cause is not None:
        if isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError):
            state = cause.sqlstate
            # None: the connection itself; 08: its protocol; 57P: shutting down or starting up; 53300: no place left
            return state is None or state.startswith(("08", "57P")) or state == "53300"
        cause = cause.__cause__
    return False
