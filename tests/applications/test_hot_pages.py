"""The pages that everybody opens at once: how many queries each makes, at one row and at thirty.

`make bench` measures their time; time depends on the machine, these counts do not. Tests read the clock from the
database, once per request, and need no second factor, which is one query as well.
"""

import uuid

import factories
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from accelerator.models import Programme

pytestmark = pytest.mark.django_db


def queries(act) -> int:
    """How many queries an act makes, savepoints aside."""
    asked = []

    def note(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        act()
    return sum(not sql.startswith(("SAVEPOINT", "RELEASE")) for sql in asked)


def _reviewed_by_others(call, application, reader=None, count=2):
    for number in range(count):
        other = factories.make_reviewer(call, partner=("scaleway", "hugging-face")[number % 2])
        factories.make_review(factories.assign(other, application))


def _more_to_review(cast, count=29):
    for number in range(count):
        application = factories.make_application(cast.call, name=f"Startup {number}", eligible=True)
        assignment = factories.assign(cast.assignment.reviewer, application)
        if number % 2:
            factories.make_review(assignment)


@pytest.mark.parametrize("page, limit", [("queue", 6), ("scoring", 13), ("save", 14)])
def test_a_reviewers_pages_make_as_few_queries_for_thirty_assignments_as_for_one(
    cast, reviewing, signed_in, page, limit
):
    factories.make_review(cast.assignment)
    client, address = signed_in(cast.reviewer), reverse("reviewing:review", args=[cast.assignment.public_id])
    marks = {"criterion_open_models": 8, "criterion_team": 6, "for_panel": "", "for_applicant": ""}
    acts = {
        "queue": lambda: client.get(reverse("reviewing:review_queue")),
        "scoring": lambda: client.get(address),
        "save": lambda: client.post(address, marks | {"act": "next"}),
    }
    acts[page]()
    _reviewed_by_others(cast.call, cast.application, count=1)
    few = queries(acts[page])
    _more_to_review(cast)
    _reviewed_by_others(cast.call, cast.application)
    assert few == queries(acts[page]) <= limit


def test_the_managers_list_makes_as_few_queries_for_thirty_as_for_one(cast, reviewing, signed_in):
    client, address = signed_in(cast.manager), reverse("lists:applications", args=[cast.call.pk])
    client.get(address)
    factories.make_review(cast.assignment)
    few = queries(lambda: client.get(address))
    _more_to_review(cast)
    # versions, teams, labels, who looks after them, questions and the countries that occur each take one
    assert few == queries(lambda: client.get(address)) <= 22


def test_the_ranking_makes_as_few_queries_for_thirty_as_for_one(cast, reviewing, signed_in):
    factories.make_review(cast.assignment)
    client, address = signed_in(cast.manager), reverse("selecting:ranking", args=[cast.call.pk])
    client.get(address)
    few = queries(lambda: client.get(address))
    _more_to_review(cast)
    _reviewed_by_others(cast.call, cast.application)
    client.get(address)  # works the findings out, once
    # one notes who read it, one that a reviewer has seen others, one what was amended
    assert few == queries(lambda: client.get(address)) <= 13


def test_a_first_submit_makes_thirteen_queries(call, while_open, signed_in):
    draft = factories.make_application(call, deck=True)
    client = signed_in(draft.started_by)
    given = {"draft_version": draft.draft_version, "idempotency_key": uuid.uuid4()}
    address = reverse("applying:submit_application", args=[draft.public_id])
    # one more than outside tests: the clock of the request; and one for the words of the receipt
    assert queries(lambda: client.post(address, given)) <= 16
    draft.refresh_from_db()
    assert draft.is_submitted


@pytest.mark.django_db(transaction=True)
def test_a_founders_pages_make_few_queries(signed_in):
    """Outside of a transaction, in which nothing of a call's questions is kept between requests."""
    factories.at(factories.WHILE_OPEN)
    draft = factories.make_application(factories.make_call(), deck=True)
    client, address = signed_in(draft.started_by), draft.get_absolute_url()
    review = reverse("applying:submit_application", args=[draft.public_id])
    client.get(review)
    # each one more than outside tests: the clock of the request
    most = {"form": (lambda: client.get(address), 10), "review": (lambda: client.get(review), 9)}
    for page, (act, limit) in most.items():
        assert queries(act) <= limit, page
    given = {"draft_version": draft.draft_version, "idempotency_key": uuid.uuid4()}
    receipt = client.post(review, given).headers["location"]
    assert queries(lambda: client.get(receipt)) <= 9


# --- The public page -------------------------------------------------------------------------------------
@pytest.fixture
def as_in_production(settings, call):
    """No clock that can be stopped, so that the page is kept; the time is 28 November 2023 all the same."""
    settings.CLOCK_ADJUSTABLE = False
    with time_machine.travel(factories.WHILE_OPEN, tick=False) as traveller:
        yield traveller


def test_strangers_share_a_page_within_one_second(as_in_production):
    first = Client().get("/")
    assert queries(lambda: Client().get("/")) == 0
    assert Client().get("/").content == first.content
    assert Client().get("/")["content-security-policy"]


def test_a_change_shows_within_a_second_and_the_deadline_to_the_second(as_in_production):
    assert "Start an application" in Client().get("/").content.decode()
    Programme.objects.update(statement={"en": "Seven months in Lyon."})
    as_in_production.shift(1)
    assert "Seven months in Lyon." in Client().get("/").content.decode()
    as_in_production.move_to(factories.CLOSES_AT)
    assert "Applications closed on" in Client().get("/").content.decode()


@pytest.mark.parametrize("founder_first", [True, False])
def test_what_one_person_sees_is_never_shown_to_another(as_in_production, call, signed_in, founder_first):
    as_in_production.shift(60 + founder_first)
    founder = signed_in(factories.make_application(call, name="Papyrus").started_by)
    if founder_first:
        founder.get("/")
    stranger = Client().get("/").content.decode()
    own = founder.get("/").content.decode()
    assert "Papyrus" in own
    assert "Sign out" in own
    assert "Papyrus" not in stranger
    assert "Sign out" not in stranger
