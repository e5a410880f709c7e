"""Who runs a call sees it as a stranger, a founder and a reviewer will, a draft too; and nothing is written by it."""

import factories
import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from applications.models import Call

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(call):
    return factories.make_manager(call.programme)


@pytest.fixture
def manager(person, while_open):
    return factories.sign_in(Client(), person)


@pytest.fixture
def draft(call):
    Call.objects.filter(pk=call.pk).update(is_draft=True)
    call.refresh_from_db()
    return call


def see(manager, call, name: str, query: str = "") -> str:
    return manager.get(reverse(f"preview:{name}", args=[call.pk]) + query).content.decode()


def send(manager, call, view: str = "founder", /, **answers) -> str:
    return manager.post(reverse(f"preview:{view}", args=[call.pk]), answers).content.decode()


def rows() -> dict[str, int]:
    ours = {"accelerator", "applications", "cohorts", "mentoring"}
    return {
        model._meta.label: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.app_label in ours
    }


ANSWERS = {**factories.ANSWERS, "consent_privacy": "on"}


# --- As a stranger --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        ("coming", "Applications open on"),
        ("open", "Applications are open until"),
        ("closed", "Applications closed on"),
        ("no-such-time", "Applications are open until"),
    ],
)
def test_the_public_page_shows_as_it_will_at_its_times(manager, draft, when, sentence):
    page = see(manager, draft, "stranger", f"?when={when}")
    assert sentence in page
    assert "A preview for those who run the call" in page
    assert "Sign out" not in page  # as nobody in particular


def test_its_buttons_lead_to_the_preview_of_the_form(manager, draft):
    page = see(manager, draft, "stranger")
    assert f'href="{reverse("preview:founder", args=[draft.pk])}"' in page
    start = reverse("applying:start_application", args=[draft.programme.slug, draft.slug])
    assert start not in page


# --- As a founder ---------------------------------------------------------------------------------------
def test_the_form_shows_and_is_checked_as_a_submit_would(manager, draft):
    page = see(manager, draft, "founder")
    assert "Which problem do you solve?" in page
    assert "It could be submitted." not in page
    short = send(manager, draft, **{**ANSWERS, "team_size": "0"})
    assert 'href="#id_team_size"' in short
    assert "Notaries wait weeks for an extract." in short  # what was typed is still there
    assert "It could be submitted." in send(manager, draft, **ANSWERS)


def test_a_file_is_neither_sent_nor_missed(manager, draft):
    assert 'href="#id_deck"' not in send(manager, draft, name="")
    assert "Files are not sent from here" in send(manager, draft, **ANSWERS)


# --- As a reviewer --------------------------------------------------------------------------------------
def test_a_review_shows_beside_what_was_typed(manager, draft):
    page = send(manager, draft, "reviewer", **ANSWERS)
    assert "Notaries wait weeks for an extract." in page
    assert "Papyrus" in page
    assert "Open Models" in page
    assert "All one could ask" in page
    assert "Marks and words of a preview are kept nowhere." in page
    assert "data-writing" not in page.partition("<form")[2].partition(">")[0]
    assert "A test application" in see(manager, draft, "reviewer")


# --- Nothing is written ---------------------------------------------------------------------------------
def test_nothing_is_written_and_nobody_becomes_an_applicant(manager, person, draft):
    before = rows()
    for name in ("stranger", "founder", "reviewer"):
        see(manager, draft, name)
    for name in ("founder", "reviewer"):
        send(manager, draft, name, **ANSWERS)
    assert rows() == before
    assert Call.objects.managed_by(person).filter(pk=draft.pk).exists()


def test_nobody_else_sees_it(client, draft, while_open):
    founder = factories.sign_in(client, factories.make_user())
    reviewer = factories.sign_in(Client(), factories.make_reviewer(draft).user)
    for name in ("stranger", "founder", "reviewer"):
        path = reverse(f"preview:{name}", args=[draft.pk])
        assert founder.get(path).status_code == 302
        assert reviewer.get(path).status_code == 404


def test_a_form_that_is_not_filled_in_is_not_said_to_be_ready(manager, draft):
    page = send(manager, draft, name="Papyrus")
    assert "It could be submitted." not in page
    assert 'href="#id_problem"' in page
