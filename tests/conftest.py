"""The scratch servers, the clock and the cast that most tests share."""

from types import SimpleNamespace

import factories
import pytest


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    """Uploads of a test go to its own folder."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }


@pytest.fixture
def while_open(db):
    """The clock stands on 28 November 2023, 10:00 in Paris: the call is open."""
    return factories.at(factories.WHILE_OPEN)


@pytest.fixture
def reviewing(db):
    """The clock stands in the reviewing weeks: sealed, not yet decided."""
    return factories.at(factories.REVIEWING)


@pytest.fixture
def call(db):
    return factories.make_call()


@pytest.fixture
def cast(call) -> SimpleNamespace:
    return factories.make_cast(call)


@pytest.fixture
def signed_in(client):
    """`signed_in(user)` is a test client for that person."""
    return lambda user: factories.sign_in(client, user)
