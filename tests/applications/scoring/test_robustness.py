import numpy as np
import pytest

from applications.scoring.calibration import calibrate, learn_spread
from applications.scoring.marks import Marks
from applications.scoring.ranking import Quorum, cut, rank
from applications.scoring.robustness import stress


def intake(seed=0, applications=80, reviewers=8, each=4, criteria=3):
    rng = np.random.default_rng(seed)
    quality = rng.normal(5, 1, applications)
    rows = []
    for a in range(applications):
        rows += [
            (a, int(r) + 1, int(r) % 4 + 1, quality[a] + rng.normal(0, 1, criteria))
            for r in rng.permutation(reviewers)[:each]
        ]
    return Marks.of(rows, [50, 30, 20][:criteria])


def test_all_variants_are_tried():
    marks = intake()
    found = stress(marks)
    kinds = [variant.kind for variant in found.variants]
    assert kinds[:2] == ["calibrated", "raw"]
    assert [kinds.count(kind) for kind in ("without reviewer", "without criterion")] == [8, 3]
    assert [kinds.count(kind) for kind in ("lighter", "heavier")] == [3, 3]


def test_the_first_variant_is_the_choice_as_it_stands_and_shares_add_up_to_the_seats():
    marks = intake()
    found = stress(marks)
    assert found.chosen == cut(rank(marks, scores=calibrate(marks).score), 5)
    shares = found.shares()
    assert sum(shares.values()) == pytest.approx(5)
    assert max(shares.values()) <= 1


def test_a_variant_is_what_one_gets_by_really_doing_it():
    marks = intake()
    without = next(v for v in stress(marks).variants if v.kind == "without reviewer" and v.about == 3)
    rest = marks.only(marks.reviewer != 3)
    again = cut(rank(rest, scores=calibrate(rest).score, quorum=Quorum(1, 1)), 5)
    assert without.cut == again

    heavier = next(v for v in stress(marks).variants if v.kind == "heavier" and v.about == 1)
    other = marks.weighted([50, 36, 20])
    assert heavier.cut == cut(rank(other, scores=calibrate(other).score), 5)


def test_the_spread_of_the_first_round_stays_frozen_in_every_variant():
    marks = intake()
    first = marks.application < 60
    found = stress(marks, first_round=first)
    frozen = calibrate(marks, learn_spread(marks.only(first)))
    assert found.chosen == cut(rank(marks, scores=frozen.score), 5)


def test_an_application_without_the_quorum_is_in_no_variant():
    rows = [(a, r, r, [1 + a, 2, 3]) for a in range(6) for r in (1, 2, 3)]
    rows += [(999, 1, 1, [10, 10, 10]), (999, 2, 2, [10, 10, 10])]
    assert 999 not in stress(Marks.of(rows, [1, 1, 1])).shares()


@pytest.mark.filterwarnings("error")
def test_a_tie_at_the_cut_is_shared_and_nothing_is_no_problem():
    same = Marks.of([(a, r, r, [5]) for a in range(4) for r in range(1, 4)], [1])
    assert stress(same, seats=1).shares() == {a: pytest.approx(0.25) for a in range(4)}
    assert stress(Marks.of([], [1])).shares() == {}
