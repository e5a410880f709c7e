"""The home says what waits for whom; the sidebar leads there. Neither asks more questions when there is more to show."""

from datetime import datetime, timedelta

import factories
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Decision

pytestmark = pytest.mark.django_db
HOME = "/admin/"


def words(response) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_a_reviewer_sees_the_queue_the_due_day_and_what_to_read_next(cast, reviewing, signed_in):
    page = words(signed_in(cast.reviewer).get(HOME))
    assert "Due Monday 18 December 2023" in page
    assert reverse("reviewing:review", args=[cast.assignment.public_id]) in page
    assert reverse("reviewing:review_queue") in page
    assert reverse("selecting:ranking", args=[cast.call.pk]) not in page


def test_the_queue_wears_the_number_of_what_is_unread_and_none_when_all_is_in(cast, reviewing, signed_in, rf):
    from applications.guiding import home

    def badge():
        request = rf.get(HOME)
        request.user = cast.reviewer
        return [link.badge for link in home.queue(request)]

    assert badge() == ["1"]
    factories.make_review(cast.assignment)
    assert badge() == [""]
    assert "All of yours are in." in words(signed_in(cast.reviewer).get(HOME))


def test_a_recused_reviewer_is_shown_nothing_of_it(cast, reviewing, signed_in):
    page = words(signed_in(cast.recused_reviewer).get(HOME))
    assert "Papyrus" not in page
    assert "Nothing is waiting for you." in page


def test_a_manager_sees_figures_and_what_needs_them(cast, reviewing, signed_in):
    type(cast.call.window).objects.filter(pk=cast.call.pk).update(sealed_at=factories.AFTER_CLOSE)
    factories.make_application(cast.call, name="Marée Basse", sealed=True)
    factories.make_application(cast.call, name="Never sent")
    factories.at(datetime.fromisoformat("2023-12-17T10:00:00Z"))
    page = words(signed_in(cast.manager).get(HOME))
    assert "1 application is to be screened" in page
    assert "2 applications are short of readers" in page
    assert "1 reviewer has fallen behind" in page
    assert "Ada Stern</a> (0 of 1)" in page
    for name in (
        "lists:applications",
        "reviewing:screening",
        "reviewing:assignment",
        "reviewing:progress",
        "selecting:ranking",
        "selecting:selection",
        "selecting:letters",
    ):
        assert reverse(name, args=[cast.call.pk]) in page
    assert reverse("messages:outbox") in page
    assert reverse("people:people") in page


def test_with_everything_decided_the_letters_come_next(cast, reviewing, signed_in):
    type(cast.call.window).objects.filter(pk=cast.call.pk).update(sealed_at=factories.AFTER_CLOSE)
    for application in (cast.application, cast.rival_application):
        Decision.objects.create(
            call=cast.call, application=application, outcome="not_selected", decided_by=cast.manager
        )
    assert "2 letters are to be prepared" in words(signed_in(cast.manager).get(HOME))


def test_after_the_release_the_home_says_which_offers_wait(cast, reviewing, signed_in):
    factories.release(cast.call, cast.manager, [cast.application])
    page = words(signed_in(cast.manager).get(HOME))
    assert "Decided and published" in page
    assert "1 offer waits for its answer, until" in page


def test_while_the_call_is_open_the_home_counts_towards_the_deadline(cast, while_open, signed_in):
    page = words(signed_in(cast.manager).get(HOME))
    assert "Friday 1 December 2023, 23:59 Paris time" in page
    assert "28 Nov 2" in page  # both came in on that day
    assert "Nothing needs you today." in page


def test_a_manager_sees_no_call_they_do_not_manage_nor_one_they_applied_to(cast, reviewing, signed_in):
    assert "Papyrus" not in (page := words(signed_in(cast.other_manager).get(HOME)))
    assert reverse("selecting:ranking", args=[cast.call.pk]) not in page
    factories.make_application(cast.call, cast.manager, name="Own")
    assert reverse("selecting:ranking", args=[cast.call.pk]) not in words(signed_in(cast.manager).get(HOME))


def test_a_call_whose_cohort_has_finished_leaves_the_home_and_stays_in_the_sidebar(
    cast, signed_in, reviewing
):
    factories.at(factories.REVIEWING + timedelta(days=250))
    page = words(signed_in(cast.manager).get(HOME))
    assert "Fully reviewed" not in page
    assert reverse("selecting:ranking", args=[cast.call.pk]) in page


@pytest.mark.parametrize("persona", ["manager", "reviewer"])
def test_the_home_asks_as_many_questions_at_thirty_rows_as_at_one(cast, reviewing, signed_in, persona):
    type(cast.call.window).objects.filter(pk=cast.call.pk).update(sealed_at=factories.AFTER_CLOSE)
    client = signed_in(getattr(cast, persona))
    client.get(HOME)
    with CaptureQueriesContext(
        connection,
    ) as at_one:
        client.get(HOME)
    for number in range(29):
        application = factories.make_application(cast.call, name=f"Startup {number}", eligible=True)
        factories.make_review(factories.assign(factories.make_reviewer(cast.call), application))
        factories.assign(cast.assignment.reviewer, application)
    with CaptureQueriesContext(connection) as at_thirty:
        client.get(HOME)
    assert len(at_thirty) == len(at_one)
