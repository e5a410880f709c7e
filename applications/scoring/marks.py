"""What goes in: the marks of finished reviews, one row for each review of an application."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Marks:
    """N reviews of A applications by R reviewers on C criteria.

    Ids are the caller's own integers. Indices count from zero in ascending order of the ids:
    `applications[application_index]` is `application` again, and arrays "per application" or
    "per reviewer" elsewhere in this package follow `applications` and `reviewers`.
    """

    application: Integers  # (N,) id of the application reviewed
    reviewer: Integers  # (N,) id of the reviewer
    organisation: (
        Integers  # (N,) id of the reviewer's organisation; where there is none, minus the reviewer's id
    )
    values: Floats  # (N, C) on the rubric's scale, for example 0 to 10; NaN where the criterion was not asked then
    weights: Floats  # (C,) not negative, not all zero; only their proportions matter

    def __post_init__(self) -> None:
        for name, kind in COLUMNS.items():
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=kind))
        lengths = {len(self.application), len(self.reviewer), len(self.organisation), len(self.values)}
        if len(lengths) != 1 or self.values.ndim != 2 or self.values.shape[1] != len(self.weights):
            raise ValueError("Each review has one row of marks, with one mark for each weight.")
        if np.isinf(self.values).any() or not (self.asked.any(axis=1)).all():
            raise ValueError("A review has no mark at all: an unfinished review does not count.")
        if not np.isfinite(self.weights).all() or (self.weights < 0).any() or not self.weights.sum() > 0:
            raise ValueError("Weights are not negative, and at least one is above zero.")

    @classmethod
    def of(
        cls, rows: Iterable[tuple[int, int, int | None, Sequence[float]]], weights: Sequence[float]
    ) -> Marks:
        """From rows of (application, reviewer, organisation or None, marks), as a query returns them."""
        rows = list(rows)
        return cls(
            application=np.array([row[0] for row in rows], dtype=np.int64),
            reviewer=np.array([row[1] for row in rows], dtype=np.int64),
            organisation=np.array([-row[1] if row[2] is None else row[2] for row in rows], dtype=np.int64),
            # None becomes NaN: a criterion that came into the rubric after the review
            values=np.array([row[3] for row in rows], dtype=float).reshape(len(rows), len(weights)),
            weights=np.array(weights, dtype=float),
        )

    @classmethod
    def of_totals(cls, application: ArrayLike, reviewer: ArrayLike, totals: ArrayLike) -> Marks:
        """Reviews with one mark each, by reviewers without organisations."""
        reviewers = np.asarray(reviewer, dtype=np.int64)
        values = np.asarray(totals, dtype=float).reshape(-1, 1)
        return cls(np.asarray(application, dtype=np.int64), reviewers, -reviewers, values, np.ones(1))

    def only(self, keep: NDArray[np.bool_] | Integers) -> Marks:
        """The reviews selected by a mask or by row numbers."""
        return replace(
            self,
            application=self.application[keep],
            reviewer=self.reviewer[keep],
            organisation=self.organisation[keep],
            values=self.values[keep],
        )

    def weighted(self, weights: ArrayLike) -> Marks:
        """The same reviews under other weights."""
        return replace(self, weights=np.asarray(weights, dtype=float))

    def __len__(self) -> int:
        return len(self.application)

    @cached_property
    def asked(self) -> NDArray[np.bool_]:
        """(N, C) which criteria a review was asked: one that came into the rubric later has no mark."""
        return np.logical_not(np.isnan(self.values))

    def differ_from(self, other: Marks) -> NDArray[np.bool_]:
        """(N,) which reviews have other marks than the same ones there. What neither was asked is no difference."""
        asked = self.asked | other.asked
        return np.asarray(((self.values != other.values) & asked).any(axis=1), dtype=bool)

    @cached_property
    def weigh(self) -> NDArray[np.bool_]:
        """(N,) which reviews have a total under these weights: those asked at least one criterion above zero."""
        return np.asarray((self.asked & (self.weights > 0)).any(axis=1), dtype=bool)

    @cached_property
    def totals(self) -> Floats:
        """(N,) weighted mean of a review's marks, on the rubric's scale, over the criteria that it was asked.

        Rounded to 1e-12, because a sum of products may differ in its last bit from row to row, and equal
        marks must give equal totals.
        """
        if self.asked.all():
            return np.round(self.values @ (self.weights / self.weights.sum()), 12)
        weights = self.asked * self.weights
        return np.round((np.nan_to_num(self.values) * weights).sum(axis=1) / weights.sum(axis=1), 12)

    @cached_property
    def applications(self) -> Integers:
        """(A,) ids of the applications with at least one review, ascending."""
        return self._applications[0]

    @cached_property
    def application_index(self) -> Integers:
        """(N,) position of each review's application in `applications`."""
        return self._applications[1]

    @cached_property
    def reviewers(self) -> Integers:
        """(R,) ids of those with at least one review, ascending."""
        return self._reviewers[0]

    @cached_property
    def reviewer_index(self) -> Integers:
        """(N,) position of each review's reviewer in `reviewers`."""
        return self._reviewers[1]

    @cached_property
    def per_application(self) -> Integers:
        """(A,) n_i, reviews of each application."""
        return np.bincount(self.application_index, minlength=len(self.applications))

    @cached_property
    def per_reviewer(self) -> Integers:
        """(R,) n_j, reviews by each reviewer."""
        return np.bincount(self.reviewer_index, minlength=len(self.reviewers))

    @cached_property
    def incidence(self) -> Floats:
        """(A, R) N_ij, how often reviewer j reviewed application i: nearly always 0 or 1."""
        table = np.zeros((len(self.applications), len(self.reviewers)))
        np.add.at(table, (self.application_index, self.reviewer_index), 1.0)
        return table

    def application_means(self, values: Floats) -> Floats:
        """(A,) mean over each application's reviews of a value per review (N,)."""
        sums = np.bincount(self.application_index, weights=values, minlength=len(self.applications))
        return sums / self.per_application

    def reviewer_means(self, values: Floats) -> Floats:
        """(R,) mean over each reviewer's reviews of a value per review (N,)."""
        sums = np.bincount(self.reviewer_index, weights=values, minlength=len(self.reviewers))
        return sums / self.per_reviewer

    @cached_property
    def _applications(self) -> tuple[Integers, Integers]:
        return np.unique(self.application, return_inverse=True)

    @cached_property
    def _reviewers(self) -> tuple[Integers, Integers]:
        return np.unique(self.reviewer, return_inverse=True)


COLUMNS = {
    "application": np.int64,
    "reviewer": np.int64,
    "organisation": np.int64,
    "values": np.float64,
    "weights": np.float64,
}
