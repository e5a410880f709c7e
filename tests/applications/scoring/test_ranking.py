from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from applications.scoring.marks import Marks
from applications.scoring.ranking import Quorum, cut, rank, rounded

ANYBODY = Quorum(reviews=1, organisations=1)


def marks(*rows, weights=(1,)):
    return Marks.of(rows, weights)


def test_totals_are_weighted_means_on_the_scale_of_the_marks():
    read = marks((1, 1, 1, [8, 4]), (2, 1, 1, [4, 8]), weights=[3, 1])
    assert read.totals.tolist() == [7, 5]
    assert [line.application for line in rank(read, quorum=ANYBODY)] == [1, 2]


def test_a_line_shows_mean_spread_and_number_of_reviews():
    (line,) = rank(marks((7, 1, 1, [6]), (7, 2, 2, [8]), (7, 3, 2, [10])))
    assert (line.place, line.mean, line.spread, line.reviews, line.organisations) == (1, 8, 2, 3, 2)


def test_equal_scores_share_a_place_and_say_so():
    read = marks((1, 1, 1, [5]), (2, 1, 1, [7]), (3, 1, 1, [7]), (4, 1, 1, [9]))
    lines = rank(read, quorum=ANYBODY)
    assert [(line.application, line.place, line.tied) for line in lines] == [
        (4, 1, False),
        (2, 2, True),
        (3, 2, True),
        (1, 4, False),
    ]


def test_scores_are_compared_to_a_millionth():
    assert rounded(np.array([1.0000004, 1.0000006, -1e-9])).tolist() == [1.0, 1.000001, 0.0]


def test_the_order_of_adding_up_does_not_break_a_tie():
    assert rounded([7.0000005 + 1e-15]) == rounded([7.0000005 - 1e-15])


@pytest.mark.parametrize(
    "organisations, missing", [((1, 2), (1, 0)), ((1, 1, 1), (0, 1)), ((1,), (2, 1)), ((), (3, 2))]
)
def test_without_the_quorum_an_application_has_no_place_but_what_is_missing(organisations, missing):
    rows = [(9, reviewer, organisation, [10]) for reviewer, organisation in enumerate(organisations, 1)]
    full = [(1, 1, 1, [2]), (1, 2, 2, [2]), (1, 3, 3, [2])]
    first, last = rank(marks(*full, *rows), applications=[1, 9])
    assert (first.application, first.place, first.is_complete) == (1, 1, True)
    assert (last.application, last.place, last.is_complete) == (9, None, False)
    assert (last.missing_reviews, last.missing_organisations) == missing


def test_a_reviewer_without_an_organisation_counts_as_one_of_their_own():
    (line,) = rank(marks((1, 4, None, [5]), (1, 5, None, [5]), (1, 6, 8, [5])))
    assert line.organisations == 3


def test_an_application_nobody_read_has_no_mean():
    (line,) = rank(marks(), applications=[3])
    assert (line.mean, line.spread, line.score, line.reviews, line.place) == (None, None, None, 0, None)


def test_no_reviews_give_an_empty_ranking():
    assert rank(marks()) == ()


def test_given_scores_decide_the_places_and_the_raw_mean_stays_beside_them():
    read = marks((1, 1, 1, [5]), (2, 1, 1, [7]))
    lines = rank(read, scores=np.array([6.5, 6.25]), quorum=ANYBODY)
    assert [(line.application, line.mean, line.score) for line in lines] == [(1, 5, 6.5), (2, 7, 6.25)]


@pytest.mark.parametrize(
    "values, weights",
    [([[np.nan, np.nan]], [1, 1]), ([[5, 5]], [1]), ([[5, 5]], [0, 0]), ([[5, 5]], [2, -1])],
)
def test_unfinished_reviews_and_senseless_weights_are_refused(values, weights):
    with pytest.raises(ValueError):
        Marks([1], [1], [1], values, weights)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.integers(1, 50), st.lists(st.integers(0, 10), min_size=1, max_size=4), min_size=1),
    st.integers(0, 12),
)
def test_places_and_the_cut_are_what_counting_gives(values, seats):
    """A place is one more than the number of those above; whoever shares the last one is undecided."""
    lines = rank(
        marks(*((a, r, r, [m]) for a, given in values.items() for r, m in enumerate(given, 1))),
        quorum=ANYBODY,
    )
    means = {a: Fraction(sum(given), len(given)) for a, given in values.items()}
    above = {a: sum(other > mean for other in means.values()) for a, mean in means.items()}
    level = {a: sum(other == mean for other in means.values()) for a, mean in means.items()}
    assert {line.application: line.place for line in lines} == {a: n + 1 for a, n in above.items()}
    assert {line.application: line.tied for line in lines} == {a: n > 1 for a, n in level.items()}
    found = cut(lines, seats)
    assert set(found.inside) == {a for a in values if above[a] + level[a] <= seats}
    assert set(found.undecided) == {a for a in values if above[a] < seats < above[a] + level[a]}
    assert len(found.inside) + found.left == min(seats, len(values))
