"""The embedded servers against the real binaries: spaces, kill -9, stale pid files, locks."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import psycopg
import pytest
import redis

from servers import embedded, places, processes


@pytest.fixture
def home():
    """A data folder with a space in its path, in a place that the servers' account can reach."""
    with tempfile.TemporaryDirectory(prefix="slipway a test ") as folder:
        yield places.make_folder(Path(folder), 0o711)


@pytest.fixture
def servers(home):
    servers = embedded.Servers(home, environ={})
    servers.start()
    yield servers
    servers.stop()


def query(servers: embedded.Servers, statement: str):
    with psycopg.connect(servers.environment["DATABASE_URL"], autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchone()[0] if cursor.description else None


def test_both_servers_answer_on_sockets_only_their_owner_may_open(servers):
    assert query(servers, "select current_user") == "slipway"
    assert query(servers, "show listen_addresses") == ""
    assert query(servers, "select rolsuper from pg_roles where rolname = current_user") is False
    assert redis.from_url(servers.environment["REDIS_URL"]).ping()
    assert servers.run.stat().st_mode & 0o077 == 0


def test_the_owner_of_the_database_may_make_the_extensions_we_need(servers):
    for extension in ("btree_gist", "pg_trgm", "unaccent"):
        query(servers, f"create extension {extension}")


def test_data_survives_a_stop(servers):
    query(servers, "create table kept as select 42 as answer")
    servers.stop()
    again = embedded.Servers(servers.home, environ={"REDIS_URL": "elsewhere"})
    again.start()
    assert query(again, "select answer from kept") == 42
    again.stop()


def test_a_killed_server_starts_again_on_the_same_data(servers):
    query(servers, "create table kept as select 42 as answer")
    for server in servers:
        server.process.kill()
        server.process.wait()
        server.start()
    assert query(servers, "select answer from kept") == 42
    assert redis.from_url(servers.environment["REDIS_URL"]).ping()


def test_an_orphaned_server_is_ended_before_a_new_one_starts(servers, home):
    orphan = servers.servers["DATABASE_URL"].process
    second = embedded.Servers(home, durable=False, environ={"REDIS_URL": "elsewhere"})
    second.start()
    assert orphan.wait(5) is not None
    assert query(second, "select 1") == 1
    second.stop()


def test_a_pid_file_that_names_somebody_elses_process_is_dropped(servers):
    postgresql = servers.servers["DATABASE_URL"]
    pid_file = postgresql.data / "postmaster.pid"
    stale = pid_file.read_text()
    postgresql.stop()
    bystander = subprocess.Popen(["/usr/bin/sleep", "60"], **places.identity(postgresql.account))
    try:
        pid_file.write_text(stale.replace(stale.splitlines()[0], str(bystander.pid), 1))
        postgresql.start()
        assert query(servers, "select 1") == 1
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_half_made_cluster_is_thrown_away(home):
    (home / "new-postgresql-123").mkdir()
    with_leftovers = embedded.Servers(home, durable=False, environ={"REDIS_URL": "elsewhere"})
    with_leftovers.start()
    with_leftovers.stop()
    assert [path.name for path in home.glob("*postgresql-*")] == ["postgresql-18"]


def test_a_socket_path_that_is_too_long_moves_to_a_private_folder(tmp_path):
    folder = places.socket_folder(tmp_path / ("long" * 30), None)
    assert len(str(folder)) < places.LONGEST_SOCKET_FOLDER
    assert folder.stat().st_mode & 0o077 == 0
    folder.rmdir()


def test_scratch_servers_bring_a_folder_for_files_and_take_everything_with_them():
    environment = {}
    with embedded.scratch_servers(environment):
        files = Path(environment["SLIPWAY_DATA_DIR"])
        assert files.is_dir()
    assert environment == {}
    assert not files.parent.exists()


def test_a_given_address_is_used_instead_of_a_server_of_ours():
    given = {"DATABASE_URL": "postgresql:///elsewhere", "REDIS_URL": "redis://elsewhere"}
    with embedded.scratch_servers(given):
        assert given == {"DATABASE_URL": "postgresql:///elsewhere", "REDIS_URL": "redis://elsewhere"}


def test_scratch_servers_leave_nothing_behind_even_after_a_kill():
    program = (
        "import os, time\n"
        "from servers.embedded import scratch_servers\n"
        "with scratch_servers():\n"
        "    print(os.environ['DATABASE_URL'], flush=True)\n"
        "    time.sleep(60)\n"
    )
    environment = {key: value for key, value in os.environ.items() if not key.endswith("_URL")}
    child = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=places.CHECKOUT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    home = Path(child.stdout.readline().split("host=")[1].split("&")[0]).parent
    assert processes.FolderLock(home).is_held()
    child.send_signal(signal.SIGKILL)
    child.wait()
    processes.wait_until(lambda: not processes.FolderLock(home).is_held(), 15)
    assert not processes.FolderLock(home).is_held()  # the servers held it too, so they have ended
    os.utime(home, (0, 0))
    embedded.sweep_scratch(home.parent)
    assert not home.exists()


def test_a_second_supervisor_is_told_who_the_first_one_is(tmp_path):
    first, second = processes.FolderLock(tmp_path), processes.FolderLock(tmp_path)
    first.acquire()
    with pytest.raises(places.AlreadyRunning, match=f"process {os.getpid()}"):
        second.acquire()
    first.release()
    second.acquire()
    second.release()


def test_whoever_comes_while_the_first_one_is_ending_waits(tmp_path):
    first, second = processes.FolderLock(tmp_path), processes.FolderLock(tmp_path)
    first.acquire()
    first.retire()
    threading.Timer(0.3, first.release).start()
    second.acquire()
    second.release()


def test_a_command_without_a_database_is_told_to_start_make_run(monkeypatch):
    monkeypatch.setattr(embedded, "running", lambda season: {})
    with pytest.raises(places.EmbeddedError, match="start `make run` first"):
        embedded.attach({})


def test_a_command_attaches_to_the_running_season(tmp_path):
    home = tmp_path / ".slipway" / "rehearsal"
    home.mkdir(parents=True)
    (home / "running.json").write_text('{"DATABASE_URL": "postgresql:///season"}')
    assert embedded.running(checkout=tmp_path) == {}
    lock = processes.FolderLock(home)
    lock.acquire()
    assert embedded.running(checkout=tmp_path) == {"DATABASE_URL": "postgresql:///season"}
    lock.release()
