"""`manage.py stress`, short: each as a process of its own, with small numbers."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from stress import files, rush
from stress.findings import Findings, percentile

CHECKOUT = Path(__file__).resolve().parent.parent.parent
SHORT = {
    "deadline": ["--submits", "50", "--rounds", "5", "--crash", "8"],
    "rush": ["--submits", "25", "--seconds", "6", "--saves", "4", "--visits", "2", "--rival"],
    "files": ["--count", "20"],
    "fields": ["--values", "24", "--each", "6"],
}
# What depends on the machine, which others use too while the suite runs.
SECONDS = ("within 250 ms", "within 4000 ms")


@pytest.mark.servers
@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
@pytest.mark.parametrize("kind", SHORT)
def test_promises_are_kept_under_stress(kind, tmp_path):
    figures = tmp_path / "figures.json"
    ours = ("SLIPWAY_", "DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(
        [sys.executable, "manage.py", "stress", kind, *SHORT[kind], "--seed", "3", "--json", figures],
        cwd=CHECKOUT, env=plain, capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip
    assert figures.exists(), done.stdout[-3000:] + done.stderr[-3000:]
    found = json.loads(figures.read_text())
    broken = {words: by for words, by in found["broken"].items() if by}
    assert not {words: by for words, by in broken.items() if not words.endswith(SECONDS)}
    assert done.returncode == (1 if broken else 0)
    assert found["seed"] == 3


def test_a_broken_promise_is_told_and_counts(capsys):
    found = Findings()
    found.promise("Nobody is lost")
    assert found.is_kept
    found.promise("Nobody is lost", ["Karim"])
    found.promise("Nobody is lost")
    assert not found.is_kept
    found.tell()
    assert "BROKEN  Nobody is lost: 1, such as Karim" in capsys.readouterr().out


def test_the_last_minute_comes_by_its_law():
    left = rush.moments(20_000, 60, random.Random(1))
    assert 0.36 < sum(one < 2 for one in left) / len(left) < 0.4
    assert min(left) >= rush.LAST
    assert max(left) <= 60


def test_percentiles_are_milliseconds():
    assert percentile([n / 1000 for n in range(1, 101)], 0.99) == 100
    assert percentile([], 0.5) == 0


def test_files_are_the_same_for_the_same_seed_and_others_for_another():
    def of(seed: int) -> list:
        rng = random.Random(seed)
        return [
            one.content for one in files.hostile(rng) if one.what != "a PDF for which one needs a password"
        ]

    assert of(1) == of(1) != of(2)
