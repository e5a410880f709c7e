import itertools
import math

import numpy as np
import pytest

from applications.scoring.calibration import calibrate
from applications.scoring.marks import Marks
from applications.scoring.probability import above, tied_at_the_cut, top_k
from applications.scoring.ranking import Quorum, rank


def intake(seed, applications=12, reviewers=5, each=3):
    rng = np.random.default_rng(seed)
    who = np.argsort(rng.random((applications, reviewers)), axis=1)[:, :each].ravel()
    what = np.repeat(np.arange(applications), each)
    values = 5 + rng.normal(0, 1, applications)[what] + rng.normal(0, 0.6, reviewers)[who]
    return Marks.of_totals(what, 1 + who, values + rng.normal(0, 1, len(what)))


def posterior(found):
    """The covariance of what is unknown about the applications, written out element by element."""
    marks, n = found.marks, len(found.effect)
    weight = found.shrinkage / found.shrinkage.sum()
    path = np.zeros((n, len(marks.reviewers)))
    for application, reviewer in zip(marks.application_index, marks.reviewer_index, strict=True):
        part = 1 / marks.per_application[application]
        path[application, reviewer] += part
        path[:, reviewer] -= weight[application] * part
    path *= found.shrinkage[:, None]
    own = found.variance_applications * (1 - found.shrinkage)
    return np.diag(own) + path @ found.leniency_covariance @ path.T


@pytest.mark.parametrize("seed", range(3))
def test_pairwise_chances_agree_with_the_covariance_written_out(seed):
    found = calibrate(intake(seed))
    covariance = posterior(found)
    for i, k in itertools.combinations(range(12), 2):
        sd = math.sqrt(covariance[i, i] + covariance[k, k] - 2 * covariance[i, k])
        chance = 0.5 * math.erfc(-(found.effect[i] - found.effect[k]) / sd / math.sqrt(2))
        assert above(found, i, k) == pytest.approx(chance, abs=1e-5)
        assert above(found, k, i) == pytest.approx(1 - chance, abs=1e-5)
    assert found.standard_error == pytest.approx(np.sqrt(np.diag(covariance)))


def test_the_draws_agree_with_slow_ones_from_the_full_covariance():
    found = calibrate(intake(5))
    rng = np.random.default_rng(1)
    worlds = rng.multivariate_normal(found.effect, posterior(found), size=20_000, method="eigh")
    count = np.zeros(12)
    for world in worlds:
        count[np.argsort(-world)[:3]] += 1
    assert top_k(found, [3], draws=20_000)[:, 0] == pytest.approx(count / 20_000, abs=0.02)


def test_of_two_applications_the_best_one_is_the_one_above():
    found = calibrate(intake(2, applications=2))
    assert top_k(found, [1], draws=40_000)[0, 0] == pytest.approx(above(found, 0, 1), abs=0.01)


def test_the_chances_add_up_to_the_seats():
    chances = top_k(calibrate(intake(7)), [0, 1, 5, 12, 40])
    assert chances.sum(axis=0) == pytest.approx([0, 1, 5, 12, 12])
    assert (np.diff(chances, axis=1) >= 0).all()


def test_the_same_seed_gives_the_same_chances():
    found = calibrate(intake(7))
    assert (top_k(found, [5], seed=3) == top_k(found, [5], seed=3)).all()
    assert (top_k(found, [5], seed=3) != top_k(found, [5], seed=4)).any()


@pytest.mark.filterwarnings("error")
def test_where_nothing_is_unknown_equal_ones_share_and_the_better_one_is_certain():
    equal = calibrate(Marks.of_totals([1, 1, 2, 2, 3, 3], [1, 2] * 3, [5] * 6))
    assert top_k(equal, [1, 2]) == pytest.approx(np.array([[1 / 3, 2 / 3]] * 3), abs=0.03)
    assert above(equal, 1, 2) == pytest.approx(0.5)
    agreed = calibrate(Marks.of_totals([1, 1, 2, 2, 3, 3], [1, 2] * 3, [3, 3, 8, 8, 5, 5]))
    assert top_k(agreed, [1]).tolist() == [[0], [1], [0]]
    assert (above(agreed, 2, 1), above(agreed, 1, 2), above(agreed, 1, 1)) == (1, 0, 0.5)
    assert top_k(calibrate(Marks.of([], [1])), [5]).shape == (0, 1)


def test_the_cut_is_tied_with_all_whom_the_reviews_cannot_tell_from_the_other_side():
    found = calibrate(intake(9, applications=30))
    standings = rank(found.marks, scores=found.score, quorum=Quorum(1, 1))
    tied = tied_at_the_cut(found, standings, 5)
    order = [line.application for line in standings]
    assert set(order[4:6]) <= set(tied)
    for application in order[5:]:
        assert (application in tied) == (above(found, order[4], application) < 0.75)
    for application in order[:5]:
        assert (application in tied) == (above(found, application, order[5]) < 0.75)


def test_a_clear_cut_is_not_tied():
    values = [9.1, 8.9, 8.9, 9.09, 2.1, 2, 1.9, 2.1]
    found = calibrate(Marks.of_totals([1, 1, 2, 2, 3, 3, 4, 4], [1, 2] * 4, values))
    standings = rank(found.marks, scores=found.score, quorum=Quorum(1, 1))
    assert tied_at_the_cut(found, standings, 2) == ()
    assert len(tied_at_the_cut(found, standings, 1)) == 2
    assert tied_at_the_cut(found, standings, 4) == tied_at_the_cut(found, standings, 0) == ()
