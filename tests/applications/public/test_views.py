"""The public page says truly where the call stands, at every moment of the season, and to everybody."""

from datetime import UTC, date, datetime, timedelta

import factories
import pytest
from django.test import Client

from accelerator.models import Benefit, FrequentQuestion, Partner, Programme
from applications.selecting import offers

pytestmark = pytest.mark.django_db


def text(client, path="/"):
    response = client.get(path)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_before_the_opening_the_page_says_when_it_opens(client, call):
    factories.at(factories.OPENS_AT - timedelta(days=3))
    page = text(client)
    assert "Applications open on" in page
    assert "Wednesday 8 November 2023" in page
    assert "Start an application" not in page


def test_while_open_the_page_says_until_when_and_how_long_that_is(client, call, while_open):
    page = text(client)
    assert "Friday 1 December 2023" in page
    assert "23:59 Paris time" in page
    assert "in 3 days" in page
    assert "/apply/ai-startup-program/2023/" in page
    assert "2 December" not in page


@pytest.mark.parametrize(
    "moment, is_open", [(factories.CLOSES_AT - factories.MICROSECOND, True), (factories.CLOSES_AT, False)]
)
def test_one_can_start_until_the_last_microsecond(client, call, moment, is_open):
    factories.at(moment)
    assert ("Start an application" in text(client)) is is_open


def test_after_the_close_the_page_says_when_answers_come_and_when_the_next_call_opens(client, call):
    call.next_call = "The next call opens at the end of June 2024."
    call.save()
    factories.at(factories.CLOSES_AT)
    page = text(client)
    assert "Applications closed on" in page
    assert "Friday 1 December 2023" in page
    assert "Everybody who applied hears from us on Thursday 21 December 2023." in page
    assert "The next call opens at the end of June 2024." in page


def test_the_public_page_names_only_who_comes_and_agreed_to_be_named(client, call):
    factories.at(factories.REVIEWING)
    names = ("Papyrus", "Kestrel", "Marrow", "Oriel", "Alba")
    applications = [factories.make_application(call, name=name, eligible=True) for name in names]
    manager = factories.make_manager(call.programme)
    comes, silent, _not_yet, declines = factories.release(call, manager, applications[:4], applications[4:])
    page = text(client)
    assert "The answers are out." in page
    assert not any(name in page for name in names), "nobody has accepted yet"
    answer = {"now": factories.REVIEWING}
    offers.record_acceptance(comes, by=comes.application.started_by, may_be_named=True, **answer)
    offers.record_acceptance(silent, by=silent.application.started_by, **answer)
    offers.decline(declines, by=declines.application.started_by, **answer)
    page = text(client)
    assert "those who agreed to be named are listed below" in page
    assert [name for name in names if name in page] == ["Papyrus"]
    offers.agree_to_be_named(silent, True, by=silent.application.started_by, **answer)
    offers.agree_to_be_named(comes, False, by=comes.application.started_by, **answer)
    assert [name for name in names if name in text(client)] == ["Kestrel"]


def test_an_announced_call_is_named_by_its_day(client, call):
    factories.make_call(
        call.programme,
        slug="2024",
        opens_at=datetime(2024, 6, 27, 7, tzinfo=UTC),
        closes_at=datetime(2024, 8, 16, 22, tzinfo=UTC),
        starts_on=date(2024, 9, 2),
        ends_on=date(2025, 2, 28),
    )
    factories.at(factories.AFTER_CLOSE)
    page = text(client)
    assert "Applications closed on" in page
    assert "The next call opens on Thursday 27 June 2024." in page
    factories.at(datetime(2024, 6, 29, 9, tzinfo=UTC))
    assert "Friday 16 August 2024" in text(client)


def test_a_founder_goes_on_with_their_own_application(call, while_open, signed_in):
    founder = factories.make_user()
    application = factories.make_application(call, founder)
    page = text(signed_in(founder))
    assert "Go on with your application" in page
    assert application.get_absolute_url() in page
    assert "Start an application" not in page
    assert "Go on with your application" not in text(Client())


def test_a_withdrawn_application_does_not_stand_in_the_way(call, while_open, signed_in):
    founder = factories.make_user()
    factories.make_application(call, founder).move_to("withdrawn")
    assert "Start an application" in text(signed_in(founder))


def test_the_season_is_drawn_and_can_be_read_aloud(client, call, while_open):
    page = text(client)
    for words in (
        "Call open",
        "Reviewing",
        "Deadline: 1 Dec",
        "Answers: 21 Dec",
        "The programme",
        "Today: 28 Nov",
    ):
        assert words in page


def test_the_season_shows_the_milestones_of_the_programme_and_not_every_meeting(client, call, while_open):
    for kind, title, month in (
        ("kick_off", "Kick-off", 1),
        ("check_in", "Monday's round", 2),
        ("demo_day", "Demo day", 6),
    ):
        call.events.create(kind=kind, title=title, starts_at=datetime(2024, month, 20, 9, tzinfo=UTC))
    page = text(client)
    assert "Kick-off: 20 Jan" in page
    assert "Demo day: 20 Jun" in page
    assert "round" not in page


def test_several_programmes_are_listed(client, call, while_open):
    lighthouse = factories.make_programme("lighthouse", name="Lighthouse Residency")
    factories.make_call(lighthouse, slug="spring")
    page = text(client)
    assert "/programmes/ai-startup-program/" in page
    assert "Lighthouse Residency" in page
    assert "Friday 1 December" in text(client, "/programmes/ai-startup-program/")


def test_a_programme_without_a_call_says_so(client, while_open):
    factories.make_programme()
    assert "No call has been announced yet." in text(client)


def test_an_empty_house_says_how_a_programme_gets_in(client, db):
    assert "load_programme" in text(client)


def test_a_programme_that_is_not_there_is_not_found(client, call):
    assert client.get("/programmes/nowhere/").status_code == 404


@pytest.mark.parametrize("rows", [1, 30])
def test_the_number_of_queries_does_not_grow(client, call, rows, django_assert_num_queries):
    factories.at(factories.REVIEWING)
    programme = Programme.objects.get()
    for number in range(rows):
        partner = Partner.objects.create(programme=programme, slug=f"p{number}", name="P", gives="T")
        Benefit.objects.create(programme=programme, partner=partner, title="T", text="T")
        FrequentQuestion.objects.create(programme=programme, question="Q", answer="A")
    call.seats = 40
    call.save()
    applications = [factories.make_application(call, eligible=True) for _number in range(rows)]
    factories.release(call, factories.make_manager(programme), applications)
    with django_assert_num_queries(10):
        client.get("/programmes/ai-startup-program/")
