"""What a person should look at before the result is frozen.

Calibration trusts a reviewer who disagrees as much as the others, which makes favouritism more effective, so
these checks belong to it. A flag is a question, never a verdict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .calibration import NOTHING, Calibration
from .marks import Marks
from .robustness import Stress, VariantKind

UNUSUAL = 3.0  # residuals beyond this many σe
CEILING = 0.03  # a larger share of marks at the maximum leaves no room above
FAVOUR = 2.0  # standard errors above 0, in both directions


@dataclass(frozen=True)
class UnusualReview:
    """One far from what the other reviews and its reviewer's leniency explain."""

    application: int
    reviewer: int
    residual: float  # in points; above 0 means higher than expected
    sigmas: float  # the same in units of σe


def unusual_reviews(calibration: Calibration, *, beyond: float = UNUSUAL) -> tuple[UnusualReview, ...]:
    """Reviews whose residual exceeds 3 σe, the largest first. None where nothing varies."""
    noise = calibration.variance_noise**0.5
    if noise <= NOTHING:
        return ()
    sigmas = calibration.residual / noise
    found = np.flatnonzero(np.abs(sigmas) > beyond)
    marks = calibration.marks
    return tuple(
        UnusualReview(
            application=int(marks.application[k]),
            reviewer=int(marks.reviewer[k]),
            residual=float(calibration.residual[k]),
            sigmas=float(sigmas[k]),
        )
        for k in found[np.argsort(-np.abs(sigmas[found]), kind="stable")]
    )


@dataclass(frozen=True)
class Decisive:
    """A reviewer without whom others would be chosen."""

    reviewer: int
    would_leave: tuple[int, ...]
    would_enter: tuple[int, ...]


def decisive_reviewers(stress: Stress) -> tuple[Decisive, ...]:
    """Leave-one-reviewer-out: for whom the choice changes, in order of their ids."""
    now = set(stress.chosen.inside)
    found = []
    for variant in stress.variants:
        then = set(variant.cut.inside)
        leaves_one_out = variant.kind is VariantKind.WITHOUT_REVIEWER
        if leaves_one_out and variant.about is not None and then != now:
            found.append(Decisive(variant.about, tuple(sorted(now - then)), tuple(sorted(then - now))))
    return tuple(found)


@dataclass(frozen=True)
class Ceiling:
    """How many marks of one criterion are at the top of the scale."""

    criterion: int  # position in the rubric
    share: float

    @property
    def is_high(self) -> bool:
        return self.share > CEILING


def ceiling(marks: Marks, maxima: Sequence[float]) -> tuple[Ceiling, ...]:
    """For each criterion, given the highest mark of each."""
    at_top = (marks.values >= np.asarray(maxima, dtype=float)).sum(axis=0)
    given = marks.asked.sum(axis=0)
    return tuple(Ceiling(c, float(at_top[c] / max(given[c], 1))) for c in range(len(given)))


@dataclass(frozen=True)
class Reciprocity:
    """Two organisations whose reviewers rate each other's applications higher than other reviewers do."""

    organisations: tuple[int, int]
    kindness: tuple[
        float, float
    ]  # mean residual in points: the first's reviewers about the second's applications, and back


def reciprocal_favours(
    calibration: Calibration, homes: Mapping[int, int], *, beyond: float = FAVOUR
) -> tuple[Reciprocity, ...]:
    """Pairs with high marks in both directions: the mean residual is above 2 of its standard errors.

    `homes` tells which organisation an application is close to (its scout, its incubator); those
    without one are left out. Reviews of an organisation's own applications are conflicts, not favours,
    and do not count here.
    """
    noise = calibration.variance_noise**0.5
    if noise <= NOTHING:
        return ()
    gathered: dict[tuple[int, int], list[float]] = {}
    marks = calibration.marks
    for application, giver, residual in zip(
        marks.application.tolist(), marks.organisation.tolist(), calibration.residual, strict=True
    ):
        home = homes.get(application)
        if home is not None and home != giver:
            gathered.setdefault((giver, home), []).append(float(residual))
    kind = {
        pair: sum(values) / len(values)
        for pair, values in gathered.items()
        if sum(values) > beyond * noise * len(values) ** 0.5
    }
    return tuple(
        Reciprocity((giver, home), (kind[giver, home], kind[home, giver]))
        for giver, home in sorted(kind)
        if giver < home and (home, giver) in kind
    )
