"""What devices keep for the time without a connection: one script for all, and a form for each call that knows nobody."""

import json
import re

import factories
import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    factories.at(factories.WHILE_OPEN)
    return factories.make_call()


def offline_form(client, call):
    return client.get(reverse("applying:offline_form", args=[call.programme.slug, call.slug]))


def test_the_script_is_the_same_for_everybody_and_asked_for_anew_each_time(client, call):
    strangers = client.get("/sw.js")
    factories.sign_in(client, factories.make_user("Yara"))
    answer = client.get("/sw.js")
    assert answer.content == strangers.content
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "public, no-cache"
    assert "script-src 'self'" in answer["Content-Security-Policy"]


def test_the_script_keeps_parts_that_exist_and_no_address_of_a_person(client, call):
    script = client.get("/sw.js").content.decode()
    parts = json.loads(re.search(r"const PARTS = (\[.*?\]);", script)[1])
    assert len(parts) > 10
    assert [part for part in parts if not finders.find(part.removeprefix("/static/"))] == []


def test_the_empty_form_holds_no_name_no_answer_and_no_token(client, call):
    application = factories.make_application(call, answers={"problem": "Notaries wait for weeks."})
    founder = application.started_by
    factories.sign_in(client, founder)
    page = offline_form(client, call)
    text = page.content.decode()
    assert "Which problem do you solve?" in text
    for private in (founder.name, founder.email, founder.public_id, "Papyrus", "Notaries wait", "csrf"):
        assert private not in text
    assert page["X-Empty-Form"] == "1"
    assert "no-store" in page["Cache-Control"]


def test_only_who_applies_to_a_call_gets_its_empty_form(client, call):
    factories.sign_in(client, factories.make_user("Nobody of this call"))
    assert offline_form(client, call).status_code == 404
