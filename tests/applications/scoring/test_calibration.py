"""The published numbers, the properties, and a slow oracle by dense linear algebra."""

import csv
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from applications.scoring.calibration import UNCHANGED, calibrate, learn_spread
from applications.scoring.marks import Marks

DATA = Path(__file__).parents[2] / "data"


def intake(seed, applications=60, reviewers=8, each=3, step=0.0):
    """Reviews of a made-up call: quality, leniency and noise; marks rounded to `step` if it is given."""
    rng = np.random.default_rng(seed)
    who = np.argsort(rng.random((applications, reviewers)), axis=1)[:, :each].ravel()
    what = np.repeat(np.arange(applications), each)
    values = 5 + rng.normal(0, 1, applications)[what] + rng.normal(0, 0.8, reviewers)[who]
    values += rng.normal(0, 1, len(what))
    if step:
        values = np.clip(np.rint(values / step) * step, 0, 10)
    return Marks.of_totals(100 + what, 1 + who, values)


@pytest.fixture(scope="module")
def penicillin():
    with (DATA / "penicillin.csv").open() as file:
        rows = list(csv.DictReader(file))
    return Marks.of_totals(
        [ord(row["plate"]) for row in rows],
        [ord(row["sample"]) for row in rows],
        [float(row["diameter"]) for row in rows],
    )


def test_the_penicillin_data_give_what_lme4_gives(penicillin):
    """`Penicillin` of R's lme4 (Bates et al. 2015; data of Davies & Goldsmith 1972, Statistical Methods
    in Research and Production, table 6.3), fitted there by REML: variances 0.7169, 3.731, 0.3024
    and an intercept of 22.9722. Plates are the applications, samples the reviewers."""
    assert penicillin.totals.sum() == 3308
    found = calibrate(penicillin, UNCHANGED)
    near = {"abs": 1e-6}
    assert found.variance_applications == pytest.approx(0.71690821, **near)
    assert found.variance_reviewers == pytest.approx(3.73091787, **near)
    assert found.variance_noise == pytest.approx(0.30241546, **near)
    assert found.centre == pytest.approx(22.972222, **near)
    assert found.effect[:6] == pytest.approx(
        [0.804547, 0.804547, 0.181672, 0.337391, 0.025953, -0.441203], **near
    )
    assert found.leniency == pytest.approx(
        [2.187058, -1.010476, 1.937899, -0.096895, -0.013842, -3.003744], **near
    )
    assert found.shrinkage == pytest.approx(np.full(24, 0.934313), **near)
    assert found.standard_error == pytest.approx(np.full(24, 0.217006), **near)


def test_shrout_and_fleiss_variances():
    """Shrout & Fleiss (1979), table 2."""
    table = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
    targets, judges = np.indices(table.shape)
    found = calibrate(Marks.of_totals(targets.ravel(), judges.ravel() + 1, table.ravel()), UNCHANGED)
    assert round(found.variance_applications, 4) == 2.5556
    assert round(found.variance_reviewers, 4) == 5.2444
    assert round(found.variance_noise, 4) == 1.0194
    assert round(found.reliability_of_one_review, 2) == 0.29


# --- an oracle that shares no step with the closed form ---


def by_dense_algebra(marks, totals):
    """Leniency as the ridge solution beside free application means, by Henderson's equations; σe² from
    ordinary least squares; the score's error by writing each score as explicit sums."""
    n = len(marks)
    x, z = np.zeros((n, len(marks.applications))), np.zeros((n, len(marks.reviewers)))
    x[np.arange(n), marks.application_index] = 1
    z[np.arange(n), marks.reviewer_index] = 1
    both = np.hstack([x, z])
    rest = totals - both @ np.linalg.lstsq(both, totals, rcond=None)[0]
    noise = rest @ rest / (n - np.linalg.matrix_rank(both))
    off = totals - x @ np.linalg.lstsq(x, totals, rcond=None)[0]
    hat = np.eye(n) - x @ np.linalg.pinv(x)
    reviewer = max(0, (off @ off - (n - x.shape[1]) * noise) / np.trace(z.T @ hat @ z))
    left = np.block([[x.T @ x, x.T @ z], [z.T @ x, z.T @ z + np.eye(z.shape[1]) * noise / reviewer]])
    solution = np.linalg.solve(left, both.T @ totals)
    leniency = solution[x.shape[1] :]
    covariance = noise * np.linalg.inv(left)[x.shape[1] :, x.shape[1] :]

    means = np.array([np.mean((totals - z @ leniency)[x[:, i] == 1]) for i in range(x.shape[1])])
    counts = x.sum(axis=0)
    grand = sum(counts * means) / n
    application = (sum(counts * (means - grand) ** 2) - (len(counts) - 1) * noise) / (n - sum(counts**2) / n)
    precision = 1 / (application + noise / counts)
    centre = sum(precision * means) / sum(precision)
    errors = []
    for i in range(len(counts)):
        share = application * precision[i]
        path = np.zeros(z.shape[1])
        for j in range(z.shape[1]):
            average = sum(precision[q] * (x[:, q] @ z)[j] / counts[q] for q in range(len(counts)))
            path[j] = (x[:, i] @ z)[j] / counts[i] - average / sum(precision)
        errors.append(np.sqrt(application * (1 - share) + share**2 * (path @ covariance @ path)))
    scores = centre + application * precision * (means - centre)
    return scores, np.array(errors), leniency, covariance


@pytest.mark.parametrize("seed", range(5))
def test_the_closed_form_agrees_with_dense_linear_algebra(seed):
    marks = intake(seed, applications=25, reviewers=6)
    marks = marks.only(np.random.default_rng(seed).random(len(marks)) > 0.15)
    found = calibrate(marks)
    scores, errors, leniency, covariance = by_dense_algebra(marks, found.totals)
    assert found.score == pytest.approx(scores, abs=1e-6)
    assert found.standard_error == pytest.approx(errors, abs=1e-9)
    assert found.leniency == pytest.approx(leniency, abs=1e-9)
    assert found.leniency_covariance == pytest.approx(covariance, abs=1e-9)


def test_the_spread_step_by_the_book():
    marks = Marks.of_totals([1, 2, 3, 1, 2, 3, 1], [1, 1, 1, 2, 2, 2, 3], [2, 5, 8, 4, 5, 6, 9])
    spread = learn_spread(marks)
    common = (2 * 9 + 2 * 1) / 4
    narrowed = (common / ((20 * common + 2 * 9) / 22)) ** 0.5
    widened = (common / ((20 * common + 2 * 1) / 22)) ** 0.5
    assert spread.factor == pytest.approx([narrowed, widened, 1])
    assert spread.apply(marks) == pytest.approx(
        [5 - 3 * narrowed, 5, 5 + 3 * narrowed, 5 - widened, 5, 5 + widened, 9]
    )


def test_a_frozen_spread_keeps_the_meaning_of_a_mark_in_later_rounds():
    marks = intake(3)
    first = marks.only(marks.application < 130)
    spread = learn_spread(first)
    assert (spread.apply(marks)[marks.application < 130] == spread.apply(first)).all()
    later = Marks.of_totals([100], [99], [7.0])
    assert spread.apply(later) == [7.0], "a reviewer who joins later keeps their marks as they are"


# --- what must hold for any marks ---

seeds = st.integers(0, 10**6)
several = settings(max_examples=40, deadline=None)


@several
@given(seeds, st.floats(-50, 50))
def test_the_same_added_to_all_marks_moves_only_the_centre(seed, shift):
    marks = intake(seed, step=0.5)
    moved = Marks.of_totals(marks.application, marks.reviewer, marks.totals + shift)
    before, after = calibrate(marks), calibrate(moved)
    assert after.centre == pytest.approx(before.centre + shift, abs=1e-7)
    assert after.effect == pytest.approx(before.effect, abs=1e-7)
    assert after.leniency == pytest.approx(before.leniency, abs=1e-7)
    assert after.standard_error == pytest.approx(before.standard_error, abs=1e-7)


@several
@given(seeds, st.floats(0.01, 100))
def test_another_scale_scales_effects_and_errors(seed, factor):
    marks = intake(seed)
    scaled = Marks.of_totals(marks.application, marks.reviewer, marks.totals * factor)
    before, after = calibrate(marks), calibrate(scaled)
    assert after.effect == pytest.approx(before.effect * factor, rel=1e-6, abs=1e-6 * factor)
    assert after.standard_error == pytest.approx(before.standard_error * factor, rel=1e-6)


@several
@given(seeds)
def test_other_names_and_another_order_change_nothing(seed):
    marks = intake(seed)
    rng = np.random.default_rng(seed)
    applications, reviewers = rng.permutation(1000), rng.permutation(1000)
    order = rng.permutation(len(marks))
    renamed = Marks.of_totals(
        applications[marks.application[order]],
        reviewers[marks.reviewer[order]],
        marks.totals[order],
    )
    before, after = calibrate(marks), calibrate(renamed)
    at = np.searchsorted(after.marks.applications, applications[before.marks.applications])
    assert after.score[at] == pytest.approx(before.score, abs=2e-6)
    assert after.standard_error[at] == pytest.approx(before.standard_error, abs=1e-9)


@several
@given(seeds, st.integers(0, 10**6), st.floats(0.5, 4))
def test_a_higher_mark_never_lowers_an_application(seed, which, more):
    """With all variances learnt anew. Below twenty applications these are guesses and may jump."""
    marks = intake(seed, applications=40, step=1.0)
    which %= len(marks)
    values = marks.totals.copy()
    values[which] = min(10, values[which] + more)
    raised = Marks.of_totals(marks.application, marks.reviewer, values)
    i = marks.application_index[which]
    assert calibrate(raised).score[i] >= calibrate(marks).score[i]


def made_lenient(marks):
    values = marks.totals + 2.0 * (marks.reviewer == 7)
    return Marks.of_totals(marks.application, marks.reviewer, values)


def test_a_lenient_reviewer_cannot_move_the_top_twenty():
    """Two points more on every mark of one reviewer in 40, with 2,000 applications, in ten made-up calls.

    What is left of the two points after shrinkage is a hundredth of a point, so that a call in ten may
    yet see the 20th and the 21st change places; none of these does.
    """

    def top(scores):
        return set(np.argsort(-scores, kind="stable")[:20])

    moved_raw = 0
    for seed in range(10):
        marks = intake(seed, applications=2000, reviewers=40)
        after = made_lenient(marks)
        assert top(calibrate(marks).score) == top(calibrate(after).score)
        raw, raw_after = (one.application_means(one.totals) for one in (marks, after))
        moved_raw += len(top(raw) - top(raw_after))
    assert moved_raw > 30, "the raw mean lets them"


@settings(max_examples=10, deadline=None)
@given(seeds)
def test_a_lenient_reviewer_moves_nobody_by_more_than_a_thirtieth_of_a_point(seed):
    marks = intake(seed, applications=600, reviewers=20)
    moved = calibrate(made_lenient(marks)).score - calibrate(marks).score
    assert np.abs(moved - moved.mean()).max() < 0.033


# --- the waterfall ---


@several
@given(seeds, st.integers(0, 6))
def test_the_waterfall_adds_up_to_the_digit(seed, digits):
    found = calibrate(intake(seed, applications=12, step=0.1))
    for application, score in zip(found.marks.applications, found.score, strict=True):
        fall = found.waterfall(int(application), digits)
        assert fall.raw_mean + fall.leniency + fall.spread + fall.shrinkage == fall.score
        assert fall.score == Decimal(repr(float(score))).quantize(Decimal(1).scaleb(-digits))


def test_the_waterfall_names_every_review():
    found = calibrate(intake(4))
    fall = found.waterfall(105)
    assert len(fall.steps) == 3
    for step in fall.steps:
        assert step.corrected == pytest.approx(step.total - step.leniency + step.spread)
    i = int(np.flatnonzero(found.marks.applications == 105)[0])
    assert np.mean([step.corrected for step in fall.steps]) == pytest.approx(found.corrected_mean[i])


# --- the edges: a defined answer, no warning, no NaN ---

EDGES = {
    "nothing was read": ([], [], []),
    "one review": ([1], [1], [7]),
    "one reviewer": ([1, 2, 3], [1, 1, 1], [4, 5, 9]),
    "one application": ([1, 1, 1], [1, 2, 3], [4, 5, 9]),
    "one review each": ([1, 2, 3, 4], [1, 2, 3, 4], [4, 5, 9, 1]),
    "all marks equal": ([1, 1, 2, 2, 3, 3], [1, 2, 1, 2, 1, 2], [7.3] * 6),
    "full agreement": ([1, 1, 2, 2, 3, 3], [1, 2, 1, 2, 1, 2], [3, 3, 8, 8, 5, 5]),
    "pure leniency": ([1, 1, 2, 2, 3, 3], [1, 2, 1, 2, 1, 2], [3, 4, 8, 9, 5, 6]),
    "a disconnected graph": ([1, 1, 2, 2, 3, 3, 4, 4], [1, 2, 1, 2, 3, 4, 3, 4], [3, 5, 4, 5, 8, 9, 7, 9]),
    "as many unknowns as reviews": ([1, 1, 2, 2], [1, 2, 2, 3], [3, 5, 6, 9]),
    "the same reader twice": ([1, 1, 2, 2], [1, 1, 2, 2], [3, 5, 6, 9]),
    "only disagreement": ([1, 1, 2, 2], [1, 2, 1, 2], [0, 10, 10, 0]),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("values", EDGES.values(), ids=EDGES.keys())
def test_the_edges_give_a_defined_answer(values):
    found = calibrate(Marks.of_totals(*values))
    values = [found.score, found.standard_error, found.leniency, found.leniency_error, found.residual]
    assert all(np.isfinite(value).all() for value in values)
    assert np.isfinite([found.centre, found.reliability_of_one_review]).all()
    assert (found.shrinkage >= 0).all()
    assert (found.shrinkage <= 1).all()
    for application in found.marks.applications:
        found.waterfall(int(application))


def edge(name):
    return calibrate(Marks.of_totals(*EDGES[name]))


def test_without_a_common_application_there_is_no_leniency():
    for name in ("one review", "one reviewer", "one review each", "the same reader twice"):
        assert not edge(name).leniency.any()
    assert edge("one review each").standard_error.min() > 0
    found = edge("one review each")
    assert found.variance_noise / 0.7 * 0.3 == pytest.approx(np.var([4, 5, 9, 1]) * 0.3)


def test_when_all_marks_are_equal_everybody_has_that_score_for_sure():
    found = edge("all marks equal")
    assert found.score.tolist() == [7.3] * 3
    assert found.standard_error.max() < 1e-6


def test_pure_leniency_is_taken_off_entirely():
    found = edge("pure leniency")
    assert found.leniency[1] - found.leniency[0] == pytest.approx(1)
    assert found.score == pytest.approx([3.5, 8.5, 5.5])


def test_disagreement_that_leniency_explains_entirely_counts_as_noise_when_it_must_by_lack_of_reviews():
    found = edge("as many unknowns as reviews")
    assert not found.leniency.any()
    assert found.variance_noise == pytest.approx((2 + 4.5) / 2)


def test_groups_without_a_common_application_are_each_relative_to_themselves():
    found = edge("a disconnected graph")
    assert found.leniency[:2].sum() == pytest.approx(0)
    assert found.leniency[2:].sum() == pytest.approx(0)
