"""The record of who did what: a chain for each object, which two may lengthen at once, with words that can be erased."""

import hashlib
import json
import random
import time
from datetime import UTC, datetime, timedelta

import factories
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from races import at_once, behind

from accelerator import history, history_check
from accelerator import history_chain as chain
from accelerator.models import HistoryChain, HistoryEntry, HistorySide, User

NOW = datetime(2023, 12, 1, 22, 59, 59, 123456, tzinfo=UTC)


def person(name: str) -> User:
    return factories.make_user(name)


def broken() -> list[str]:
    return [f"{one.about}: {one.why}" for one in history_check.check(history_check.Walked())]


def chain_as_written_in_the_docs(about) -> list[str]:
    """The hashes, worked out here once more, without the code that is tested."""
    hashes: list[str] = []
    for entry in HistoryEntry.objects.about(about).to_be_read().order_by("place"):
        beside = ""
        if entry.side_digest:
            words = json.dumps([entry.side.reason, entry.side.values], sort_keys=True, separators=(",", ":"))
            beside = hashlib.sha256((entry.side.salt + words).encode()).hexdigest()
        told = [
            "slipway-history-1", entry.object_type, entry.object_id, entry.action,
            entry.happened_at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00"),
            entry.recorded_at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00"),
            entry.actor_id, entry.programme_id, entry.details, beside,
        ]  # fmt: skip
        own = hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
        hashes.append(hashlib.sha256((hashes[-1] + own).encode()).hexdigest() if hashes else own)
    return hashes


# --- A chain ------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_each_entry_of_an_object_carries_the_hash_of_the_one_before():
    ana, ben = person("Ana"), person("Ben")
    history.record("person.named", ana, by=ben, now=NOW, figure=3)
    history.record("person.named", ben, by=ben, now=NOW)
    history.record("person.moved", ana, by=None, now=NOW, reason="She asked", changes={"title": ("", "Dr")})
    entries = HistoryEntry.objects.about(ana).order_by("place")
    assert [entry.place for entry in entries] == [1, 2]
    assert [entry.hash for entry in entries] == chain_as_written_in_the_docs(ana)
    end = HistoryChain.objects.get(object_type="accelerator.user", object_id=ana.pk)
    assert (end.length, end.hash) == (2, entries[1].hash)
    assert broken() == []


@pytest.mark.django_db
def test_words_stand_beside_and_the_names_of_fields_in_the_chain():
    ana = person("Ana")
    entry = history.record(
        "person.changed", ana, by=ana, now=NOW, reason="Married", changes={"name": ("Ana", "Ana Silva")}
    )
    stored = HistoryEntry.objects.to_be_read().get(pk=entry.pk)
    assert stored.details == {"fields": ["name"]}
    assert (stored.reason, stored.changes) == ("Married", {"name": ["Ana", "Ana Silva"]})
    assert not HistorySide.objects.exclude(entry=entry).exists()
    assert "Silva" not in str(HistoryEntry.objects.values().get(pk=entry.pk))


@pytest.mark.django_db
def test_words_are_erased_and_the_chain_holds():
    ana = person("Ana")
    for reason in ("First", "Second"):
        history.record("person.changed", ana, by=ana, now=NOW, reason=reason, changes={"title": ("", reason)})
    digests = list(HistoryEntry.objects.values_list("hash", "side_digest"))
    assert history.erase_words(HistoryEntry.objects.about(ana)) == 2
    found = history_check.Walked()
    assert list(history_check.check(found)) == []
    assert (found.rows, found.erased) == (2, 2)
    assert list(HistoryEntry.objects.values_list("hash", "side_digest")) == digests
    entry = history.of(ana)[0]
    assert (entry.reason, entry.changes, entry.details) == ("", {}, {"fields": ["title"]})


@pytest.mark.django_db
def test_equal_words_have_digests_that_tell_nothing():
    ana, ben = person("Ana"), person("Ben")
    first, second = (history.record("a.b", one, by=None, now=NOW, reason="Ill") for one in (ana, ben))
    assert first.side_digest != second.side_digest


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@given(json_values)
def test_what_is_hashed_is_what_postgresql_gives_back(scratch_connection, value):
    stored = chain.storable(value)
    with scratch_connection.cursor() as cursor:
        cursor.execute("SELECT %s::jsonb::text", [json.dumps(stored)])
        assert chain._json(json.loads(cursor.fetchone()[0])) == chain._json(stored)


@pytest.fixture(scope="module")
def scratch_connection(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        yield connection
        connection.close()


# --- Many at once -------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 40])
def test_many_objects_are_recorded_in_one_statement(count):
    programme = factories.make_programme()
    people = [person(f"P{n}") for n in range(count)]
    with transaction.atomic(), CaptureQueriesContext(connection) as statements:
        history.record_each("person.seen", reversed(people), by=None, programme=programme, now=NOW)
    assert len(statements) == 1
    assert HistoryEntry.objects.filter(action="person.seen", place=1).count() == count
    history.record_each("person.seen", people, by=None, programme=programme, now=NOW)
    assert set(HistoryChain.objects.values_list("length", flat=True)) == {2}
    assert broken() == []


@pytest.mark.django_db
def test_nothing_to_record_costs_nothing(django_assert_num_queries):
    programme = factories.make_programme()
    with django_assert_num_queries(0):
        history.record_each("person.seen", [], by=None, programme=programme, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_who_record_about_one_object_stand_one_behind_the_other():
    ana, ben = person("Ana"), person("Ben")
    history.record("person.made", ana, by=None, now=NOW)
    behind(
        lambda: history.record("person.first", ana, by=ana, now=NOW),
        lambda: history.record("person.second", ana, by=ben, now=NOW),
    )
    told = HistoryEntry.objects.about(ana).order_by("place").values_list("action", flat=True)
    assert list(told) == ["person.made", "person.first", "person.second"]
    assert broken() == []


@pytest.mark.django_db(transaction=True)
def test_the_first_two_entries_of_an_object_race_for_its_first_place():
    ana = person("Ana")
    behind(
        lambda: history.record("person.first", ana, by=ana, now=NOW),
        lambda: history.record("person.second", ana, by=ana, now=NOW),
    )
    assert list(HistoryEntry.objects.order_by("place").values_list("place", "action")) == [
        (1, "person.first"),
        (2, "person.second"),
    ]
    assert broken() == []


@pytest.mark.django_db(transaction=True)
def test_who_gives_up_leaves_no_gap():
    ana = person("Ana")

    def gives_up():
        with transaction.atomic():
            history.record("person.first", ana, by=ana, now=NOW)
            transaction.set_rollback(True)

    at_once(gives_up, lambda: history.record("person.second", ana, by=ana, now=NOW))
    assert HistoryEntry.objects.get().place == 1
    assert broken() == []


@pytest.mark.django_db(transaction=True)
def test_many_threads_record_about_the_same_objects_in_any_order_and_none_waits_crosswise():
    programme = factories.make_programme()
    people = [person(f"P{n}") for n in range(6)]

    def records(seed):
        order = random.Random(seed)

        def act():
            for _turn in range(10):
                several = order.sample(people, 4)
                history.record_each("person.seen", several, by=None, programme=programme, now=NOW)
                history.record("person.met", several[0], by=several[1], now=NOW, reason="Hello")

        return act

    at_once(*(records(seed) for seed in range(6)))
    assert HistoryEntry.objects.count() == 6 * 10 * 5
    assert sum(HistoryChain.objects.values_list("length", flat=True)) == 6 * 10 * 5
    assert broken() == []


@pytest.mark.django_db(transaction=True)
def test_two_who_name_many_objects_in_opposite_orders_wait_for_one_and_not_for_each_other():
    programme = factories.make_programme()
    first, middle, last = (person(f"P{n}") for n in range(3))

    def records(*people):
        return lambda: history.record_each("person.seen", people, by=None, programme=programme, now=NOW)

    def holds():
        with transaction.atomic():
            history.record("person.held", middle, by=None, now=NOW)
            time.sleep(0.6)  # both others come as far as they can

    def later(act):
        return lambda: (time.sleep(0.2), act())

    at_once(holds, later(records(first, middle, last)), later(records(last, middle, first)))
    assert sorted(HistoryChain.objects.values_list("length", flat=True)) == [2, 2, 3]
    assert broken() == []


# --- The database refuses ---------------------------------------------------------------------------------
REFUSED = [
    "UPDATE accelerator_historyentry SET action = 'x.y'",
    "UPDATE accelerator_historyentry SET hash = '', place = NULL",
    "DELETE FROM accelerator_historyentry",
    "UPDATE accelerator_historyside SET reason = 'Another'",
    "UPDATE accelerator_historyside SET salt = ''",
    "DELETE FROM accelerator_historyside",
    "UPDATE accelerator_historychain SET hash = repeat('a', 64)",
    "UPDATE accelerator_historychain SET length = length - 1",
    "DELETE FROM accelerator_historychain",
    "TRUNCATE accelerator_historyentry CASCADE",
    "TRUNCATE accelerator_historyside",
    "TRUNCATE accelerator_historychain",
    "TRUNCATE accelerator_programme CASCADE",
]


@pytest.mark.django_db
@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_refuses_to_change_delete_or_empty_the_history(statement):
    ana = person("Ana")
    history.record("person.changed", ana, by=ana, now=NOW, reason="She asked")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL slipway.history_may_be_emptied = ''")
        with pytest.raises(IntegrityError, match=r"added, never changed|are kept"), transaction.atomic():
            cursor.execute(statement)
    assert broken() == []


# --- The version before ---------------------------------------------------------------------------------
BEFORE = [("accelerator", "0012_names_without_hidden_signs")]
OLD_ROW = """
INSERT INTO accelerator_historyentry
       (happened_at, recorded_at, actor_id, action, programme_id, object_type, object_id, reason, details)
VALUES (%s, %s, %s, %s, NULL, 'accelerator.user', %s, %s, %s::jsonb)
"""


def person_of_before(name: str) -> User:
    """An account as that version makes it, without the columns that came later."""
    old = MigrationExecutor(connection).loader.project_state(BEFORE).apps.get_model("accelerator", "User")
    made = old.objects.create(name=name, email=f"{name.lower()}@people.example", joined_at=NOW)
    return User(pk=made.pk)


def insert_as_before(about: User, action: str, reason: str = "", **details) -> None:
    with connection.cursor() as cursor:
        cursor.execute(OLD_ROW, [NOW, NOW, about.pk, action, about.pk, reason, json.dumps(details)])


@pytest.fixture
def version_before(transactional_db):
    """A database of the version before chains; whatever a test does, it comes forward again."""
    MigrationExecutor(connection).migrate(BEFORE)
    yield
    forward()


def forward() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_a_database_of_the_version_before_is_chained(version_before, monkeypatch):
    monkeypatch.setattr("accelerator.history_take_up.BATCH", 2)  # an object's rows stand in two portions
    ana, ben = person_of_before("Ana"), person_of_before("Ben")
    insert_as_before(ana, "person.made")
    insert_as_before(ben, "session.log_corrected", was={"notes": "We met", "minutes": 45})
    insert_as_before(ana, "criterion.changed", "A slip", before={"name": {"en": "Team"}})
    insert_as_before(ana, "review.changed", before={"team": 6}, marks={"team": 7})
    insert_as_before(ana, "section.deleted", name="Money", ratio=0.5, many=1e22)
    insert_as_before(ana, "partner.changed", changes=[{"changed": {"fields": ["Name"]}}])
    forward()
    assert broken() == []
    told = HistoryEntry.objects.to_be_read().order_by("object_id", "place")
    assert [(one.place, one.action) for one in told] == [
        (1, "person.made"),
        (2, "criterion.changed"),
        (3, "review.changed"),
        (4, "section.deleted"),
        (5, "partner.changed"),
        (1, "session.log_corrected"),
    ]
    made, changed, review, deleted, partner, log = told
    assert (changed.reason, changed.changes) == ("A slip", {"name": [{"en": "Team"}]})
    assert changed.details == {"fields": ["name"]}
    assert review.details == {"before": {"team": 6}, "marks": {"team": 7}}
    assert (deleted.name, "name" in deleted.details) == ("Money", False)
    assert (partner.details, made.changes) == ({}, {})
    assert log.changes == {"notes": ["We met"], "minutes": [45]}
    assert [one.hash for one in told[:5]] == chain_as_written_in_the_docs(ana)
    history.record("person.moved", ana, by=ana, now=NOW)
    assert HistoryEntry.objects.about(ana).count() == 6
    assert broken() == []


def test_a_database_goes_back_to_the_version_before_with_its_reasons(transactional_db):
    ana = person("Ana")
    was = {"minutes": (45, 30), "notes": ("We met", "We met twice")}
    history.record("person.moved", ana, by=ana, now=NOW, reason="She asked")
    history.record("session.log_corrected", ana, by=ana, now=NOW + timedelta(hours=1), changes=was, was={})
    history.record("section.deleted", ana, by=ana, now=NOW, name="Money")
    try:
        MigrationExecutor(connection).migrate(BEFORE)
        with connection.cursor() as cursor:
            cursor.execute("SELECT reason, details FROM accelerator_historyentry ORDER BY id")
            rows = [(reason, json.loads(details)) for reason, details in cursor.fetchall()]
        assert rows == [
            ("She asked", {}),
            ("", {"was": {"minutes": 45, "notes": "We met"}}),
            ("", {"name": "Money"}),
        ]
    finally:
        forward()
    assert [entry.reason for entry in history.of(ana)] == ["", "", "She asked"]
    assert [entry.name for entry in history.of(ana)] == ["Money", "", ""]
    assert broken() == []


def test_what_is_recorded_together_is_one_statement_or_nothing(while_open, django_assert_num_queries):
    ana, ben = factories.make_user("Ana"), factories.make_user("Ben")
    with django_assert_num_queries(1), history.together():
        history.record("person.changed", ana, by=None, now=while_open)
        history.record("person.changed", ben, by=None, now=while_open)
    assert [history.of(one).count() for one in (ana, ben)] == [1, 1]
    with pytest.raises(ValueError, match="no"), history.together():
        history.record("person.changed", ana, by=None, now=while_open)
        raise ValueError("no")
    assert history.of(ana).count() == 1
