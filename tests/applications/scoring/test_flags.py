import itertools

import numpy as np
import pytest

from applications.scoring.calibration import calibrate
from applications.scoring.flags import ceiling, decisive_reviewers, reciprocal_favours, unusual_reviews
from applications.scoring.marks import Marks
from applications.scoring.ranking import rank
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


def rows_of(marks):
    return zip(
        marks.application.tolist(),
        marks.reviewer.tolist(),
        marks.organisation.tolist(),
        marks.values.tolist(),
        strict=True,
    )


def with_favour(points, reviewer=1, application=7):
    marks = intake()
    mine = (marks.reviewer == reviewer) & (marks.application == application)
    if not mine.any():
        rows = [*rows_of(marks), (application, reviewer, 1, marks.values.mean(axis=0))]
        marks = Marks.of(rows, marks.weights)
        mine = (marks.reviewer == reviewer) & (marks.application == application)
    values = marks.values + points * mine[:, None]
    return Marks(marks.application, marks.reviewer, marks.organisation, values, marks.weights)


def test_a_mark_far_from_all_others_is_flagged_first():
    found = unusual_reviews(calibrate(with_favour(7)))
    assert (found[0].application, found[0].reviewer) == (7, 1)
    assert found[0].residual > 0
    assert found[0].sigmas > 3
    assert all(abs(a.sigmas) >= abs(b.sigmas) for a, b in itertools.pairwise(found))


def test_a_reviewer_who_decides_who_gets_in_is_named():
    marks = intake()
    seventh = rank(marks, scores=calibrate(marks).score)[6].application
    reader = int(marks.reviewer[marks.application == seventh][0])
    found = stress(with_favour(4, reviewer=reader, application=seventh))
    assert seventh in found.chosen.inside
    (mine,) = [one for one in decisive_reviewers(found) if one.reviewer == reader]
    assert seventh in mine.would_leave
    assert len(mine.would_leave) == len(mine.would_enter)


def test_a_full_scale_is_reported_per_criterion():
    marks = Marks.of([(a, 1, 1, [10 if a < 4 else 5, 9]) for a in range(100)], [1, 1])
    first, second = ceiling(marks, [10, 10])
    assert (first.share, first.is_high) == (0.04, True)
    assert (second.share, second.is_high) == (0, False)
    assert ceiling(Marks.of([], [1]), [10])[0].share == 0


def test_favours_in_both_directions_are_seen_and_those_in_one_are_not():
    marks = intake(3, applications=160)
    homes = {a: 1 + a % 4 for a in range(0, 160, 2)}  # organisations 1 and 3

    def favoured(*directions):
        values = marks.values.copy()
        for giver, home in directions:
            close = np.array([homes.get(int(a)) == home for a in marks.application])
            values[(marks.organisation == giver) & close] += 2.5
        return calibrate(Marks(marks.application, marks.reviewer, marks.organisation, values, marks.weights))

    assert reciprocal_favours(favoured(), homes) == ()
    assert reciprocal_favours(favoured((1, 3)), homes) == ()
    (found,) = reciprocal_favours(favoured((1, 3), (3, 1)), homes)
    assert found.organisations == (1, 3)
    assert min(found.kindness) > 0.5


@pytest.mark.filterwarnings("error")
def test_where_nothing_varies_nothing_is_flagged():
    same = calibrate(Marks.of([(a, r, r, [5]) for a in range(4) for r in range(1, 4)], [1]))
    assert unusual_reviews(same) == ()
    assert reciprocal_favours(same, {0: 1, 1: 2}) == ()
