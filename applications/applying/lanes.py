"""The lane of tickets, and what else comes before everything: the parts of a submit.

The lane has a small pool of database connections of its own, and does one insert; no session is read, since the token
says who and what by its signature.
"""

import json
import re
from collections.abc import Callable, Iterable
from functools import cache
from urllib.parse import parse_qs

import psycopg
import psycopg_pool
import structlog
from django.conf import settings
from django.db import connection

from accelerator import turns
from accelerator.database import Connection, longest_wait
from accelerator.watching import metrics
from applications.applying import tickets

PATH = "/ticket/"
LONGEST = 4096  # bytes; a token has about 100
PATIENCE = 10.0  # seconds for a connection, and for the answer of the database
CONNECTIONS = 8  # of each process; two were too few for a rush while the disk was busy
_SUBMIT = re.compile(r"/applications/[^/]+/submit/")
_BELONGS = re.compile(
    r"/applications/[^/]+/(send/|receipts/)"
)  # the form's own press and its saves; the receipt

log = structlog.get_logger(__name__)


@turns.comes_first
def is_part_of_a_submit(method: str, path: str) -> bool:
    """The press, what it saves first, and the receipt that its person waits for."""
    return bool(_BELONGS.match(path) or (method == "POST" and _SUBMIT.fullmatch(path)))


@turns.lane(PATH)
def take_ticket(environ: turns.Environ, start_response: Callable) -> Iterable[bytes]:
    status, answer = _answer(environ)
    if settings.METRICS:
        metrics.count(environ["REQUEST_METHOD"], PATH.lstrip("/"), int(status.split()[0]), 0)
    body = json.dumps(answer).encode()
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    start_response(status, headers)
    return [body]


def _answer(environ: turns.Environ) -> tuple[str, dict]:
    if environ["REQUEST_METHOD"] != "POST":
        return "405 Method Not Allowed", {}
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdecimal() or int(length) > LONGEST:
        return "400 Bad Request", {}
    posted = environ["wsgi.input"].read(int(length)).decode("ascii", "replace")
    token = parse_qs(posted).get("token", [""])[0]
    try:
        with longest_wait(PATIENCE), _connections().connection() as own:
            key, stamped_at = tickets.write(token, own.execute)
    except tickets.NoTicket:
        return "400 Bad Request", {}
    except (psycopg.OperationalError, psycopg_pool.PoolTimeout) as away:
        log.error("no ticket: database away", error=str(away))
        return "503 Service Unavailable", {}
    return "200 OK", {"ticket": key, "stamped_at": stamped_at.isoformat()}


@cache
def _connections() -> psycopg_pool.ConnectionPool:
    """Made with the first ticket of a process; connects in the background, and again when the database was away."""
    given = connection.get_connection_params()
    options = {name: given[name] for name in given if name not in {"cursor_factory", "context"}}
    return psycopg_pool.ConnectionPool(
        connection_class=Connection,
        kwargs={**options, "autocommit": True},
        min_size=4,  # PostgreSQL writes to its disk once for all that commit together
        max_size=CONNECTIONS,
        timeout=PATIENCE,
        reconnect_timeout=1,
        check=psycopg_pool.ConnectionPool.check_connection,
        open=True,
        name="tickets",
    )
