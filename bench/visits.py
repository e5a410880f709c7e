"""What the visitors of both sites do, page by page. The same names on both sides are compared with each other."""

import itertools
import re
import uuid
from collections.abc import Callable

from bench import invented
from rehearsal.decks import deck

TOKEN = "t" * 32  # a CSRF secret of one's own: the cookie and the field only have to agree


class Site:
    """One site's visits. `go` is a visitor (bench/wire.py, or bench/queries.py without a network)."""

    name: str
    cookie: str
    csrf: str

    def __init__(self, facts: dict):
        self.facts = facts
        self.number = itertools.count()

    def applicant(self, number: int) -> str:
        return self.facts["applicants"][number % len(self.facts["applicants"])]

    def any_reading(self):
        return self.facts["to_score"][next(self.number) % len(self.facts["to_score"])]

    def marks(self) -> dict:
        return dict(zip(self.facts["scores"], invented.marks(len(self.facts["scores"])), strict=True))

    @property
    def visits(self) -> dict[str, Callable]:
        return {
            name: getattr(self, name)
            for name in ("public", "submit", "queue_50", "queue_250", "scoring", "score", "staff", "ranking")
        }


class Slipway(Site):
    name = "slipway"
    cookie, csrf = "sessionid", "csrftoken"

    def public(self, go):
        go.get("/", has="Start an application", measured=True)

    def submit(self, go):
        """From the first page to the receipt; the submit itself is what is measured."""
        go.become(self.applicant(next(self.number)))
        name = uuid.uuid4().hex[:12]
        application = go.post(self.facts["start"], {"name": name}).location
        go.get(application, has=name)
        answers = self.facts["answers"] | {"name": name, "draft_version": 0, "act": "submit"}
        review = go.post(application, answers, files={"deck": ("deck.pdf", PDF)}).location
        version = re.findall(r'name="draft_version" value="(\d+)"', go.get(review, has=name).text)[0]
        given = {"draft_version": version, "idempotency_key": uuid.uuid4()}
        receipt = go.post(review, given, measured=True).location
        go.get(receipt, has=name)

    def queue_50(self, go):
        go.become(self.facts["short"])
        go.get("/admin/review/", has="Your total", measured=True)

    def queue_250(self, go):
        go.become(self.facts["long"])
        go.get("/admin/review/", has="Your total", measured=True)

    def scoring(self, go):
        go.become(self.facts["long"])
        go.get(f"/admin/review/{self.any_reading()}/", has="For the panel", measured=True)

    def score(self, go):
        go.become(self.facts["long"])
        given = self.marks() | {"for_panel": invented.text(30), "for_applicant": "", "act": "next"}
        go.post(f"/admin/review/{self.any_reading()}/", given, measured=True)

    def staff(self, go):
        go.become(self.facts["manager"])
        go.get(f"/admin/calls/{self.facts['call']}/applications/", has="Verdict", measured=True)

    def ranking(self, go):
        go.become(self.facts["manager"])
        go.get(f"/admin/calls/{self.facts['call']}/ranking/", has="Ranking", measured=True)


class Reference(Site):
    name = "reference"
    cookie, csrf = "sessionid", "csrftoken"

    def public(self, go):
        go.get("/", has="applications are open", measured=True)

    def submit(self, go):
        go.become(self.applicant(next(self.number)))
        name = uuid.uuid4().hex[:12]
        go.get("/apply/", has="q11")
        given = {"title": name, "one_line": "What we make."} | {f"q{n}": TEXT for n in range(12)}
        done = go.post("/apply/", given, measured=True).location
        go.get(done, has=name)

    def queue_50(self, go):
        go.become(self.facts["short"])
        go.get("/queue/?n=50", has="Page 1 of", measured=True)

    def queue_250(self, go):
        go.become(self.facts["long"])
        go.get("/queue/?n=250", has="Page 1 of", measured=True)

    def scoring(self, go):
        go.become(self.facts["long"])
        go.get(f"/review/{self.any_reading()}/", has="Save", measured=True)

    def score(self, go):
        go.become(self.facts["long"])
        given = self.marks() | {"panel": invented.text(30), "founder": ""}
        go.post(f"/review/{self.any_reading()}/", given, measured=True)

    def staff(self, go):
        go.become(self.facts["manager"])
        go.get("/applications/?n=100", has="Page 1 of", measured=True)

    def ranking(self, go):
        go.become(self.facts["manager"])
        go.get("/ranking/?n=50", has="Page 1 of", measured=True)


TEXT = invented.text(90)
PDF = deck("What we make", [{"title": "Where we are", "text": TEXT}])
