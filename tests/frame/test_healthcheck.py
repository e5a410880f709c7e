"""The containers' health check against a small web server, and against the database."""

import json
import os
import socket
import subprocess
import sys
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import connection

from accelerator import clock, healthcheck
from accelerator.models import Heartbeat
from accelerator.watching import health


@pytest.fixture
def site():
    """A site whose /readyz answers with `site.status`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(server.status if self.path == "/readyz" else 404)
            self.end_headers()
            self.wfile.write(json.dumps({"status": "as told"}).encode())

        def log_message(self, *_):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.address = f"127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_a_web_server_is_well_when_it_is_ready(site, status, code):
    site.status = status
    assert healthcheck.main([site.address]) == code


def test_a_web_server_that_is_not_there_is_unwell(capsys):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert healthcheck.main([f"127.0.0.1:{free.getsockname()[1]}"]) == 1
    assert capsys.readouterr().out.startswith("unwell: ")


@pytest.fixture
def address(monkeypatch):
    database = connection.settings_dict
    url = f"postgresql:///{database['NAME']}?host={database['HOST']}&user={database['USER']}"
    monkeypatch.setenv("DATABASE_URL", url)
    return url


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", ["worker", "tick"])
def test_a_worker_is_well_while_its_own_heart_beats_whether_the_web_is_there_or_not(address, role, capsys):
    name = health.here("worker") if role == "worker" else "tick"
    Heartbeat.objects.create(name="worker:another-host", beat_at=clock.real_now())
    assert healthcheck.main([f"--{role}"]) == 1
    health.beat(name)
    assert healthcheck.main([f"--{role}"]) == 0
    Heartbeat.objects.filter(name=name).update(beat_at=clock.real_now() - timedelta(minutes=3))
    assert healthcheck.main([f"--{role}"]) == 1
    assert capsys.readouterr().out.splitlines()[0] == f"{name} was never heard"


def test_a_worker_without_a_database_is_unwell(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql:///slipway?host=/nowhere")
    assert healthcheck.main(["--worker"]) == 1


def test_the_check_loads_no_django():
    seen = "import sys, accelerator.healthcheck; print('django' in sys.modules)"
    said = subprocess.check_output([sys.executable, "-c", seen], env=os.environ, text=True)
    assert said.strip() == "False"
