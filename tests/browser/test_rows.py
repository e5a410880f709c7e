"""A table is filled in by keyboard: rows come and go, it saves itself, and comes back as it was."""

import factories
import factories_founder as founders
import pytest
from playwright.sync_api import expect

from applications.models import Question
from applications.setup import questions

COLUMNS = [
    {"key": "name", "label": {"en": "Name"}, "kind": "text", "required": True, "choices": []},
    {"key": "share", "label": {"en": "Share"}, "kind": "number", "required": False, "choices": []},
]


@pytest.fixture
def draft(open_call):
    made = Question(
        call=open_call, section=open_call.sections.get(), key="founders", kind="rows", label={"en": "Founders"},
        help={"en": ""}, position=2, row_columns=COLUMNS,
    )  # fmt: skip
    questions.save(made, by=None, now=factories.WHILE_OPEN)
    return founders.make_draft(open_call)


@pytest.mark.parametrize("width", [1440, 390])
def test_rows_are_added_saved_and_taken_out(visit, draft, width):
    page = visit(draft.started_by, draft.get_absolute_url(), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("group", name="Row 1").get_by_label("Name").fill("Ada")
    page.get_by_role("button", name="Add a row").press("Enter")
    page.keyboard.type("Bo")
    page.keyboard.press("Tab")
    page.keyboard.type("12,5")
    expect(page.locator("#saved")).to_contain_text("Draft saved at")
    assert founders.reread(draft).answers["founders"] == [{"name": "Ada"}, {"name": "Bo", "share": 12.5}]
    page.reload()
    expect(page.get_by_role("group", name="Row 2").get_by_label("Share")).to_have_value("12.5")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Take out: Row 1").press("Enter")
    expect(page.get_by_role("group", name="Row 1").get_by_label("Name")).to_have_value("Bo")
    assert founders.reread(draft).answers["founders"] == [{"name": "Bo", "share": 12.5}]


def test_without_scripts_two_blank_rows_wait_below(visit, draft):
    page = visit(draft.started_by, draft.get_absolute_url(), java_script_enabled=False)
    expect(page.locator(".rows-row")).to_have_count(2)
    page.locator(".rows-row").nth(1).get_by_label("Name").fill("Ada")
    page.get_by_role("button", name="Save draft").click()
    assert founders.reread(draft).answers["founders"] == [{"name": "Ada"}]
    expect(page.locator(".rows-row")).to_have_count(3)
