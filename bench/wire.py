"""Visitors over real HTTP, as light as Python allows, because they share the machine with what they measure."""

import gzip
import selectors
import socket
import time
import uuid
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode, urlsplit

from bench.visits import TOKEN


class Unexpected(Exception):
    """An answer that is not what the page says when it works."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def location(self) -> str:
        return next(value for name, value in self.headers if name == "location")


class Visitor:
    """One person at a time, one connection, one request after the other. `times` are those of the measured requests."""

    def __init__(self, site, port: int):
        self.site, self.port = site, port
        self.times: list[float] = []
        self.jar: dict[str, str] = {}
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def become(self, session: str) -> None:
        self.jar = {self.site.cookie: session, self.site.csrf: TOKEN}

    def get(self, path: str, *, has: str, measured: bool = False) -> Answer:
        answer = self._ask("GET", path, b"", "", measured)
        if answer.status != 200 or has.encode() not in answer.body:
            raise Unexpected(f"GET {path} answered {answer.status} without “{has}”: {answer.text[:2000]}")
        return answer

    def post(self, path: str, given: dict, *, files=None, measured: bool = False) -> Answer:
        given = given | {"csrfmiddlewaretoken": TOKEN}
        body, kind = (
            multipart(given, files) if files else (urlencode(given, doseq=True).encode(), FORM)
        )  # fmt: skip
        answer = self._ask("POST", path, body, kind, measured)
        if answer.status != 302:
            raise Unexpected(f"POST {path} answered {answer.status}: {answer.text[:2000]}")
        return answer

    def _ask(self, method: str, path: str, body: bytes, kind: str, measured: bool) -> Answer:
        request = as_bytes(method, path, self.jar, body, kind)
        began = time.perf_counter()
        self.connection.sendall(request)
        answer = self._receive()
        if measured:  # unpacking a compressed page counts too: a tenth of a millisecond
            self.times.append(time.perf_counter() - began)
        for name, value in answer.headers:
            if name == "set-cookie":
                cookie, _, rest = value.partition("=")
                self.jar[cookie] = rest.partition(";")[0]
        return answer

    def _receive(self) -> Answer:
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more()
        head = received[:end].decode("latin-1").split("\r\n")
        headers = [(name.lower(), value) for name, _, value in (line.partition(": ") for line in head[1:])]
        length, parts = int(dict(headers).get("content-length", 0)), [received[end + 4 :]]
        missing = length - len(parts[0])
        while missing > 0:
            parts.append(self._more())
            missing -= len(parts[-1])
        body = b"".join(parts)
        if dict(headers).get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        return Answer(int(head[0].split()[1]), headers, body)

    def _more(self) -> bytes:
        if more := self.connection.recv(262_144):
            return more
        raise Unexpected("The server closed the connection.")


FORM = "application/x-www-form-urlencoded"


def as_bytes(method: str, path: str, jar: dict, body: bytes = b"", kind: str = "") -> bytes:
    path = path if path.startswith("/") else urlsplit(path).path
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: text/html", "Accept-Encoding: gzip"]
    if jar:
        lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in jar.items()))
    if method == "POST":
        lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def multipart(given: dict, files: dict) -> tuple[bytes, str]:
    line = uuid.uuid4().hex
    parts = [
        f'--{line}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{one}\r\n'.encode()
        for name, value in given.items()
        for one in (value if isinstance(value, list) else [value])
    ]
    for name, (called, content) in files.items():
        head = f'--{line}\r\nContent-Disposition: form-data; name="{name}"; filename="{called}"\r\n'
        parts += [f"{head}Content-Type: application/pdf\r\n\r\n".encode(), content, b"\r\n"]
    return b"".join(parts) + f"--{line}--\r\n".encode(), f"multipart/form-data; boundary={line}"


def repeat(port: int, path: str, *, clients: int, seconds: float) -> tuple[int, list[float]]:
    """The same page again and again for strangers, from one thread: how many, and each one's time."""
    request, times = as_bytes("GET", path, {}), []
    with selectors.DefaultSelector() as waiting:
        for _ in range(clients):
            connection = socket.create_connection(("127.0.0.1", port), timeout=20)
            waiting.register(connection, selectors.EVENT_READ, state := {"received": b"", "whole": 0})
            state["began"] = time.perf_counter()
            connection.sendall(request)
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            for key, _events in waiting.select(1):
                state, more = key.data, cast("socket.socket", key.fileobj).recv(262_144)
                if not more:
                    raise Unexpected("The server closed the connection.")
                state["received"] += more
                if not state["whole"]:
                    head, found, _body = state["received"].partition(b"\r\n\r\n")
                    if not found:
                        continue
                    if not head.startswith(b"HTTP/1.1 200"):
                        raise Unexpected(f"GET {path} answered {head[:200]!r}")
                    length = head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]
                    state["whole"] = len(head) + 4 + int(length)
                if len(state["received"]) >= state["whole"]:
                    times.append(time.perf_counter() - state["began"])
                    state.update(received=b"", whole=0, began=time.perf_counter())
                    cast("socket.socket", key.fileobj).sendall(request)
        for key in list(waiting.get_map().values()):
            cast("socket.socket", key.fileobj).close()
    return len(times), times
