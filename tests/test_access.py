"""Who gets what: one table over every route of ours, kept in tests/access/*.py, one file a room.

A route that is missing from the table fails, so nothing is published by oversight.
"""

import importlib.util
from pathlib import Path

import factories
import pytest
from access_rows import PERSONAS, Row
from django.test import Client
from django.urls import reverse
from test_architecture import our_routes

ROOMS = sorted((Path(__file__).parent / "access").glob("*.py"))


def _rows() -> list[Row]:
    rows = []
    for path in ROOMS:
        spec = importlib.util.spec_from_file_location(f"access_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        rows += module.ROWS
    return rows


ROWS = _rows()


def test_every_route_is_in_the_table():
    known = {row.route for row in ROWS}
    missing = sorted({name for name, _path in our_routes()} - known)
    assert not missing, f"say in tests/access who may use: {missing}"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.route}")
def test_each_persona_gets_what_the_table_says(row, cast, django_db_blocker):
    from factories_cohort import make_cohort_cast

    factories.at(factories.REVIEWING)
    cast = make_cohort_cast(cast)
    path = reverse(row.route, args=row.arguments(cast))
    wrong = {}
    for persona in PERSONAS:
        client = Client()
        if persona != "anonymous":
            factories.sign_in(client, getattr(cast, persona))
        send = client.post if row.method == "POST" else client.get
        sid = _savepoint()
        try:
            got = send(path, row.data(cast)).status_code
        finally:
            _roll_back(sid)
        if got != row.expected[persona]:
            wrong[persona] = f"{got}, not {row.expected[persona]}"
    assert not wrong, f"{row.method} {path}: {wrong}"


def _savepoint():
    from django.db import transaction

    return transaction.savepoint()


def _roll_back(sid) -> None:
    from django.db import transaction

    transaction.savepoint_rollback(sid)
