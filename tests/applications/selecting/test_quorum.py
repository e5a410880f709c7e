"""What an application needs before it has a place: enough reviews, and not all of one organisation."""

import factories
import pytest

from applications.selecting import findings

pytestmark = pytest.mark.django_db


@pytest.fixture
def application(call, reviewing):
    return factories.make_application(call, eligible=True)


def read_by(application, *partners):
    for partner in partners:
        reviewer = factories.make_reviewer(application.call, partner=partner)
        factories.make_review(factories.assign(reviewer, application), 8, 6)


def place_of(application):
    lines = {line.application: line for line in findings.of(application.call).standings}
    return lines[application.pk].place


def test_three_reviews_of_one_organisation_give_no_place(application):
    read_by(application, "meta", "meta", "meta")
    assert place_of(application) is None


def test_three_reviews_of_two_organisations_give_a_place(application):
    read_by(application, "meta", "meta", "scaleway")
    assert place_of(application) == 1


def test_two_reviews_give_no_place_where_three_are_promised(application):
    read_by(application, "meta", "scaleway")
    assert place_of(application) is None
