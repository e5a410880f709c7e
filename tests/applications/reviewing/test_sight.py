"""Others' scores show once one's own review is submitted: to reviewers, and to managers who review as well."""

import factories
import pytest

from applications.models import Review
from applications.reviewing.conflicts import recuse
from applications.reviewing.sight import Sight

pytestmark = pytest.mark.django_db


@pytest.fixture
def application(call, reviewing):
    return factories.make_application(call, eligible=True)


@pytest.fixture
def theirs(application):
    return factories.make_review(
        factories.assign(factories.make_reviewer(application.call), application), 3, 3
    )


def test_beside_a_draft_nobody_elses_review_is_shown_nor_before_its_reviewer_asked(application, theirs):
    mine = factories.assign(factories.make_reviewer(application.call, partner="scaleway"), application)
    draft = Review.objects.create(assignment=mine)
    draft.assignment.others_seen_at = factories.REVIEWING
    assert list(Review.objects.beside(draft)) == []
    draft.assignment.others_seen_at = None
    draft.delete()
    own = factories.make_review(mine, 8, 6)
    assert list(Review.objects.beside(own)) == []
    own.assignment.others_seen_at = factories.REVIEWING
    assert list(Review.objects.beside(own)) == [theirs]


def test_a_manager_who_reviews_sees_the_others_reviews_after_their_own(application, theirs):
    reader = factories.make_reviewer(application.call, partner="scaleway")
    factories.give_role(reader.user, application.call.programme, "manager")
    mine = factories.assign(reader, application)
    assert theirs not in Review.objects.visible_to(reader.user)
    factories.make_review(mine, 8, 6)
    assert theirs in Review.objects.visible_to(reader.user)


@pytest.fixture
def sight_of(application):
    def made(user):
        return Sight(user, application.call)

    return made


def test_a_manager_who_owes_a_review_sees_no_scores_of_the_application_before(application, theirs, sight_of):
    reviewer = factories.make_reviewer(application.call, partner="scaleway")
    factories.give_role(reviewer.user, application.call.programme, "manager")
    mine = factories.assign(reviewer, application)
    sight = sight_of(reviewer.user)
    assert application in sight.submitted
    assert sight.hidden == {application.pk}
    assert not sight.reviews_of(application).exists()
    own = factories.make_review(mine, 8, 6)
    assert set(sight_of(reviewer.user).reviews_of(application)) == {theirs, own}


def test_a_manager_with_a_conflict_sees_nothing_of_an_application(application, theirs, sight_of):
    manager = factories.make_manager(application.call.programme)
    assert list(sight_of(manager).reviews_of(application)) == [theirs]
    recuse(application, who=manager, reason="Cousin", by=manager, now=factories.REVIEWING)
    sight = sight_of(manager)
    assert (list(sight.submitted), list(sight.applications)) == ([], [])
    assert sight.barred == {application.pk}
    assert not sight.reviews_of(application).exists()
