"""Others' reviews show once one's own is in: to reviewers, and to managers who are to read as well."""

import factories
import pytest

from applications.models import Review

pytestmark = pytest.mark.django_db


@pytest.fixture
def application(call, reviewing):
    return factories.make_application(call, eligible=True)


@pytest.fixture
def theirs(application):
    return factories.make_review(
        factories.assign(factories.make_reviewer(application.call), application), 3, 3
    )


def test_beside_a_draft_nobody_elses_review_is_shown(application, theirs):
    mine = factories.assign(factories.make_reviewer(application.call, partner="scaleway"), application)
    draft = Review.objects.create(assignment=mine)
    assert list(Review.objects.beside(draft)) == []
    draft.delete()
    assert list(Review.objects.beside(factories.make_review(mine, 8, 6))) == [theirs]


def test_a_manager_who_is_to_read_sees_the_others_after_their_own(application, theirs):
    reader = factories.make_reviewer(application.call, partner="scaleway")
    factories.give_role(reader.user, application.call.programme, "manager")
    mine = factories.assign(reader, application)
    assert theirs not in Review.objects.visible_to(reader.user)
    factories.make_review(mine, 8, 6)
    assert theirs in Review.objects.visible_to(reader.user)
