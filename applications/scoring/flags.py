"""What a person should look at before the result is frozen.

Calibration makes favouritism stronger, for it trusts whoever disagrees as much as the others. So these are
part of it, not an extra. A flag is a question, never a verdict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .calibration import NOTHING, Calibration
from .marks import Marks
from .robustness import Stress

UNUSUAL = 3.0  # residuals beyond so many σe
CEILING = 0.03  # a larger share of marks at the maximum leaves no room above
FAVOUR = 2.0  # standard errors above 0, in both directions


@dataclass(frozen=True)
class UnusualReview:
    """One that says something quite different from what the others and its reader's leniency explain."""

    application: int
    reviewer: int
    residual: float  # in points; above 0 is kinder than expected
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
        if variant.kind == "without reviewer" and variant.about is not None and then != now:
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
    return tuple(Ceiling(c, float(count / max(len(marks), 1))) for c, count in enumerate(at_top))


@dataclass(frozen=True)
class Reciprocity:
    """Two organisations whose readers are kinder to each other's applications than others are."""

    organisations: tuple[int, int]
    kindness: tuple[float, float]  # mean residual in points: the first's readers to the second's, and back


def reciprocal_favours(
    calibration: Calibration, homes: Mapping[int, int], *, beyond: float = FAVOUR
) -> tuple[Reciprocity, ...]:
    """Pairs where both directions are clearly kind: mean residual above 2 of its standard errors.

    `homes` tells which organisation an application is close to (its scout, its incubator); those
    without one are left out. Reviews of an organisation's own applications are conflicts, not favours,
    and not counted here.
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
