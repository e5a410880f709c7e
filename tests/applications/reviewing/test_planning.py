import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from applications.reviewing import planning
from applications.reviewing.planning import Reader, ToRead, plan

FIELDS = ("health", "climate", "work")


def readers(count, **promised):
    return [Reader(reviewer, organisation=100 + reviewer, **promised) for reviewer in range(1, count + 1)]


def to_read(count, **wanted):
    return [ToRead(application, **wanted) for application in range(1, count + 1)]


def kinds(found):
    return {unmet.kind for unmet in found.unmet}


def test_every_application_gets_its_reviews_by_different_organisations():
    people = [Reader(j, organisation=j % 4) for j in range(12)]
    found = plan(to_read(20), people)
    assert found.is_complete
    for application in range(1, 21):
        organisations = [reviewer % 4 for a, reviewer in found.assignments if a == application]
        assert len(organisations) == 3 == len(set(organisations))


def test_loads_keep_floors_and_caps_and_are_shared_out_fairly():
    people = [Reader(1, cap=4), Reader(2, cap=12), Reader(3, cap=12), Reader(4, cap=12, floor=10)]
    found = plan(to_read(10), people)
    assert found.is_complete
    assert found.loads[1] <= 4
    assert found.loads[4] == 10
    assert sum(found.loads.values()) == 30

    assert set(plan(to_read(10), readers(6)).loads.values()) == {5}, "even when nobody named a limit"


def test_nobody_is_assigned_where_there_is_a_conflict():
    conflicts = {(application, 1) for application in range(1, 8)}
    found = plan(to_read(8), readers(4), conflicts=conflicts)
    assert not conflicts & set(found.assignments)
    assert found.is_complete


def test_two_readers_know_the_field_and_one_does_not():
    fields = [frozenset([field]) for field in FIELDS]
    wanted = [ToRead(i, tags=fields[i % 3]) for i in range(30)]
    people = [Reader(j, tags=fields[j % 3]) for j in range(9)]
    found = plan(wanted, people)
    assert found.is_complete
    for application in range(30):
        knows = [reviewer % 3 == application % 3 for a, reviewer in found.assignments if a == application]
        assert sorted(knows) == [False, True, True]


def test_outsiders_differ_with_the_seed_and_nothing_else_does():
    fields = [frozenset([field]) for field in FIELDS]
    wanted = [ToRead(i, tags=fields[i % 3]) for i in range(30)]
    people = [Reader(j, tags=fields[j % 3]) for j in range(9)]
    assert plan(wanted, people, seed=1) != plan(wanted, people, seed=2)
    assert plan(wanted, people, seed=1) == plan(wanted[::-1], people[::-1], seed=1)


def test_finished_work_is_kept_and_counts():
    kept = [(1, 1), (1, 2), (2, 1)]
    found = plan(to_read(2), readers(4, cap=2), kept=kept)
    assert found.kept == tuple(kept)
    assert not set(kept) & set(found.assignments)
    assert len(found.pairs) == 6
    assert found.loads[1] == 2
    assert found.is_complete


def test_a_reader_of_the_same_organisation_does_not_join_finished_work():
    people = [Reader(1, organisation=7), Reader(2, organisation=7), Reader(3, organisation=8)]
    found = plan([ToRead(1, reviews=2)], people, kept=[(1, 1)])
    assert found.assignments == ((1, 3),)


def test_a_late_reviewer_changes_nothing_that_is_finished():
    before = plan(to_read(10), readers(5))
    finished = before.assignments[:12]
    after = plan(to_read(10), readers(6), kept=finished)
    assert set(finished) <= set(after.pairs)
    assert after.is_complete
    assert after.loads[6] > 0


def test_reviews_beyond_what_was_promised_are_named_and_all_that_is_possible_is_planned():
    found = plan(to_read(12), readers(4, cap=6))
    assert "12 more reviews are needed than reviewers promised." in map(str, found.unmet)
    assert len(found.assignments) == 24


def test_an_application_with_too_few_readers_is_named():
    found = plan(to_read(3), readers(4), conflicts=[(2, 1), (2, 3)])
    (first, second) = found.unmet
    assert str(first) == (
        "Application 2 needs 3 more readers, but has only 2 without a conflict and from different "
        "organisations."
    )
    assert str(second) == "Application 2 gets 2 reviews in place of 3."
    assert len(found.assignments) == 8


def test_floors_that_promise_more_work_than_there_is_are_named():
    found = plan(to_read(2), readers(4, floor=3))
    assert str(found.unmet[0]) == "Reviewers were promised at least 12 reviews, but only 6 are needed."
    assert kinds(found) == {"floors", "floor"}
    assert len(found.assignments) == 6


def test_missing_expertise_and_missing_outsiders_are_named():
    health = frozenset(["health"])
    experts = [Reader(j, tags=health) for j in range(3)]
    others = [Reader(j) for j in range(10, 13)]
    assert kinds(plan([ToRead(1, tags=health)], experts)) == {"outsider"}
    assert kinds(plan([ToRead(1, tags=health)], others + experts[:1])) == {"experts"}
    assert plan([ToRead(1)], others).is_complete, "without a field there is no expertise to want"


@pytest.mark.parametrize(
    ("applications", "people"), [([], []), ([], readers(2)), (to_read(2), []), (to_read(1, reviews=0), [])]
)
def test_nothing_to_plan_or_nobody_to_read_gives_an_empty_plan(applications, people):
    found = plan(applications, people)
    assert found.assignments == ()
    assert found.is_complete == all(wanted.reviews == 0 for wanted in applications)


@st.composite
def small_demands(draw):
    tags = st.frozensets(st.sampled_from(FIELDS), max_size=2)
    applications = [ToRead(i, reviews=draw(st.integers(1, 3)), tags=draw(tags)) for i in range(3)]
    people = []
    for j in range(4):
        floor = draw(st.integers(0, 2))
        people.append(Reader(j, draw(st.integers(0, 2)), floor + draw(st.integers(0, 2)), floor, draw(tags)))
    pairs = st.sets(st.tuples(st.integers(0, 2), st.integers(0, 3)), max_size=3)
    return applications, people, draw(pairs), draw(st.integers(0, 99))


@settings(max_examples=60, deadline=None)
@given(small_demands())
def test_no_plan_found_by_trying_all_is_better(demand):
    applications, people, conflicts, seed = demand
    chance = np.random.default_rng(seed).random((len(applications), len(people)))
    cells = [(i, j) for i in range(len(applications)) for j in range(len(people)) if (i, j) not in conflicts]

    def is_allowed(pairs):
        loads = [sum(1 for _, j in pairs if j == reader.reviewer) for reader in people]
        organisations = [(i, people[j].organisation) for i, j in pairs]
        return (
            len(organisations) == len(set(organisations))
            and all(load <= reader.cap for load, reader in zip(loads, people, strict=True))
            and all(sum(1 for i, _ in pairs if i == a.application) <= a.reviews for a in applications)
        )

    def price(pairs):
        total = sum(wanted.reviews for wanted in applications)
        promised = [min(reader.cap, total) for reader in people]
        cost = 0.0
        for wanted in applications:
            mine = [people[j] for i, j in pairs if i == wanted.application]
            cost += 1000 * (wanted.reviews - len(mine))
            knowing = sum(1 for reader in mine if reader.tags & wanted.tags)
            if wanted.tags and wanted.reviews > 1:
                cost += 10 * abs(knowing - (wanted.reviews - 1))
            for reader in mine:
                luck = chance[wanted.application, reader.reviewer]
                shared = len(reader.tags & wanted.tags)
                cost -= 0.99 * shared / len(wanted.tags) + 0.01 * luck if shared else luck
        for reader, promise in zip(people, promised, strict=True):
            load = sum(1 for _, j in pairs if j == reader.reviewer)
            share = max(reader.floor, math.ceil(total * promise / max(sum(promised), 1)))
            cost += 100 * max(0, reader.floor - load) + 2 * max(0, load - share)
        return cost

    best = min(
        price(pairs)
        for size in range(len(cells) + 1)
        for pairs in itertools.combinations(cells, size)
        if is_allowed(pairs)
    )
    found = plan(applications, people, conflicts=conflicts, seed=seed).assignments
    assert is_allowed(found)
    assert price(found) == pytest.approx(best, abs=1e-5)


def crossed_demand(seed):
    """Fields and organisations that cross so that the relaxed programme may halve an assignment."""
    rng = np.random.default_rng(seed)
    fields = [f"field {n}" for n in range(3)]
    wanted = [ToRead(i, int(rng.integers(1, 4)), frozenset([fields[rng.integers(3)]])) for i in range(40)]
    share = sum(one.reviews for one in wanted) // 12
    people = [
        Reader(
            j, int(rng.integers(4)), share + 1, share - 1, frozenset(f for f in fields if rng.random() < 0.4)
        )
        for j in range(12)
    ]
    return wanted, people


@pytest.mark.parametrize("seed", [32, 57])
def test_where_the_relaxed_programme_halves_reviews_the_plan_is_whole_and_still_the_best(seed, monkeypatch):
    """Compared with the whole programme in whole numbers, without the shortcut."""
    wanted, people = crossed_demand(seed)
    costs = []
    run = planning._run

    def whole(lp, bounds=None):
        n = lp.num_col_
        values, cost, reduced = run(lp, (np.zeros(n), np.array(lp.col_upper_)))
        costs.append(cost)
        return values, cost, reduced

    def noted(lp, bounds=None):
        values, cost, reduced = run(lp, bounds)
        costs.append(cost)
        return values, cost, reduced

    monkeypatch.setattr(planning, "_run", noted)
    short = plan(wanted, people, seed=seed)
    with_shortcut, costs = list(costs), []
    monkeypatch.setattr(planning, "_run", whole)
    plan(wanted, people, seed=seed)
    assert len(with_shortcut) > 1, "this demand no longer shows what it is here for"
    assert with_shortcut[-1] == pytest.approx(costs[-1], abs=1e-4)
    assert len(set(short.assignments)) == len(short.assignments)


def test_a_whole_intake_is_planned_alike_twice():
    """600 applications by 40 reviewers with everything at once; `bench/selection.py` times 3,000 by 50."""
    rng = np.random.default_rng(5)
    fields = [f"field {n}" for n in range(8)]
    wanted = [ToRead(i, tags=frozenset([str(rng.choice(fields))])) for i in range(600)]
    people = [
        Reader(j, j // 2, 46, 44, frozenset(field for field in fields if rng.random() < 0.35))
        for j in range(40)
    ]
    conflicts = [(i, j) for i in range(600) for j in range(40) if rng.random() < 0.02]
    found = plan(wanted, people, conflicts=conflicts, seed=3)
    assert found.is_complete
    assert found == plan(wanted, people, conflicts=conflicts, seed=3)
