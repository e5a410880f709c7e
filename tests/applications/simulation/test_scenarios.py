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
from applications.scoring.calibration import calibrate
from applications.scoring.marks import Marks
from applications.simulation.reviewers import Temperaments, points
from applications.simulation.scenarios import SCENARIOS, Outcome, deal, simulate


def test_the_estimator_is_given_scores_only():
    """No module of the scoring package can read the generator, and Marks has no room for the truth."""
    allowed = {"__future__", "numpy", *sys.stdlib_module_names}
    for path in Path(scoring.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert {alias.name.split(".")[0] for alias in node.names} <= allowed, path
            if isinstance(node, ast.ImportFrom):
                assert node.level == 1 or (node.module or "").split(".")[0] in allowed, path
    names = {field.name for field in fields(Marks)}
    assert names == {"application", "reviewer", "organisation", "values", "weights"}


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
def test_every_scenario_has_its_reviews_and_nobody_reviews_twice(scenario, reviews):
    marks = SCENARIOS[scenario](np.random.default_rng(4)).marks
    assert len(marks) == reviews
    assert marks.incidence.max() == 1
    assert marks.per_application.min() == 3


def test_one_reading_in_five_is_missing():
    assert len(SCENARIOS["missing"](np.random.default_rng(4)).marks) == pytest.approx(4800, abs=100)


@pytest.mark.parametrize(("applications", "reviewers"), [(2000, 40), (2000, 600), (7, 5), (1, 3)])
def test_reviews_are_dealt_evenly_and_nobody_gets_an_application_twice(applications, reviewers):
    ids = np.arange(100, 100 + reviewers)
    what, who = deal(np.arange(applications), ids, 3, np.random.default_rng(2))
    assert len(set(zip(what, who, strict=True))) == 3 * applications == len(what)
    loads = np.bincount(who - 100, minlength=reviewers)
    assert loads.max() - loads.min() <= 1


def test_the_hits_are_counted_and_ties_share_the_last_place():
    marks = Marks.of_totals([0, 1, 2, 3], [1, 1, 1, 1], [1.0, 2, 3, 4])
    outcome = Outcome(np.array([9.0, 8, 7, 1, 99]), marks, calibrate(marks), marks)
    assert outcome.found(np.array([5.0, 9, 8, 1]), 3) == pytest.approx(2 / 3), "nobody read the very best"
    assert outcome.found(np.array([5.0, 9, 5, 5]), 2) == pytest.approx((1 / 3) / 2)
    assert outcome.found(np.array([5.0, 5, 5, 5]), 4) == pytest.approx(3 / 4)


# The direction of each scenario; the figures themselves, from 200 repetitions, are in docs/simulation.md.


def test_calibration_finds_more_of_the_best_than_raw_means_and_says_how_sure_it_is():
    figures = simulate("random", seed=1, repetitions=25)
    assert figures["p_at_20"] > figures["p_at_20_raw"] + 0.03
    assert figures["p_at_5"] > figures["p_at_5_raw"]
    assert 0.93 < figures["coverage_95"] < 0.96


def test_calibration_helps_more_where_reviews_are_missing():
    figures = simulate("missing", seed=1, repetitions=25)
    assert figures["p_at_5"] > figures["p_at_5_raw"] + 0.03
    assert figures["p_at_20"] > figures["p_at_20_raw"] + 0.05
    assert 0.93 < figures["coverage_95"] < 0.96


def test_z_scores_are_unsafe_where_panels_are_closed():
    figures = simulate("panels", seed=1, repetitions=25)
    assert figures["p_at_5_zscore"] < figures["p_at_5_raw"] - 0.03
    assert figures["p_at_5"] > figures["p_at_5_zscore"] + 0.05


def test_z_scores_are_unsafe_where_each_reads_little_and_calibration_is_not():
    figures = simulate("many_reviewers", seed=1, repetitions=10)
    assert figures["p_at_5_zscore"] < figures["p_at_5_raw"] < figures["p_at_5"]


def test_rounds_beat_formulas():
    figures = simulate("adaptive", seed=1, repetitions=25)
    assert figures["p_at_5"] > 0.55
    assert figures["p_at_5"] > figures["p_at_5_raw"]
    assert figures["p_at_5"] > figures["p_at_5_raw_first_round"] + 0.2


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
