"""The dashboard's pages through their URLs: the number of queries does not grow with the rows, and nobody sees what is not theirs."""

import factories
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accelerator.messages import outbox
from applications.models import Assignment, Decision, Review, Seat

pytestmark = pytest.mark.django_db


# --- At thirty rows as at one ---------------------------------------------------------------------------
def _grow(cast) -> None:
    """29 more of everything a page may list: applications in each state, reviewers, decisions, messages."""
    for number in range(29):
        read = factories.make_application(cast.call, name=f"Read {number}", eligible=True)
        for reader in (factories.make_reviewer(cast.call), cast.other_reader):
            factories.make_review(factories.assign(reader, read), 7, number % 11)
        factories.assign(cast.assignment.reviewer, read)
        _reserve(cast, read, position=number + 2)
        factories.make_application(cast.call, name=f"Unscreened {number}", sealed=True)
        _message(cast, number + 1)


def _reserve(cast, application, position: int) -> None:
    Decision.objects.create(
        call=cast.call,
        application=application,
        outcome="reserve",
        reserve_position=position,
        decided_by=cast.manager,
    )


def _message(cast, number: int) -> None:
    outbox.record_skipped(
        "applications.call_closed",
        key=f"message:{number}",
        to=cast.manager,
        programme=cast.call.programme,
        about=cast.call,
        due_at=factories.REVIEWING,
        useless_after=factories.REVIEWING,
        reason="Too late to be of use.",
    )


@pytest.fixture
def one_of_each(cast, reviewing):
    cast.other_reader = factories.make_reviewer(cast.call, "Mila Novak", "scaleway", capacity=100)
    factories.make_review(factories.assign(cast.other_reader, cast.application))
    factories.make_application(cast.call, name="Unscreened", sealed=True)
    Seat.objects.create(call=cast.call, number=1)
    _reserve(cast, cast.rival_application, position=1)
    _message(cast, 0)
    return cast


@pytest.mark.parametrize(
    ("route", "persona"),
    [
        ("lists:applications", "manager"),
        ("reviewing:screening", "manager"),
        ("reviewing:progress", "manager"),
        ("selecting:ranking", "manager"),
        ("selecting:agreement", "manager"),
        ("selecting:selection", "manager"),
        ("messages:outbox", "manager"),
        ("reviewing:review_queue", "reviewer"),
    ],
)
def test_a_page_makes_as_many_queries_at_thirty_rows_as_at_one(one_of_each, signed_in, route, persona):
    client = signed_in(getattr(one_of_each, persona))
    path = reverse(
        route, args=[] if route in {"messages:outbox", "reviewing:review_queue"} else [one_of_each.call.pk]
    )
    client.get(path)
    with CaptureQueriesContext(connection) as at_one:
        assert client.get(path).status_code == 200
    _grow(one_of_each)
    client.get(path)  # what is kept between requests is worked out anew
    with CaptureQueriesContext(connection) as at_thirty:
        assert client.get(path).status_code == 200
    assert len(at_thirty) == len(at_one)


# --- Who sees what --------------------------------------------------------------------------------------
def test_for_a_recused_and_for_an_unassigned_reviewer_the_review_page_does_not_exist(
    cast, reviewing, signed_in
):
    own = Assignment.objects.get(reviewer__user=cast.recused_reviewer)
    Review.objects.create(assignment=own)
    assert (
        signed_in(cast.recused_reviewer).get(reverse("reviewing:review", args=[own.public_id])).status_code
        == 404
    )
    others = reverse("reviewing:review", args=[cast.assignment.public_id])
    assert signed_in(cast.other_reviewer).get(others).status_code == 404


def test_others_scores_show_only_once_ones_own_are_in_and_one_asks(cast, reviewing, signed_in):
    joris = cast.call.reviewers.get(user=cast.other_reviewer)
    given = factories.make_review(factories.assign(joris, cast.application), 3, 9)
    Review.objects.filter(pk=given.pk).update(comment_for_panel="A weak team.")
    draft = Review.objects.create(assignment=cast.assignment)
    path = reverse("reviewing:review", args=[cast.assignment.public_id])
    before = signed_in(cast.reviewer).get(path).content.decode()
    assert "Joris Blom" not in before
    assert "A weak team." not in before
    draft.delete()
    factories.make_review(cast.assignment)
    client = signed_in(cast.reviewer)
    assert "Joris Blom" not in client.get(path).content.decode()
    client.post(reverse("reviewing:see_others", args=[cast.assignment.public_id]))
    after = client.get(path).content.decode()
    assert "Joris Blom" in after
    assert "A weak team." in after
