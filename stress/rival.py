"""Somebody asks for the addresses of twenty founders again and again, while each of them signs in by a code from a real
mail: over HTTP, everybody from an address of their own, and with a letterbox that a real SMTP server fills.
"""

import http.client
import random
import re
import socket
import threading
import time
from email import message_from_bytes, policy
from urllib.parse import urlencode

from aiosmtpd.controller import Controller

from stress.client import TOKEN

FOUNDERS = 20
ASKS_A_SECOND = (
    8  # each address every two and a half seconds; six a minute would have used up a limit by address
)
WITHIN = 20.0  # seconds from the first press to being in
RIVAL = "127.0.0.2"
CODE = re.compile(r"^([A-Z0-9]{4}-[A-Z0-9]{4})\r?$", re.MULTILINE)


class Letterboxes:
    """An honest mail server that remembers the newest code for each address. In place of `World.mail`."""

    def __init__(self):
        self.codes: dict[str, str] = {}
        self.mails: dict[str, int] = {}
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def start(self) -> None:
        self.controller.start()

    def stop(self) -> None:
        self.controller.stop()

    async def handle_DATA(self, server, session, envelope) -> str:
        body = message_from_bytes(envelope.content, policy=policy.default).get_body(("plain",))
        found = CODE.search(body.get_content() if body else "")
        for address in envelope.rcpt_tos:
            self.mails[address] = self.mails.get(address, 0) + 1
            if found:
                self.codes[address] = found.group(1)
        return "250 taken"


class Visitor:
    """A browser that nobody has signed in with, at an address of its own."""

    def __init__(self, port: int, source: str):
        self.port, self.source = port, source
        self.cookies = {"csrftoken": TOKEN}

    def post(self, path: str, given: dict) -> tuple[int, str]:
        """Status, and where it leads."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30, source_address=(self.source, 0))
        headers = {
            "Host": f"localhost:{self.port}",
            "Origin": f"http://localhost:{self.port}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        try:
            line.request("POST", path, urlencode({**given, "csrfmiddlewaretoken": TOKEN}), headers)
            answer = line.getresponse()
            answer.read()
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.headers.get("Location", "")
        finally:
            line.close()


class Contest:
    """`begin()`, then `end()`, which waits for everybody and says how long each founder took, or what stopped them."""

    def __init__(self, port: int, letterboxes: Letterboxes, *, begins: float, seconds: float, seed: int):
        self.port, self.letterboxes = port, letterboxes
        self.begins, self.ends = begins, begins + seconds
        self.addresses = [f"founder{n}@people.example" for n in range(FOUNDERS)]
        self.asked: list[int] = []  # statuses that the rival was answered
        self.took: dict[str, float] = {}
        self.failed: dict[str, str] = {}
        rng = random.Random(seed)
        self.threads = [threading.Thread(target=self._spend, daemon=True)]
        for number, address in enumerate(self.addresses):
            at = begins + rng.uniform(min(2, seconds / 2), seconds)
            source = f"127.0.1.{number + 1}"
            self.threads.append(
                threading.Thread(target=self._sign_in, args=(address, source, at), daemon=True)
            )

    def begin(self) -> None:
        for thread in self.threads:
            thread.start()

    def end(self) -> None:
        for thread in self.threads[1:]:
            thread.join(timeout=max(0.0, self.ends - time.time()) + WITHIN + 40)
        self.ends = 0.0
        self.threads[0].join(timeout=40)

    def _spend(self) -> None:
        """Until the last founder is in, or the time is over."""
        number = 0
        while time.time() < self.begins:
            time.sleep(0.05)
        while time.time() < self.ends + WITHIN:
            began = time.time()
            try:
                address = self.addresses[number % FOUNDERS]
                self.asked.append(Visitor(self.port, RIVAL).post("/accounts/login/", {"login": address})[0])
            except OSError:
                self.asked.append(0)
            number += 1
            time.sleep(max(0.0, 1 / ASKS_A_SECOND - (time.time() - began)))

    def _sign_in(self, address: str, source: str, at: float) -> None:
        time.sleep(max(0.0, at - time.time()))
        visitor, began = Visitor(self.port, source), time.time()
        try:
            status, where = visitor.post("/accounts/login/", {"login": address})
            if status != 302:
                self.failed[address] = f"asking for a code: {status}"
                return
            while address not in self.letterboxes.codes:
                if time.time() - began > WITHIN:
                    self.failed[address] = "no code came"
                    return
                time.sleep(0.1)
            status, where = visitor.post(
                "/accounts/login/code/confirm/", {"code": self.letterboxes.codes[address]}
            )
            if status != 302 or where.startswith("/accounts/"):
                self.failed[address] = f"entering the code: {status} {where}"
                return
            self.took[address] = time.time() - began
        except OSError as problem:
            self.failed[address] = repr(problem)
