"""What all migrations make, kept for every scratch PostgreSQL until another migration is written."""

import os
import tempfile
from pathlib import Path

import psycopg
import pytest

from servers import embedded, places, prepared

is_kept = pytest.mark.skipif(not prepared.cluster().exists(), reason="DATABASE_URL was given from outside")


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A small checkout, and what its file is called."""
    for path in ("cohorts/migrations/0001_start.py", "accelerator/clock.py", "requirements/local.txt"):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text("import accelerator.clock\n")
    monkeypatch.setattr(prepared, "CHECKOUT", tmp_path)
    monkeypatch.setattr(prepared, "FOLDER", tmp_path / "kept")
    monkeypatch.setattr(prepared, "__file__", str(tmp_path / "accelerator/clock.py"))
    return tmp_path


@pytest.mark.parametrize(
    "changed",
    [
        "cohorts/migrations/0001_start.py",
        "cohorts/migrations/0002_more.py",
        "accelerator/clock.py",
        "requirements/local.txt",
    ],
)
def test_another_migration_what_it_imports_or_another_package_makes_another_one(checkout, changed):
    before = prepared.cluster.__wrapped__()
    (checkout / "accelerator/other.py").write_text("nothing to a migration")
    assert prepared.cluster.__wrapped__() == before
    (checkout / changed).write_text("import accelerator.clock, datetime\n")
    assert prepared.cluster.__wrapped__() != before


def test_only_the_latest_is_kept(checkout, monkeypatch):
    monkeypatch.setattr(prepared, "cluster", lambda: checkout / "kept/new.tar")
    assert not prepared.unpack(checkout, None)
    (checkout / "kept").mkdir()
    (checkout / "kept/old.tar").write_text("")
    prepared.keep(checkout / "cohorts")
    assert [path.name for path in prepared.FOLDER.iterdir()] == ["new.tar"]
    (checkout / "again").mkdir()
    assert prepared.unpack(checkout / "again", None)
    assert (checkout / "again/migrations/0001_start.py").exists()


@is_kept
@pytest.mark.servers
@pytest.mark.parametrize(("is_prepared", "tables"), [(True, 100), (False, 0)])
def test_only_a_database_that_asks_for_it_begins_with_all_tables_and_it_owns_them(is_prepared, tables):
    with tempfile.TemporaryDirectory(prefix="slipway-test-") as folder:
        home = places.make_folder(Path(folder), 0o711)
        servers = embedded.Servers(
            home, durable=False, prepared=is_prepared, environ={"REDIS_URL": "elsewhere"}
        )
        servers.start()
        try:
            with psycopg.connect(servers.environment["DATABASE_URL"]) as connection:
                asked = "SELECT count(*), count(*) FILTER (WHERE tableowner = 'slipway') FROM pg_tables WHERE schemaname = 'public'"
                all_of_them, ours = connection.execute(asked).fetchone()
        finally:
            servers.stop()
    assert all_of_them == ours
    assert all_of_them >= tables
    assert is_prepared or not all_of_them


@is_kept
def test_the_tests_have_every_migration(db):
    from django.core.management import call_command

    call_command("migrate", "--check", verbosity=0)
    assert os.environ["SERVED_TEMPLATE"] == prepared.TEMPLATE
