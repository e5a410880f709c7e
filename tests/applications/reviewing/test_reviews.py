"""Reviews: what a reviewer may write when, and what counts."""

from decimal import Decimal

import factories
import pytest

from accelerator.models import HistoryEntry
from accelerator.transitions import NotAllowed
from applications.models import Application, Assignment, Recusal, Review, Score
from applications.reviewing import conflicts, others_seen, reviews

pytestmark = pytest.mark.django_db
NOW = factories.REVIEWING


def marks(call, *values):
    return dict(zip(call.criteria.values_list("pk", flat=True), values, strict=False))


def begun(assignment):
    reviews.begin(assignment, by=assignment.reviewer.user, now=NOW)
    return assignment


def submit(assignment, *values, **fields):
    by = assignment.reviewer.user
    given = marks(assignment.application.call, *values)
    return reviews.submit(assignment, marks=given, by=by, now=NOW, **fields)


@pytest.fixture
def assignment(eligible, panel):
    (papyrus,) = eligible("Papyrus")
    return factories.assign(panel[0], papyrus)


def test_nothing_is_saved_before_the_reviewer_declares_to_have_no_conflict(assignment):
    with pytest.raises(NotAllowed, match="no conflict"):
        submit(assignment, 8, 6)
    assert assignment.application not in Application.objects.visible_to(assignment.reviewer.user)
    begun(assignment)
    assert assignment.application in Application.objects.visible_to(assignment.reviewer.user)


def test_a_review_needs_a_mark_for_each_criterion_between_0_and_10(assignment):
    begun(assignment)
    with pytest.raises(NotAllowed, match="Team"):
        submit(assignment, 8)
    with pytest.raises(NotAllowed, match="11"):
        submit(assignment, 8, 11)
    assert not Score.objects.exists()


def test_the_total_is_the_weighted_mean_to_a_millionth(assignment):
    call = assignment.application.call
    call.criteria.filter(key="team").update(weight=33)
    review = submit(begun(assignment), 8, 5)
    assert review.total == Decimal("6.935484")  # (8·60 + 5·33) / 93


def test_a_draft_may_have_gaps_and_a_submitted_review_changes_only_by_a_new_submit(assignment, call):
    begun(assignment)
    by = assignment.reviewer.user
    reviews.save(assignment, marks=marks(call, 4), for_panel=" Thin ", by=by, now=NOW)
    review = Review.objects.get()
    assert (review.is_submitted, review.comment_for_panel, review.scores.count()) == (False, "Thin", 1)
    submit(assignment, 8, 6)
    with pytest.raises(NotAllowed, match="submit it again"):
        reviews.save(assignment, marks={}, by=by, now=NOW)
    submit(assignment, 9, 6)
    change = HistoryEntry.objects.get(action="review.changed")
    assert change.details["before"] == {"open_models": 8, "team": 6}
    assert change.details["marks"] == {"open_models": 9, "team": 6}


def test_nobody_sees_others_reviews_before_their_own_is_in_and_they_ask(assignment, panel):
    other = begun(factories.assign(panel[1], assignment.application))
    theirs = submit(other, 3, 3)
    mine = assignment.reviewer.user
    begun(assignment)
    assert theirs not in Review.objects.visible_to(mine)
    submit(assignment, 8, 6)
    assert theirs not in Review.objects.visible_to(mine)
    others_seen.ask(assignment, by=mine, now=NOW)
    assert theirs in Review.objects.visible_to(mine)


def test_a_conflict_found_late_takes_the_review_out_and_closes_everything(assignment, panel, manager):
    submit(begun(factories.assign(panel[1], assignment.application)), 3, 3)
    submit(begun(assignment), 8, 6)
    who = assignment.reviewer.user
    conflicts.recuse(assignment.application, who=who, reason="Cousin", by=who, now=NOW)
    assert not Review.objects.visible_to(who).exists()
    assert not Application.objects.visible_to(who).exists()
    assert Review.objects.counted().count() == 1
    with pytest.raises(NotAllowed, match="withdrawn"):
        submit(assignment, 1, 1)


def test_a_review_by_somebody_with_a_conflict_stands_for_nothing_even_while_it_is_not_withdrawn(assignment):
    """A conflict may be on record before anybody has withdrawn the review."""
    submit(begun(assignment), 8, 6)
    who = assignment.reviewer.user
    assert Review.objects.counted().count() == 1
    Recusal.objects.create(application=assignment.application, user=who, reason="Cousin", declared_by=who)
    assert not Review.objects.counted().exists()
    assert not Application.objects.visible_to(who).exists()


def test_reviews_are_closed_once_the_decisions_are_published(assignment, manager):
    begun(assignment)
    factories.release(assignment.application.call, manager, [assignment.application])
    with pytest.raises(NotAllowed, match="published"):
        submit(Assignment.objects.get(), 8, 6)
