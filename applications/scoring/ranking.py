"""Places: weighted means, spread, the quorum, and equal places for equal scores."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from .marks import Floats, Integers, Marks

DIGITS = 6  # scores are compared after rounding to 1e-6 of a point


@dataclass(frozen=True)
class Quorum:
    """What an application needs before it is ranked."""

    reviews: int = 3
    organisations: int = 2


@dataclass(frozen=True)
class Standing:
    """One line of the ranking."""

    application: int
    place: int | None  # 1, 2, 2, 4 …; None means incomplete: the quorum is missing
    tied: bool  # others have the same place
    reviews: int
    organisations: int
    mean: float | None  # raw mean of the weighted totals; None without a review
    spread: float | None  # standard deviation of those totals; None with fewer than two reviews
    score: float | None  # what the place is based on, to 1e-6: the calibrated score, else the raw mean
    missing_reviews: int
    missing_organisations: int

    @property
    def is_complete(self) -> bool:
        return self.place is not None


def rank(
    marks: Marks,
    *,
    scores: Floats | None = None,
    applications: Iterable[int] | None = None,
    quorum: Quorum | None = None,
) -> tuple[Standing, ...]:
    """The ranking, best first; incomplete applications follow without a place, in order of their ids.

    `scores` (A,) follows `marks.applications`, as `calibrate(marks).score` does; without it the
    raw mean ranks. `applications` are the ids to list, with or without reviews; by default all that
    have reviews. The caller leaves out those that are not eligible: eligibility is not merit.
    """
    quorum = quorum or Quorum()
    means = marks.application_means(marks.totals)
    spreads = spread_of_totals(marks)
    organisations = organisations_per_application(marks)
    score = rounded(means if scores is None else scores)

    position = {int(application): i for i, application in enumerate(marks.applications)}
    listed = sorted(position if applications is None else {int(a) for a in applications})
    complete: list[tuple] = []
    incomplete: list[tuple] = []
    for application in listed:
        i = position.get(application)
        n = 0 if i is None else int(marks.per_application[i])
        o = 0 if i is None else int(organisations[i])
        lacking = max(0, quorum.reviews - n), max(0, quorum.organisations - o)
        (incomplete if i is None or any(lacking) else complete).append((application, i, n, o, lacking))
    complete.sort(key=lambda line: -score[line[1]])  # stable: equal scores stay in order of their ids

    ordered = [score[line[1]] for line in complete]
    places: list[int] = []
    for at, value in enumerate(ordered):
        places.append(places[-1] if at and value == ordered[at - 1] else at + 1)
    sharing = np.bincount(places, minlength=1).tolist()
    mean_of, spread_of, score_of = means.tolist(), spreads.tolist(), score.tolist()

    return tuple(
        Standing(
            application=application,
            place=place,
            tied=place is not None and sharing[place] > 1,
            reviews=n,
            organisations=o,
            mean=None if i is None else mean_of[i],
            spread=None if i is None or n < 2 else spread_of[i],
            score=None if i is None else score_of[i],
            missing_reviews=lacking[0],
            missing_organisations=lacking[1],
        )
        for (application, i, n, o, lacking), place in zip(
            complete + incomplete, [*places, *[None] * len(incomplete)], strict=True
        )
    )


@dataclass(frozen=True)
class Cut:
    """Where the seats end."""

    inside: tuple[int, ...]  # have a seat, best first
    undecided: tuple[int, ...]  # share the place at which the seats run out; empty when the cut is clear
    left: int  # seats for those undecided


def cut(standings: Sequence[Standing], seats: int) -> Cut:
    """Who has a seat by the ranking alone."""
    complete = {
        line.application: line.score for line in standings if line.score is not None and line.is_complete
    }
    return cut_scores(list(complete), list(complete.values()), seats)


def cut_scores(applications: Sequence[int], scores: Sequence[float], seats: int) -> Cut:
    """The same from ids and rounded scores, in any order."""
    ordered = sorted(zip(applications, scores, strict=True), key=lambda one: (-one[1], one[0]))
    if seats >= len(ordered):
        return Cut(tuple(int(application) for application, _ in ordered), (), 0)
    last = ordered[seats - 1][1] if seats else np.inf
    inside = tuple(int(application) for application, score in ordered if score > last)
    level = tuple(int(application) for application, score in ordered if score == last)
    if len(inside) + len(level) == seats:
        return Cut(inside + level, (), 0)
    return Cut(inside, level, seats - len(inside))


def rounded(scores: Floats) -> Floats:
    """Scores to 1e-6, so that equal ones are equal and a tie is seen as one.

    They are rounded to 1e-9 first, so that a value exactly between two millionths is not rounded up or
    down by the order in which its reviews were added up.
    """
    exact = np.asarray(scores, dtype=np.float64)
    return exact.round(DIGITS + 3).round(DIGITS) + 0.0  # + 0 turns -0 into 0


def spread_of_totals(marks: Marks) -> Floats:
    """(A,) standard deviation (n − 1) of an application's totals; 0 with a single review."""
    means = marks.application_means(marks.totals)
    squares = (marks.totals - means[marks.application_index]) ** 2
    sums = np.bincount(marks.application_index, weights=squares, minlength=len(means))
    return np.sqrt(sums / np.maximum(marks.per_application - 1, 1))


def organisations_per_application(marks: Marks) -> Integers:
    """(A,) from how many organisations an application's reviewers come."""
    pairs = np.unique(np.column_stack([marks.application_index, marks.organisation]), axis=0)
    return np.bincount(pairs[:, 0], minlength=len(marks.applications))
