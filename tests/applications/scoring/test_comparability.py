import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from applications.scoring.comparability import comparability, remedy


def spread_out(applications=400, reviewers=20, each=3, seed=0):
    rng = np.random.default_rng(seed)
    return [(a, int(r)) for a in range(applications) for r in rng.permutation(reviewers)[:each]]


def panels(applications=60, size=4, count=3, each=3, seed=0):
    """Closed panels: application a is read only by panel a modulo `count`."""
    rng = np.random.default_rng(seed)
    return [
        (a, int(r) + size * (a % count)) for a in range(applications) for r in rng.permutation(size)[:each]
    ]


def test_reviewers_mixed_at_random_can_be_compared():
    found = comparability(spread_out())
    assert 0.45 < found.connection < 2 / 3
    assert (found.light, found.groups, found.reviewers) == ("green", 1, 20)


def test_closed_panels_cannot_be_compared():
    found = comparability(panels())
    assert (found.connection, found.light, found.groups) == (0, "red", 3)


def test_a_single_bridge_is_not_enough():
    found = comparability([*panels(count=2), (0, 7)])
    assert found.groups == 1
    assert 0 < found.connection < 0.05
    assert found.light == "red"


def test_two_pairs_with_a_bridge_by_hand():
    """Reviewers 1-2 and 2-3 share an application each: D^-½ L D^-½ has the eigenvalues 0, ½, 1."""
    assert comparability([(1, 1), (1, 2), (2, 2), (2, 3)]).connection == pytest.approx(0.5)


@settings(max_examples=40, deadline=None)
@given(st.sets(st.tuples(st.integers(1, 9), st.integers(1, 6)), min_size=2))
def test_the_connection_agrees_with_the_graph_written_out_edge_by_edge(pairs):
    """Reviewers are joined by 1/n_i for each application both read; groups are found by walking."""
    people = sorted({r for _, r in pairs})
    readers = {a: [r for b, r in pairs if b == a] for a, _ in pairs}
    edges = np.zeros((len(people), len(people)))
    for who in readers.values():
        for r, s in itertools.permutations(who, 2):
            edges[people.index(r), people.index(s)] += 1 / len(who)
    counts = np.array([sum(1 for _, r in pairs if r == one) for one in people])
    laplacian = (np.diag(edges.sum(axis=1)) - edges) / np.sqrt(np.outer(counts, counts))
    groups = len({min(np.flatnonzero(row)) for row in np.linalg.matrix_power(edges + np.eye(len(people)), 6)})
    found = comparability(pairs)
    assert found.groups == groups
    if len(people) > 1:
        assert found.connection == pytest.approx(np.sort(np.linalg.eigvalsh(laplacian))[1], abs=1e-9)


def test_the_remedy_leads_to_green_and_respects_conflicts():
    plan = panels()
    conflicts = {(a, r) for a in range(0, 60, 2) for r in range(12)}
    mended = remedy(plan, conflicts=conflicts)
    assert mended.after.light == "green"
    assert 0 < len(mended.assignments) < 50
    assert not set(mended.assignments) & (conflicts | set(plan))
    assert comparability([*plan, *mended.assignments]) == mended.after


def test_the_first_remedy_is_the_best_of_all_single_reviews():
    plan = panels(applications=12, count=2, each=2)
    bridge = [(0, 7), (1, 2)]
    (first,) = remedy([*plan, *bridge], at_most=1).assignments
    options = {
        (a, r): comparability([*plan, *bridge, (a, r)]).connection
        for a in range(12)
        for r in range(8)
        if (a, r) not in {*plan, *bridge}
    }
    assert options[first] > np.quantile(list(options.values()), 0.9)


def test_a_sound_plan_needs_no_remedy():
    assert remedy(spread_out()).assignments == ()


def test_a_remedy_that_conflicts_forbid_is_not_invented():
    plan = [(1, 1), (1, 2), (2, 3), (2, 4)]
    conflicts = [(1, 3), (1, 4), (2, 1), (2, 2)]
    mended = remedy(plan, conflicts=conflicts)
    assert (mended.assignments, mended.after.groups) == ((), 2)


@pytest.mark.filterwarnings("error")
def test_one_reviewer_needs_no_comparison_and_nobody_has_none():
    assert comparability([(1, 1), (2, 1)]).light == "green"
    assert comparability([]).light == "red"
    assert remedy([]).assignments == ()
    assert comparability([(1, 1), (2, 2), (3, 3)]).groups == 3
