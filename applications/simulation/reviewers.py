"""Reviewers made of numbers: how lenient, how wide, how noisy. For simulations and rehearsals only.

The scoring package does not know this module. What it is given are marks, as from people.

A mark on the scale of 0 to 10 is

    5 + 1.2 · (leniency + width · quality + noise), rounded to a whole mark and kept within the scale,

with quality ~ N(0, 1), leniency ~ N(0, 0.6²), log width ~ N(0, 0.2²) and noise ~ N(0, 1). The middle of the
scale is an average application; two thirds of the marks lie between 3 and 7, and the very best meet
the end of the scale, as in any real call.

Where a review has several criteria, each of them lies around what the whole review felt like, by N(0, 0.4²).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LENIENCY, LOG_WIDTH, NOISE = 0.6, 0.2, 1.0  # standard deviations; quality has 1
BETWEEN_CRITERIA = 0.4  # the standard deviation of one criterion from another within a review
MIDDLE, STEP, LOWEST, HIGHEST = 5.0, 1.2, 0.0, 10.0  # points
TYPICAL_WIDTH = float(np.exp(LOG_WIDTH**2 / 2))  # the mean of the widths


@dataclass(frozen=True, eq=False)
class Temperaments:
    """What each of R reviewers is like."""

    leniency: Floats  # (R,)
    width: Floats  # (R,) above 1 uses more of the scale than others

    @classmethod
    def drawn(cls, count: int, generator: np.random.Generator) -> Temperaments:
        return cls(generator.normal(0, LENIENCY, count), np.exp(generator.normal(0, LOG_WIDTH, count)))

    def marks(self, quality: Floats, reviewer: Integers, generator: np.random.Generator) -> Floats:
        """(N,) whole marks for N reviews: the quality read, and by whom (positions from 0)."""
        return _on_the_scale(self._felt(quality, reviewer, generator))

    def rubrics(
        self, quality: Floats, reviewer: Integers, criteria: int, generator: np.random.Generator
    ) -> Floats:
        """(N, C) whole marks: for each of N reviews one for each criterion."""
        felt = self._felt(quality, reviewer, generator)
        own = generator.normal(0, BETWEEN_CRITERIA, (len(felt), criteria))
        return _on_the_scale(felt[:, None] + own)

    def _felt(self, quality: Floats, reviewer: Integers, generator: np.random.Generator) -> Floats:
        """(N,) what each review felt like, in standard deviations of quality."""
        felt = self.leniency[reviewer] + self.width[reviewer] * quality
        return felt + generator.normal(0, NOISE, len(felt))


def _on_the_scale(felt: Floats) -> Floats:
    return np.clip(np.rint(MIDDLE + STEP * felt), LOWEST, HIGHEST)


def points(quality: Floats) -> Floats:
    """What a quality is worth in points to a reviewer of typical width and no leniency."""
    return MIDDLE + STEP * TYPICAL_WIDTH * quality
