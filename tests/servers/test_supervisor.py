"""`make run` as a newcomer meets it, with a real web server, Celery worker and beat on servers of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from servers import places, processes


@pytest.fixture
def data():
    with tempfile.TemporaryDirectory(prefix="slipway-test-run-") as folder:
        yield places.make_folder(Path(folder), 0o711)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def supervise(data: Path, port: int | str, *options: str) -> subprocess.Popen:
    """The supervisor as make starts it, in an environment that names no servers."""
    environment = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("SLIPWAY_", "DATABASE_URL", "REDIS_URL", "DJANGO_"))
    }
    where = ["--data", str(data), "--port", str(port), "--end-with-parent"]
    return subprocess.Popen(
        [sys.executable, "-m", "servers.supervisor", *where, *options],
        cwd=places.CHECKOUT,
        env=environment,
        stdout=(data / "output").open("wb"),
        stderr=subprocess.STDOUT,
    )


def output(data: Path) -> str:
    return (data / "output").read_text()


def health(port: int) -> dict:
    with suppress(OSError), urllib.request.urlopen(f"http://localhost:{port}/healthz", timeout=5) as answer:
        return json.load(answer)
    return {}


def until(condition, seconds: float, supervisor: subprocess.Popen, data: Path) -> None:
    processes.wait_until(lambda: condition() or supervisor.poll() is not None, seconds)
    assert condition(), output(data)


def test_a_taken_port_is_named_with_its_remedy(data, port):
    with socket.create_server(("127.0.0.1", port)):
        supervisor = supervise(data, port)
        assert supervisor.wait(20) == 1
    assert f"make run PORT={port + 1}" in output(data)


@pytest.mark.parametrize("word", ["99999", "0", "-1", "abc", ""])
def test_what_is_no_port_is_refused_in_words(data, word):
    supervisor = supervise(data, word)
    assert supervisor.wait(20) == 2
    assert "make run PORT=8001" in output(data)
    assert "Traceback" not in output(data)


def test_a_programme_that_cannot_be_loaded_stops_everything(data, port):
    supervisor = supervise(data, port, "--season", "real", "--programme", "no-such-file.toml")
    try:
        assert supervisor.wait(90) == 1
    finally:
        supervisor.kill()
    assert "no-such-file.toml" in output(data)
    assert not processes.FolderLock(data).is_held()


@pytest.mark.servers
def test_a_rehearsal_opens_ticks_heals_and_ends(data, port):
    supervisor = supervise(data, port)
    try:
        until(lambda: f"Slipway is up: http://localhost:{port}" in output(data), 180, supervisor, data)
        for host in ("localhost", "127.0.0.1"):
            with urllib.request.urlopen(f"http://{host}:{port}/", timeout=10) as page:
                assert page.status == 200
                assert host in page.url

        until(
            lambda: health(port).get("tick") == "ok", 60, supervisor, data
        )  # beat → Valkey → worker → PostgreSQL

        web = children(supervisor.pid, "granian")
        os.kill(web[0], signal.SIGKILL)
        until(lambda: children(supervisor.pid, "granian") not in ([], web), 30, supervisor, data)
        until(lambda: health(port).get("status") == "ok", 30, supervisor, data)
    finally:
        supervisor.send_signal(signal.SIGINT)
        code = supervisor.wait(60)
    assert code == 0
    assert not processes.FolderLock(data).is_held()  # every child held it too
    assert health(port) == {}


def children(parent: int, what: str) -> list[int]:
    """Processes that `parent` started and whose command line has `what` in it."""
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(pid) for pid in listed if what in processes.command_of(int(pid))]
