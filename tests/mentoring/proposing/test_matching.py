"""Whom to propose to whom: never worse than the best of all choices, and never two at once for anybody."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from mentoring.proposing.matching import SOMEBODY, Chance, best

MONDAY = datetime(2024, 3, 4, 9, tzinfo=UTC)


def chance(startup: int, mentor: int, day: int, worth: float) -> Chance:
    at = MONDAY + timedelta(days=day)
    return Chance(startup, mentor, at, at.date(), worth)


def allowed(chosen, most: int) -> bool:
    startups = Counter(one.startup for one in chosen)
    days = Counter((one.mentor, one.day) for one in chosen)
    mentors = Counter(one.mentor for one in chosen)
    return max([*startups.values(), *days.values(), 0]) <= 1 and max([*mentors.values(), 0]) <= most


def total(chosen) -> float:
    return sum(SOMEBODY + one.worth for one in chosen)


chances = st.lists(
    st.builds(chance, st.integers(1, 4), st.integers(1, 3), st.integers(0, 2), st.integers(0, 90)),
    max_size=9,
)


@settings(max_examples=40, deadline=None)
@given(chances, st.integers(1, 3))
def test_no_choice_is_better_than_the_best(found, most):
    chosen = best(found, most=most)
    assert allowed(chosen, most)
    every = (some for size in range(len(found) + 1) for some in combinations(found, size))
    assert round(total(chosen), 3) == round(max(total(some) for some in every if allowed(some, most)), 3)


def test_as_many_as_can_be_get_somebody_even_where_one_fits_less():
    wanted_by_both = [chance(1, 1, 0, 90), chance(2, 1, 0, 80), chance(1, 2, 0, 10)]
    assert {(one.startup, one.mentor) for one in best(wanted_by_both)} == {(1, 2), (2, 1)}


def test_among_equals_the_first_is_taken():
    equal = [chance(1, mentor, 0, 50) for mentor in (3, 1, 2)]
    assert [one.mentor for one in best(equal)] == [3]
    assert best([]) == []
