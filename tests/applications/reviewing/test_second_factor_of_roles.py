"""The second factor belongs to the role: without one nobody is a reviewer or manager, on whatever address."""

import factories
import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accelerator.models import Role
from accelerator.people import roles
from applications.models import Application, Assignment
from mentoring.sessions.models import MentoringSession

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked_for(settings):
    settings.SECOND_FACTOR_REQUIRED = True


def set_up(person, kind=Authenticator.Type.TOTP):
    return Authenticator.objects.create(user=person, type=kind, data={})


@pytest.fixture
def deck(cast, reviewing):
    application = cast.application
    factories.make_review(cast.assignment)
    return reverse("applying:application_file", args=[application.last_version.file_ids[0]])


@pytest.mark.parametrize("persona", ["reviewer", "manager"])
def test_security_7_a_deck_opens_only_with_the_second_factor_of_the_role(cast, deck, asked_for, persona):
    person = getattr(cast, persona)
    client = factories.sign_in(Client(), person)
    assert client.get(deck).status_code == 404
    set_up(person, Authenticator.Type.RECOVERY_CODES)  # codes alone are none
    assert client.get(deck).status_code == 404
    set_up(person)
    assert client.get(deck).status_code == 200


def test_security_7_founders_need_none_for_their_own(cast, deck, asked_for):
    assert factories.sign_in(Client(), cast.founder).get(deck).status_code == 200


def test_security_7_without_it_nobody_is_reviewer_or_manager_in_any_query(cast, reviewing, asked_for):
    assert not Assignment.objects.of(cast.reviewer).exists()
    assert not Application.objects.managed_by(cast.manager).exists()
    assert not Role.objects.managed_by(cast.manager).exists()
    set_up(cast.reviewer), set_up(cast.manager)
    assert Assignment.objects.of(cast.reviewer).exists()
    assert Application.objects.managed_by(cast.manager).exists()


def test_security_7_private_notes_stay_shut_without_it(cast, asked_for):
    from factories_cohort import make_cohort_cast

    factories.at(factories.REVIEWING)
    cast = make_cohort_cast(cast)
    session = MentoringSession.objects.first()
    assert session not in MentoringSession.objects.visible_to(cast.manager)
    assert session in MentoringSession.objects.visible_to(cast.mentor)  # mentors need none
    set_up(cast.manager)
    assert session in MentoringSession.objects.visible_to(cast.manager)


def test_whoever_gets_the_role_is_led_to_the_second_factor(call, reviewing, asked_for):
    person = factories.make_user("New Manager")
    roles.grant(person, call.programme, Role.Kind.MANAGER, now=factories.REVIEWING)
    answer = factories.sign_in(Client(), person).get(reverse("admin:index"))
    assert (answer.status_code, answer["location"]) == (302, reverse("mfa_index"))
