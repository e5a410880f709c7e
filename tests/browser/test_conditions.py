"""A question shows itself once the answer it depends on is given, by keyboard too, and keeps what was typed in it."""

import factories
import factories_founder as founders
import pytest
from playwright.sync_api import expect

from applications.models import Question
from applications.questions import kinds
from applications.setup import questions

OFFERED = [{"value": "seed", "label": {"en": "Seed"}}, {"value": "other", "label": {"en": "Another one"}}]


@pytest.fixture
def draft(open_call):
    application = founders.make_draft(open_call)
    asked = [
        ("stage", {"kind": "choice", "choices": OFFERED}),
        ("which", {"kind": "text", "shown_if": {"question": "stage", "answers": ["other"]}}),
        ("raised", {"kind": "money", "shown_if": {"question": "stage", "answers": ["other"]}}),
    ]
    seen = {
        "text",
        "long_text",
        "url",
        "integer",
        "choice",
        "choices",
        "country",
        "file",
        "consent",
        "money",
        "rows",
    }
    asked += [(f"a-{kind}".replace("_", "-"), {"kind": kind}) for kind in kinds.KINDS if kind not in seen]
    for position, (key, fields) in enumerate(asked):
        section = open_call.sections.last()
        label = {"en": key.removeprefix("a-").replace("-", " ").capitalize()}
        question = Question(
            call=open_call, section=section, key=key, position=50 + position, label=label, **fields
        )
        questions.save(question, by=None, now=factories.WHILE_OPEN)
    return application


def test_a_question_comes_with_the_answer_it_depends_on_and_keeps_its_words(visit, draft):
    page = visit(draft.started_by, draft.get_absolute_url())
    which = page.get_by_label("Which", exact=True)
    expect(which).to_be_hidden()
    page.get_by_label("Seed").focus()
    page.keyboard.press("ArrowDown")  # on to “Another one”
    expect(which).to_be_visible()
    which.fill("Series C")
    page.get_by_label("Seed").check()
    expect(which).to_be_hidden()
    page.get_by_label("Another one").check()
    expect(which).to_have_value("Series C")
    expect(page.locator("#saved")).to_contain_text("Draft saved at")
    page.reload()
    expect(page.get_by_label("Which", exact=True)).to_have_value("Series C")
    expect(page.get_by_label("Raised")).to_be_visible()
    assert founders.reread(draft).answers["which"] == "Series C"
