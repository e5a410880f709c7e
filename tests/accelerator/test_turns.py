"""A process takes requests in the order in which they matter, and sheds browsing first."""

import io
import threading
import time

import pytest

from accelerator import turns
from accelerator.turns import Rank

SUBMIT = "/applications/7kq2m9xw4hbt/submit/"


def wait_until(holds, seconds=10.0) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.002)


class Site:
    """An application whose answers wait until they are let go, behind turns of one place."""

    def __init__(self):
        self.begun: list[str] = []
        self.go_on = threading.Event()
        self.site = turns.InTurn(self.answer, busy_page=b"<h1>busy</h1>", busy_json=b'{"message": "busy"}')
        self.site.turns = turns.Turns(1)
        self.threads: list[threading.Thread] = []
        self.told: dict[str, str] = {}
        self.headers: dict[str, dict] = {}
        self.bodies: dict[str, bytes] = {}

    def answer(self, environ, start_response):
        self.begun.append(environ["PATH_INFO"])
        assert self.go_on.wait(10)
        start_response("200 OK", [])
        return [b""]

    def ask(self, path: str, method="GET", body=b"", **headers) -> None:
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.input": io.BytesIO(body)}
        environ |= {"CONTENT_LENGTH": str(len(body)), **headers}

        def start_response(status, given):
            self.told[path], self.headers[path] = status, dict(given)

        self.bodies[path] = b"".join(self.site(environ, start_response))

    def send(self, path: str, method="GET", **headers) -> None:
        """Somebody asks; the next one comes when this one runs or waits."""
        before = len(self.begun) + self.site.turns.waiting
        thread = threading.Thread(target=self.ask, args=(path, method), kwargs=headers, daemon=True)
        thread.start()
        self.threads.append(thread)
        wait_until(lambda: path in self.told or len(self.begun) + self.site.turns.waiting > before)

    def finish(self) -> None:
        self.go_on.set()
        for thread in self.threads:
            thread.join(10)


@pytest.fixture
def site():
    made = Site()
    yield made
    made.finish()


def test_a_submit_is_taken_before_those_who_write_and_they_before_those_who_read(site):
    site.send("/first")
    site.send("/reads")
    site.send("/applications/7kq2m9xw4hbt/", "POST")
    site.send(SUBMIT, "POST")
    site.finish()
    assert site.begun == ["/first", SUBMIT, "/applications/7kq2m9xw4hbt/", "/reads"]


def test_whoever_looks_around_is_shed_first_and_a_submit_is_not(site, monkeypatch):
    monkeypatch.setitem(turns.MOST_WAITING, Rank.READING, 2)
    monkeypatch.setitem(turns.MOST_WAITING, Rank.WRITING, 3)
    for path in ("/first", "/second", "/third"):
        site.send(path)
    site.send("/shed")
    site.send("/applications/a/", "POST")
    site.send("/applications/b/", "POST", HTTP_ACCEPT="application/json")
    site.send(SUBMIT, "POST")
    assert site.told == dict.fromkeys(("/shed", "/applications/b/"), "503 Service Unavailable")
    assert site.headers["/shed"]["Retry-After"] == str(turns.RETRY_SECONDS)
    assert site.bodies["/shed"] == b"<h1>busy</h1>"
    assert site.bodies["/applications/b/"] == b'{"message": "busy"}'
    site.finish()
    assert site.told[SUBMIT] == "200 OK"


def test_whoever_waits_too_long_is_asked_to_come_back(site, monkeypatch):
    monkeypatch.setitem(turns.LONGEST_WAIT, Rank.READING, 0.05)
    site.send("/first")
    site.ask("/second")
    assert site.told["/second"] == "503 Service Unavailable"
    site.finish()
    site.ask("/third")
    assert site.told["/third"] == "200 OK"  # the place that nobody waits for any more is free


def test_a_lane_and_the_probes_wait_for_nobody(site, monkeypatch):
    monkeypatch.setitem(
        turns.lanes, "/express/", lambda environ, start_response: start_response("200 OK", []) or [b""]
    )
    site.send("/first")
    site.send(SUBMIT, "POST")
    site.ask("/express/")
    assert site.told["/express/"] == "200 OK"
    site.send("/livez")
    assert site.begun == ["/first", "/livez"]


def test_an_upload_takes_no_place_from_the_others(site):
    site.send("/first")
    site.send("/uploads", "POST", CONTENT_LENGTH=str(turns.LARGE + 1))
    assert site.begun == ["/first", "/uploads"]


def test_a_small_body_is_read_before_its_turn_and_reaches_the_application():
    got = []

    def answer(environ, start_response):
        got.append(environ["wsgi.input"].read())
        start_response("200 OK", [])
        return [b""]

    line = io.BytesIO(b"name=Acme and what follows on the line")
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/", "CONTENT_LENGTH": "9", "wsgi.input": line}
    turns.InTurn(answer, busy_page=b"", busy_json=b"")(environ, lambda *_: None)
    assert got == [b"name=Acme"]


def test_a_failure_gives_its_place_back():
    def fail(_environ, _start_response):
        raise RuntimeError

    site = turns.InTurn(fail, busy_page=b"", busy_json=b"")
    for _try in range(turns.AT_ONCE + 1):
        with pytest.raises(RuntimeError):
            site({"REQUEST_METHOD": "GET", "PATH_INFO": "/", "wsgi.input": io.BytesIO()}, lambda *_: None)


def test_there_are_more_threads_than_may_wait_or_run():
    from servers import web

    at_most = turns.MOST_WAITING[Rank.SUBMIT] + turns.AT_ONCE
    uploads = turns.MOST_WAITING[Rank.WRITING] + turns.LARGE_AT_ONCE
    assert at_most + uploads < web.THREADS


def test_each_request_knows_how_many_wait():
    site, seen = Site(), []
    site.site.application = lambda environ, start_response: seen.append(environ[turns.WAITING]) or []
    site.site({"REQUEST_METHOD": "GET", "PATH_INFO": "/", "wsgi.input": io.BytesIO()}, lambda *_: None)
    assert seen == [0]
