"""Whole seasons through the real addresses, tasks and SMTP, in a process and on servers of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SMALL = ["--applicants", "14", "--reviewers", "7"]
OTHER_PROGRAMME = ROOT / "tests/programmes/small-programme.toml"


def rehearse(*arguments) -> subprocess.CompletedProcess:
    keep = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL", "SLIPWAY_TESTING"}}
    return subprocess.run(
        [sys.executable, "manage.py", "rehearse", *map(str, arguments)],
        cwd=ROOT,
        env={**keep, "SLIPWAY_REHEARSAL": "1", "SLIPWAY_LOG_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
        timeout=400,
    )


@pytest.mark.servers
def test_a_season_keeps_every_promise(tmp_path):
    done = rehearse(*SMALL, "--json", tmp_path / "season.json")
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads((tmp_path / "season.json").read_text())
    assert figures["members"] == figures["seats"] == 5
    assert all(figures[k] for k in ("reviews", "sessions_logged", "messages"))
    assert figures["promoted_from_reserve"] == figures["offers_declined"] + figures["offers_expired"] == 2
    assert [figures[k] for k in ("duplicate_messages", "double_bookings", "messages_after_useless")] == [
        0,
        0,
        0,
    ]
    assert figures["invariant_violations"] == 0


@pytest.mark.servers
def test_another_programme_with_other_questions_zone_and_seats_runs_as_well():
    done = rehearse("--applicants", 12, "--reviewers", 6, "--programme", OTHER_PROGRAMME)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.servers
@pytest.mark.parametrize(
    ("name", "promise"),
    [
        ("second-send", "Nobody was told the same thing twice"),
        ("sixth-seat", "No call has a seat above its number"),
        ("overlap", "No mentor is in two sessions at once"),
        ("early-letter", "No letter left before the release"),
        ("late-stamp", "Nothing is stamped at or after its deadline"),
    ],
)
def test_a_broken_promise_is_noticed(name, promise):
    done = rehearse(*SMALL, "--sabotage", name)
    assert done.returncode == 1, done.stdout + done.stderr
    assert any("BROKEN" in line and promise in line for line in done.stdout.splitlines()), done.stdout
