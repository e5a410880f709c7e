"""One call stands in the dashboard: the newest that runs, or the one that its manager chose last."""

import re
from datetime import UTC, date, datetime

import access_states
import factories
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accelerator.models import TeamMember

pytestmark = pytest.mark.django_db
HOME = "/admin/"


@pytest.fixture
def manager(call):
    return factories.make_manager(call.programme)


@pytest.fixture
def older(call):
    made = factories.make_call(
        call.programme,
        slug="2022",
        opens_at=datetime(2022, 10, 1, tzinfo=UTC),
        closes_at=datetime(2022, 12, 1, tzinfo=UTC),
        reviews_due_on=date(2022, 12, 18),
        decision_on=date(2022, 12, 21),
        starts_on=date(2023, 1, 9),
        ends_on=date(2024, 6, 28),
    )
    made.name = "Intake of 2022"
    made.save()
    return made


def words(response) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def leads_to(page, name, call) -> bool:
    return f'href="{reverse(name, args=[call.pk])}"' in page


def choose(client, call, page=""):
    return client.post(reverse("guiding:choose"), {"choice": call.pk, "page": page})


def test_the_newest_call_that_runs_stands_there_by_itself(call, older, manager, while_open, signed_in):
    page = words(signed_in(manager).get(reverse("messages:outbox")))
    assert leads_to(page, "reviewing:screening", call)
    assert not leads_to(page, "reviewing:screening", older)
    assert f'value="{older.pk}"' in page  # the way to the other


def test_a_draft_waits_behind_what_runs(call, older, manager, while_open, signed_in):
    type(call).objects.filter(pk=call.pk).update(is_draft=True)
    page = words(signed_in(manager).get(reverse("messages:outbox")))
    assert leads_to(page, "reviewing:screening", older)


def test_the_one_that_was_chosen_stays_on_any_device(call, older, manager, while_open, signed_in, client):
    assert choose(signed_in(manager), older).url == HOME
    client.cookies.clear()
    page = words(factories.sign_in(client, manager).get(reverse("messages:outbox")))
    assert leads_to(page, "reviewing:screening", older)
    assert not leads_to(page, "reviewing:screening", call)


def test_one_stays_on_the_page_one_was_at(call, older, manager, while_open, signed_in):
    client = signed_in(manager)
    assert choose(client, older, "setup:timeline").url == reverse("setup:timeline", args=[older.pk])
    assert choose(client, older, "https://elsewhere.example").url == HOME
    page = words(client.get(reverse("setup:timeline", args=[call.pk])))
    assert leads_to(page, "setup:window", call)  # the sidebar is about the page one reads
    assert leads_to(words(client.get(HOME)), "setup:window", older)


@pytest.mark.parametrize("choice", ["", "x", "-1", "0", "9" * 30, "²"])
def test_what_is_no_call_is_not_chosen(manager, while_open, signed_in, choice):
    client = signed_in(manager)
    assert client.post(reverse("guiding:choose"), {"choice": choice}).status_code == 404


def test_a_call_that_is_no_longer_ones_own_falls_out_of_focus(call, older, manager, while_open, signed_in):
    client = signed_in(manager)
    choose(client, older)
    own = factories.make_application(older, name="Halyard")
    TeamMember.objects.create(startup=own.startup, user=manager)
    page = words(client.get(HOME))
    assert leads_to(page, "setup:window", call)
    assert older.name not in page
    assert choose(client, older).status_code == 404


def test_each_card_of_the_home_names_its_programme(call, older, manager, while_open, signed_in):
    page = words(signed_in(manager).get(HOME))
    for one in (call, older):
        assert f"<h2>{one.programme} · {one.name}</h2>" in page


def test_once_the_cohort_runs_sidebar_and_home_are_about_it(client):
    cast = access_states.build("cohort")
    page = words(factories.sign_in(client, cast.manager).get(HOME))
    folded = page.index("How it was chosen")
    assert page.index("Mentoring</span>") < folded < page.index("Screening</span>")
    assert page.index("startup is in.") < page.index("Decided and published")
    assert "Fully reviewed" not in page


def test_one_page_alone_is_marked_as_shown(client):
    cast = access_states.build("cohort")
    factories.sign_in(client, cast.manager)
    mentoring = reverse("mentoring_dashboard:overview", args=[cast.cohort.public_id])
    screening = reverse("reviewing:screening", args=[cast.call.pk])
    application = reverse("reviewing:screen_application", args=[cast.call.pk, cast.application.public_id])
    for path, marked in ((mentoring, mentoring), (screening, screening), (application, screening)):
        page = words(client.get(path))
        assert re.findall(r'<a href="(/[^"]*)" aria-current="page"', page) == [marked]


def test_the_sidebar_asks_as_much_for_many_calls_as_for_two(call, older, manager, while_open, signed_in):
    client = signed_in(manager)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("wordings:first"))
        return len(asked)

    queries()
    few = queries()
    for number in range(8):
        factories.make_call(call.programme, slug=f"more-{number}", starts_on=date(2024, 2, 1 + number))
    assert queries() == few
