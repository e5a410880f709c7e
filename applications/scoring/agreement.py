"""How much reviewers agree: intraclass correlations and Krippendorff's alpha."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .calibration import UNCHANGED, calibrate
from .marks import Floats, Integers, Marks


@dataclass(frozen=True)
class IntraclassCorrelations:
    """Shrout & Fleiss, "Intraclass correlations: uses in assessing rater reliability", Psychological
    Bulletin 86 (1979) 420-428, in their notation: (model, one judge or the mean of all k).

    Model 1: each target is judged by others; 2: all judge all, and stand for judges in general;
    3: only these judges matter.
    """

    one_1: float
    two_1: float
    three_1: float
    one_k: float
    two_k: float
    three_k: float


def intraclass_correlations(marks: Floats) -> IntraclassCorrelations:
    """From a complete table (targets, judges). All are 0 for fewer than two of either, or if none differs."""
    marks = np.asarray(marks, dtype=float)
    n, k = marks.shape
    if n < 2 or k < 2:
        return IntraclassCorrelations(0, 0, 0, 0, 0, 0)
    middle = marks.mean()
    targets = k * ((marks.mean(axis=1) - middle) ** 2).sum() / (n - 1)  # BMS
    judges = n * ((marks.mean(axis=0) - middle) ** 2).sum() / (k - 1)  # JMS
    total = ((marks - middle) ** 2).sum()
    error = (total - (n - 1) * targets - (k - 1) * judges) / ((n - 1) * (k - 1))  # EMS
    within = (total - (n - 1) * targets) / (n * (k - 1))  # WMS
    return IntraclassCorrelations(
        one_1=_share(targets - within, targets + (k - 1) * within),
        two_1=_share(targets - error, targets + (k - 1) * error + k * (judges - error) / n),
        three_1=_share(targets - error, targets + (k - 1) * error),
        one_k=_share(targets - within, targets),
        two_k=_share(targets - error, targets + (judges - error) / n),
        three_k=_share(targets - error, targets),
    )


def interval_alpha(unit: Integers, values: Floats) -> float:
    """Krippendorff's alpha for marks on an interval scale, from one row per mark.

    Krippendorff, "Computing Krippendorff's alpha-reliability" (2011). 1 is full agreement, 0 is what
    chance would give, below 0 is worse. Units with a single mark say nothing and are left out.

        Do = (2/N) Σ_u n_u/(n_u - 1) Σ_k (x - x̄_u)²     De = 2/(N - 1) Σ (x - x̄)²     α = 1 - Do/De

    1 where all marks are equal, 0 where no unit has two.
    """
    _, at, count = np.unique(unit, return_inverse=True, return_counts=True)
    paired = count[at] >= 2
    if not paired.any():
        return 0.0
    x = np.asarray(values, dtype=float)[paired]
    _, at, count = np.unique(at[paired], return_inverse=True, return_counts=True)
    means = np.bincount(at, weights=x) / count
    within = np.bincount(at, weights=(x - means[at]) ** 2)
    observed = 2 / len(x) * (count / (count - 1) * within).sum()
    expected = 2 / (len(x) - 1) * ((x - x.mean()) ** 2).sum()
    return 1.0 - _share(observed, expected)


@dataclass(frozen=True)
class Agreement:
    """How much reviewers agree on one criterion, or on the whole."""

    alpha: float  # interval alpha
    reliability: float  # ICC(2,1): how much of a single mark is due to the application, 0 to 1
    mean: float  # of the marks, in points
    deviation: float  # standard deviation of the marks, in points


def agreement(marks: Marks) -> Agreement:
    """On the weighted totals, as they were given: the spread step is left out."""
    if not len(marks):
        return Agreement(0.0, 0.0, 0.0, 0.0)
    return Agreement(
        alpha=interval_alpha(marks.application, marks.totals),
        reliability=calibrate(marks, UNCHANGED).reliability_of_one_review,
        mean=float(marks.totals.mean()),
        deviation=float(marks.totals.std()),
    )


def agreement_per_criterion(marks: Marks) -> tuple[Agreement, ...]:
    """For each criterion by itself, in the order of the rubric."""
    alone = (marks.weighted(weights) for weights in np.eye(len(marks.weights)))
    return tuple(agreement(one.only(one.weigh)) for one in alone)


def _share(part: float, whole: float) -> float:
    return float(part / whole) if abs(whole) > 1e-12 else 0.0
