"""A kind of question is one class: everything that meets a question learns of it from there."""

import json
from pathlib import Path
from typing import Annotated

import factories
import factories_founder as founders
import pytest
from django import forms
from django.urls import reverse

from accelerator import clock
from accelerator.programmes import programme_file
from applications.models import Application, Call
from applications.questions import kinds
from applications.questions.kinds.base import Kind

pytestmark = pytest.mark.django_db
FILE = Path("tests/programmes/small-programme.toml")
QUESTION = """
    [[calls.sections.questions]]
    key = "asked"
    kind = "money"
    label = "How much do you ask for?"
    max = 500
"""


class Money(Kind):
    """Whole euros."""

    name = "money"
    label = "Money"

    def field(self, question):
        return forms.IntegerField(max_value=question.maximum, **self.common(question))

    def limits(self, question):
        return {"up_to": question.maximum}

    def shown(self, question, answer):
        return {"words": f"€ {answer} of € {question['up_to']}"}

    def entry(self):
        from pydantic import Field

        from applications.questions.kinds.entries import AskedEntry

        class MoneyEntry(AskedEntry):
            max: Annotated[int, Field(ge=1)]

            def own_columns(self):
                return {"maximum": self.max}

        return MoneyEntry

    def example(self, question, text, website):
        return question.maximum


@pytest.fixture
def call(monkeypatch) -> Call:
    monkeypatch.setitem(kinds.KINDS, "money", Money())
    before, mark, after = FILE.read_text().partition('[[calls.sections]]\nkey = "work"')
    programme_file.load(
        programme_file.read(before + QUESTION + mark + after, FILE.name), now=factories.WHILE_OPEN
    )
    return Call.objects.select_related("programme", "window").get()


def test_a_new_kind_goes_from_the_file_to_the_receipt(call, client):
    during = call.window.opens_at
    clock.freeze(during)
    person = factories.make_user("Asta Nordberg")
    factories.sign_in(client, person)
    client.post(
        reverse("applying:start_application", args=[call.programme.slug, call.slug]), {"name": "Sextant"}
    )
    application = Application.objects.get()
    page = application.get_absolute_url()

    refused = client.post(page, {"asked": "900", "draft_version": 0}, follow=True)
    assert "less than or equal to 500" in refused.content.decode()
    for question in call.listed_questions:
        if question.is_file:
            founders.attach(application, now=during)
    answers = {
        question.key: kinds.of(question).example(question, "words " * 20, "https://sextant.example/")
        for question in call.listed_questions
        if not question.is_file
    }
    client.post(page, {**answers, "draft_version": founders.reread(application).draft_version})
    application = founders.reread(application)
    assert application.answers["asked"] == 500

    version = founders.submit(application, by=person)
    asked = next(each for each in version.content["questions"] if each["key"] == "asked")
    assert (asked["kind"], asked["up_to"], version.content["answers"]["asked"]) == ("money", 500, 500)
    receipt = client.get(reverse("applying:receipt", args=[application.public_id, version.number]))
    assert "€ 500 of € 500" in receipt.content.decode()


def test_a_file_that_is_wrong_about_a_question_is_told_where(call):
    text = FILE.read_text().replace('kind = "country"', 'kind = "county"').replace("max = 6", "max = 1")
    with pytest.raises(programme_file.FileRefused) as refusal:
        programme_file.read(text, FILE.name)
    lines = str(refusal.value).splitlines()
    assert len(lines) == 2
    assert '= "county"' in lines[0]
    assert "'money'" in lines[0]  # the planted kind is among those that there are
    assert lines[0].startswith(f"{FILE.name}, line 81:")
    assert "below min = 2" in lines[1]


def test_every_kind_has_a_sound_example_of_itself(call):
    for question in call.listed_questions:
        kind = kinds.of(question)
        if not kind.is_file:
            answer = kind.example(question, "words " * 20, "https://sextant.example/")
            kind.field(question).clean(answer)
            assert json.dumps(kind.kept(answer))


def test_a_kind_that_nobody_lists_is_named():
    with pytest.raises(ValueError, match="no kind of question called riddle"):
        kinds.named("riddle")
