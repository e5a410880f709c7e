"""The stress test: are the same applications chosen when something small is done differently?

Without any one reviewer, without any one criterion, with each weight a fifth larger or smaller, by the
raw mean in place of the calibrated score. "Four of the five are chosen every time, the fifth in 61 %"
says more about a decision than its decimals.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .calibration import calibrate, learn_spread
from .marks import Floats, Integers, Marks
from .ranking import Cut, Quorum, cut_scores, organisations_per_application, rounded

WEIGHT_CHANGE = 0.2


Kind = Literal["calibrated", "raw", "without reviewer", "without criterion", "lighter", "heavier"]
WEIGHTS: tuple[tuple[Kind, float], ...] = (
    ("without criterion", 0.0),
    ("lighter", 1 - WEIGHT_CHANGE),
    ("heavier", 1 + WEIGHT_CHANGE),
)


@dataclass(frozen=True)
class Variant:
    """One other way of doing it."""

    kind: Kind
    about: int | None  # the id of the reviewer left out, or the position of the criterion
    cut: Cut


@dataclass(frozen=True)
class Stress:
    """The calibrated choice comes first among the variants."""

    variants: tuple[Variant, ...]
    seats: int

    @property
    def chosen(self) -> Cut:
        """The choice as it stands."""
        return self.variants[0].cut

    def shares(self) -> dict[int, float]:
        """In which share of all variants each application is chosen, most often first.

        Who shares the last place in one has the matching part of it.
        """
        times: dict[int, float] = {}
        for variant in self.variants:
            for application in variant.cut.inside:
                times[application] = times.get(application, 0) + 1
            for application in variant.cut.undecided:
                part = variant.cut.left / len(variant.cut.undecided)
                times[application] = times.get(application, 0) + part
        ordered = sorted(times.items(), key=lambda item: (-item[1], item[0]))
        return {application: count / len(self.variants) for application, count in ordered}


def stress(
    marks: Marks,
    *,
    seats: int = 5,
    quorum: Quorum | None = None,
    first_round: np.ndarray | None = None,
) -> Stress:
    """All variants. `first_round` (N,) marks the reviews from which the spread is learnt: all by default.

    Only applications that have the quorum now compete; that they would miss it without a reviewer
    is no reason to leave them out of that variant.
    """
    quorum = quorum or Quorum()
    first = np.ones(len(marks), dtype=bool) if first_round is None else np.asarray(first_round)
    complete = marks.applications[
        (marks.per_application >= quorum.reviews)
        & (organisations_per_application(marks) >= quorum.organisations)
    ]

    def calibrated(variant: Marks, first: np.ndarray) -> Cut:
        return _cut(variant, calibrate(variant, learn_spread(variant.only(first))).score, complete, seats)

    def variants() -> Iterator[Variant]:
        yield Variant("calibrated", None, calibrated(marks, first))
        raw = rounded(marks.application_means(marks.totals))
        yield Variant("raw", None, _cut(marks, raw, complete, seats))
        for reviewer in marks.reviewers:
            kept = marks.reviewer != reviewer
            yield Variant("without reviewer", int(reviewer), calibrated(marks.only(kept), first[kept]))
        for position, weight in enumerate(marks.weights):
            for kind, factor in WEIGHTS:
                weights = marks.weights.copy()
                weights[position] = weight * factor
                if weight and np.count_nonzero(weights) and np.count_nonzero(marks.weights) > 1:
                    yield Variant(kind, position, calibrated(marks.weighted(weights), first))

    return Stress(tuple(variants()), seats)


def _cut(marks: Marks, scores: Floats, complete: Integers, seats: int) -> Cut:
    competing = np.isin(marks.applications, complete)
    return cut_scores(marks.applications[competing].tolist(), scores[competing].tolist(), seats)
