"""Gives a test run its own PostgreSQL and Valkey, before Django's settings are read; named in pyproject's addopts.

One pair for the whole run: pytest-xdist's workers find the addresses in the environment that they inherit, and each
makes a database of its own in it. A DATABASE_URL or REDIS_URL given from outside is used instead.
"""

import os
from contextlib import ExitStack

import pytest

from servers.embedded import scratch_servers


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config):
    os.environ["SLIPWAY_TESTING"] = "1"
    servers = ExitStack()
    servers.enter_context(scratch_servers())
    early_config.add_cleanup(servers.close)
    return (yield)
