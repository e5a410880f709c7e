"""The stress test: are the same applications chosen when something small is done differently?

The variants leave out one reviewer or one criterion, make one weight a fifth larger or smaller, or rank
by the raw mean in place of the calibrated score. "Four of the five are chosen every time, the fifth in
61 %" says more about a decision than its decimals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import numpy as np

from .calibration import calibrate_counted
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
    before: Marks | None = None,
    seats: int = 5,
    quorum: Quorum | None = None,
    first_round: np.ndarray | None = None,
) -> Stress:
    """All variants. `first_round` (N,) marks the reviews from which the spread is learnt: all by default. `before` are
    the marks of the same reviews from which leniency and spread are learnt, where they are others than those that count.

    Only applications that meet the quorum compete. They also compete in variants without a reviewer
    whom they need for it.
    """
    quorum, before = quorum or Quorum(), marks if before is None else before
    first = np.ones(len(marks), dtype=bool) if first_round is None else np.asarray(first_round)
    complete = marks.applications[
        (marks.per_application >= quorum.reviews)
        & (organisations_per_application(marks) >= quorum.organisations)
    ]

    def calibrated(change: Callable[[Marks], Marks], first: np.ndarray) -> Cut:
        learnt = change(before)
        counted = learnt if before is marks else change(marks)
        return _cut(counted, calibrate_counted(counted, learnt, first)[0].score, complete, seats)

    def reweighted(weights: Floats) -> Cut:
        keep = before.weighted(weights).weigh  # not those that were asked nothing else
        return calibrated(lambda these: these.weighted(weights).only(keep), first[keep])

    def variants() -> Iterator[Variant]:
        yield Variant(VariantKind.CALIBRATED, None, calibrated(lambda these: these, first))
        raw = rounded(marks.application_means(marks.totals))
        yield Variant(VariantKind.RAW, None, _cut(marks, raw, complete, seats))
        for reviewer in marks.reviewers:
            kept = marks.reviewer != reviewer
            without = calibrated(partial(Marks.only, keep=kept), first[kept])
            yield Variant(VariantKind.WITHOUT_REVIEWER, int(reviewer), without)
        for position, weight in enumerate(marks.weights):
            for kind, factor in WEIGHTS:
                weights = marks.weights.copy()
                weights[position] = weight * factor
                if weight and np.count_nonzero(weights) and np.count_nonzero(marks.weights) > 1:
                    yield Variant(kind, position, reweighted(weights))

    return Stress(tuple(variants()), seats)


def _cut(marks: Marks, scores: Floats, complete: Integers, seats: int) -> Cut:
    competing = np.isin(marks.applications, complete)
    return cut_scores(marks.applications[competing].tolist(), scores[competing].tolist(), seats)
