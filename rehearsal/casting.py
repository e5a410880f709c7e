"""The invented people and startups of a rehearsal, read from `rehearsal/cast/*.toml` or, by the hundred, generated.

The written cast is what a newcomer meets; the generated one borrows its answers, for whole seasons run headless.
"""

import random
import tomllib
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np

from applications.simulation.reviewers import Temperaments

FOLDER = Path(__file__).parent / "cast"


@dataclass(frozen=True)
class Founder:
    name: str
    email: str
    title: str
    is_owner: bool


@dataclass(frozen=True)
class Company:
    """A startup of the cast, and when it does what (wall time in the programme's zone; None: never)."""

    key: str
    name: str
    founders: list[Founder]
    answers: dict
    quality: float  # what reviewers perceive, in standard deviations
    slides: list[dict]
    starts_at: datetime
    submits_at: datetime | None = None
    resubmits_at: datetime | None = None
    withdraws_at: datetime | None = None
    tries_late_at: datetime | None = None
    ineligible: str = ""

    @property
    def owner(self) -> Founder:
        return self.founders[0]


@dataclass(frozen=True)
class ReviewerRole:
    name: str
    email: str
    title: str
    partner: str
    topics: list[str]
    capacity: int
    leniency: float
    spread: float
    time_zone: str
    conflicts: list[str] = field(default_factory=list)
    conflict_reason: str = ""
    voice: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class MentorRole:
    name: str
    email: str
    partner: str
    headline: str
    bio: str
    topics: list[str]
    time_zone: str
    availability: list[dict]
    session_minutes: int
    comments: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ManagerRole:
    name: str
    email: str
    partner: str
    title: str
    time_zone: str


@dataclass(frozen=True)
class Cast:
    companies: list[Company]
    reviewers: list[ReviewerRole]
    mentors: list[MentorRole]
    managers: list[ManagerRole]
    review_texts: dict
    mentoring_texts: dict

    def company_of(self, name: str) -> Company | None:
        return next((c for c in self.companies if c.name == name), None)


@cache
def _read(name: str) -> dict:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


# What stands in columns of its own in the file, beside the answers.
OWN_ANSWERS = ["name", "website", "country", "founded_year", "stage", "team_size", "one_line", "topics"]


def _company(row: dict, closes_at: datetime) -> Company:
    finishes = row.get("finishes", True)
    late = row["fate"] == "late"
    return Company(
        key=row["key"],
        name=row["name"],
        founders=[Founder(f["name"], f["email"], f["title"], f["role"] == "owner") for f in row["founders"]],
        answers={**{k: row[k] for k in OWN_ANSWERS if k in row}, **row["answers"]},
        quality=row["quality"],
        slides=row.get("slides", []),
        starts_at=row["starts_at"],
        submits_at=row.get("submits_at") if finishes and not late else None,
        resubmits_at=row.get("resubmits_at"),
        withdraws_at=row.get("withdraws_at"),
        tries_late_at=row.get("submits_at", closes_at + timedelta(minutes=1)) if late else None,
        ineligible=row.get("ineligible", ""),
    )


def written(closes_at: datetime) -> Cast:
    """The cast as it stands in the files. `closes_at` is wall time, like the files' moments."""
    people = _read("people")
    return Cast(
        companies=[_company(row, closes_at) for row in _read("startups")["startups"]],
        reviewers=[
            ReviewerRole(
                partner=r["organisation"],
                **{
                    k: r[k]
                    for k in (
                        "name email title topics capacity leniency spread time_zone conflicts voice".split()
                    )
                },
                conflict_reason=r.get("conflict_reason", ""),
            )
            for r in people["reviewers"]
        ],
        mentors=[
            MentorRole(
                partner=m["organisation"],
                **{
                    k: m[k]
                    for k in "name email headline bio topics time_zone availability session_minutes comments".split()
                },
            )
            for m in people["mentors"]
        ],
        managers=[
            ManagerRole(m["name"], m["email"], m["organisation"], m["title"], m["time_zone"])
            for m in people["managers"]
        ],
        review_texts=_read("reviews"),
        mentoring_texts=_read("mentoring"),
    )


# --- By the hundred -----------------------------------------------------------------------------------
FIRST_PARTS = (
    "Ardoise Bruyère Calque Douve Estran Feuillet Garance Hulotte Indigo Jachère Kelvin Lanterne Marelle Nacre "
    "Orme Passerelle Quartz Ressac Sarment Tilleul Umbra Varech Westerly Xylo Yarrow Zéphyr Amarre Boussole "
    "Cordage Drisse Écluse Foc Goélette Hauban Misaine Vigie"
).split()
SECOND_PARTS = (
    "Robotics Health Legal Energy Speech Vision Foods Mobility Studio Analytics Learning Systems".split()
)
GIVEN = (
    "Alma Bruno Chiara Dario Elif Fanny Gildas Hanna Ivo Jeanne Karim Ludo Mira Nils Odile Pavel Rosa Sami Tess Ugo "
    "Vera Wim Yara Zoé"
).split()
FAMILY = (
    "Aubert Brandt Castel Dumont Eriksen Fontaine Girard Haddad Ivarsson Jansen Keller Lombardi Marchand Novak Okafor "
    "Perrin Quintero Rossi Sandberg Thibault Ueda Vasseur Weiss Zeman"
).split()


def generated(applicants: int, reviewers: int, seed: int, opens_at: datetime, closes_at: datetime) -> Cast:
    """A season of any size from one seed. Its rush is the real one: half on the last day, 8 % in the last minutes.

    Of every 200: 32 never finish (8 of them try too late), 4 withdraw, 16 submit twice, 4 are not eligible.
    """
    rng = random.Random(seed)
    cast = written(closes_at)
    models = [c for c in cast.companies if c.submits_at and not c.ineligible]
    names = [f"{a} {b}" for b in SECOND_PARTS for a in FIRST_PARTS]
    people = [(g, f) for f in FAMILY for g in GIVEN]
    rng.shuffle(names)
    rng.shuffle(people)
    open_seconds = (closes_at - opens_at).total_seconds()
    companies = []
    for number in range(applicants):
        name = names[number % len(names)] + (
            f" {_roman(number // len(names) + 1)}" if number >= len(names) else ""
        )
        model = models[number % len(models)]
        given, family = people[number % len(people)]
        slug = _ascii(name)
        part = rng.random()
        if part < 0.5:
            submits_at = closes_at - timedelta(seconds=rng.uniform(300, 86_000))
        elif part < 0.58:
            submits_at = closes_at - timedelta(seconds=rng.uniform(1, 60))
        else:
            submits_at = opens_at + timedelta(seconds=rng.uniform(0.15, 0.95) * open_seconds)
        starts_at = opens_at + (submits_at - opens_at) * rng.uniform(0.05, 0.9)
        kind = number * 7 % 50  # spreads the fates, so that a small season has some of each too
        answers = {**model.answers, "name": name, "website": f"https://{slug}.example/"}
        companies.append(
            Company(
                key=f"{slug}-{number}",
                name=name,
                founders=[
                    Founder(
                        f"{given} {family}",
                        f"{_ascii(given)}.{_ascii(family)}.{number}@{slug}.example",
                        "Founder",
                        True,
                    )
                ],
                answers={**answers, "one_line": model.answers.get("one_line", "")},
                quality=rng.gauss(0, 1),
                slides=model.slides,
                starts_at=starts_at,
                submits_at=None if kind in range(8) else submits_at,
                resubmits_at=submits_at + (closes_at - submits_at) * 0.5 if kind in range(10, 14) else None,
                withdraws_at=submits_at + (closes_at - submits_at) * 0.6 if kind == 20 else None,
                tries_late_at=closes_at + timedelta(seconds=rng.uniform(0, 300)) if kind in (0, 1) else None,
                ineligible=model.ineligible or ("Nothing open in use." if kind == 30 else ""),
            )
        )
    return replace(
        cast, companies=companies, reviewers=_reviewers(cast.reviewers, reviewers, applicants, rng)
    )


def _reviewers(written_ones, count: int, applicants: int, rng: random.Random) -> list[ReviewerRole]:
    """As many reviewers as wanted, with room for three reviews of everything between them.

    What each is like is drawn, so that every seed has a panel of its own.
    """
    drawn = Temperaments.drawn(count, np.random.default_rng(rng.getrandbits(64)))
    people = [(g, f) for g in reversed(GIVEN) for f in FAMILY]
    found = _by_turns(written_ones)[:count]
    while len(found) < count:
        model = found[len(found) % len(written_ones)]
        given, family = people[len(found)]
        found.append(
            replace(
                model,
                name=f"{given} {family}",
                email=f"{_ascii(given)}.{_ascii(family)}.{len(found)}@readers.example",
            )
        )
    capacity = -(-applicants * 4 // max(1, count))
    return [
        replace(r, capacity=max(r.capacity, capacity), leniency=float(leniency), spread=float(spread))
        for r, leniency, spread in zip(found, drawn.leniency, drawn.width, strict=True)
    ]


def _by_turns(people: list[ReviewerRole]) -> list[ReviewerRole]:
    """One of each partner, then the second of each: a small panel, too, is from several houses."""
    seen: dict[str, int] = {}
    turns = []
    for person in people:
        seen[person.partner] = seen.get(person.partner, 0) + 1
        turns.append((seen[person.partner], person))
    return [person for _turn, person in sorted(turns, key=lambda turn: turn[0])]


def _ascii(words: str) -> str:
    """Écluse Speech → ecluse-speech."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", "-")


def _roman(number: int) -> str:
    return ["", "", "II", "III", "IV", "V", "VI", "VII"][number] if number < 8 else f"{number}"
