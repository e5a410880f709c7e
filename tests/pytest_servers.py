"""Gives a test run its own PostgreSQL and Valkey, before Django's settings are read; named in pyproject's addopts.

One pair for the whole run: pytest-xdist's workers find the addresses in the environment that they inherit, and each
makes a database of its own in it, a copy of the one that has all migrations behind it. That one is made by the first run
after a migration was written, and kept for every other. A DATABASE_URL or REDIS_URL given from outside is used instead.
"""

import os
import subprocess
import sys
from contextlib import ExitStack

import psycopg
import pytest

from servers import embedded, prepared

SERVED = "SERVED_TEMPLATE"  # in the environment: the database to copy, for tests/conftest.py


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config):
    os.environ["SLIPWAY_TESTING"] = "1"
    servers = ExitStack()
    if not embedded.given("DATABASE_URL", os.environ) and (prepared.cluster().exists() or prepare()):
        os.environ[SERVED] = prepared.TEMPLATE
    servers.enter_context(embedded.scratch_servers())
    early_config.add_cleanup(servers.close)
    return (yield)


def prepare() -> bool:
    """Run all migrations once and keep what they make; where they fail, the tests will say why."""
    with embedded.scratch_folder() as (home, lock):
        servers = embedded.Servers(home, durable=False, lock=lock, environ={"REDIS_URL": "unix:///nowhere"})
        servers.start()
        try:
            migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--skip-checks"]
            own = {**os.environ, "REDIS_URL": "unix:///nowhere", **servers.environment}
            if subprocess.run(
                migrate, env=own, cwd=prepared.CHECKOUT, capture_output=True, check=False
            ).returncode:
                return False
            address = servers.environment["DATABASE_URL"].replace("///slipway?", "///postgres?")
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {prepared.TEMPLATE} TEMPLATE slipway")
        finally:
            servers.stop()
        prepared.keep(servers.servers["DATABASE_URL"].data)
    return True
