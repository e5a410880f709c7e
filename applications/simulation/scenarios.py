"""How many of the truly best five are found: raw means, z-scores and calibrated scores, over made-up calls.

Only a simulation knows the truth. Each repetition makes a call with reviewers, deals out reviews, lets
them be marked, hands the marks (and nothing else) to the scoring package, and looks how many of the
best five it names.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from applications.scoring.calibration import Calibration, calibrate, learn_spread
from applications.scoring.marks import Floats, Integers, Marks
from applications.scoring.ranking import rounded
from applications.simulation.reviewers import Temperaments, points

APPLICATIONS, REVIEWERS, EACH = 2000, 40, 3
MISSING = 0.2
SECTORS, SECTOR_SPREAD = 8, 0.5  # of the variance of quality, which is 1, a quarter is between sectors
MANY_REVIEWERS = 600
ROUNDS = ((100, 3), (30, 6), (12, 10))  # after everybody's three: the best so many get so many more


@dataclass(frozen=True, eq=False)
class Outcome:
    """One simulated call: the truth, and what the reviews say."""

    quality: Floats  # (A,) in the order of the ids
    marks: Marks
    calibration: Calibration
    first: Marks  # those of the first round alone

    def found(self, scores: Floats, k: int) -> float:
        """Share of the truly best k among the k best by these scores; ties at the end share the places.

        Scores follow `marks.applications`; what nobody read is not found.
        """
        score = rounded(scores)
        last = np.sort(score)[-k]
        inside, level = score > last, score == last
        chosen = np.zeros(len(self.quality))
        chosen[self.marks.applications] = inside + level * (k - inside.sum()) / level.sum()
        return float(chosen[np.argsort(-self.quality)[:k]].sum() / k)

    def raw(self) -> Floats:
        return self.marks.application_means(self.marks.totals)

    def raw_first(self) -> Floats:
        """Raw means of the first round: what there would be to go by without further ones."""
        return self.first.application_means(self.first.totals)

    def z_scores(self) -> Floats:
        """The usual remedy: each reviewer's marks to mean 0 and standard deviation 1, then averaged."""
        marks = self.marks
        off = marks.totals - marks.reviewer_means(marks.totals)[marks.reviewer_index]
        deviation = np.sqrt(marks.reviewer_means(off**2))[marks.reviewer_index]
        return marks.application_means(np.divide(off, deviation, out=np.zeros_like(off), where=deviation > 0))

    def covered(self) -> float:
        """Share of the 95 % intervals that hold the truth, both taken from their mean."""
        truth = points(self.quality[self.marks.applications])
        miss = (self.calibration.effect - self.calibration.effect.mean()) - (truth - truth.mean())
        return float((np.abs(miss) <= 1.959964 * self.calibration.standard_error).mean())


def deal(
    applications: Integers, reviewers: Integers, each: int, generator: np.random.Generator
) -> tuple[Integers, Integers]:
    """`each` different readers for every application, at random with even loads: (application, reviewer).

    Like cards: everybody is in the pack equally often (or once less), and each application gets a hand. A
    hand that holds somebody twice swaps the second one for a card of another hand, drawn until it suits both.
    """
    size = len(applications) * each
    pack = np.tile(generator.permutation(reviewers), -(-size // len(reviewers)))[:size]
    hands = generator.permutation(pack).reshape(len(applications), each).tolist()
    for mine in hands:
        for card in range(1, each):
            while mine[card] in mine[:card]:
                other, place = hands[generator.integers(len(hands))], generator.integers(each)
                if other[place] not in mine and mine[card] not in other:
                    mine[card], other[place] = other[place], mine[card]
    return np.repeat(applications, each), np.array(hands).ravel()


def random(generator: np.random.Generator) -> Outcome:
    """2,000 applications, three reviews each by 40 reviewers, dealt at random."""
    return _one_round(generator, generator.normal(size=APPLICATIONS), REVIEWERS)


def missing(generator: np.random.Generator) -> Outcome:
    """The same, but one review in five never comes."""
    return _one_round(generator, generator.normal(size=APPLICATIONS), REVIEWERS, come=1 - MISSING)


def many_reviewers(generator: np.random.Generator) -> Outcome:
    """600 reviewers with ten reviews each."""
    return _one_round(generator, generator.normal(size=APPLICATIONS), MANY_REVIEWERS)


def panels(generator: np.random.Generator) -> Outcome:
    """Eight sectors of different strength (sd 0.5), each read by its own five reviewers alone."""
    sector = generator.integers(SECTORS, size=APPLICATIONS)
    quality = generator.normal(0, SECTOR_SPREAD, SECTORS)[sector]
    quality = quality + generator.normal(0, (1 - SECTOR_SPREAD**2) ** 0.5, APPLICATIONS)
    everybody = np.arange(REVIEWERS)
    dealt = [
        deal(np.flatnonzero(sector == panel), everybody[everybody % SECTORS == panel], EACH, generator)
        for panel in range(SECTORS)
    ]
    what, who = (np.concatenate(part) for part in zip(*dealt, strict=True))
    return _read(generator, quality, REVIEWERS, what, who)


def adaptive(generator: np.random.Generator) -> Outcome:
    """Rounds: everybody three times, the best 100 three times more, 30 six times, 12 ten times: 600 more."""
    quality = generator.normal(size=APPLICATIONS)
    temperaments = Temperaments.drawn(REVIEWERS, generator)
    what, who = deal(np.arange(APPLICATIONS), np.arange(REVIEWERS), EACH, generator)
    given = temperaments.marks(quality[what], who, generator)
    first = Marks.of_totals(what, who, given)
    spread = learn_spread(first)
    for best, more in ROUNDS:
        so_far = calibrate(Marks.of_totals(what, who, given), spread)
        load = np.zeros(REVIEWERS)
        for application in so_far.marks.applications[np.argsort(-so_far.score, kind="stable")[:best]]:
            order = load + generator.random(REVIEWERS)
            order[who[what == application]] = np.inf  # nobody reads twice
            new = np.argsort(order)[:more]
            load[new] += 1
            given = np.append(given, temperaments.marks(np.full(more, quality[application]), new, generator))
            what, who = np.append(what, np.full(more, application)), np.append(who, new)
    marks = Marks.of_totals(what, who, given)
    return Outcome(quality, marks, calibrate(marks, spread), first)


SCENARIOS: dict[str, Callable[[np.random.Generator], Outcome]] = {
    "random": random,
    "missing": missing,
    "panels": panels,
    "many_reviewers": many_reviewers,
    "adaptive": adaptive,
}


def simulate(
    scenario: str,
    *,
    seed: int = 1,
    repetitions: int = 200,
    progress: Callable[[int], None] = lambda done: None,
) -> dict[str, Any]:
    """Means over the repetitions with their standard errors; `progress` hears how many are done."""
    began = time.perf_counter()
    figures: list[dict[str, float]] = []
    for repetition in range(repetitions):
        outcome = SCENARIOS[scenario](np.random.default_rng([seed, repetition]))
        raw, ours = outcome.raw(), outcome.calibration.score
        figures.append(
            {
                "p_at_5_raw": outcome.found(raw, 5),
                "p_at_5_raw_first_round": outcome.found(outcome.raw_first(), 5),
                "p_at_5_zscore": outcome.found(outcome.z_scores(), 5),
                "p_at_5": outcome.found(ours, 5),
                "p_at_20_raw": outcome.found(raw, 20),
                "p_at_20": outcome.found(ours, 20),
                "coverage_95": outcome.covered(),
                "reviews": len(outcome.marks),
            }
        )
        progress(repetition + 1)
    columns = {name: np.array([one[name] for one in figures]) for name in figures[0]}
    return {
        "scenario": scenario,
        "seed": seed,
        **{name: round(float(values.mean()), 4) for name, values in columns.items()},
        "standard_errors": {
            name: round(float(values.std(ddof=1) / len(values) ** 0.5), 4) if len(values) > 1 else 0.0
            for name, values in columns.items()
        },
        "repetitions": repetitions,
        "seconds": round(time.perf_counter() - began, 2),
    }


def _one_round(generator: np.random.Generator, quality: Floats, reviewers: int, come: float = 1.0) -> Outcome:
    what, who = deal(np.arange(len(quality)), np.arange(reviewers), EACH, generator)
    comes = generator.random(len(what)) < come
    return _read(generator, quality, reviewers, what[comes], who[comes])


def _read(
    generator: np.random.Generator, quality: Floats, reviewers: int, what: Integers, who: Integers
) -> Outcome:
    given = Temperaments.drawn(reviewers, generator).marks(quality[what], who, generator)
    marks = Marks.of_totals(what, who, given)
    return Outcome(quality, marks, calibrate(marks), marks)
