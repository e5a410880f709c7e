"""A database that hangs or is shut down: everybody has an answer within two seconds, and all goes on afterwards."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
import requests

from accelerator import database
from servers import embedded

pytestmark = [pytest.mark.servers, pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")]


class Postgres:
    """A PostgreSQL of this module's own, which may hang."""

    def __init__(self, home: Path):
        self.place = embedded.Servers(
            home, durable=False, prepared=True, environ={"REDIS_URL": "unix:///nowhere"}
        )
        self.server = self.place.servers["DATABASE_URL"]
        self.place.start()

    @property
    def pid(self) -> int:
        return self.server.process.pid

    def signal(self, number: int) -> None:
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        for pid in [self.pid, *map(int, children)]:
            with suppress(ProcessLookupError):  # a client that went away
                os.kill(pid, number)


@pytest.fixture(scope="module")
def postgres():
    home = Path(tempfile.mkdtemp(prefix="slipway-away-", dir="/tmp"))
    home.chmod(0o711)
    own = Postgres(home)
    yield own
    if own.server.is_alive():
        own.signal(signal.SIGCONT)
    own.place.stop()
    shutil.rmtree(home)


@pytest.fixture(scope="module")
def environment(postgres, tmp_path_factory):
    own = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.site_settings",
        "SLIPWAY_TESTING": "0",
        "SLIPWAY_BASE_URL": "http://localhost",
        "SLIPWAY_DATA_DIR": str(tmp_path_factory.mktemp("files")),
        "DATABASE_URL": postgres.server.url,
        "REDIS_URL": "unix:///nowhere",
        "SLIPWAY_LOG_LEVEL": "INFO",
        "SLIPWAY_METRICS": "1",
        "SLIPWAY_SECRET_KEY": "for-this-test-only-" + "x" * 40,
    }
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--skip-checks"]
    subprocess.run(migrate, env=own, check=True, capture_output=True)
    return own


class Site:
    def __init__(self, url: str, log: Path):
        self.url, self.log = url, log

    def get(self, path: str, **options) -> requests.Response:
        return requests.get(self.url + path, timeout=10, allow_redirects=False, **options)


@pytest.fixture(scope="module")
def site(environment, tmp_path_factory):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("log") / "site.log"
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "accelerator.wsgi:application", "--port", str(port),
        "--workers", "1", "--blocking-threads", "8", "--no-ws", "--log-level", "warning",
    ]  # fmt: skip
    with log.open("wb") as output:
        server = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    own = Site(f"http://127.0.0.1:{port}", log)
    for _try in range(150):
        try:
            own.get("/livez")
            break
        except requests.ConnectionError:
            time.sleep(0.2)
    for path in ("/", "/healthz", "/readyz", "/metrics", "/accounts/login/"):
        assert own.get(path, headers={"Host": "localhost"}).status_code == 200
    yield own
    server.terminate()
    server.wait(10)


@pytest.fixture
def hung(postgres):
    postgres.signal(signal.SIGSTOP)
    yield
    postgres.signal(signal.SIGCONT)


NAMED = {"Host": "localhost"}
SIGNED_IN = {**NAMED, "Cookie": "sessionid=0123456789abcdef0123456789abcdef"}


ASKED = {
    "a probe": ("/healthz", {}, 503),
    "a load balancer": ("/readyz", {}, 503),
    "whoever starts processes anew": ("/livez", {}, 200),
    "a stranger": ("/", NAMED, 200),
    "whoever draws numbers": ("/metrics", {}, 200),
    "somebody signed in": ("/", SIGNED_IN, 503),
    "a script": ("/applications/", {**SIGNED_IN, "Accept": "application/json"}, 503),
}


def assert_everybody_has_an_answer(site):
    """All ask at once, when nobody remembers any more that the database is away."""
    time.sleep(database.REMEMBERED + 0.05)
    with ThreadPoolExecutor(len(ASKED)) as people:
        asked = {who: people.submit(site.get, path, headers=h) for who, (path, h, _status) in ASKED.items()}
    answers = {who: future.result() for who, future in asked.items()}
    expected = {who: status for who, (_path, _headers, status) in ASKED.items()}
    assert {who: answer.status_code for who, answer in answers.items()} == expected
    assert max(answer.elapsed.total_seconds() for answer in answers.values()) < 2
    assert answers["a script"].json()["message"].startswith("Our database is away for a moment.")
    assert "What you saved before is safe" in answers["somebody signed in"].text
    assert answers["somebody signed in"].headers["Retry-After"] == "5"
    assert "slipway_database_up 0.0" in answers["whoever draws numbers"].text
    assert (
        'slipway_requests_total{method="GET",route="/",status="200"}' in answers["whoever draws numbers"].text
    )
    again = site.get("/account/", headers=SIGNED_IN)
    assert again.status_code == 503
    assert again.elapsed.total_seconds() < 0.5, "it was found away a moment ago"


def assert_all_is_well_within(site, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answers = [site.get("/readyz").status_code, site.get("/", headers=SIGNED_IN).status_code]
        if answers == [200, 200]:
            return
        time.sleep(0.2)
    pytest.fail(f"still {answers} after {seconds} s")


def test_with_the_database_hanging_everybody_has_an_answer_within_two_seconds(site, hung):
    assert_everybody_has_an_answer(site)


def test_after_it_hung_all_goes_on(site, postgres):
    postgres.signal(signal.SIGSTOP)
    assert site.get("/healthz").status_code == 503
    postgres.signal(signal.SIGCONT)
    assert_all_is_well_within(site, 6)


def test_with_the_database_shut_down_everybody_has_an_answer_and_all_goes_on_when_it_is_back(site, postgres):
    postgres.server.stop()
    try:
        assert_everybody_has_an_answer(site)
    finally:
        postgres.server.start()
    assert_all_is_well_within(site, 6)
    log = site.log.read_text()
    assert "Traceback" not in log
    assert "database away" in log


def connect(postgres) -> psycopg.Connection:
    return database.Connection.connect(postgres.server.url, autocommit=True)


def test_a_statement_under_way_when_the_database_begins_to_hang_ends_with_an_error(postgres):
    asked = connect(postgres)
    threading.Timer(0.2, postgres.signal, [signal.SIGSTOP]).start()
    began = time.monotonic()
    try:
        with pytest.raises(psycopg.OperationalError, match="PostgreSQL does not answer"):
            asked.execute("SELECT pg_sleep(0.4)")
    finally:
        postgres.signal(signal.SIGCONT)
    assert time.monotonic() - began < 2
    assert asked.closed


def test_a_slow_answer_of_a_server_that_lives_is_waited_for(postgres):
    with connect(postgres) as asked:
        assert asked.execute("SELECT pg_sleep(1.2), 7").fetchone()[1] == 7


def test_not_even_a_server_that_lives_keeps_a_request_for_ever(postgres):
    with database.longest_wait(0.3), connect(postgres) as asked:
        began = time.monotonic()
        with pytest.raises(psycopg.OperationalError, match=r"within 0.3 s"):
            asked.execute("SELECT pg_sleep(20)")
    assert time.monotonic() - began < 1


def test_a_deadlock_is_not_mistaken_for_an_absence():
    assert not database.is_absence(psycopg.errors.DeadlockDetected())
    assert database.is_absence(psycopg.errors.AdminShutdown())
    assert database.is_absence(psycopg.OperationalError("no route"))
    assert not database.is_absence(ValueError())
