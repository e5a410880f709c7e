"""`/healthz` and its kin tell the promise, and ask what may hang where nobody waits for it."""

import socket
import threading
from datetime import timedelta

import pytest
from django.db import connection

from accelerator import clock, tasks
from accelerator.models import HealthMinute, Heartbeat, OutboxMessage, Trouble
from accelerator.watching import health, probes

pytestmark = pytest.mark.django_db


@pytest.fixture
def well(settings, tmp_path):
    """Everything is as it should be: the tick and one worker were heard, store and mail server answered."""
    health.beat()
    health.keep_minute(clock.real_now())
    return settings


def message(**fields) -> OutboxMessage:
    now = clock.now()
    return OutboxMessage.objects.create(
        **{
            "kind": "accelerator.test",
            "dedupe_key": f"test:{OutboxMessage.objects.count()}",
            "to_email": "ada@example.org",
            "created_at": now,
            "due_at": now,
            **fields,
        }
    )


def told(client, path="/healthz", **extra) -> dict:
    answer = client.get(path, **extra)
    assert answer.status_code == 200
    return answer.json()


def test_all_is_well_when_everything_answers(client, well):
    found = told(client)
    assert (found["status"], found["problems"]) == ("ok", [])
    assert (found["database"], found["broker"], found["tick"], found["storage"]) == ("ok", "ok", "ok", "ok")
    assert found["mail"] == "none", "nothing leaves in a test"


def test_a_message_that_backs_off_is_late_all_the_same(client, well):
    now = clock.now()
    message(
        due_at=now - timedelta(seconds=100), attempts=3, next_try_at=clock.real_now() + timedelta(minutes=5)
    )
    found = told(client)
    assert found["status"] == "degraded"
    assert 99 <= found["oldest_due_message_seconds"] <= 105
    assert (found["waiting_messages"], found["messages_backing_off"]) == (1, 1)
    assert found["problems"] == [f"a message should have left {found['oldest_due_message_seconds']} s ago"]


@pytest.mark.parametrize("status", ["held", "sent", "skipped", "cancelled"])
def test_a_message_that_should_not_leave_is_not_late(client, well, status):
    message(due_at=clock.now() - timedelta(hours=1), status=status)
    assert told(client)["status"] == "ok"


def test_a_message_on_its_way_for_less_than_a_minute_is_no_problem(client, well):
    message(due_at=clock.now() - timedelta(seconds=30), status="sending")
    found = told(client)
    assert found["status"] == "ok"
    assert found["waiting_messages"] == 1


def test_what_could_not_be_delivered_is_a_problem(client, well):
    message(status="dead")
    assert told(client)["problems"] == ["1 messages could not be delivered"]


def test_what_the_tick_could_not_do_is_a_problem(client, well):
    now = clock.real_now()
    Trouble.objects.create(what="applications.seal", about="applications.call:1", error="E", last_seen_at=now)
    found = told(client)
    assert found["troubles"] == 1
    assert found["problems"] == ["the tick could not do 1 thing: see Messages"]


def test_of_two_workers_the_dead_one_is_named(client, well):
    health.beat("worker:alive")
    Heartbeat.objects.create(name="worker:dead", beat_at=clock.real_now() - timedelta(minutes=5))
    found = told(client)
    assert found["problems"] == ["worker:dead was last heard 300 s ago"]
    assert found["heartbeats"].keys() == {"worker:alive", "worker:dead"}


def test_a_worker_is_heard_after_a_task_and_takes_its_leave(well, monkeypatch):
    monkeypatch.setattr(tasks, "_heard_at", float("-inf"))
    tasks.say_that_this_worker_works()
    assert Heartbeat.objects.filter(name=f"worker:{socket.gethostname()}").exists()
    tasks.say_that_this_worker_leaves()
    assert not Heartbeat.objects.filter(name__startswith="worker:").exists()


def test_a_late_tick_is_a_problem(client, well):
    Heartbeat.objects.filter(name="tick").update(beat_at=clock.real_now() - timedelta(minutes=3))
    assert told(client)["problems"] == ["the tick is late: beat, queue or worker does not work"]


def test_a_queue_that_is_away_is_a_problem_and_people_are_served(client, well):
    well.REDIS_URL = "unix:///nowhere.sock"
    assert told(client)["problems"] == ["the queue does not answer"]


def test_a_disk_without_a_gigabyte_is_a_problem(client, well, monkeypatch):
    monkeypatch.setattr(health, "LEAST_FREE", 10**18)
    (problem,) = told(client)["problems"]
    assert problem.startswith("less than 1 GB is free on the disk of ")


# --- What is asked once a minute ----------------------------------------------------------------------------


@pytest.fixture
def mail_server(settings):
    """`mail_server(greeting)` listens; with an empty greeting it hangs, as a server may."""
    open_sockets = []

    def listen(greeting: bytes) -> None:
        server = socket.create_server(("127.0.0.1", 0))
        open_sockets.append(server)
        settings.MAIL_BACKEND = "accelerator.messages.transport.SMTPBackend"
        settings.MAIL_OPTIONS = {"host": "127.0.0.1", "port": server.getsockname()[1]}

        def greet() -> None:
            try:
                peer, _address = server.accept()
            except OSError:
                return
            open_sockets.append(peer)
            if greeting:
                peer.sendall(greeting)

        threading.Thread(target=greet, daemon=True).start()

    yield listen
    for each in open_sockets:
        each.close()


@pytest.mark.parametrize(
    ("greeting", "word"), [(b"220 mail.example.org\r\n", "ok"), (b"554 go away\r\n", "unreachable")]
)
def test_the_mail_server_is_asked_for_its_greeting(client, settings, mail_server, greeting, word):
    mail_server(greeting)
    health.beat()
    health.keep_minute(clock.real_now())
    assert told(client)["mail"] == word


def test_a_mail_server_that_hangs_costs_the_tick_its_limit_and_a_reader_nothing(
    client, mail_server, monkeypatch
):
    monkeypatch.setattr(health, "PROBE_SECONDS", 0.3)
    mail_server(b"")
    health.beat()
    began = clock.real_now()
    health.keep_minute(began)
    assert (clock.real_now() - began).total_seconds() < 1.5
    assert told(client)["problems"] == ["the mail server does not answer"]


def test_a_store_that_takes_no_file_is_a_problem(client, settings, tmp_path):
    (tmp_path / "files").write_text("a file where the folder should be")
    health.beat()
    health.keep_minute(clock.real_now())
    assert told(client)["problems"] == ["the store of files does not answer"]


def test_asking_the_store_leaves_nothing_behind(well, tmp_path):
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


def test_answers_of_long_ago_are_called_unknown(client, well):
    HealthMinute.objects.update(at=clock.real_now() - timedelta(minutes=10))
    assert told(client)["storage"] == "unknown"


def test_a_minute_is_kept_once_and_for_thirty_days():
    now = clock.real_now().replace(second=10)
    message(due_at=clock.now() - timedelta(seconds=80), attempts=1, next_try_at=now + timedelta(hours=1))
    HealthMinute.objects.create(
        at=now - timedelta(days=30, minutes=2), oldest_due_seconds=0, waiting=0, backing_off=0, dead=0
    )
    assert health.keep_minute(now)
    assert not health.keep_minute(now + timedelta(seconds=20))
    (row,) = HealthMinute.objects.all()
    assert row.at == now.replace(second=0, microsecond=0)
    assert (row.waiting, row.backing_off, row.dead) == (1, 1, 0)
    assert 79 <= row.oldest_due_seconds <= 90
    assert (row.broker, row.storage, row.mail) == (True, True, None)


# --- Who asks -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/healthz"])
def test_a_load_balancer_may_ask_by_address_and_over_http(client, well, path, caplog):
    well.SECURE_SSL_REDIRECT = True
    answer = client.get(path, headers={"host": "10.1.2.3:8000"})
    assert answer.status_code == 200
    assert "10.1.2.3" not in answer.text
    assert caplog.records == []
    assert client.get("/", headers={"host": "10.1.2.3"}).status_code == 400


def test_livez_asks_no_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert told(client, "/livez") == {"status": "ok"}


def test_readyz_refuses_while_a_migration_waits(client, monkeypatch):
    monkeypatch.setattr(probes, "_migrated", False)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'mentoring'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["problems"] == ["migrations are waiting"]


def test_readyz_finds_the_migrations_done(client, monkeypatch):
    monkeypatch.setattr(probes, "_migrated", False)
    assert told(client, "/readyz") == {"status": "ready"}
    assert told(client, "/readyz") == {"status": "ready"}
