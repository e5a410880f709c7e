"""The containers' health check against a small web server."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from accelerator import healthcheck


@pytest.fixture
def site(monkeypatch):
    """A site known as apply.example.org, whose /healthz says what `site.report` holds."""
    monkeypatch.setenv("SLIPWAY_HOSTS", "apply.example.org, other.example.org")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            known = self.headers["Host"] == "apply.example.org" and self.path == "/healthz"
            self.send_response(200 if known else 400)
            self.end_headers()
            self.wfile.write(json.dumps(server.report).encode())

        def log_message(self, *_):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.address = f"127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_site_that_answers_is_well_even_when_a_tick_is_late(site):
    site.report = {"status": "degraded", "tick": "late"}
    assert healthcheck.main([site.address]) == 0


def test_a_worker_is_unwell_when_the_tick_is_late(site):
    site.report = {"status": "degraded", "tick": "late"}
    assert healthcheck.main(["--tick", site.address]) == 1
    site.report = {"status": "ok", "tick": "ok"}
    assert healthcheck.main(["--tick", site.address]) == 0


def test_a_site_that_refuses_is_unwell(site, monkeypatch):
    site.report = {}
    monkeypatch.setenv("SLIPWAY_HOSTS", "somebody.else")
    assert healthcheck.main([site.address]) == 1
