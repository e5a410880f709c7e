"""A founder's pages in this process: processor time and questions to the database: `python -m bench.founder`.

The form, an answer that saves itself, the review, the submit and the receipt, and a whole application from its start;
besides, what the check of one deck costs with its child process. Time is that of this thread alone, the median of many.
Ends with 1 on a missed limit. Scratch servers on loopback, about a minute.
"""

import json
import os
import re
import statistics
import sys
import time
import uuid
from collections.abc import Callable

import django

from servers import embedded

CLEARLY = 1.15  # as in bench/pages.py
ROUNDS = 40
WHOLE = "whole application"
# at most: milliseconds of processor time (None: measured over HTTP by bench.pages), questions to the database
LIMITS: dict[str, tuple[float | None, int]] = {
    "form": (10, 9),
    "autosave": (None, 8),
    "review": (9, 8),
    "submit": (None, 11),
    "receipt": (9, 8),
    WHOLE: (None, 44),
}
DECK_MS = 15


class Asked:
    """How many questions were put to the database inside."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute, sql, params, many, context):
        self.count += not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "SELECT 1"))
        return execute(sql, params, many, context)


class Founder:
    def __init__(self) -> None:
        from django.conf import settings
        from django.core.files.uploadedfile import SimpleUploadedFile
        from django.test import Client

        from applications.models import Call
        from bench import filling, invented
        from bench.visits import PDF
        from stress.cast import open_programme

        open_programme()
        self.call = Call.objects.select_related("programme", "window").get()
        self.answers = filling.answer_all(self.call.listed_questions)
        people = filling.people("founder", 3 + ROUNDS)
        self.sessions = iter(invented.sign_in(people))
        self.upload, self.pdf = SimpleUploadedFile, PDF
        self.client = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
        self.cookie = settings.SESSION_COOKIE_NAME

    def whole(self) -> tuple[str, dict[str, int]]:
        """Apply from the first press to the receipt. Its address, and how many questions each step asked."""
        from django.urls import reverse

        self.client.cookies[self.cookie] = next(self.sessions)
        counts: dict[str, int] = {}
        self.get(
            "first", reverse("applying:my_applications"), {}
        )  # where a sign-in leads, which writes it down
        start = reverse("applying:start_application", args=[self.call.programme.slug, self.call.slug])
        name = f"Startup {uuid.uuid4().hex[:8]}"
        address = self.post("start", start, {"name": name}, counts)
        form = self.get("form", address, counts)
        version = _field(form, "draft_version")
        given = {
            **self.answers,
            "name": name,
            "draft_version": version,
            "seen": _field(form, "seen"),
            "act": "submit",
        }
        given["deck"] = self.upload("deck.pdf", self.pdf, "application/pdf")
        review = self.post("save", address, given, counts)
        page = self.get("review", review, counts)
        wish = {"draft_version": _field(page, "draft_version"), "idempotency_key": str(uuid.uuid4())}
        receipt = self.post("submit", review, wish, counts)
        self.get("receipt", receipt, counts)
        self.address, self.review, self.receipt = address, review, receipt
        return receipt, counts

    def get(self, step: str, path: str, counts: dict[str, int]) -> str:
        return self._ask(step, lambda: self.client.get(path), 200, counts).content.decode()

    def post(self, step: str, path: str, given: dict, counts: dict[str, int]) -> str:
        return self._ask(step, lambda: self.client.post(path, given), 302, counts).headers["location"]

    def _ask(self, step: str, act: Callable, status: int, counts: dict[str, int]):
        from django.db import connection

        asked = Asked()
        with connection.execute_wrapper(asked):
            answer = act()
        if answer.status_code != status:
            raise SystemExit(f"{step} answered {answer.status_code}: {answer.content[:2000]!r}")
        counts[step] = asked.count
        return answer

    def begin(self) -> None:
        """A draft of its own, in which somebody types."""
        self.client.cookies[self.cookie] = next(self.sessions)
        from django.urls import reverse

        start = reverse("applying:start_application", args=[self.call.programme.slug, self.call.slug])
        self.draft = self.post("start", start, {"name": f"Startup {uuid.uuid4().hex[:8]}"}, {})
        self.text, self.mark, self.version = "", "", 0

    def autosave(self) -> None:
        """Two seconds after the last key: one more word."""
        self.text = f"{self.text} word".strip()
        given = {
            "touched": json.dumps(["problem"]),
            "seen": json.dumps({"problem": self.mark}),
            "draft_version": self.version,
            "problem": self.text,
        }
        answer = self.client.post(self.draft, given, headers={"accept": "application/json"}).json()
        self.version, self.mark = answer["draft_version"], answer["answers"]["problem"]["mark"]


def _field(page: str, name: str) -> str:
    from html import unescape

    return unescape(re.findall(rf'name="{name}"\s+value="([^"]*)"', page)[0])


def processor_ms(act: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        began = time.thread_time()
        act()
        times.append(1000 * (time.thread_time() - began))
    return statistics.median(times)


def deck_ms(pdf: bytes) -> float:
    """From the upload to the verdict, with the child's work, by the clock."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from accelerator.files import checking

    times = []
    for _ in range(ROUNDS):
        upload = SimpleUploadedFile("deck.pdf", pdf, "application/pdf")
        began = time.perf_counter()
        checking.check_pdf(upload)
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


def measure() -> list[str]:
    from django.db import connection

    founder = Founder()
    founder.whole()  # what is kept between requests is kept then
    _receipt, counts = founder.whole()
    times = {
        "form": processor_ms(lambda: founder.client.get(founder.address)),
        "review": processor_ms(lambda: founder.client.get(founder.review)),
        "receipt": processor_ms(lambda: founder.client.get(founder.receipt)),
    }
    founder.begin()
    founder.autosave()
    asked = Asked()
    with connection.execute_wrapper(asked):
        founder.autosave()
    counts |= {WHOLE: sum(counts.values()), "autosave": asked.count}
    times["autosave"] = processor_ms(founder.autosave)
    missed = []
    for page, (most_ms, most_queries) in LIMITS.items():
        spent = times.get(page)
        told = f"{spent:.1f} ms of processor time" if spent else "not timed here"
        limit = f" (at most {most_ms:g})" if most_ms else ""
        print(f"{page:18}{told}{limit}, {counts[page]} queries (at most {most_queries})", flush=True)
        if spent and most_ms and spent > most_ms * CLEARLY:
            missed.append(f"{page}: {spent:.1f} ms, at most {most_ms:g}")
        if counts[page] > most_queries:
            missed.append(f"{page}: {counts[page]} queries, at most {most_queries}")
    deck = deck_ms(founder.pdf)
    print(f"{'check of a deck':18}{deck:.1f} ms with its child (at most {DECK_MS})", flush=True)
    if deck > DECK_MS * CLEARLY:
        missed.append(f"check of a deck: {deck:.1f} ms, at most {DECK_MS}")
    return missed


def main() -> int:
    if os.environ.get("DATABASE_URL") or os.environ.get("REDIS_URL"):
        raise SystemExit("bench.founder fills a database of its own; unset DATABASE_URL and REDIS_URL first.")
    with embedded.scratch_servers():
        os.environ |= {"SLIPWAY_REHEARSAL": "0", "DJANGO_SETTINGS_MODULE": "accelerator.settings"}
        os.environ |= {
            "SLIPWAY_SECRET_KEY": "for-measuring-only-" + "x" * 40,
            "SLIPWAY_BASE_URL": "http://localhost:8000",
        }
        django.setup()
        from django.db import connection

        try:
            missed = measure()
        finally:
            connection.close()
            connection.close_pool()  # type: ignore[attr-defined]  # only PostgreSQL's connection has one
    for line in missed:
        print(f"Missed: {line}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
