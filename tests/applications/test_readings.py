"""Who of the staff read what: counted by the day, beside the history, and shown to the managers of the call."""

from datetime import timedelta

import factories
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from races import at_once

from accelerator import readings
from accelerator.models import HistoryEntry, Reading
from applications.applying.models import Attachment

pytestmark = pytest.mark.django_db


def rows() -> list[tuple]:
    return sorted(Reading.objects.values_list("person__name", "what", "count"))


@pytest.fixture
def of_it(cast, reviewing):
    """Addresses of pages that show one application, or the figures of all."""
    call, one = cast.call, cast.application
    both = [call.pk, one.public_id]
    return {
        "application": reverse("reviewing:panel_application", args=both),
        "screening": reverse("reviewing:screen_application", args=both),
        "score": reverse("selecting:score", args=both),
        "ranking": reverse("selecting:ranking", args=[call.pk]),
        "agreement": reverse("selecting:agreement", args=[call.pk]),
        "board": reverse("selecting:selection", args=[call.pk]),
        "letters": reverse("selecting:letters", args=[call.pk]),
        "readings": reverse("reviewing:readings_of_application", args=both),
    }


def test_what_a_manager_opens_is_counted_by_the_day(cast, of_it, signed_in, reviewing):
    client = signed_in(cast.manager)
    for name in (*of_it, "application"):
        if name == "readings":
            continue
        assert client.get(of_it[name]).status_code == 200
    name = cast.manager.name
    assert rows() == [
        (name, "agreement", 1),
        (name, "application", 3),
        (name, "board", 1),
        (name, "letters", 1),
        (name, "ranking", 1),
        (name, "score", 1),
    ]
    factories.at(reviewing + timedelta(days=1))
    client.get(of_it["application"])
    assert Reading.objects.filter(what="application").count() == 2


def test_a_reading_is_one_statement_and_no_history(cast, of_it, signed_in):
    client = signed_in(cast.manager)
    before = HistoryEntry.objects.count()
    with CaptureQueriesContext(connection) as statements:
        client.get(of_it["application"])
    assert sum("accelerator_reading" in one["sql"] for one in statements) == 1
    assert HistoryEntry.objects.count() == before


def test_an_act_on_a_page_is_no_reading(cast, of_it, signed_in):
    client = signed_in(cast.manager)
    client.post(of_it["screening"], {"verdict": "ineligible", "reason": ""})
    assert rows() == []


def test_a_file_that_is_opened_is_kept_of_the_staff_and_not_of_its_team(cast, reviewing, signed_in):
    attachment = Attachment.objects.get(application=cast.application)
    address = reverse("applying:application_file", args=[attachment.file.public_id])
    assert signed_in(cast.founder).get(address).status_code == 200
    assert rows() == []
    assert signed_in(cast.manager).get(address).status_code == 200
    assert rows() == [(cast.manager.name, "file", 1)]


def test_who_is_refused_has_read_nothing(cast, of_it, signed_in):
    client = signed_in(cast.other_manager)
    assert client.get(of_it["application"]).status_code == 404
    assert client.get(of_it["readings"]).status_code == 404
    assert rows() == []


def test_managers_see_who_read_an_application_with_as_many_queries_for_many(cast, of_it, signed_in):
    client = signed_in(cast.manager)
    assert "Nobody has opened it yet" in client.get(of_it["readings"]).text
    client.get(of_it["application"])
    assert of_it["readings"] in client.get(of_it["application"]).text
    counts = []
    for _turn in range(2):
        with CaptureQueriesContext(connection) as statements:
            page = client.get(of_it["readings"]).text
        counts.append(len(statements))
        for number in range(30):
            person = factories.make_user(f"Reader {number}")
            Reading.objects.create(
                person=person, what="ranking", object_type="applications.call", object_id=cast.call.pk,
                day="2023-12-05",
            )  # fmt: skip
    assert cast.manager.name in page
    assert "Reader 29" in page
    assert "The ranking" in page
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_openings_at_once_are_all_counted(call, rf, while_open):
    person = factories.make_user("Ana")

    def opens():
        request = rf.get("/")
        request.user, request.now = person, while_open
        readings.note(request, Reading.What.RANKING, call)

    at_once(*[opens] * 6)
    assert rows() == [("Ana", "ranking", 6)]
