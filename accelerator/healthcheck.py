"""Whether a container is well, for its health check: `python -m accelerator.healthcheck [--worker | --drain | --tick] [HOST:PORT]`.

    (nothing)   this web process serves: asks its /readyz
    --worker    this host's worker does its work: its heartbeat in the database is young
    --drain     the same of this host's drain
    --tick      the tick is on time, whoever made it: which beat is there for

The last two ask the database itself, so that a web server that is down makes no worker sick. Django is not loaded: a
check runs every few seconds.
"""

import socket
import sys
from http.client import HTTPConnection, HTTPException

import psycopg
from psycopg.conninfo import make_conninfo

from accelerator import configuration

STALE = 120  # seconds, as in accelerator/watching/health.py
PATIENCE = 4  # seconds; a container's check has five

_AGE = """
    SELECT extract(epoch FROM clock_timestamp() - beat_at)::int FROM accelerator_heartbeat WHERE name = %s
"""


def main(arguments: list[str]) -> int:
    """0 when well, 1 when not; prints why, in one line."""
    try:
        if "--worker" in arguments:
            return _heartbeat(f"worker:{socket.gethostname()}"[:120])
        if "--drain" in arguments:
            return _heartbeat(f"drain:{socket.gethostname()}"[:120])
        if "--tick" in arguments:
            return _heartbeat("tick")
        return _web(next((word for word in arguments if not word.startswith("--")), "127.0.0.1:8000"))
    except (OSError, HTTPException, psycopg.Error) as error:
        print(f"unwell: {error}")
        return 1


def _web(where: str) -> int:
    connection = HTTPConnection(where, timeout=PATIENCE)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        print(answer.status, answer.read().decode(errors="replace"))
        return 0 if answer.status == 200 else 1
    finally:
        connection.close()


def _heartbeat(name: str) -> int:
    with psycopg.connect(make_conninfo(**_database()), connect_timeout=PATIENCE) as asked:
        row = asked.execute(_AGE, [name]).fetchone()
    if row is None:
        print(f"{name} was never heard")
        return 1
    print(f"{name} was last heard {row[0]} s ago")
    return 0 if row[0] < STALE else 1


def _database() -> dict[str, str]:
    given = configuration.read()
    address = given.database
    parts = {
        "dbname": address.name,
        "user": address.user,
        "password": address.password or given.database_password.get_secret_value(),
        "host": address.host,
        "port": address.port,
        "options": "-c statement_timeout=3000",
    }
    return {name: value for name, value in {**parts, **address.options}.items() if value}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
