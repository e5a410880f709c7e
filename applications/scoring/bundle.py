"""The dossier: everything that led to the chosen, as one canonical file that anybody can recompute.

It contains no names: applications, reviewers and organisations are numbered in an order that depends on a
secret salt. `verify_dossier`, which shares no code with this package, recomputes ranking, lottery and the
chosen from it. The hash of its protocol is published when the call closes at the latest, its seal when the
chosen are announced; after that, a change to a single digit is detected. What was amended in between is
listed with its hashes. A mark is null where the criterion came into the rubric after the review.

All figures in it are decimal text, so that every program reads the same value. A row under `readings` is
one review, and a quorum's `readings` are reviews: the format keeps its keys, so that released dossiers can
still be verified. Each row has the marks that were given before its reviewer saw the others' and, where they
were changed after that, the latest; the protocol says which `counts`.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np

from .calibration import MODEL, Calibration, calibrate_counted
from .lottery import draw
from .marks import Floats, Integers, Marks
from .probability import tied_at_the_cut
from .ranking import Quorum, Standing, cut, rank, rounded

FORMAT = "slipway selection dossier 3"
BEFORE, AFTER = "before", "after"  # discussion: which marks count
BELOW_QUORUM = "a place below the quorum"  # the kind of exception that lets somebody without a place in
FEWEST_CONFLICTS = 3  # of which a number is given: fewer would point at somebody


@dataclass(frozen=True)
class PromisedCriterion:
    """One line of the rubric."""

    name: str
    weight: float
    highest: float = 10
    texts: Mapping[str, Any] | None = None  # what reviewers are asked, and what the marks mean, by language

    def document(self) -> dict[str, Any]:
        figures = {"highest": figure(self.highest), "name": self.name, "weight": figure(self.weight)}
        return figures if self.texts is None else {**figures, "texts": self.texts}


@dataclass(frozen=True)
class Protocol:
    """What was promised when the call closed, or is since an amendment."""

    criteria: tuple[PromisedCriterion, ...]
    seats: int = 5
    reserve: int = 10
    quorum: Quorum = field(default_factory=Quorum)
    certainty: float = 0.75  # below it, the last inside and the first outside are tied
    counts: str = BEFORE  # which marks of a review that was changed after its reviewer saw the others'
    reviews: int = 3  # promised to each application
    published: Mapping[str, Any] | None = (
        None  # the document as it was sealed, whatever has come into it since
    )

    def __post_init__(self) -> None:
        if self.counts not in (BEFORE, AFTER):
            raise ValueError("The marks before discussion count, or those after it.")
        if not 0.5 < self.certainty < 1:  # equal scores, which are a half, are tied under any promise
            raise ValueError("The certainty is above a half and below one.")

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> Protocol:
        """What a sealed document promises; its digest stays the published one."""
        return cls(
            criteria=tuple(
                PromisedCriterion(one["name"], float(one["weight"]), float(one["highest"]), one.get("texts"))
                for one in document["criteria"]
            ),
            seats=document["seats"],
            reserve=document["reserve"],
            quorum=Quorum(document["quorum"]["readings"], document["quorum"]["organisations"]),
            certainty=float(document["certainty"]),
            reviews=document["reviews_per_application"],
            counts=document["counts"],
            published=document,
        )

    def document(self) -> dict[str, Any]:
        if self.published is not None:
            return dict(self.published)
        return {
            "certainty": figure(self.certainty),
            "counts": self.counts,
            "criteria": [one.document() for one in self.criteria],
            "quorum": {"organisations": self.quorum.organisations, "readings": self.quorum.reviews},
            "reserve": self.reserve,
            "reviews_per_application": self.reviews,
            "seats": self.seats,
        }

    @property
    def digest(self) -> str:
        """To be published when the call closes at the latest."""
        return digest(self.document())


@dataclass(frozen=True)
class Amended:
    """A change of the protocol after it was sealed. Its reason is in the panel's record, which is not public."""

    on: date
    before: str  # digests
    after: str
    by_two: bool  # a second person without a conflict confirmed it; else there was none, or it takes back
    takes_back: bool = False  # it undoes the change before it, for which one of its two is enough

    def document(self) -> dict[str, Any]:
        return {
            "by_two": self.by_two,
            "from": self.before,
            "on": self.on.isoformat(),
            "takes_back": self.takes_back,
            "to": self.after,
        }


@dataclass(frozen=True)
class Lottery:
    """Who takes part in a draw among those tied at the cut, and the numbers that decide it."""

    pool: tuple[int, ...]
    sources: tuple[tuple[str, tuple[int, ...]], ...]  # name of the public source, its numbers


@dataclass(frozen=True)
class Departure:
    """The panel gave a seat to another application. Its reason is in the panel's record, which is not public."""

    out: int
    into: int


@dataclass(frozen=True)
class Seating:
    """Who has the seats, and the reserve in its order."""

    tied: tuple[int, ...]
    drawn: tuple[int, ...]  # the pool in the order drawn
    departures: tuple[Departure, ...]
    chosen: tuple[int, ...]
    reserve: tuple[int, ...]


class Undecided(ValueError):
    """Equal scores share the last seat, and neither a lottery nor the panel has settled who has it."""


@dataclass(frozen=True)
class Dossier:
    """The public document, and whom its numbers stand for, which is not public."""

    document: dict[str, Any]
    applications: dict[int, int]  # number in the document → the caller's id
    reviewers: dict[int, int]

    @property
    def text(self) -> str:
        return canonical(self.document) + "\n"

    @property
    def seal(self) -> str:
        return self.document["sha256"]


def decide(
    calibration: Calibration,
    standings: Sequence[Standing],
    protocol: Protocol,
    *,
    lottery: Lottery | None = None,
    chosen: Collection[int] | None = None,
    reserve: Sequence[int] | None = None,
    exempt: Collection[int] = (),
) -> Seating:
    """From the ranking to the seats.

    Those clearly inside have a seat. A lottery decides the seats that are left among its pool, which must
    be tied at the cut; the others of the pool come first in the reserve, in the order drawn. `chosen` are
    those to whom the panel gave the seats; each exchange against ranking and lottery is a departure. The
    departures are found here, because among equal scores only the order of the document says who is inside.
    `reserve` is the panel's own order behind the chosen; giving it also settles equal scores at the last
    seat. Without it the reserve follows the ranking. `exempt` are those below the quorum to whom the panel gave
    a place all the same: they stand behind all that have one.
    """
    ranked = [line.application for line in standings if line.is_complete]
    undecided = cut(standings, protocol.seats).undecided
    told_apart = tied_at_the_cut(calibration, standings, protocol.seats, certainty=protocol.certainty)
    tied = tuple(a for a in ranked if a in told_apart or a in undecided)
    drawn: tuple[int, ...] = ()
    if lottery:
        pool = set(lottery.pool)
        if not set(undecided) <= pool <= set(tied) or len(pool) < len(lottery.pool):
            raise ValueError("Lots are drawn among those tied at the cut, and among all with equal scores.")
        drawn = draw(lottery.pool, [numbers for _, numbers in lottery.sources], len(lottery.pool))
        before = [a for a in ranked[: protocol.seats] if a not in drawn]
        ranked = [*before, *drawn, *(a for a in ranked if a not in drawn and a not in before)]
    ranked += sorted(line.application for line in standings if line.application in exempt)
    seated = ranked[: protocol.seats]
    given = set(seated if chosen is None else chosen)
    if not given <= set(ranked) or len(given) != len(seated):
        raise ValueError("The chosen are applications with a place, as many as there are seats for.")
    out = [a for a in seated if a not in given]
    into = [a for a in ranked[protocol.seats :] if a in given]
    departures = tuple(Departure(*pair) for pair in zip(out, into, strict=True))
    for one in departures:
        seated[seated.index(one.out)] = one.into
    if undecided and not lottery and reserve is None:
        raise Undecided("Equal scores share the last seat: draw lots, or let the panel decide.")
    rest = [a for a in ranked if a not in given]
    behind = rest[: protocol.reserve] if reserve is None else list(reserve)
    if not set(behind) <= set(rest) or len(set(behind)) < len(behind) or len(behind) > protocol.reserve:
        raise ValueError(
            "The reserve lists applications with a place and no seat, each once, and no more than promised."
        )
    return Seating(tied, drawn, departures, tuple(seated), tuple(behind))


def dossier(
    marks: Marks,
    rounds: Sequence[int] | Integers,
    protocol: Protocol,
    *,
    salt: bytes,
    after: Marks | None = None,
    conflicts: int = 0,
    lottery: Lottery | None = None,
    chosen: Collection[int] | None = None,
    reserve: Sequence[int] | None = None,
    withdrawn: int = 0,
    sealed_on: date | None = None,
    amendments: Sequence[Amended] = (),
    exceptions: Mapping[str, int] | None = None,
    exempt: Collection[int] = (),
    released_on: date | None = None,
) -> Dossier:
    """`rounds` (N,) is the round of each review; the spread is learnt from the first. `marks` were given before the
    reviewers saw each other's; `after` has the same reviews with their latest marks.

    `chosen` and `reserve` are the panel's once it has decided, None before. `released_on` is the day on which
    the decisions were published; without it the document is a draft, and says so.

    `sealed_on` is the day from which the protocol stood, `amendments` what was changed in it since, in order;
    `protocol` is the one that holds after all of them.

    `exceptions` says in words how often something went on although a rule stood against it; `exempt` are those
    below the quorum that have a place through one.
    `withdrawn` counts the applications that were withdrawn after the call closed; nothing else about them is
    in the document. `conflicts` counts those declared in the whole call. All ids are the caller's.
    A lottery's pool must be published before its sources are known: its numbers are under `result.tied` in a
    dossier made with the same salt and without a lottery.
    """
    after, highest = after or marks, [one.highest for one in protocol.criteria]
    on_scale = all(
        ((these.values >= 0) & (these.values <= highest) | ~these.asked).all() for these in (marks, after)
    )
    if marks.incidence.max(initial=0) > 1 or not on_scale:
        raise ValueError("Each reviewer reviews another application each time, and marks are on the scale.")
    applications = _numbers(marks.applications, b"application", salt)
    reviewers = _numbers(marks.reviewers, b"reviewer", salt)
    organisations = _numbers(np.unique(marks.organisation), b"organisation", salt)

    def renamed(names: dict[int, int], ids: Integers) -> Integers:
        return np.array([names[int(one)] for one in ids], dtype=np.int64)

    order = np.lexsort((renamed(reviewers, marks.reviewer), renamed(applications, marks.application)))
    numbered = replace(
        marks.weighted([_as_written(one.weight) for one in protocol.criteria]),
        application=renamed(applications, marks.application),
        reviewer=renamed(reviewers, marks.reviewer),
        organisation=renamed(organisations, marks.organisation),
        values=_all_as_written(marks.values),
    ).only(order)
    later = replace(numbered, values=_all_as_written(after.values)[order])
    changed = later.differ_from(numbered)
    round_of = np.asarray(rounds, dtype=np.int64)[order]
    if lottery:
        lottery = replace(lottery, pool=tuple(sorted(applications[a] for a in lottery.pool)))
    seats = None if chosen is None else {applications[a] for a in chosen}
    behind = None if reserve is None else [applications[a] for a in reserve]

    first = round_of == round_of.min(initial=np.iinfo(np.int64).max)
    counted = later if protocol.counts == AFTER and changed.any() else numbered
    found, _spread = calibrate_counted(counted, numbered, first)
    standings = rank(counted, scores=found.score, quorum=protocol.quorum)
    protocol = replace(protocol, certainty=_as_written(protocol.certainty))
    let_in = sorted(applications[a] for a in exempt)
    if len(let_in) != (exceptions or {}).get(BELOW_QUORUM, 0):
        raise ValueError("Each place below the quorum is an exception, and is counted as one.")
    decision = decide(
        found, standings, protocol, lottery=lottery, chosen=seats, reserve=behind, exempt=let_in
    )
    errors = dict(zip(numbered.applications.tolist(), rounded(found.standard_error), strict=True))
    document = {
        "format": FORMAT,
        "model": MODEL,
        "released_on": released_on and released_on.isoformat(),
        "protocol": protocol.document(),
        "protocol_sha256": protocol.digest,
        "protocol_sealed_on": sealed_on and sealed_on.isoformat(),
        "amendments": [one.document() for one in amendments],
        "readings": [
            [
                int(numbered.application[k]),
                int(numbered.reviewer[k]),
                int(numbered.organisation[k]),
                int(round_of[k]),
                [figure(mark) for mark in numbered.values[k]],
                [figure(mark) for mark in later.values[k]] if changed[k] else None,
            ]
            for k in range(len(numbered))
        ],
        "conflicts": conflicts if conflicts >= FEWEST_CONFLICTS else None,
        "withdrawn": withdrawn,
        "exceptions": [
            {"count": count, "kind": kind} for kind, count in sorted((exceptions or {}).items()) if count
        ],
        "exempt": let_in,
        "lottery": lottery
        and {
            "pool": list(lottery.pool),
            "sources": [{"name": name, "numbers": list(numbers)} for name, numbers in lottery.sources],
        },
        "departures": [{"in": one.into, "out": one.out} for one in decision.departures],
        "panel_reserve": behind,
        "result": {
            "ranking": [
                {
                    "application": line.application,
                    "place": line.place,
                    "readings": line.reviews,
                    "raw_mean": figure(float(rounded(np.array(line.mean)))),
                    "score": figure(line.score),
                    "standard_error": figure(errors[line.application]),
                }
                for line in standings
            ],
            "tied": list(decision.tied),
            "drawn": list(decision.drawn),
            "chosen": list(decision.chosen),
            "reserve": list(decision.reserve),
        },
    }
    document["sha256"] = digest(document)
    return Dossier(document, _reversed(applications), _reversed(reviewers))


def canonical(document: Any) -> str:
    """JSON with sorted keys, no spaces and no needless escapes: equal documents have equal hashes."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(document: Any) -> str:
    return hashlib.sha256(canonical(document).encode("utf-8")).hexdigest()


def figure(value: float | None) -> str | None:
    """A number as decimal text, to 1e-6, without trailing zeros."""
    return None if value is None or math.isnan(value) else f"{float(value):.6f}".rstrip("0").rstrip(".")


def _as_written(value: float) -> float:
    """The value as the document has it: no decision may depend on digits that are not in it."""
    return float(f"{float(value):.6f}")


def _all_as_written(values: Floats) -> Floats:
    return np.vectorize(_as_written, otypes=[float])(values)


def _numbers(ids: Integers, kind: bytes, salt: bytes) -> dict[int, int]:
    """Ids numbered from 1, in an order that reveals nothing without the salt."""
    secret = {int(one): hashlib.sha256(salt + kind + str(one).encode()).digest() for one in ids}
    return {one: number for number, one in enumerate(sorted(secret, key=secret.__getitem__), start=1)}


def _reversed(names: dict[int, int]) -> dict[int, int]:
    return {number: one for one, number in names.items()}
