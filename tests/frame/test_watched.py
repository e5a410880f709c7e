"""Log lines, numbers and error reports: one line a request, no secrets, nothing loaded that is not wanted."""

import gzip
import io
import json
import logging
import logging.config
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import structlog
from django.test import Client

from accelerator import celery, errors
from accelerator.watching import logs

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(settings):
    """What the site writes into its log, as JSON, with the levels of production."""
    configuration = {**settings.LOGGING, "root": {"handlers": ["console"], "level": "INFO"}}
    output = io.StringIO()
    configuration["handlers"] = {
        "console": {**settings.LOGGING["handlers"]["console"], "formatter": "json", "stream": output}
    }
    before = logging.root.handlers[:], logging.root.level
    logging.config.dictConfig(configuration)
    yield lambda: [json.loads(line) for line in output.getvalue().splitlines()]
    logging.root.handlers, level = before
    logging.root.setLevel(level)


def test_a_missing_page_has_one_line(client, lines):
    client.get("/nowhere/")
    (line,) = lines()
    assert (line["event"], line["status"], line["route"], line["level"]) == (
        "request", 404, "/nowhere/", "warning",
    )  # fmt: skip


def test_a_served_page_has_a_line_only_where_one_is_wished(client, lines, settings):
    client.get("/styleguide/")
    assert lines() == []
    settings.ACCESS_LOG = True
    client.get("/styleguide/?secret=1")
    (line,) = lines()
    assert (line["method"], line["status"], line["route"]) == ("GET", 200, "/styleguide/")
    assert line["request_id"]
    assert "secret" not in json.dumps(line)


def test_the_secret_of_an_invitation_comes_into_no_line(lines, call, settings):
    settings.ACCESS_LOG = True
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    for answer in (strict.post("/invitations/a-secret-token/"), strict.get("/invitations/a-secret-token/")):
        assert answer.status_code in {403, 404, 410}
    strict.get("/invitations/a-secret-token")  # a link that lost its end
    strict.get("/invitations/a-secret-token/.")
    assert len(lines()) == 4
    assert "a-secret-token" not in json.dumps(lines())
    assert "CSRF" in lines()[0]["refused"]


def test_even_a_page_that_breaks_keeps_the_secret_and_shows_the_reference_of_its_lines(lines, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr("accelerator.people.invitations.find", broken, raising=False)
    monkeypatch.setattr("accelerator.people.views.render", broken)
    client = Client(raise_request_exception=False)
    answer = client.get("/invitations/a-secret-token/")
    assert answer.status_code == 500
    told = lines()
    assert "a-secret-token" not in json.dumps(told)
    (reference,) = {line["request_id"] for line in told}
    assert reference in answer.text
    assert any("ZeroDivisionError" in line.get("exception", "") for line in told)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "6.6.6.6", "127.0.0.1"),
        (1, "6.6.6.6, 10.0.0.7", "10.0.0.7"),
        (2, "6.6.6.6, 10.0.0.7, 10.0.0.1", "10.0.0.7"),
        (2, "6.6.6.6", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_the_address_is_what_our_own_proxies_say(client, lines, settings, proxies, forwarded, address):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    client.get("/nowhere/", headers={"x-forwarded-for": forwarded})
    assert lines()[0]["ip"] == address


def test_lines_for_people_are_one_line_an_event(settings):
    record = logging.makeLogRecord({"msg": "a %s", "args": ("word",), "levelname": "INFO", "levelno": 20})
    assert logs.line_formatter().format(record).endswith("[info] a word")


def test_a_request_leaves_no_reference_behind(client):
    client.get("/nowhere/")
    assert logs.reference() == ""
    with structlog.contextvars.bound_contextvars(request_id="abc"):
        assert logs.reference() == "abc"


def test_ticks_are_silent_even_where_celery_tells_its_news(lines):
    celery.keep_our_logs(loglevel=logging.INFO)
    for name in ("celery.app.trace", "celery.worker.strategy", "celery.beat"):
        logging.getLogger(name).info("Task accelerator.tasks.tick[1] succeeded")
    assert lines() == []
    logging.getLogger("celery.app.trace").error("Task failed")
    assert len(lines()) == 1


def test_the_page_of_a_database_that_is_away_asks_for_nothing(rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = errors.database_away(rf.get("/"))
        told = errors.database_away(rf.post("/", headers={"accept": "application/json"}))
    assert page.status_code == told.status_code == 503
    assert b"may not be saved yet" in told.content
    assert b"Reload this page" in page.content


# --- Numbers ------------------------------------------------------------------------------------------------


def test_numbers_are_given_only_where_they_are_on_and_to_whom_they_are_for(client, settings):
    assert client.get("/metrics").status_code == 404
    settings.METRICS = True
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.9").status_code == 404
    assert client.get("/metrics", headers={"x-forwarded-for": "10.0.0.9"}).status_code == 404
    settings.METRICS_TOKEN = "a-token"
    assert client.get("/metrics", headers={"authorization": "Bearer another"}).status_code == 404


COUNTED = """
import django, os
django.setup()
from accelerator.watching import metrics
metrics.count("GET", "/programmes/<slug>/", 200, 0.03)
metrics.count("GET", "/.git/config", 404, 0.001)
if os.fork() == 0:
    metrics.count("GET", "/programmes/<slug>/", 200, 0.03)
    os._exit(0)
os.wait()
print(metrics.text({"waiting_messages": 3}))
"""


def test_the_counts_of_all_processes_are_told_by_any(tmp_path):
    said = subprocess.check_output(
        [sys.executable, "-c", COUNTED],
        env=os.environ | {"TMPDIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "accelerator.settings"},
        text=True,
    )
    assert 'slipway_requests_total{method="GET",route="/programmes/<slug>/",status="200"} 2.0' in said
    assert 'slipway_requests_total{method="GET",route="none",status="404"} 1.0' in said
    assert 'slipway_request_seconds_count{route="/programmes/<slug>/"} 2.0' in said
    assert "# TYPE slipway_waiting_messages gauge\nslipway_waiting_messages 3.0\n" in said


# --- What is loaded -----------------------------------------------------------------------------------------

LOADED = """
import os, sys, django
django.setup()
print(*[name for name in ("sentry_sdk", "prometheus_client", "redis") if name in sys.modules])
"""


@pytest.mark.parametrize(("dsn", "loaded"), [("", ""), ("http://key@127.0.0.1:9/1", "sentry_sdk")])
def test_error_reports_are_loaded_only_where_they_are_wanted(dsn, loaded):
    said = subprocess.check_output(
        [sys.executable, "-c", LOADED],
        env=os.environ | {"SENTRY_DSN": dsn, "DJANGO_SETTINGS_MODULE": "accelerator.settings"},
        text=True,
    )
    assert [name for name in said.split() if name != "redis"] == loaded.split()


BROKEN = """
import django, sys, types
django.setup()
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.test import Client
from django.urls import path
import sentry_sdk

def breaks(request, token):
    name = "Ada, whom nobody should know"
    raise ZeroDivisionError("broken")

addresses = types.ModuleType("addresses")
addresses.urlpatterns = [path("invitations/<str:token>/", login_not_required(breaks))]
from accelerator.urls import handler500, urlpatterns
addresses.urlpatterns += urlpatterns
addresses.handler500 = handler500
settings.ROOT_URLCONF = addresses
settings.CLOCK_ADJUSTABLE = False
client = Client(raise_request_exception=False, HTTP_HOST="localhost", REMOTE_ADDR="9.8.7.6")
assert client.get("/invitations/a-secret/").status_code == 500
sentry_sdk.flush(5)
"""


def test_an_error_report_says_what_broke_and_nothing_about_people():
    received = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            packed = self.headers.get("Content-Encoding") == "gzip"
            received.append((gzip.decompress(body) if packed else body).decode())
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        subprocess.run(
            [sys.executable, "-c", BROKEN],
            env=os.environ
            | {
                "SENTRY_DSN": f"http://key@127.0.0.1:{server.server_port}/1",
                "SLIPWAY_RELEASE": "1.2.3",
                "DJANGO_SETTINGS_MODULE": "accelerator.settings",
            },
            check=True,
            capture_output=True,
        )
    finally:
        server.shutdown()
        server.server_close()
    (report,) = [text for text in received if "ZeroDivisionError" in text]
    assert '"release":"1.2.3"' in report
    assert "invitations/" in report
    assert "breaks" in report
    for unwanted in ("a-secret", "9.8.7.6", "Ada,"):
        assert unwanted not in report.replace('name = \\"Ada, whom nobody should know\\"', "")
