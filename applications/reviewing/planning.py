"""Who reviews what: a plan of assignments that is best as a whole, repeatable, and says what it cannot give.

Never broken: no assignment where there is a conflict, at most one reader of an organisation per application,
nobody above their cap, finished reviews stay. Everything else is a wish with a price, so that there
is always a plan, and the nearest possible one when demands contradict each other; what it could not
give is listed in `Plan.unmet`.

The wishes, by price: every application gets its reviews; every reader gets at least their floor;
of an application's readers all but one know its field and one does not (outsiders are what keeps
reviewers of different fields comparable); nobody gets more than a fair share of the work while others
have room; then the best fit of fields, where outsiders are drawn at random by the seed.

Solved as a mixed integer programme by HiGHS on one thread. The linear relaxation nearly always has
whole numbers already; where it has not, all columns whose reduced cost proves that they cannot matter
are fixed, and the few that are left are searched, so that the plan is optimal in either case.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import highspy
import numpy as np
from numpy.typing import NDArray

MISSING_REVIEW, MISSING_FLOOR, MISSING_EXPERTISE, BEYOND_FAIR_SHARE = 1000.0, 100.0, 10.0, 2.0
WHOLE = 1e-6  # a value this near to 0 or 1 is 0 or 1
NO_LIMIT = highspy.kHighsInf


@dataclass(frozen=True)
class ToRead:
    """An application that needs reviews."""

    application: int
    reviews: int = 3
    tags: frozenset[str] = frozenset()  # its fields; without any, nobody counts as expert or outsider


@dataclass(frozen=True)
class Reader:
    """A reviewer and what they promised."""

    reviewer: int
    organisation: int | None = None  # None: nobody else is from there
    cap: int = 10**6  # reviews at most, finished ones included
    floor: int = 0  # reviews at least, finished ones included
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Unmet:
    """A demand that the plan could not meet: a sentence and the numbers to put into it.

    The sentence is a key for translation: `gettext(unmet.text) % unmet.values`.
    """

    kind: str
    text: str
    values: dict[str, int] = field(hash=False)

    def __str__(self) -> str:
        return self.text % self.values


@dataclass(frozen=True)
class Plan:
    """New assignments, in order of application and reviewer, and what could not be had."""

    assignments: tuple[tuple[int, int], ...]  # (application, reviewer), without what was kept
    kept: tuple[tuple[int, int], ...]
    loads: dict[int, int]  # reviews of each reviewer, kept and new
    unmet: tuple[Unmet, ...]

    @property
    def is_complete(self) -> bool:
        """Every wish came true."""
        return not self.unmet

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """All assignments, kept and new."""
        return tuple(sorted(self.kept + self.assignments))


def _(text: str) -> str:
    """Marks a sentence for the translators; the caller translates it."""
    return text


SENTENCES = {
    "capacity": _("%(missing)d more reviews are needed than reviewers promised."),
    "floors": _("Reviewers were promised at least %(promised)d reviews, but only %(needed)d are needed."),
    "reviewers": _(
        "Application %(application)d needs %(wanted)d more readers, but has only %(available)d without "
        "a conflict and from different organisations."
    ),
    "reviews": _("Application %(application)d gets %(given)d reviews in place of %(wanted)d."),
    "floor": _("Reviewer %(reviewer)d gets %(given)d reviews, fewer than the %(wanted)d promised."),
    "experts": _("Application %(application)d has %(given)d readers who know its field, not %(wanted)d."),
    "outsider": _("Application %(application)d has no reader from outside its field."),
}


def plan(
    applications: Iterable[ToRead],
    readers: Iterable[Reader],
    *,
    conflicts: Iterable[tuple[int, int]] = (),
    kept: Iterable[tuple[int, int]] = (),
    seed: int = 0,
) -> Plan:
    """The best plan, or the nearest possible one.

    `conflicts` and `kept` are pairs of (application, reviewer). What is kept (finished, or begun and
    not to be taken away) counts towards reviews, loads, organisations and expertise, whatever rules
    it may break. The same demands in any order and the same seed give the same plan.
    """
    demand = _Demand(applications, readers, conflicts, kept, seed)
    chosen = _solve(demand)
    done = chosen | demand.kept
    return Plan(
        assignments=demand.pairs(chosen),
        kept=demand.pairs(demand.kept),
        loads={r.reviewer: int(n) for r, n in zip(demand.readers, done.sum(axis=0), strict=True)},
        unmet=tuple(_unmet(demand, done)),
    )


class _Demand:
    """The demands as arrays: applications are rows, readers columns, both in order of their ids."""

    def __init__(
        self,
        applications: Iterable[ToRead],
        readers: Iterable[Reader],
        conflicts: Iterable[tuple[int, int]],
        kept: Iterable[tuple[int, int]],
        seed: int,
    ) -> None:
        self.applications: Sequence[ToRead] = sorted(applications, key=lambda wanted: wanted.application)
        self.readers: Sequence[Reader] = sorted(readers, key=lambda reader: reader.reviewer)
        self.shape = len(self.applications), len(self.readers)
        self.conflict = self._table(conflicts)
        self.kept = self._table(kept)
        self.random = np.random.default_rng(seed).random(self.shape)

        names = {r.organisation for r in self.readers if r.organisation is not None}
        number = {name: at for at, name in enumerate(sorted(names))}
        self.organisation = np.array(
            [
                len(number) + at if reader.organisation is None else number[reader.organisation]
                for at, reader in enumerate(self.readers)
            ],
            dtype=np.int64,
        )
        self.reviews = np.array([wanted.reviews for wanted in self.applications], dtype=np.int64)
        self.floor = np.array([reader.floor for reader in self.readers], dtype=np.int64)
        self.cap = np.array([reader.cap for reader in self.readers], dtype=np.int64)

        tags = sorted(set().union(*(wanted.tags for wanted in self.applications)))
        asked, known = _has_tags(self.applications, tags), _has_tags(self.readers, tags)
        self.shared = asked @ known.T
        self.tagged = asked.sum(axis=1)

    def _table(self, pairs: Iterable[tuple[int, int]]) -> NDArray[np.bool_]:
        """Pairs as a table; those who are not part of this plan are left out."""
        row = {wanted.application: i for i, wanted in enumerate(self.applications)}
        column = {reader.reviewer: j for j, reader in enumerate(self.readers)}
        table = np.zeros(self.shape, dtype=bool)
        for application, reviewer in pairs:
            if application in row and reviewer in column:
                table[row[application], column[reviewer]] = True
        return table

    def pairs(self, table: NDArray[np.bool_]) -> tuple[tuple[int, int], ...]:
        """A table as pairs of ids."""
        return tuple(
            (self.applications[i].application, self.readers[j].reviewer) for i, j in np.argwhere(table)
        )

    @cached_property
    def expert(self) -> NDArray[np.bool_]:
        """Who knows a field of which application."""
        return self.shared > 0

    @cached_property
    def affinity(self) -> NDArray[np.float64]:
        """0 to 1: share of the application's fields that the reader knows; for outsiders, chance.

        A hundredth of chance breaks ties among experts.
        """
        share = self.shared / np.maximum(self.tagged, 1)[:, None]
        return np.where(self.expert, 0.99 * share + 0.01 * self.random, self.random)

    @cached_property
    def open(self) -> NDArray[np.bool_]:
        """Whom an application may still be given to: no conflict, organisation not yet among its readers."""
        members = self.organisation[:, None] == np.arange(self.organisation.max(initial=-1) + 1)
        taken = (self.kept.astype(np.int64) @ members.astype(np.int64)) > 0
        return ~self.conflict & ~self.kept & ~taken[:, self.organisation]

    @cached_property
    def needed(self) -> NDArray[np.int64]:
        """Reviews an application still needs."""
        return np.maximum(self.reviews - self.kept.sum(axis=1), 0)

    @cached_property
    def experts_wanted(self) -> NDArray[np.int64]:
        """Of those, by readers who know the field: all but one over the whole; -1 where no field is named."""
        wanted = np.clip(self.reviews - 1 - (self.kept & self.expert).sum(axis=1), 0, self.needed)
        return np.where((self.tagged > 0) & (self.reviews > 1), wanted, -1)

    @cached_property
    def room(self) -> NDArray[np.int64]:
        """Reviews a reader can still take."""
        return np.maximum(self.cap - self.kept.sum(axis=0), 0)

    @cached_property
    def fair_share(self) -> NDArray[np.int64]:
        """Reviews each would have if all the work were shared out in proportion to the caps."""
        total = int(self.needed.sum() + self.kept.sum())
        promised = np.minimum(self.cap, max(total, 1))  # "no limit" is no promise to read everything twice
        return np.ceil(total * promised / max(int(promised.sum()), 1)).astype(np.int64)

    @cached_property
    def candidates(self) -> NDArray[np.int64]:
        """(A,) from how many organisations an application can still find a reader."""
        rows, columns = np.nonzero(self.open & (self.room > 0))
        pairs = np.unique(np.column_stack([rows, self.organisation[columns]]), axis=0)
        return np.bincount(pairs[:, 0], minlength=self.shape[0])


def _has_tags(whose: Sequence[ToRead] | Sequence[Reader], tags: list[str]) -> NDArray[np.float64]:
    table = [[tag in one.tags for tag in tags] for one in whose]
    return np.array(table, dtype=float).reshape(len(whose), len(tags))


def _solve(demand: _Demand) -> NDArray[np.bool_]:
    """Which reviews to assign, as a table (applications, readers)."""
    chosen = np.zeros(demand.shape, dtype=bool)
    rows, columns = np.nonzero(demand.open & (demand.needed > 0)[:, None] & (demand.room > 0))
    if not len(rows):
        return chosen
    values = _optimum(_programme(demand, rows, columns), len(rows))
    chosen[rows, columns] = values > 0.5
    return chosen


def _programme(demand: _Demand, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> highspy.HighsLp:
    """Columns: one per possible review, then what is missing or too much, at its price."""
    builder = _Builder(-demand.affinity[rows, columns])
    reviews = np.arange(len(rows))

    short = builder.columns(MISSING_REVIEW, demand.needed)
    builder.rows(demand.needed, demand.needed, (rows, reviews, 1), (np.arange(len(short)), short, 1))

    kept = demand.kept.sum(axis=0)
    floor = np.clip(demand.floor - kept, 0, demand.room)
    fair = np.clip(demand.fair_share - kept, floor, demand.room)
    idle = builder.columns(MISSING_FLOOR, floor)
    beyond = builder.columns(BEYOND_FAIR_SHARE, demand.room - fair)
    each = np.arange(len(floor))
    builder.rows(floor, fair, (columns, reviews, 1), (each, idle, 1), (each, beyond, -1))

    fields = np.flatnonzero(demand.experts_wanted >= 0)
    at = np.full(demand.shape[0], -1)
    at[fields] = np.arange(len(fields))
    wanted = demand.experts_wanted[fields]
    few = builder.columns(MISSING_EXPERTISE, wanted)
    many = builder.columns(MISSING_EXPERTISE, demand.needed[fields])
    expert = demand.expert[rows, columns] & (at[rows] >= 0)
    each = np.arange(len(fields))
    builder.rows(wanted, wanted, (at[rows[expert]], reviews[expert], 1), (each, few, 1), (each, many, -1))

    key = rows * (demand.organisation.max() + 1) + demand.organisation[columns]
    _groups, group, size = np.unique(key, return_inverse=True, return_counts=True)
    several = size > 1  # only there can two of one organisation meet
    at = np.cumsum(several) - 1
    inside = several[group]
    count = int(several.sum())
    builder.rows(np.zeros(count), np.ones(count), (at[group[inside]], reviews[inside], 1))
    return builder.programme()


class _Builder:
    """Gathers columns and sparse rows for HiGHS."""

    def __init__(self, cost: NDArray[np.float64]) -> None:
        self.cost, self.upper = [cost], [np.ones(len(cost))]
        self.width, self.height = len(cost), 0
        self.lows: list[NDArray] = []
        self.highs: list[NDArray] = []
        self.entries: list[tuple[NDArray, NDArray, NDArray]] = []

    def columns(self, price: float, upper: NDArray) -> NDArray[np.int64]:
        new = self.width + np.arange(len(upper))
        self.cost.append(np.full(len(upper), price))
        self.upper.append(upper)
        self.width += len(upper)
        return new

    def rows(self, low: NDArray, high: NDArray, *terms: tuple[NDArray, NDArray, int]) -> None:
        for row, column, factor in terms:
            self.entries.append((row + self.height, column, np.full(len(row), float(factor))))
        self.lows.append(low)
        self.highs.append(high)
        self.height += len(low)

    def programme(self) -> highspy.HighsLp:
        row, column, value = (np.concatenate(part) for part in zip(*self.entries, strict=True))
        order = np.lexsort((column, row))
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.width, self.height
        lp.col_cost_ = np.concatenate(self.cost)
        lp.col_lower_, lp.col_upper_ = np.zeros(self.width), np.concatenate(self.upper).astype(float)
        lp.row_lower_ = np.concatenate(self.lows).astype(float)
        lp.row_upper_ = np.concatenate(self.highs).astype(float)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.searchsorted(row[order], np.arange(self.height + 1)).astype(np.int32)
        lp.a_matrix_.index_ = column[order].astype(np.int32)
        lp.a_matrix_.value_ = value[order]
        return lp


def _optimum(lp: highspy.HighsLp, n: int) -> NDArray[np.float64]:
    """Values of the first `n` columns, all 0 or 1, at the least cost."""
    values, least, reduced = _run(lp)
    values, reduced = values[:n], reduced[:n]
    margin = 0.02
    while np.any((values > WHOLE) & (values < 1 - WHOLE)):
        # A review whose reduced cost exceeds the margin is in no plan that costs less than
        # `least + margin` (or, when negative, in all): so a plan found within the margin is the best.
        settled = np.abs(reduced) > margin
        lower, upper = np.zeros(n), np.ones(n)
        lower[settled & (reduced < 0)] = 1
        upper[settled & (reduced > 0)] = 0
        whole, cost, _reduced = _run(lp, (lower, upper))
        if cost <= least + margin or not settled.any():
            return whole[:n]
        margin *= 4
    return values


def _run(
    lp: highspy.HighsLp, bounds: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None
) -> tuple[NDArray[np.float64], float, NDArray[np.float64]]:
    """Solve relaxed, or, with bounds for the first columns, in whole numbers: values, cost, reduced costs."""
    solver = highspy.Highs()
    for option, value in OPTIONS.items():
        solver.setOptionValue(option, value)
    solver.passModel(lp)
    if bounds is not None:
        lower, upper = bounds
        n = len(lower)
        which = np.arange(n, dtype=np.int32)
        solver.changeColsBounds(n, which, lower, upper)
        solver.changeColsIntegrality(n, which, np.full(n, highspy.HighsVarType.kInteger))
    solver.run()
    status = solver.getModelStatus()
    if status != highspy.HighsModelStatus.kOptimal:  # the wishes are elastic: anything else is a defect
        raise RuntimeError(f"The plan of reviews was not solved: {solver.modelStatusToString(status)}")
    solution = solver.getSolution()
    return (
        np.array(solution.col_value),
        solver.getInfo().objective_function_value,
        np.array(solution.col_dual),
    )


OPTIONS = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 1,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 1e-6,
}


def _unmet(demand: _Demand, done: NDArray[np.bool_]) -> Iterable[Unmet]:
    """What was not possible: first the causes that can be told beforehand, then what is left."""

    def say(kind: str, **values: int) -> Unmet:
        return Unmet(kind, SENTENCES[kind], {name: int(value) for name, value in values.items()})

    if (missing := demand.needed.sum() - demand.room.sum()) > 0:
        yield say("capacity", missing=missing)
    total, promised = demand.needed.sum() + demand.kept.sum(), demand.floor.sum()
    if promised > total:
        yield say("floors", promised=promised, needed=total)

    given = done.sum(axis=1)
    experts = (done & demand.expert).sum(axis=1)
    for i, wanted in enumerate(demand.applications):
        if demand.candidates[i] < demand.needed[i]:
            yield say(
                "reviewers",
                application=wanted.application,
                wanted=demand.needed[i],
                available=demand.candidates[i],
            )
        if given[i] < wanted.reviews:
            yield say("reviews", application=wanted.application, given=given[i], wanted=wanted.reviews)
        elif demand.experts_wanted[i] >= 0 and experts[i] < wanted.reviews - 1:
            yield say("experts", application=wanted.application, given=experts[i], wanted=wanted.reviews - 1)
        elif demand.experts_wanted[i] >= 0 and experts[i] == given[i]:
            yield say("outsider", application=wanted.application)
    loads = done.sum(axis=0)
    for j in np.flatnonzero(loads < demand.floor).tolist():
        yield say("floor", reviewer=demand.readers[j].reviewer, given=loads[j], wanted=demand.floor[j])
