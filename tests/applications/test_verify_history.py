"""`manage.py verify_history`: what it finds of each kind of tampering, and what it cannot find by itself."""

import re
import tracemalloc
from datetime import UTC, datetime
from io import StringIO

import factories
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accelerator import history
from accelerator import history_chain as chain
from accelerator.models import HistoryChain, HistoryEntry

pytestmark = pytest.mark.django_db

NOW = datetime(2023, 12, 1, 12, tzinfo=UTC)
TABLES = ("historyentry", "historyside", "historychain")


def verify(**options) -> tuple[int, str]:
    """How the command ends, and what it says."""
    out = StringIO()
    try:
        call_command("verify_history", stdout=out, **options)
    except CommandError as error:
        return error.returncode, out.getvalue()
    return 0, out.getvalue()


def tamper(statement: str, *params) -> None:
    """What somebody can do who owns the tables."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE accelerator_{table} DISABLE TRIGGER USER")
        cursor.execute(statement, params)
        for table in TABLES:
            cursor.execute(f"ALTER TABLE accelerator_{table} ENABLE TRIGGER USER")


@pytest.fixture
def ana():
    return factories.make_user("Ana")


@pytest.fixture
def entries(ana):
    """Five entries about Ana, the third with words; and two about another, who stays sound throughout."""
    other = factories.make_user("Ben")
    for verb in ("made", "named"):
        history.record(f"person.{verb}", other, by=None, now=NOW, reason="As asked")
    words = {"reason": "She asked", "changes": {"title": ("", "Dr")}}
    for number in range(1, 6):
        history.record(f"person.act_{number}", ana, by=ana, now=NOW, **(words if number == 3 else {}))
    return list(HistoryEntry.objects.about(ana).order_by("place"))


def first_break(ana) -> str:
    """The only line about a broken object, which is Ana's."""
    ends_with, told = verify()
    lines = [line for line in told.splitlines() if re.match(r"accelerator\.\w+ \d+: ", line)]
    (line,) = lines
    assert ends_with == 1
    assert "1 of 2 objects sound" in told
    assert line.startswith(f"accelerator.user {ana.pk}: ")
    return line.partition(": ")[2]


def test_a_sound_history_is_said_to_be(entries):
    ends_with, told = verify()
    assert ends_with == 0
    assert "2 of 2 objects sound, 7 rows, the words of 0 erased" in told


@pytest.mark.parametrize(
    "change",
    [
        "action = 'person.praised'",
        "actor_id = NULL",
        "happened_at = happened_at + interval '1 microsecond'",
        "recorded_at = recorded_at - interval '1 day'",
        "details = details || '{\"ratio\": 0.1}'",
        "hash = repeat('a', 64)",
    ],
)
def test_a_changed_row_is_named(entries, ana, change):
    tamper(f"UPDATE accelerator_historyentry SET {change} WHERE id = %s", entries[1].pk)
    found = first_break(ana)
    assert found.startswith(f"row {entries[1].pk} (place 2, ")
    assert found.endswith("is not what was written, or not where it was written")


def test_a_row_that_is_moved_to_another_object_is_missed_there(entries, ana):
    tamper("UPDATE accelerator_historyentry SET object_id = 0 WHERE id = %s", entries[1].pk)
    ends_with, told = verify()
    assert ends_with == 1
    assert f"accelerator.user {ana.pk}: the row at place 2 is missing, before row {entries[2].pk}" in told
    assert "accelerator.user 0: the row at place 1 is missing" in told


@pytest.mark.parametrize("place", [1, 3])
def test_a_row_deleted_at_the_start_or_in_the_middle_is_missed(entries, ana, place):
    gone = entries[place - 1].pk
    tamper("DELETE FROM accelerator_historyside WHERE entry_id = %s", gone)
    tamper("DELETE FROM accelerator_historyentry WHERE id = %s", gone)
    assert first_break(ana).startswith(f"the row at place {place} is missing, before row {entries[place].pk}")


def test_a_row_deleted_with_its_place_closed_up_is_found(entries, ana):
    tamper("DELETE FROM accelerator_historyentry WHERE id = %s", entries[1].pk)
    for entry in entries[2:]:
        tamper("UPDATE accelerator_historyentry SET place = place - 1 WHERE id = %s", entry.pk)
    assert first_break(ana).startswith(f"row {entries[2].pk} (place 2, ")


def test_a_last_row_that_is_deleted_is_missed(entries, ana):
    tamper("DELETE FROM accelerator_historyentry WHERE id = %s", entries[-1].pk)
    assert first_break(ana) == "the row at place 5 is missing: 5 were written"


def test_all_rows_deleted_are_missed(entries, ana):
    tamper("DELETE FROM accelerator_historyside WHERE entry_id = %s", entries[2].pk)
    tamper("DELETE FROM accelerator_historyentry WHERE object_id = %s", ana.pk)
    assert first_break(ana) == "the row at place 1 is missing: 5 were written"


def test_two_rows_that_change_places_are_found(entries, ana):
    first, second = entries[1], entries[3]
    tamper("UPDATE accelerator_historyentry SET place = 99 WHERE id = %s", first.pk)
    tamper("UPDATE accelerator_historyentry SET place = 2 WHERE id = %s", second.pk)
    tamper("UPDATE accelerator_historyentry SET place = 4 WHERE id = %s", first.pk)
    assert first_break(ana).startswith(f"row {second.pk} (place 2, ")


def test_a_row_slipped_in_is_found(entries, ana):
    tamper(
        "INSERT INTO accelerator_historyentry (happened_at, recorded_at, action, object_type, object_id, details)"
        " SELECT happened_at, recorded_at, 'person.praised', object_type, object_id, '{}'"
        "   FROM accelerator_historyentry WHERE id = %s",
        entries[0].pk,
    )
    assert first_break(ana).endswith("stands in no chain")


def test_a_row_added_behind_the_end_is_found(entries, ana):
    own = history.digest_of(entries[-1])
    tamper(
        "INSERT INTO accelerator_historyentry (happened_at, recorded_at, actor_id, action, object_type, object_id,"
        "       details, place, hash)"
        " SELECT happened_at, recorded_at, actor_id, action, object_type, object_id, details, 6, %s"
        "   FROM accelerator_historyentry WHERE id = %s",
        chain.linked(entries[-1].hash, own),
        entries[-1].pk,
    )
    assert first_break(ana).startswith("its chain does not end with row ")


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE accelerator_historyside SET reason = 'They forced her'", "are not those that were written"),
        ("UPDATE accelerator_historyside SET values = '{}'", "are not those that were written"),
        ("UPDATE accelerator_historyside SET salt = '', values = '{}'", "are not those that were written"),
        ("DELETE FROM accelerator_historyside", "are missing"),
    ],
)
def test_words_that_were_changed_or_deleted_are_found(entries, ana, statement, says):
    tamper(f"{statement} WHERE entry_id = %s", entries[2].pk)
    found = first_break(ana)
    assert found.startswith(f"the words of row {entries[2].pk} (place 3, ")
    assert found.endswith(says)


def test_words_given_to_a_row_that_had_none_are_found(entries, ana):
    tamper(
        "INSERT INTO accelerator_historyside VALUES (%s, repeat('a', 64), 'She begged', '{}')", entries[3].pk
    )
    assert first_break(ana).endswith("has words, and was written without")


def test_a_chain_that_nobody_remembers_is_found(entries, ana):
    tamper("DELETE FROM accelerator_historychain WHERE object_id = %s", ana.pk)
    assert first_break(ana) == "nothing says how long its chain is"


def test_the_first_of_several_broken_rows_is_named(entries, ana):
    tamper(
        "UPDATE accelerator_historyentry SET action = 'x.y' WHERE id = ANY (%s)",
        [entries[3].pk, entries[1].pk],
    )
    assert first_break(ana).startswith(f"row {entries[1].pk} ")


# --- What only kept ends tell -----------------------------------------------------------------------------
def write_anew(entries, ana) -> None:
    """The last row taken away by somebody who knows how chains are made, and mends the end."""
    tamper("DELETE FROM accelerator_historyentry WHERE id = %s", entries[-1].pk)
    tamper(
        "UPDATE accelerator_historychain SET length = 4, hash = %s WHERE object_id = %s",
        entries[3].hash,
        ana.pk,
    )


def test_a_chain_written_anew_is_sound_by_itself_and_not_against_ends_that_were_kept(entries, ana, tmp_path):
    kept = tmp_path / "ends"
    _ends_with, before = verify(save_ends=kept)
    assert len(kept.read_text().splitlines()) == 2
    history.record("person.act_6", factories.make_user("Cleo"), by=None, now=NOW)
    assert verify(against=kept)[0] == 0  # what was added since changes nothing of then
    write_anew(entries, ana)
    ends_with, after = verify()
    assert ends_with == 0
    digests = [re.search("digest of all ends: ([0-9a-f]{64})", told)[1] for told in (before, after)]
    assert digests[0] != digests[1]
    ends_with, told = verify(against=kept)
    assert ends_with == 1
    assert f"accelerator.user {ana.pk}: place 5 is not as it was when its end was kept" in told


# --- One call; the version before; size ---------------------------------------------------------------------
def test_one_call_is_walked_with_what_belongs_to_it(call, entries):
    application = factories.make_application(call)
    other = factories.make_call(factories.make_programme("other"), slug="other")
    manager = factories.make_manager(call.programme)
    for about in (call, application, other):
        history.record("x.made", about, by=manager, now=NOW)
    assert "2 of 2 objects sound, 2 rows" in verify(call=f"{call.programme.slug}/{call.slug}")[1]
    tamper("UPDATE accelerator_historyentry SET action = 'x.y' WHERE object_id = %s", application.pk)
    assert verify(call=call.slug)[0] == 1
    assert verify(call="other/other")[0] == 0


def test_a_call_that_is_not_there_is_refused(call):
    with pytest.raises(CommandError, match=r"names no call\. There are: ai-startup-program/2023"):
        call_command("verify_history", call="2099")


def test_rows_of_the_version_before_are_taken_up(entries, ana):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accelerator_historyentry"
            " (happened_at, recorded_at, action, object_type, object_id, reason, details)"
            " VALUES (%s, %s, 'person.moved', 'accelerator.user', %s, 'Late', '{}')",
            [NOW, NOW, ana.pk],
        )
    assert verify()[0] == 1
    ends_with, told = verify(take_up=True)
    assert ends_with == 0
    assert "1 rows taken up" in told
    last = history.of(ana)[0]
    assert (last.place, last.reason) == (6, "Late")
    assert HistoryChain.objects.get(object_id=ana.pk).length == 6


@pytest.mark.django_db(transaction=True)
def test_a_long_history_takes_no_more_memory_than_a_short_one():
    people = [factories.make_user(f"P{n}") for n in range(50)]
    programme = factories.make_programme()

    def peak(rounds: int) -> int:
        for number in range(rounds):
            history.record_each("person.seen", people, by=None, programme=programme, now=NOW, number=number)
        tracemalloc.start()
        assert verify()[0] == 0
        _size, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    short, long = peak(50), peak(250)
    assert HistoryEntry.objects.count() == 15_000
    assert long < short * 1.5
