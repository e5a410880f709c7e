"""The people of a rush, each on a connection of their own: `python -m stress.client`, told on stdin, tells on stdout.

One process, one loop, bare HTTP: what measures shares its two cores with what is measured. Times are counted from the
moment for which a press was planned, not from when this process came to it.
"""

import asyncio
import json
import random
import sys
import time
from urllib.parse import urlencode, urlsplit

TOKEN = "t" * 32  # a CSRF secret of one's own: the cookie and the field only have to agree
PATIENCE = 60
WORDS = "market climate battery platform patient farmer logistics payment model sensor grid credit".split()


class Person:
    """One browser. Keeps its connection while the server does."""

    def __init__(self, port: int, session: str):
        self.port = port
        self.cookies = f"sessionid={session}; csrftoken={TOKEN}"
        self.line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, given: dict | None = None, **headers: str):
        """Status, headers and body."""
        body = (
            urlencode({**(given or {}), "csrfmiddlewaretoken": TOKEN}).encode() if method == "POST" else b""
        )
        lines = [f"{method} {path} HTTP/1.1", f"Host: localhost:{self.port}", f"Cookie: {self.cookies}"]
        if method == "POST":
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
            lines += [f"Origin: http://localhost:{self.port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        message = "\r\n".join([*lines, "", ""]).encode() + body
        if self.line is None:
            self.line = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.line
        writer.write(message)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        found = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
        content = await reader.readexactly(int(found.get("content-length", 0)))
        return int(head[0].split()[1]), found, content

    def hang_up(self) -> None:
        if self.line:
            self.line[1].close()
        self.line = None


def tell(act: str, **facts) -> None:
    print(json.dumps({"act": act, **facts}), flush=False)


async def until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - time.time()))


async def submit(port: int, who: dict, at: float, patient: bool) -> None:
    """The ticket, the submit, the receipt. Whoever is patient tries again what was cut off, with the same key."""
    person = Person(port, who["session"])
    await until(at)
    told = {"pk": who["pk"], "planned": at, "receipt": 0.0, "status": 0, "note": ""}
    try:
        async with asyncio.timeout(PATIENCE):
            told["note"] = "ticket"
            status, _headers, body = await _ask(person, patient, "POST", "/ticket/", {"token": who["token"]})
            told["status"] = status
            if status == 200:
                given = {"draft_version": who["draft_version"], "idempotency_key": who["key"]}
                status, headers, body = await _ask(person, patient, "POST", who["address"] + "submit/", given)
                told |= {
                    "status": status,
                    "note": "" if status == 302 else body[:200].decode(errors="replace"),
                }
                if status == 302:
                    path = urlsplit(headers["location"]).path
                    status, _headers, body = await _ask(person, patient, "GET", path)
                    told |= {"status": status, "note": path, "receipt": time.time() - at}
    except (OSError, asyncio.IncompleteReadError, TimeoutError) as problem:
        told |= {"status": 0, "note": f"{told['note']} {problem!r}"}
    finally:
        person.hang_up()
    tell("submit", **told)


async def _ask(person: Person, patient: bool, *asked):
    while True:
        try:
            answer = await person.ask(*asked)
            if not patient or answer[0] < 500:
                return answer
        except (OSError, asyncio.IncompleteReadError):
            if not patient:
                raise
        person.hang_up()
        await asyncio.sleep(0.3)


async def save(port: int, who: dict, begins: float, ends: float, every: float, rng: random.Random) -> None:
    """Somebody goes on writing: one answer, again and again, by the protocol of drafts."""
    person, mark, version = Person(port, who["session"]), "", who["draft_version"]
    at = begins + rng.random() * every
    json_please = {"Accept": "application/json"}
    while at < ends:
        await until(at)
        given = {
            "touched": '["one_line"]',
            "seen": json.dumps({"one_line": mark}),
            "draft_version": version,
            "one_line": " ".join(rng.choices(WORDS, k=8)),
        }
        began = time.time()
        try:
            async with asyncio.timeout(PATIENCE):
                status, _headers, body = await person.ask("POST", who["address"], given, **json_please)
            if status == 200:
                answer = json.loads(body)
                version = answer["draft_version"]
                for conflict in answer.get("conflicts", []):
                    mark = conflict["mark"]
                mark = answer.get("answers", {}).get("one_line", {}).get("mark", mark)
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            status = 0
            person.hang_up()
        tell("save", at=at, seconds=time.time() - began, status=status)
        at = max(at + every, time.time())
    person.hang_up()


async def visit(port: int, who: dict, begins: float, ends: float, every: float, rng: random.Random) -> None:
    """Somebody opens their form, and again."""
    person = Person(port, who["session"])
    at = begins + rng.random() * every
    while at < ends:
        await until(at)
        began = time.time()
        try:
            async with asyncio.timeout(PATIENCE):
                status, headers, _body = await person.ask("GET", who["address"])
            retry = headers.get("retry-after", "")
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            status, retry = 0, ""
            person.hang_up()
        tell("visit", at=at, seconds=time.time() - began, status=status, retry=retry)
        at = max(at + every, time.time())
    person.hang_up()


async def act(given: dict) -> None:
    rng = random.Random(given["seed"])
    port, begins, ends = given["port"], given["begins"], given["closes"]
    patient = given.get("patient", False)
    acts = [
        submit(port, who, at, patient) for who, at in zip(given["submitters"], given["moments"], strict=True)
    ]
    acts += [save(port, who, begins, ends, given["save_every"], rng) for who in given["savers"]]
    acts += [visit(port, who, begins, ends, given["visit_every"], rng) for who in given["savers"]]
    await asyncio.gather(*acts)


if __name__ == "__main__":
    asyncio.run(act(json.load(sys.stdin)))
