"""The scratch servers, the clock and the cast that most tests share."""

import os
from types import ModuleType, SimpleNamespace

import factories
import pytest
import pytest_servers
from django.db import connection
from django.urls import include, path

# Each of these starts several processes and takes a minute.
LONG = (
    "tests/chaos/",
    "tests/rehearsal/test_rehearse.py",
    "tests/servers/test_supervisor.py",
    "tests/stress/",
)


def pytest_collection_modifyitems(items):
    """What is long comes first: one worker takes it, so that no two of them share the processors, while others steal
    the rest, and in the end no worker waits for a long one."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """A copy of the database with all migrations, where there is one (tests/pytest_servers.py). Sessions of a test may
    empty the history, as no others may: tests with transactions of their own clean up so."""
    connection.settings_dict["TEST"]["TEMPLATE"] = os.environ.get(pytest_servers.SERVED)
    options = connection.settings_dict["OPTIONS"]
    options["options"] = f"{options.get('options', '')} -c slipway.history_may_be_emptied=on".strip()


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


@pytest.fixture
def rehearsing(settings, while_open, call):
    """The site of a rehearsal with its bar, guide and mailbox: a test's own has none of them."""
    from accelerator import urls
    from rehearsal.models import Rehearsal

    options = settings.TEMPLATES[0]["OPTIONS"]
    seen = [*options["context_processors"], "rehearsal.context.bar"]
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "OPTIONS": {**options, "context_processors": seen}}]
    addresses = ModuleType("addresses_of_a_rehearsal")
    addresses.urlpatterns = [path("rehearsal/", include("rehearsal.urls")), *urls.urlpatterns]
    settings.ROOT_URLCONF = addresses
    settings.REHEARSAL = True
    Rehearsal.objects.create(pk=1, opened_at=factories.WHILE_OPEN, stops_seen=["apply"])
    return call
