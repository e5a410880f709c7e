import itertools

import numpy as np
import pytest

from applications.scoring.agreement import (
    agreement,
    agreement_per_criterion,
    interval_alpha,
    intraclass_correlations,
)
from applications.scoring.marks import Marks

# Shrout & Fleiss (1979), table 2: four judges, six targets.
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]

# Krippendorff (2011), example C; in R's `irr` as the matrix `nmm`: four observers, twelve units.
KRIPPENDORFF = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]


def units_and_values():
    pairs = [(u, x) for row in KRIPPENDORFF for u, x in enumerate(row) if x is not None]
    return tuple(np.array(column) for column in zip(*pairs, strict=True))


def test_shrout_and_fleiss_get_their_own_figures():
    found = intraclass_correlations(np.array(SHROUT_FLEISS))
    assert [round(x, 2) for x in (found.one_1, found.two_1, found.three_1)] == [0.17, 0.29, 0.71]
    assert [round(x, 2) for x in (found.one_k, found.two_k, found.three_k)] == [0.44, 0.62, 0.91]


def test_krippendorff_gets_his_own_figure():
    assert round(interval_alpha(*units_and_values()), 3) == 0.849


def test_alpha_agrees_with_counting_all_pairs():
    units, values = units_and_values()
    several = [u for u in set(units) if (units == u).sum() > 1]
    kept = np.concatenate([values[units == u] for u in several])
    observed = sum(
        sum((a - b) ** 2 for a, b in itertools.permutations(values[units == u], 2)) / ((units == u).sum() - 1)
        for u in several
    ) / len(kept)
    expected = sum((a - b) ** 2 for a, b in itertools.permutations(kept, 2)) / len(kept) / (len(kept) - 1)
    assert interval_alpha(units, values) == pytest.approx(1 - observed / expected)


@pytest.mark.filterwarnings("error")
def test_alpha_and_correlations_at_the_edges():
    assert interval_alpha(np.array([]), np.array([])) == 0
    assert interval_alpha(np.array([1, 2]), np.array([3, 4])) == 0, "no unit has two marks"
    assert interval_alpha(np.array([1, 1, 2, 2]), np.array([3, 3, 3, 3])) == 1, "all alike"
    assert intraclass_correlations(np.full((3, 3), 4)).two_k == 0
    assert intraclass_correlations(np.ones((1, 3))).one_1 == 0


def test_each_criterion_has_its_own_agreement():
    rng = np.random.default_rng(0)
    quality = rng.normal(5, 2, 200)
    rows = [
        (a, r, None, [quality[a], rng.normal(5, 2)]) for a in range(200) for r in rng.permutation(8)[:3] + 1
    ]
    read = Marks.of(rows, [1, 1])
    agreed, guessed = agreement_per_criterion(read)
    assert agreed.alpha == pytest.approx(1)
    assert agreed.reliability == pytest.approx(1, abs=1e-6)
    assert abs(guessed.alpha) < 0.15
    assert guessed.reliability < 0.15
    assert guessed.alpha < agreement(read).alpha < agreed.alpha
    assert agreement(read).mean == pytest.approx(read.totals.mean())


@pytest.mark.filterwarnings("error")
def test_nothing_read_is_no_agreement():
    assert agreement(Marks.of([], [1])).alpha == 0
    assert len(agreement_per_criterion(Marks.of([], [1, 2]))) == 2
