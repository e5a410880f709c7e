"""What a web worker holds in memory: only what nearly every page needs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import factories
import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
# What a ranking, a planning, an invitation, a programme file or a broker needs. A page that needs one of these loads
# it by itself; see "Memory of a web worker" in docs/performance.md.
NOT_FOR_EVERYBODY = [
    "numpy",
    "highspy",
    "icalendar",
    "redis",
    "boto3",
    "accelerator.programmes.programme_file",
    "accelerator.programmes.entries",
    "applications.setup.programme_file",
    "cohorts.events.programme_file",
    "cohorts.perks.programme_file",
    "applications.assignment",
    "applications.selecting.findings",
    "applications.scoring.ranking",
]
OURS = {"accelerator", "applications", "cohorts", "mentoring", "rehearsal"}
WORKER = """
import io, json, os, sys
from accelerator.wsgi import application

at_start = set(sys.modules)

def get(path, cookie=""):
    answered = []
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": "localhost", "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost", "HTTP_COOKIE": cookie, "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0), "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
    }
    body = b"".join(application(environ, lambda status, headers: answered.append(status)))
    return answered[0], len(body)

answers = [get("/"), get(os.environ["FORM"], "sessionid=" + os.environ["SESSION"])]
print(json.dumps({"answers": answers, "modules": sorted(sys.modules), "later": sorted(set(sys.modules) - at_start)}))
"""


@pytest.fixture
def worker(client) -> dict:
    """What a process like a web worker answered, and had loaded, after a public page and a founder's form."""
    factories.at(factories.WHILE_OPEN)
    application = factories.make_application(factories.make_call())
    factories.sign_in(client, application.started_by)
    database = connection.settings_dict
    given = {
        "DATABASE_URL": f"postgresql:///{database['NAME']}?host={database['HOST']}&user={database['USER']}",
        "FORM": application.get_absolute_url(),
        "SESSION": client.cookies["sessionid"].value,
    }
    done = subprocess.run(
        [sys.executable, "-c", WORKER],
        cwd=ROOT,
        env=os.environ | given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.django_db(transaction=True)
def test_a_web_worker_loads_nothing_that_only_some_pages_need(worker):
    assert [status for status, _size in worker["answers"]] == ["200 OK", "200 OK"]
    assert not set(NOT_FOR_EVERYBODY) & set(worker["modules"])


@pytest.mark.django_db(transaction=True)
def test_the_first_visitor_waits_for_no_imports_of_ours(worker):
    ours = [name for name in worker["later"] if name.split(".")[0] in OURS]
    assert not ours


def test_colours_for_terminals_are_installed_for_tests_alone():
    """structlog loads rich wherever it finds it."""
    for name in ("run", "local"):
        assert "\nrich==" not in (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "command, expected",
    [(["simulate_selection", "--repetitions", "1"], "p_at_5"), (["verify_dossier"], "verified")],
)
def test_commands_that_only_calculate_need_no_site(tmp_path, command, expected):
    if command == ["verify_dossier"]:
        command = [*command, str(ROOT / "no-such-file.json")]  # it says so itself, in its own words
    environment = {"PATH": os.defpath, "HOME": str(tmp_path), "SLIPWAY_DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, ROOT / "manage.py", *command],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert expected in done.stdout, done.stderr
    assert not list(tmp_path.iterdir())
