"""Assigning: the plan, what of it stays, and handing one assignment on."""

from collections import Counter

import factories
import pytest

from accelerator.models import TeamMember
from accelerator.transitions import NotAllowed
from applications.models import Application, Assignment
from applications.reviewing import assigning, conflicts, reviews

pytestmark = pytest.mark.django_db
NOW = factories.REVIEWING


def test_each_application_gets_its_reviews_from_different_organisations(call, manager, panel, eligible):
    eligible("Papyrus", "Kestrel", "Tidewater", "Marrow")
    assigning.assign(call, by=manager, now=NOW)
    rows = Assignment.objects.values_list("application", "reviewer__partner")
    assert Counter(application for application, _partner in rows) == dict.fromkeys(
        Application.objects.values_list("pk", flat=True), 3
    )
    assert len(set(rows)) == 12
    assert set(Counter(Assignment.objects.values_list("reviewer", flat=True)).values()) == {2}


def test_nobody_is_assigned_where_there_is_a_conflict(call, manager, panel, eligible):
    papyrus, kestrel = eligible("Papyrus", "Kestrel")
    conflicts.recuse(papyrus, who=panel[0].user, reason="Former colleague", by=manager, now=NOW)
    call.programme.partners.filter(slug="scaleway").update(domains=["scaleway.example"])
    factories.make_user("Yara Benali", email="yara@scaleway.example")
    TeamMember.objects.create(
        startup=kestrel.startup, user=factories.User.objects.get(email="yara@scaleway.example")
    )
    assigning.assign(call, by=manager, now=NOW)
    pairs = set(Assignment.objects.values_list("application", "reviewer"))
    assert (papyrus.pk, panel[0].pk) not in pairs
    assert not {(kestrel.pk, panel[2].pk), (kestrel.pk, panel[5].pk)} & pairs


def test_a_reviewer_who_applied_is_assigned_nothing_of_that_call(call, manager, panel, eligible):
    eligible("Papyrus")
    factories.make_application(call, panel[0].user, name="Kestrel", submitted=True)
    assigning.assign(call, by=manager, now=NOW)
    assert not Assignment.objects.filter(reviewer=panel[0]).exists()
    late = factories.assign(panel[0], Application.objects.get(startup__name="Papyrus"))
    assert late not in Assignment.objects.of(panel[0].user)


def test_planning_again_keeps_what_was_begun_and_finished(call, manager, panel, eligible):
    papyrus, _kestrel = eligible("Papyrus", "Kestrel")
    assigning.assign(call, by=manager, now=NOW)
    done, started, _untouched = Assignment.objects.filter(application=papyrus)
    factories.make_review(done, 8, 6)
    reviews.begin(started, by=started.reviewer.user, now=NOW)
    assigning.assign(call, seed=7, anew=True, by=manager, now=NOW)
    kept = set(Assignment.objects.live().filter(application=papyrus))
    assert {done, started} <= kept
    assert len(kept) == 3


def test_planning_again_moves_nothing_and_adds_only_what_is_missing(call, manager, panel, eligible):
    papyrus, _kestrel = eligible("Papyrus", "Kestrel")
    assigning.assign(call, by=manager, now=NOW)
    before = set(Assignment.objects.live().values_list("pk", flat=True))
    first = Assignment.objects.filter(application=papyrus).first()
    conflicts.recuse(papyrus, who=first.reviewer.user, reason="Cousin", by=manager, now=NOW)
    proposal = assigning.assign(call, seed=3, by=manager, now=NOW)
    assert (len(proposal.new), proposal.withdrawn) == (1, ())
    assert before - {first.pk} < set(Assignment.objects.live().values_list("pk", flat=True))
    assert Assignment.objects.live().count() == 6


def test_a_plan_that_changed_since_it_was_shown_is_not_applied(call, manager, panel, eligible):
    eligible("Papyrus")
    shown = assigning.propose(call).fingerprint
    eligible("Kestrel")
    with pytest.raises(NotAllowed, match="changed since"):
        assigning.assign(call, fingerprint=shown, by=manager, now=NOW)
    assert not Assignment.objects.exists()


def test_an_unfinished_assignment_is_handed_on_and_a_finished_one_is_not(call, manager, panel, eligible):
    (papyrus,) = eligible("Papyrus")
    first = factories.assign(panel[0], papyrus)
    second = assigning.hand_on(first, panel[1], reason="On leave", by=manager, now=NOW)
    assert list(Assignment.objects.live()) == [second]
    factories.make_review(second, 8, 6)
    with pytest.raises(NotAllowed, match="finished"):
        assigning.hand_on(second, panel[2], by=manager, now=NOW)


def test_an_assignment_is_not_handed_to_the_same_organisation_or_into_a_conflict(
    call, manager, panel, eligible
):
    (papyrus,) = eligible("Papyrus")
    factories.assign(panel[1], papyrus)
    stale = factories.assign(panel[0], papyrus)
    conflicts.recuse(papyrus, who=panel[2].user, reason="Invested", by=manager, now=NOW)
    for unfit in (panel[4], panel[2]):
        with pytest.raises(NotAllowed, match="cannot review"):
            assigning.hand_on(stale, unfit, by=manager, now=NOW)
