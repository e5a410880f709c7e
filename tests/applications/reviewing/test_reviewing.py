"""Screening, assigning, conflicts and reviews: who may read what, and what counts."""

from collections import Counter
from decimal import Decimal

import factories
import pytest

from accelerator.models import HistoryEntry, TeamMember
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.models import Application, Assignment, Recusal, Review, Score
from applications.reviewing import reviewing, screening, standings
from applications.selecting import findings

pytestmark = pytest.mark.django_db
NOW = factories.REVIEWING


@pytest.fixture
def manager(call, reviewing):
    return factories.make_manager(call.programme)


@pytest.fixture
def panel(call):
    """Six reviewers of three organisations."""
    houses = ["meta", "hugging-face", "scaleway"]
    names = ["Ada Stern", "Joris Blom", "Mina Sato", "Pia Weiss", "Omar Diallo", "Rosa Lind"]
    return [factories.make_reviewer(call, name, houses[i % 3]) for i, name in enumerate(names)]


def eligible(call, *names):
    return [factories.make_application(call, name=name, eligible=True) for name in names]


def marks(call, *values):
    return dict(zip(call.criteria.values_list("pk", flat=True), values, strict=False))


def begun(assignment):
    reviewing.begin(assignment, by=assignment.reviewer.user, now=NOW)
    return assignment


def submit(assignment, *values, **fields):
    by = assignment.reviewer.user
    given = marks(assignment.application.call, *values)
    return reviewing.submit_review(assignment, marks=given, by=by, now=NOW, **fields)


# --- Screening --------------------------------------------------------------------------------------------
def test_a_verdict_keeps_its_reason_and_the_ticked_checks(call, manager):
    application = factories.make_application(call, sealed=True)
    screening.screen(application, eligible=True, checks=["open"], by=manager, now=NOW)
    assert (application.is_eligible, application.screened_by) == (True, manager)
    assert screening.ticked(application) == {"open"}


def test_not_eligible_needs_a_reason_and_so_does_an_unticked_check(call, manager):
    application = factories.make_application(call, sealed=True)
    with pytest.raises(NotAllowed, match="why it is not eligible"):
        screening.screen(application, eligible=False, by=manager, now=NOW)
    with pytest.raises(NotAllowed, match="nevertheless"):
        screening.screen(application, eligible=True, by=manager, now=NOW)


def test_an_application_is_not_screened_before_it_is_sealed(call, manager):
    application = factories.make_application(call, submitted=True)
    with pytest.raises(NotAllowed, match="sealed"):
        screening.screen(application, eligible=True, checks=["open"], by=manager, now=NOW)


def test_two_managers_cannot_screen_over_each_other(call, manager):
    application = factories.make_application(call, sealed=True)
    same = Application.objects.get(pk=application.pk)
    screening.screen(application, eligible=True, checks=["open"], by=manager, now=NOW)
    with pytest.raises(SomebodyWasFirst):
        screening.screen(same, eligible=False, reason="No", by=manager, now=NOW)


# --- Assigning --------------------------------------------------------------------------------------------
def test_each_application_gets_its_readings_from_different_organisations(call, manager, panel):
    eligible(call, "Papyrus", "Kestrel", "Tidewater", "Marrow")
    reviewing.assign(call, by=manager, now=NOW)
    rows = Assignment.objects.values_list("application", "reviewer__partner")
    assert Counter(application for application, _house in rows) == dict.fromkeys(
        Application.objects.values_list("pk", flat=True), 3
    )
    assert len(set(rows)) == 12
    assert set(Counter(Assignment.objects.values_list("reviewer", flat=True)).values()) == {2}


def test_nobody_is_asked_to_read_where_there_is_a_conflict(call, manager, panel):
    papyrus, kestrel = eligible(call, "Papyrus", "Kestrel")
    reviewing.recuse(papyrus, who=panel[0].user, reason="Former colleague", by=manager, now=NOW)
    call.programme.partners.filter(slug="scaleway").update(domains=["scaleway.example"])
    factories.make_user("Yara Benali", email="yara@scaleway.example")
    TeamMember.objects.create(
        startup=kestrel.startup, user=factories.User.objects.get(email="yara@scaleway.example")
    )
    reviewing.assign(call, by=manager, now=NOW)
    pairs = set(Assignment.objects.values_list("application", "reviewer"))
    assert (papyrus.pk, panel[0].pk) not in pairs
    assert not {(kestrel.pk, panel[2].pk), (kestrel.pk, panel[5].pk)} & pairs


def test_a_reviewer_who_applied_is_asked_to_read_nothing_of_that_call(call, manager, panel):
    eligible(call, "Papyrus")
    factories.make_application(call, panel[0].user, name="Kestrel", submitted=True)
    reviewing.assign(call, by=manager, now=NOW)
    assert not Assignment.objects.filter(reviewer=panel[0]).exists()
    late = factories.assign(panel[0], Application.objects.get(startup__name="Papyrus"))
    assert late not in Assignment.objects.of(panel[0].user)


def test_planning_again_keeps_what_was_begun_and_finished(call, manager, panel):
    papyrus, _kestrel = eligible(call, "Papyrus", "Kestrel")
    reviewing.assign(call, by=manager, now=NOW)
    done, started, _untouched = Assignment.objects.filter(application=papyrus)
    submit(begun(done), 8, 6)
    begun(started)
    reviewing.assign(call, seed=7, anew=True, by=manager, now=NOW)
    kept = set(Assignment.objects.live().filter(application=papyrus))
    assert {done, started} <= kept
    assert len(kept) == 3


def test_planning_again_moves_nothing_and_adds_only_what_is_missing(call, manager, panel):
    papyrus, _kestrel = eligible(call, "Papyrus", "Kestrel")
    reviewing.assign(call, by=manager, now=NOW)
    before = set(Assignment.objects.live().values_list("pk", flat=True))
    first = Assignment.objects.filter(application=papyrus).first()
    reviewing.recuse(papyrus, who=first.reviewer.user, reason="Cousin", by=manager, now=NOW)
    proposal = reviewing.assign(call, seed=3, by=manager, now=NOW)
    assert (len(proposal.new), proposal.withdrawn) == (1, ())
    assert before - {first.pk} < set(Assignment.objects.live().values_list("pk", flat=True))
    assert Assignment.objects.live().count() == 6


def test_a_plan_that_changed_since_it_was_shown_is_not_applied(call, manager, panel):
    eligible(call, "Papyrus")
    shown = reviewing.propose(call).fingerprint
    eligible(call, "Kestrel")
    with pytest.raises(NotAllowed, match="changed since"):
        reviewing.assign(call, fingerprint=shown, by=manager, now=NOW)
    assert not Assignment.objects.exists()


def test_an_unfinished_reading_is_handed_on_and_a_finished_one_is_not(call, manager, panel):
    (papyrus,) = eligible(call, "Papyrus")
    first = factories.assign(panel[0], papyrus)
    second = reviewing.hand_on(first, panel[1], reason="On leave", by=manager, now=NOW)
    assert list(Assignment.objects.live()) == [second]
    submit(begun(second), 8, 6)
    with pytest.raises(NotAllowed, match="finished"):
        reviewing.hand_on(second, panel[2], by=manager, now=NOW)


def test_a_reading_is_not_handed_to_the_same_organisation_or_into_a_conflict(call, manager, panel):
    (papyrus,) = eligible(call, "Papyrus")
    factories.assign(panel[1], papyrus)
    stale = factories.assign(panel[0], papyrus)
    reviewing.recuse(papyrus, who=panel[2].user, reason="Invested", by=manager, now=NOW)
    for unfit in (panel[4], panel[2]):
        with pytest.raises(NotAllowed, match="cannot read"):
            reviewing.hand_on(stale, unfit, by=manager, now=NOW)


# --- Reviews ----------------------------------------------------------------------------------------------
@pytest.fixture
def assignment(call, manager, panel):
    (papyrus,) = eligible(call, "Papyrus")
    return factories.assign(panel[0], papyrus)


def test_nothing_is_saved_before_the_reader_says_to_have_no_conflict(assignment):
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
    reviewing.save_review(assignment, marks=marks(call, 4), for_panel=" Thin ", by=by, now=NOW)
    review = Review.objects.get()
    assert (review.is_submitted, review.comment_for_panel, review.scores.count()) == (False, "Thin", 1)
    submit(assignment, 8, 6)
    with pytest.raises(NotAllowed, match="submit it again"):
        reviewing.save_review(assignment, marks={}, by=by, now=NOW)
    submit(assignment, 9, 6)
    change = HistoryEntry.objects.get(action="review.changed")
    assert change.details["before"] == {"open_models": 8, "team": 6}
    assert change.details["marks"] == {"open_models": 9, "team": 6}


def test_nobody_sees_others_reviews_before_their_own_is_in(assignment, panel):
    other = begun(factories.assign(panel[1], assignment.application))
    theirs = submit(other, 3, 3)
    mine = assignment.reviewer.user
    begun(assignment)
    assert theirs not in Review.objects.visible_to(mine)
    submit(assignment, 8, 6)
    assert theirs in Review.objects.visible_to(mine)


def test_a_conflict_found_late_takes_the_review_out_and_closes_everything(assignment, panel, manager):
    submit(begun(factories.assign(panel[1], assignment.application)), 3, 3)
    submit(begun(assignment), 8, 6)
    who = assignment.reviewer.user
    reviewing.recuse(assignment.application, who=who, reason="Cousin", by=who, now=NOW)
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


# --- Standings --------------------------------------------------------------------------------------------
def test_the_ranking_says_ties_and_what_is_incomplete(call, manager, panel):
    papyrus, kestrel, marrow = eligible(call, "Papyrus", "Kestrel", "Marrow")
    for application, values in ((papyrus, (8, 8)), (kestrel, (8, 8)), (marrow, (10, 10))):
        for reader in panel[: 2 if application == marrow else 3]:
            submit(begun(factories.assign(reader, application)), *values)
    lines = {line.application: line for line in findings.of(call).standings}
    assert [lines[a.pk].place for a in (papyrus, kestrel, marrow)] == [1, 1, None]
    assert lines[papyrus.pk].tied
    assert (lines[marrow.pk].mean, lines[marrow.pk].missing_readings) == (pytest.approx(10.0), 1)


def test_a_reader_who_falls_behind_is_seen_before_the_due_day(call, manager, panel):
    applications = eligible(call, "Papyrus", "Kestrel")
    for application in applications:
        factories.assign(panel[0], application)
    submit(begun(factories.assign(panel[1], applications[0])), 8, 8)
    slow, quick = standings.progress(call)
    share = standings.share_of_time(call, NOW)
    assert 0.4 < share < 0.6
    assert (slow.name, slow.is_behind(share)) == ("Ada Stern", True)
    assert (quick.name, quick.is_behind(share)) == ("Joris Blom", False)
