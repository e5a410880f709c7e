"""What a call asks can be read and printed before one has an account; and from there it is address, code, form."""

from datetime import timedelta

import factories
import pytest
from django.test import Client
from django.urls import reverse

from applications.models import Question

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(call):
    return reverse("public:questions", args=[call.programme.slug, call.slug])


def test_anybody_reads_every_question_with_its_limits(call, page, while_open):
    Question.objects.filter(key="team_size").update(help="Count those who work on it now.")
    html = Client().get(page).content.decode()
    for words in (
        "Which problem do you solve?",
        "Up to 50 words",
        "A number from 1 to 500",
        "Count those who work on it now.",
        "A PDF of up to 20 MB",
        "Vision",
        "Open until",
        "Start an application",
    ):
        assert words in html, words
    assert html.count("optional") >= 1
    assert page in Client().get("/").content.decode()


def test_what_is_still_being_set_up_is_not_shown(call, page):
    factories.at(factories.OPENS_AT - timedelta(seconds=1))
    assert Client().get(page).status_code == 404


def test_after_the_close_it_can_be_read_and_not_started(call, page):
    factories.at(factories.CLOSES_AT)
    html = Client().get(page).content.decode()
    assert "It closed on Friday 1 December 2023, 23:59 Paris time" in html
    assert "Start an application" not in html


def test_a_stranger_who_starts_is_asked_for_an_address_and_comes_back_here(call, while_open):
    start = reverse("applying:start_application", args=[call.programme.slug, call.slug])
    answer = Client().get(start)
    assert answer.url == reverse("account_signup") + "?next=" + start.replace("/", "%2F")
    assert f'value="{start}"' in Client().get(answer.url).content.decode()
