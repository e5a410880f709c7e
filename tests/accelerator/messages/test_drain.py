"""`manage.py drain`: mail leaves and deadlines pass with PostgreSQL alone; there is no Redis at any of these addresses."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from mail_servers import mail_server

from accelerator import clock
from accelerator.messages import drain, nudging, outbox
from accelerator.models import Heartbeat, OutboxMessage

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]


def direct_url() -> str:
    database = connection.settings_dict
    return f"postgresql:///{database['NAME']}?host={database['HOST']}&user={database['USER']}"


@contextmanager
def drain_as_process(server, folder, **more):
    """`drain --loop` as it runs for real, beside a queue that is not there."""
    environment = os.environ | {
        "SLIPWAY_TESTING": "0",
        "SLIPWAY_DEBUG": "1",
        "SLIPWAY_DATA_DIR": str(folder),
        "SLIPWAY_SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": direct_url(),
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "SMTP_URL": f"smtp+plain://127.0.0.1:{server.port}",
        "PGAPPNAME": "a drain",
        **more,
    }
    process = subprocess.Popen([sys.executable, "manage.py", "drain", "--loop"], env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait(5)


def write(to: str) -> None:
    now = clock.now()
    OutboxMessage.objects.create(
        kind="accelerator.test",
        dedupe_key=f"test:{to}",
        to_email=to,
        address_is_fixed=True,
        subject="Hello",
        text="Hello.",
        created_at=now,
        due_at=now,
    )


def arrives(server, to: str, *, within: float) -> bool:
    deadline = time.monotonic() + within
    while not server.to(to) and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(server.to(to))


def test_a_code_leaves_with_no_queue_and_sigterm_ends_the_loop(tmp_path):
    with mail_server() as server, drain_as_process(server, tmp_path) as process:
        outbox.enqueue_secret(
            "accelerator.sign_in",
            to="mara@x.example",
            subject="Your code",
            text="314159",
            useless_after=clock.now() + timedelta(minutes=10),
        )
        assert arrives(server, "mara@x.example", within=30)
        assert os.getpriority(os.PRIO_PROCESS, process.pid) > os.getpriority(
            os.PRIO_PROCESS, 0
        )  # pages come first
        here = f"drain:{socket.gethostname()}"
        assert set(Heartbeat.objects.values_list("name", flat=True)) == {"tick", here}
        process.send_signal(signal.SIGTERM)
        assert process.wait(3) == 0
    assert [mail.recipient for mail in server.arrived] == ["mara@x.example"]
    assert OutboxMessage.objects.get().status == "sent"
    assert not Heartbeat.objects.filter(name=here).exists()


def test_it_goes_on_after_the_database_has_cut_its_connections(tmp_path):
    with (
        mail_server() as server,
        drain_as_process(server, tmp_path, DATABASE_DIRECT_URL=direct_url()) as process,
    ):
        write("before@x.example")
        assert arrives(server, "before@x.example", within=30)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE application_name = 'a drain' AND datname = current_database()"
            )
            assert cursor.fetchone()[0] >= 2  # what it asks with, and what it listens on
        write("after@x.example")
        assert arrives(server, "after@x.example", within=20)
        process.send_signal(signal.SIGTERM)
        assert process.wait(3) == 0


def test_once_says_how_many_it_sent_and_ends(capsys):
    write("mara@x.example")
    write("noor@x.example")
    with mail_server() as server:
        call_command("drain")
        call_command("drain")
    assert capsys.readouterr().out.splitlines()[-2:] == ["2 sent", "0 sent"]
    assert len(server.arrived) == 2


def test_a_notify_wakes_it_at_once(settings, monkeypatch):
    monkeypatch.setattr(drain, "LOOKS_EVERY", 30.0)
    settings.DATABASE_DIRECT_URL = direct_url()
    carrier = drain.Drain()

    def run():
        try:
            carrier.run()
        finally:
            connections.close_all()

    with mail_server() as server:
        write("first@x.example")
        loop = threading.Thread(target=run)
        loop.start()
        try:
            assert arrives(server, "first@x.example", within=5)
            for number in range(3):
                time.sleep(0.3)  # so that it is waiting again
                write(f"{number}@x.example")
                nudging._notify()
                assert arrives(server, f"{number}@x.example", within=0.5)
        finally:
            carrier.stop()
            nudging._notify()
            loop.join(5)
    assert not loop.is_alive()
