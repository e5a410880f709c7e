"""Whole seasons through the real addresses, tasks and SMTP, in a process and on servers of their own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
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
        timeout=900,
    )


@dataclass
class Rehearsed:
    figures: dict
    dossier: Path


@pytest.fixture(scope="module")
def small_season(tmp_path_factory) -> Rehearsed:
    return rehearsed(tmp_path_factory.mktemp("season"))


def rehearsed(folder: Path) -> Rehearsed:
    done = rehearse(*SMALL, "--json", folder / "season.json", "--dossier", folder / "dossier.json")
    assert done.returncode == 0, done.stdout + done.stderr
    return Rehearsed(json.loads((folder / "season.json").read_text()), folder / "dossier.json")


@pytest.mark.servers
def test_a_season_keeps_every_promise(small_season):
    figures = small_season.figures
    assert figures["members"] == figures["seats"] == 5
    assert all(figures[k] for k in ("reviews", "sessions_logged", "messages"))
    assert figures["amendments"] == 1
    assert figures["group_messages"] >= 1
    assert figures["promoted_from_reserve"] == figures["offers_declined"] + figures["offers_expired"] == 2
    assert [figures[k] for k in ("duplicate_messages", "double_bookings", "messages_after_useless")] == [
        0,
        0,
        0,
    ]
    assert figures["invariant_violations"] == figures["broken_invitation_chains"] == 0
    assert figures["changed_after_others"] == 1
    assert figures["accounts_erased"] == figures["consents_withdrawn"] == 1
    mentoring = (
        "sessions_moved",
        "sessions_cancelled",
        "booked_on_behalf",
        "logs_late",
        "actions_done",
        "event_answers",
        "no_shows",
    )
    for seldom in ("late_conflicts", "confirmed_proposals", "decisions_undone", *mentoring):
        assert figures[seldom] >= 1, seldom


@pytest.mark.servers
def test_the_report_says_how_many_of_the_true_five_were_found(small_season):
    found = small_season.figures["true_found_raw"], small_season.figures["true_found"]
    assert all(type(count) is int and 1 <= count <= 5 for count in found)


@pytest.mark.servers
def test_the_dossier_of_a_rehearsed_season_is_verified(small_season):
    script = ROOT / "applications/scoring/verify_dossier.py"
    done = subprocess.run(
        [sys.executable, script, small_season.dossier], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "verified" in done.stdout


@pytest.mark.servers
def test_the_same_seed_gives_the_same_season(small_season, tmp_path):
    again = rehearsed(tmp_path)
    assert {**again.figures, "seconds": 0} == {**small_season.figures, "seconds": 0}
    assert again.dossier.read_text() == small_season.dossier.read_text()


@pytest.mark.servers
def test_another_programme_with_other_questions_zone_and_seats_runs_as_well():
    done = rehearse("--applicants", 12, "--reviewers", 6, "--programme", OTHER_PROGRAMME)
    assert done.returncode == 0, done.stdout + done.stderr


# Two seasons, so that no act stands in for one of the other season.
SABOTAGES = [
    {
        "second-send": "Nobody was told the same thing twice",
        "sixth-seat": "No call has a seat above its number",
        "other-rules": "The rules of a closed call are sealed, and hold as they were published",
    },
    {
        "late-stamp": "Nothing is stamped at or after its deadline",
        "early-letter": "No letter left before the release",
        "overlap": "No mentor is in two sessions at once",
    },
]


@pytest.mark.servers
@pytest.mark.parametrize("acts", SABOTAGES, ids=" and ".join)
def test_each_broken_promise_is_noticed(acts):
    done = rehearse(*SMALL, "--sabotage", *acts)
    assert done.returncode == 1, done.stdout + done.stderr
    broken = [line for line in done.stdout.splitlines() if "BROKEN" in line]
    noticed = {
        promise for acts in SABOTAGES for promise in acts.values() if any(promise in line for line in broken)
    }
    assert noticed == set(acts.values()), done.stdout
