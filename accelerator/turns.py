"""In which order a web process takes requests, and how it stays well when more come than it can answer.

The web server hands over every request at once, each on a thread of its own; a few run at a time and the others wait
here, those that matter most first. Whoever only looks around is asked to come back (503 with Retry-After) when many
wait; a submit is not. A *lane* waits for nobody: it answers without Django, on what it has for itself alone, so that
neither visitors nor submits can occupy it.

A room contributes in a module named `lanes.py`: `turns.lane("/ticket/")(answer)` and `turns.comes_first(is_urgent)`.
"""

import io
import threading
from collections import deque
from collections.abc import Callable, Iterable
from enum import IntEnum

from accelerator.registry import Registry

AT_ONCE = 2  # per process; more would only take the processor from each other
LARGE_AT_ONCE = 4  # uploads, which mostly wait for somebody's line
LARGE = 256 * 1024  # bytes of a body that is not read before its turn
RETRY_SECONDS = 5

WAITING = "slipway.waiting"  # in the environment of a request: how many waited when its turn came
MANY = 20  # waiting: what can be said later is left out of the pages that somebody waits for

Environ = dict
Answer = Callable[[Environ, Callable], Iterable[bytes]]


class Rank(IntEnum):
    """Who comes first; the value is the place of its line."""

    SUBMIT = 0
    WRITING = 1
    READING = 2


# How many may wait when one more of this rank comes, and for how many seconds it does. Together with those that run they
# must stay below the threads of a process (servers/web.py), or a lane would have none.
MOST_WAITING = {Rank.SUBMIT: 900, Rank.WRITING: 120, Rank.READING: 40}
LONGEST_WAIT = {Rank.SUBMIT: 60.0, Rank.WRITING: 20.0, Rank.READING: 10.0}

lanes: dict[str, Answer] = {}
comes_first: Registry = Registry()  # functions of method and path: whether this request is part of a submit
# Whoever watches over us waits for nobody either, and Django answers them (accelerator/watching/probes.py).
PROBES = {"/livez", "/readyz", "/healthz", "/metrics"}


def lane(path: str) -> Callable[[Answer], Answer]:
    """Decorates what answers this one path by itself, as a WSGI application."""

    def add(answer: Answer) -> Answer:
        lanes[path] = answer
        return answer

    return add


class Turns:
    """Places for those who run, and a line of waiting for each rank."""

    def __init__(self, at_once: int):
        self._guard = threading.Lock()
        self._free = at_once
        self._lines: dict[Rank, deque[threading.Lock]] = {rank: deque() for rank in Rank}

    @property
    def waiting(self) -> int:
        return sum(len(line) for line in self._lines.values())

    def take(self, rank: Rank) -> bool:
        """Wait for a place. False when too many wait, or it took too long."""
        with self._guard:
            if self._free:
                self._free -= 1
                return True
            if self.waiting >= MOST_WAITING[rank]:
                return False
            mine = threading.Lock()
            mine.acquire()
            self._lines[rank].append(mine)
        if mine.acquire(timeout=LONGEST_WAIT[rank]):
            return True
        with self._guard:
            if mine in self._lines[rank]:
                self._lines[rank].remove(mine)
                return False
        return True  # it was given in the last moment

    def give_back(self) -> None:
        """To whoever waits and matters most, else to whoever comes next."""
        with self._guard:
            for rank in Rank:
                if self._lines[rank]:
                    self._lines[rank].popleft().release()
                    return
            self._free += 1


class InTurn:
    """A WSGI application that gives each request of `application` its turn."""

    def __init__(self, application: Answer, *, busy_page: bytes, busy_json: bytes):
        self.application, self.busy_page, self.busy_json = application, busy_page, busy_json
        self.turns = Turns(AT_ONCE)
        self.large_turns = Turns(LARGE_AT_ONCE)

    def __call__(self, environ: Environ, start_response: Callable) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "/")
        if answer := lanes.get(path):
            return answer(environ, start_response)
        if path in PROBES:
            return self.application(environ, start_response)
        turns, rank = self.turns, rank_of(environ["REQUEST_METHOD"], path)
        if not _body_is_here(environ):
            turns, rank = self.large_turns, Rank.WRITING
        if not turns.take(rank):
            return self._busy(environ, start_response)
        environ[WAITING] = turns.waiting
        try:
            return self.application(environ, start_response)
        finally:
            turns.give_back()

    def _busy(self, environ: Environ, start_response: Callable) -> list[bytes]:
        kind, body = "text/html; charset=utf-8", self.busy_page
        if "application/json" in environ.get("HTTP_ACCEPT", ""):
            kind, body = "application/json", self.busy_json
        headers = [
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Retry-After", str(RETRY_SECONDS)),
            ("Cache-Control", "no-store"),
        ]
        start_response("503 Service Unavailable", headers)
        return [body]


def rank_of(method: str, path: str) -> Rank:
    if any(is_urgent(method, path) for is_urgent in comes_first):
        return Rank.SUBMIT
    return Rank.READING if method in {"GET", "HEAD"} else Rank.WRITING


def _body_is_here(environ: Environ) -> bool:
    """Read a small body before the turn, so that nobody holds a place while a slow line sends; False for a large one."""
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if environ.get("HTTP_TRANSFER_ENCODING") or length > LARGE:
        return False
    if length > 0:
        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(length))
    return True
