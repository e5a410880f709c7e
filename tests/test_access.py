"""Who gets what: one table over every route of ours, kept in tests/access/*.py, one file a room.

A route that is missing from the table fails, so nothing is published by oversight.
"""

import importlib.util
from pathlib import Path

import factories
import pytest
from access_rows import PERSONAS, Row
from django.urls import reverse
from factories_cohort import make_cohort_cast
from standing_casts import answered, standing, undone
from test_architecture import our_routes

pytestmark = pytest.mark.django_db
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


@pytest.fixture(scope="module")
def season(django_db_setup, django_db_blocker, tmp_path_factory):
    def build():
        factories.at(factories.REVIEWING)
        return make_cohort_cast(factories.make_cast(factories.make_call()))

    with standing(build, PERSONAS, tmp_path_factory.mktemp("files"), django_db_blocker) as made:
        yield made


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.route}")
def test_each_persona_gets_what_the_table_says(row, season, settings):
    settings.STORAGES = season.storages
    factories.at(factories.REVIEWING)
    path = reverse(row.route, args=row.arguments(season.cast))
    wrong = {}
    for persona, client in season.clients.items():
        with undone():
            data = row.data(season.cast)
            got = answered(client, row.method, path, data)[0].status_code
        if got != row.expected[persona]:
            wrong[persona] = f"{got}, not {row.expected[persona]}"
    assert not wrong, f"{row.method} {path}: {wrong}"
