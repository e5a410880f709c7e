"""How sure we are: the chance of being among the best k, and of one application being above another.

Both follow from the calibration's model. What is unknown about an application has a part of its own,
which is larger the fewer reviews there are, and a part that it shares with others: the leniency of common
reviewers, whose covariance is C.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from .calibration import Calibration
from .marks import Floats
from .ranking import Standing

DRAWS = 4000  # the chance is then known to ± 0.8 of a hundredth, one standard error, at worst
BATCH = 250  # drawn at a time, to keep memory small


def top_k(calibration: Calibration, k: Sequence[int], *, seed: int = 0, draws: int = DRAWS) -> Floats:
    """(A, len(k)) chance of each application to be truly among the best k, for each k, 0 to 1.

    Each draw is a_i - B_i P̃_i d + √(σa² (1 - B_i)) z with d ~ N(0, C) and z ~ N(0, 1): a world that the
    reviews allow. Applications tied for the last place in it share that place, so that a column adds up to
    k (to A where fewer than k have reviews).
    """
    count = len(calibration.effect)
    inside = np.zeros((count, len(k)))
    sizes = [min(size, count) for size in k]
    if not count:
        return inside
    places = sorted(
        {count - size for size in sizes if size}
    )  # where the last of the best stands, in rising order
    generator = np.random.default_rng(seed)
    own = np.sqrt(np.maximum(calibration.own_variance, 0))
    shared = _root(calibration.leniency_covariance) @ calibration.leniency_weights.T  # (R, A)
    for start in range(0, draws, BATCH):
        batch = min(BATCH, draws - start)
        worlds = calibration.score - generator.standard_normal((batch, len(shared))) @ shared
        worlds += own * generator.standard_normal((batch, count))
        if places:
            ordered = np.partition(worlds, places, axis=1)
        for column, size in enumerate(sizes):
            if size:
                inside[:, column] += _among_the_best(worlds, ordered[:, count - size, None], size)
    return inside / draws


def _among_the_best(worlds: Floats, last: Floats, size: int) -> Floats:
    """(A,) in how many worlds (rows) each one is among the best `size`; ties share the last place."""
    reached = worlds >= last
    surplus = reached.sum(axis=1) - size
    times = reached.sum(axis=0).astype(float)
    tied = np.flatnonzero(surplus)
    if len(tied):
        level = (worlds[tied] == last[tied]).astype(float)
        times -= (surplus[tied] / level.sum(axis=1)) @ level
    return times


def above(calibration: Calibration, first: int, second: int) -> float:
    """The exact chance that application `first` is truly above `second` (ids), 0 to 1.

    Φ((a_i - a_k) / √(V_i + V_k - 2 B_i B_k P̃_i C P̃_k')). Where nothing is left unknown, it is 1, 0, or a
    half for equal scores.
    """
    i, k = (int(np.flatnonzero(calibration.marks.applications == a)[0]) for a in (first, second))
    if i == k:
        return 0.5
    apart = calibration.leniency_weights[i] - calibration.leniency_weights[k]
    variance = float(
        calibration.own_variance[i]
        + calibration.own_variance[k]
        + apart @ calibration.leniency_covariance @ apart
    )
    lead = float(calibration.score[i] - calibration.score[k])
    if variance <= 0 or abs(lead) > 40 * math.sqrt(variance):
        return 0.5 + 0.5 * float(np.sign(lead))
    return 0.5 * math.erfc(-lead / math.sqrt(2 * variance))


def tied_at_the_cut(
    calibration: Calibration, standings: Sequence[Standing], seats: int, *, certainty: float = 0.75
) -> tuple[int, ...]:
    """Those whom the reviews cannot tell apart at the last seat, best first; nobody if it is clear.

    The cut is tied when the chance that the last inside is above the first outside is below `certainty`.
    Then every application inside that is not surely above the first outside belongs to the tie, and every
    application outside that is not surely below the last inside.
    """
    ranked = [line.application for line in standings if line.is_complete]
    inside, outside = ranked[:seats], ranked[seats:]
    if not inside or not outside or above(calibration, inside[-1], outside[0]) >= certainty:
        return ()
    return tuple(
        application
        for application in ranked
        if (
            above(calibration, application, outside[0])
            if application in inside
            else above(calibration, inside[-1], application)
        )
        < certainty
    )


def _root(covariance: Floats) -> Floats:
    """The symmetric square root: the same on every machine, as a triangular or spectral one need not be."""
    values, vectors = np.linalg.eigh(covariance)
    return (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
