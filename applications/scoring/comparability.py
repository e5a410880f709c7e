"""Whether a plan of reviews lets reviewers be compared at all, and which further assignments would mend it.

Leniency is measured between people who review the same applications. Where the graph of reviewers is
disconnected, or nearly so, no formula can tell a harsh reviewer from a weak set of applications. This
is known before the first review is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from .calibration import reviewer_graph
from .marks import Floats, Marks

GREEN, AMBER = 0.2, 0.05
EXACT = 1e-9  # an eigenvalue below this is 0


class Light(StrEnum):
    """How far leniency can be told from merit under a plan."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True)
class Comparability:
    """`connection` is λ2, the second smallest eigenvalue of D^-½ L D^-½.

    0 means that there are groups without a common application; three reviewers for each application,
    chosen at random, give about a half.
    """

    connection: float
    groups: int  # of reviewers who can be compared with each other; best is 1
    reviewers: int

    @property
    def light(self) -> Light:
        if self.connection >= GREEN:
            return Light.GREEN
        return Light.AMBER if self.connection >= AMBER else Light.RED


@dataclass(frozen=True)
class Remedy:
    """Further assignments that would mend a plan, most useful first, and what they would lead to."""

    assignments: tuple[tuple[int, int], ...]  # (application, reviewer)
    after: Comparability


def comparability(pairs: Iterable[tuple[int, int]]) -> Comparability:
    """Of a plan, or of what was reviewed, as pairs of (application, reviewer).

    A single reviewer is compared with nobody, so the connection is 1. Without reviewers it is 0.
    """
    return _measure(_as_marks(pairs))[0]


def remedy(
    pairs: Iterable[tuple[int, int]],
    *,
    conflicts: Iterable[tuple[int, int]] = (),
    at_most: int = 50,
    target: float = GREEN,
) -> Remedy:
    """The further assignments that join the reviewers best, until the connection reaches `target`.

    They are found one after the other. The eigenvector v of λ2 puts reviewers who share few applications
    far apart. A further reviewer j of application i adds n_i/(n_i + 1) (v_j - mean of v over its
    reviewers)² to v'Lv, so the pair for which this is largest connects the graph best.
    """
    current = _as_marks(pairs)
    barred = set(conflicts)
    added: list[tuple[int, int]] = []
    found, vector = _measure(current)
    while found.connection < target and len(added) < at_most and found.reviewers > 1:
        table, n = current.incidence, current.per_application
        gain = (n / (n + 1))[:, None] * (vector - (table @ vector / n)[:, None]) ** 2
        gain[table > 0] = 0
        for i, j in _positions(barred, current):
            gain[i, j] = 0
        i, j = divmod(int(np.argmax(np.round(gain, 12))), gain.shape[1])  # the first of equals
        if gain[i, j] <= EXACT:
            break
        added.append((int(current.applications[i]), int(current.reviewers[j])))
        current = _as_marks([*zip(current.application, current.reviewer, strict=True), added[-1]])
        found, vector = _measure(current)
    return Remedy(tuple(added), found)


def _measure(marks: Marks) -> tuple[Comparability, Floats]:
    """Comparability, and where λ2's eigenvector puts each reviewer."""
    count = len(marks.reviewers)
    if count < 2:
        return Comparability(float(count), count, count), np.zeros(count)
    root = np.sqrt(marks.per_reviewer.astype(float))
    values, vectors = np.linalg.eigh(reviewer_graph(marks) / np.outer(root, root))
    groups = int((values < EXACT).sum())
    return Comparability(max(0.0, float(values[1])) if groups == 1 else 0.0, groups, count), (
        vectors[:, 1] / root
    )


def _as_marks(pairs: Iterable[tuple[int, int]]) -> Marks:
    table = np.array(sorted({(int(i), int(j)) for i, j in pairs}), dtype=np.int64).reshape(-1, 2)
    return Marks.of_totals(table[:, 0], table[:, 1], np.zeros(len(table)))


def _positions(pairs: Iterable[tuple[int, int]], marks: Marks) -> Iterable[tuple[int, int]]:
    row = {int(a): i for i, a in enumerate(marks.applications)}
    column = {int(r): j for j, r in enumerate(marks.reviewers)}
    return [(row[a], column[r]) for a, r in pairs if a in row and r in column]
