"""The stress test: are the same applications chosen when something small is done differently?

The variants leave out one reviewer or one criterion, make one weight a fifth larger or smaller, or rank
by the raw mean in place of the calibrated score. "Four of the five are chosen every time, the fifth in
61 %" says more about a decision than its decimals.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from .calibration import calibrate, learn_spread
from .marks import Floats, Integers, Marks
from .ranking import Cut, Quorum, cut_scores, organisations_per_application, rounded

WEIGHT_CHANGE = 0.2


class VariantKind(StrEnum):
    """What is done in a variant."""

    CALIBRATED = "calibrated"  # as the ranking does it
    RAW = "raw"
    WITHOUT_REVIEWER = "without reviewer"
    WITHOUT_CRITERION = "without criterion"
    LIGHTER = "lighter"
    HEAVIER = "heavier"


WEIGHTS = (
    (VariantKind.WITHOUT_CRITERION, 0.0),
    (VariantKind.LIGHTER, 1 - WEIGHT_CHANGE),
    (VariantKind.HEAVIER, 1 + WEIGHT_CHANGE),
)


@dataclass(frozen=True)
class Variant:
    """The choice when one thing is done differently."""

    kind: VariantKind
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

        In a variant where several share the last places, each counts for its part of them.
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

    Only applications that meet the quorum compete. They also compete in variants without a reviewer
    whom they need for it.
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
        yield Variant(VariantKind.CALIBRATED, None, calibrated(marks, first))
        raw = rounded(marks.application_means(marks.totals))
        yield Variant(VariantKind.RAW, None, _cut(marks, raw, complete, seats))
        for reviewer in marks.reviewers:
            kept = marks.reviewer != reviewer
            without = calibrated(marks.only(kept), first[kept])
            yield Variant(VariantKind.WITHOUT_REVIEWER, int(reviewer), without)
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
