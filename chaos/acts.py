"""What goes on meanwhile, through the real product: `python -m chaos.acts messages|people|seats`, told on stdin.

Each part is a process of its own. It writes a line of JSON for every act that was *accepted*: a commit that returned,
an answer that a client saw. Those are what the checks hold Slipway to. Clients that get no answer try again, as people do,
with the same key.
"""

import http.client
import json
import random
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

TOKEN = "t" * 32  # a CSRF secret of one's own: the cookie and the field only have to agree
CLIENTS = 16
PATIENCE = 90  # seconds after the run until somebody without an answer gives up
REPLY = 12  # seconds until a client asks again
TEAM = 10  # messages in one transaction

_writing = threading.Lock()


def tell(act: str, **facts) -> None:
    with _writing:
        print(json.dumps({"act": act, "at": time.time(), **facts}), flush=True)


def wait_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.time()))


# --- Messages -------------------------------------------------------------------------------------------------
def patiently(act: Callable, until: float):
    """Do it until the database says that it is done; its keys make a repeat harmless."""
    from django.db import DatabaseError, connection, transaction

    while True:
        try:
            with transaction.atomic():
                return act()
        except DatabaseError:
            if time.time() > until:
                raise
            connection.close()
            time.sleep(0.3)


def kind_of(number: int) -> str:
    """Most are due at once and wanted; of fifty, one each is of another kind."""
    return {7: "withdrawn early", 17: "withdrawn", 27: "soon useless"}.get(number % 50, "due")


def write_messages(given: dict) -> None:
    """Letters to readers, ten in a transaction; some are withdrawn at once, or in the race with who sends them."""
    from accelerator.messages import outbox
    from accelerator.models import OutboxMessage, Programme
    from applications.models import Call

    rng = random.Random(given["seed"])
    until = given["began"] + given["seconds"] + PATIENCE
    call = patiently(partial(Call.objects.get, pk=given["call"]), until)
    programme = patiently(partial(Programme.objects.get, pk=given["programme"]), until)

    def write(numbers: range, now: datetime) -> None:
        for number in numbers:
            kind = kind_of(number)
            outbox.enqueue(
                "applications.readings_assigned",
                key=f"chaos:{number}",
                to=f"p{number}@chaos.example",
                programme=programme,
                about=call,
                context={"count": 3, "call": call, "url": outbox.absolute("/admin/review/")},
                due_at=now + timedelta(seconds=4 if kind == "withdrawn early" else 0),
                useless_after=now + timedelta(seconds=2) if kind == "soon useless" else None,
                now=now,
            )

    def withdraw(number: int) -> int:
        mine = OutboxMessage.objects.filter(dedupe_key=f"chaos:{number}")
        return outbox.cancel(mine, reason="Changed our mind.")

    for first in range(0, given["messages"], TEAM):
        wait_until(given["began"] + 0.8 * given["seconds"] * first / given["messages"])
        numbers = range(first, min(first + TEAM, given["messages"]))
        patiently(partial(write, numbers, datetime.now(UTC)), until)
        for number in numbers:
            tell("message", key=f"chaos:{number}", kind=kind_of(number))
        for number in numbers:
            if kind_of(number).startswith("withdrawn"):
                time.sleep(rng.random() * 0.05)
                if patiently(partial(withdraw, number), until):
                    tell("withdrawn", key=f"chaos:{number}")


# --- People with a browser --------------------------------------------------------------------------------------
class Browser:
    """Asks the web server, and asks again when it is cut off or gets no answer."""

    def __init__(self, port: int, session: str = ""):
        self.port, self.session = port, session

    def post(self, path: str, given: dict, *, deck: bytes = b"") -> tuple[int, str]:
        """One attempt: status and where it leads; (0, why) when no answer came."""
        given = given | {"csrfmiddlewaretoken": TOKEN}
        line = uuid.uuid4().hex
        body, kind = urlencode(given).encode(), "application/x-www-form-urlencoded"
        if deck:
            body, kind = _multipart(line, given, deck), f"multipart/form-data; boundary={line}"
        headers = {
            "Host": f"localhost:{self.port}",
            "Origin": f"http://localhost:{self.port}",
            "Cookie": f"sessionid={self.session}; csrftoken={TOKEN}",
            "Content-Type": kind,
            **({"Accept": "application/json"} if deck else {}),
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=REPLY)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            return 0, type(error).__name__
        finally:
            connection.close()
        return answer.status, answer.getheader("location", "")


def _multipart(line: str, given: dict, deck: bytes) -> bytes:
    fields = "".join(
        f'--{line}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in given.items()
    )
    head = f'--{line}\r\nContent-Disposition: form-data; name="deck"; filename="deck.pdf"\r\n'
    return (
        f"{fields}{head}Content-Type: application/pdf\r\n\r\n".encode()
        + deck
        + f"\r\n--{line}--\r\n".encode()
    )


class People:
    """All who use the site during one run, each at a moment drawn from the seed."""

    def __init__(self, given: dict):
        self.given = given
        self.rng = random.Random(given["seed"])
        self.until = given["began"] + given["seconds"] + PATIENCE
        self.answers: Counter[str] = Counter()

    def go(self) -> None:
        jobs: list[tuple[Callable[..., None], Any]] = [(self.submit, one) for one in self.given["submitters"]]
        jobs += [(self.upload, one) for one in self.given["writers"]]
        jobs += [(self.ask_for_code, one) for one in self.given["sleepers"]]
        moments = {id(job): self.rng.random() * 0.9 * self.given["seconds"] for job in jobs}
        with ThreadPoolExecutor(CLIENTS) as pool:
            for job in sorted(jobs, key=lambda job: moments[id(job)]):
                wait_until(self.given["began"] + moments[id(job)])
                pool.submit(job[0], job[1])
        tell("answers", counts=dict(self.answers))

    def ask(self, browser: Browser, what: str, *arguments, **files) -> tuple[int, str]:
        status, where = browser.post(*arguments, **files)
        with _writing:
            self.answers[f"{what}: {status or where}"] += 1
        return status, where

    def submit(self, one: dict) -> None:
        """Until there is a receipt, or a clear "too late"; three in ten click twice."""
        key, browser = str(uuid.uuid4()), Browser(self.given["port"], one["session"])
        path = f"/applications/{one['application']}/submit/"
        clicks = 2 if self.rng.random() < 0.3 else 1
        while time.time() < self.until:
            form = {"draft_version": 1, "idempotency_key": key}
            status, where = self.ask(browser, "submit", path, form)
            if status == 302 and "/receipts/" in where:
                tell("submit", application=one["application"], key=key, receipt=where)
                clicks -= 1
                if not clicks:
                    return
            elif status == 409:
                tell("refused", application=one["application"], key=key)
                return
            else:
                time.sleep(0.7)

    def upload(self, one: dict) -> None:
        from rehearsal.decks import deck

        content = deck(f"Deck {uuid.uuid4()}", [{"title": "Why", "text": "x" * 40_000}])
        browser = Browser(self.given["port"], one["session"])
        path = f"/applications/{one['application']}/files/deck/"
        while time.time() < self.until:
            status, _where = self.ask(browser, "upload", path, {}, deck=content)
            if status == 200:
                tell("upload", application=one["application"], sha256=sha256(content).hexdigest())
                return
            time.sleep(0.7)

    def ask_for_code(self, email: str) -> None:
        browser = Browser(self.given["port"])
        while time.time() < self.until:
            began = time.time()
            status, _where = self.ask(browser, "code", "/accounts/login/code/", {"email": email})
            if status == 302:
                tell("code", to=email, asked_at=began)
                return
            time.sleep(0.7)


# --- Seats ------------------------------------------------------------------------------------------------------
def fill_seats(given: dict) -> None:
    """The release, requested twice; then each offer is accepted or declined, and those that follow too."""
    from accelerator.models import User
    from accelerator.transitions import NotAllowed
    from applications.models import Call, Offer
    from applications.selecting import offers, releasing
    from cohorts.admission import acceptance

    rng = random.Random(given["seed"])
    until = given["began"] + given["seconds"] + PATIENCE
    manager = patiently(partial(User.objects.get, pk=given["manager"]), until)
    calls = Call.objects.select_related("programme").filter(pk=given["call"])
    open_offers = Offer.objects.filter(
        application__call=given["call"], status=Offer.Status.OPEN
    ).select_related(
        "application__call__programme", "application__startup", "application__started_by", "seat"
    )

    def attempt(name: str, act: Callable, **facts) -> None:
        try:
            patiently(act, until)
        except NotAllowed:  # done already, by an attempt of ours whose answer was lost
            return
        tell(name, **facts)

    def give_up(offer: Offer, **said_by) -> None:
        """Given up an hour ago: nobody here waits for the hour in which it can be undone."""
        offer.refresh_from_db()
        now = said_by["now"]
        if not offer.is_declining:
            offers.decline(offer, by=said_by["by"], now=now - offers.UNDO)
        offers.finish_decline(offer, now)

    for _click in range(2):
        wait_until(given["began"] + rng.random() * 0.3 * given["seconds"])
        attempt("release", lambda: releasing.release(calls.get(), by=manager, now=datetime.now(UTC)))
    declined = 0
    while time.time() < given["began"] + 0.9 * given["seconds"]:
        time.sleep(0.02 * given["seconds"])
        if not (offer := patiently(open_offers.first, until)):
            return
        said_by = {"by": offer.application.started_by, "now": datetime.now(UTC)}
        if declined < given["reserve"] - 1 and rng.random() < 0.5:
            declined += 1
            attempt("decline", partial(give_up, offer, **said_by), offer=offer.pk)
        else:
            attempt("accept", partial(acceptance.accept, offer, **said_by), offer=offer.pk)


def main(part: str) -> None:
    given = json.load(sys.stdin)
    if part == "people":
        People(given).go()
        return
    import django

    django.setup()
    {"messages": write_messages, "seats": fill_seats}[part](given)


if __name__ == "__main__":
    main(sys.argv[1])
