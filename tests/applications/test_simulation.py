"""The figures themselves come from `manage.py simulate_selection` with 200 repetitions; here are small runs
with fixed seeds, and bounds wide enough for their size."""

import ast
import json
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from applications import scoring
from applications.scoring.readings import Readings
from applications.simulated_reviewers import Temperaments, points
from applications.simulation import SCENARIOS, simulate


def test_the_estimator_is_given_scores_only():
    """No module of the scoring package can read the generator, and readings have no room for the truth."""
    allowed = {"__future__", "numpy", *sys.stdlib_module_names}
    for path in Path(scoring.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert {alias.name.split(".")[0] for alias in node.names} <= allowed, path
            if isinstance(node, ast.ImportFrom):
                assert node.level == 1 or (node.module or "").split(".")[0] in allowed, path
    names = {field.name for field in fields(Readings)}
    assert names == {"application", "reviewer", "organisation", "marks", "weights"}


def test_marks_are_whole_and_on_the_scale_and_typical_reviewers_mean_the_points():
    generator = np.random.default_rng(0)
    who = Temperaments.drawn(500, generator)
    reviewer = generator.integers(500, size=100_000)
    marks = who.marks(np.zeros(100_000), reviewer, generator)
    assert set(marks) <= set(range(11))
    assert marks.mean() == pytest.approx(points(np.zeros(1))[0], abs=0.1)
    better = who.marks(np.ones(100_000), reviewer, generator)
    assert better.mean() == pytest.approx(points(np.ones(1))[0], abs=0.1)


@pytest.mark.parametrize(
    ("scenario", "reviews"),
    [("random", 6000), ("panels", 6000), ("many_reviewers", 6000), ("adaptive", 6600)],
)
def test_every_scenario_has_its_readings_and_nobody_reads_twice(scenario, reviews):
    readings = SCENARIOS[scenario](np.random.default_rng(4)).readings
    assert len(readings) == reviews
    assert readings.incidence.max() == 1
    assert readings.per_application.min() == 3


def test_one_reading_in_five_is_missing():
    assert len(SCENARIOS["missing"](np.random.default_rng(4)).readings) == pytest.approx(4800, abs=100)


def test_calibration_finds_more_of_the_best_than_raw_means_and_says_how_sure_it_is():
    figures = simulate("missing", seed=1, repetitions=25)
    assert figures["p_at_20"] > figures["p_at_20_raw"] + 0.03
    assert 0.93 < figures["coverage_95"] < 0.96


def test_z_scores_are_unsafe_where_panels_are_closed():
    figures = simulate("panels", seed=1, repetitions=25)
    assert figures["p_at_5_zscore"] < figures["p_at_5_raw"] - 0.03
    assert figures["p_at_5"] > figures["p_at_5_zscore"] + 0.05


def test_rounds_beat_formulas():
    adaptive = simulate("adaptive", seed=1, repetitions=25)
    assert adaptive["p_at_5"] > 0.55
    assert adaptive["p_at_5"] > simulate("random", seed=1, repetitions=25)["p_at_5"] + 0.2


def test_the_same_seed_gives_the_same_figures():
    first, again, other = (simulate("random", seed=seed, repetitions=2) for seed in (5, 5, 6))
    for figures in (first, again, other):
        del figures["seconds"], figures["seed"]
    assert first == again != other


def test_the_command_writes_all_figures(tmp_path, capsys):
    file = tmp_path / "figures.json"
    call_command("simulate_selection", scenario="random", seed=3, repetitions=2, json=str(file))
    figures = json.loads(file.read_text())
    assert figures == json.loads(capsys.readouterr().out)
    assert {
        "p_at_5_raw",
        "p_at_5_zscore",
        "p_at_5",
        "p_at_20_raw",
        "p_at_20",
        "standard_errors",
        "coverage_95",
        "reviews",
        "repetitions",
        "seconds",
    } <= figures.keys()
    with pytest.raises(CommandError):
        call_command("simulate_selection", repetitions=0)
