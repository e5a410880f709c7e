"""A person reads pages and mails in the language they chose, where it is there; else in the programme's."""

import factories
import pytest
from django.utils import translation
from letterbox import mail_to

from accelerator.models import User
from accelerator.privacy import closing
from accelerator.records import languages

pytestmark = pytest.mark.django_db

TWO = [("en-gb", "English"), ("fr", "Français")]


@pytest.fixture
def two_languages(settings):
    settings.LANGUAGES = TWO


def test_with_one_language_there_is_nothing_to_choose(call, while_open, signed_in):
    assert 'name="language"' not in signed_in(factories.make_user()).get("/account/").content.decode()


def test_a_person_chooses_and_pages_and_mails_follow(two_languages, call, while_open, signed_in):
    user = factories.make_user()
    client = signed_in(user)
    told = {"name": "Ada", "title": "", "time_zone": "Europe/Paris", "language": "fr"}
    client.post("/account/", told)
    user.refresh_from_db()
    assert user.language == "fr"
    page = client.get("/account/")
    assert page["Content-Language"] == "fr"
    assert "Ce champ est obligatoire" in client.post("/account/", {**told, "name": ""}).content.decode()
    assert translation.get_language() == "en-gb"  # nothing is left for the next reader
    closing.ask(user, now=factories.WHILE_OPEN)
    assert "décembre" in mail_to(user.email)


def test_a_newcomer_is_read_to_as_their_browser_asks(two_languages, client, call, while_open):
    told = {"email": "new@people.example", "name": "N", "time_zone": "Europe/Paris"}
    client.post("/accounts/signup/", told, headers={"accept-language": "fr-CH,fr;q=0.9,en;q=0.4"})
    assert User.objects.get(email="new@people.example").language == "fr"


def test_a_language_that_went_away_falls_back_to_the_programmes(call):
    user = factories.make_user(language="tlh")
    assert languages.of(user, call.programme) == call.programme.language
    assert languages.of(None, None) == "en-gb"
