"""A call is built from nothing and opened with the keyboard alone; docs/managing.md shows what is seen on the way."""

import factories
import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from applications.models import Call

MOST_STEPS = 150  # from one field to the next, the sidebar included


class Keys:
    """Somebody without a mouse: Tab until it is there, then type."""

    def __init__(self, page: Page):
        self.page = page

    def to(self, wanted: Locator) -> None:
        expect(wanted).to_be_visible()
        for _step in range(MOST_STEPS):
            if wanted.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {wanted}")

    def type(self, label: str, text: str) -> None:
        self.to(self.page.get_by_label(label, exact=True))
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def fill(self, name: str, text: str) -> None:
        """A field of a list of Django's, whose label is not tied to each of its parts."""
        self.to(self.page.locator(f"[name='{name}']"))
        self.page.keyboard.type(text)
        self.page.keyboard.press("Escape")  # a calendar that opened

    def press(self, role: str, name: str) -> None:
        self.to(self.page.get_by_role(role, name=name, exact=True).first)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


@pytest.fixture
def manager(open_call):
    factories.make_reviewer(open_call, "Ada Stern")
    return factories.make_manager(open_call.programme)


def test_a_call_is_built_from_nothing_and_opened_by_keyboard(visit, take, manager, open_call):
    page = visit(manager, reverse("admin:applications_call_add"), height=820)
    keys = Keys(page)
    keys.to(page.locator("[name=programme]"))
    page.keyboard.type(str(open_call.programme)[:8])
    for name, text in {
        "name": "Second edition",
        "slug": "2024",
        "seats": "5",
        "reserve": "5",
        "offer_days": "5",
        "reviews_due_on": "2024-08-30",
        "decision_on": "2024-09-02",
        "starts_on": "2024-09-09",
        "ends_on": "2025-02-28",
        "window-0-opens_at_0": "2023-11-28",
        "window-0-opens_at_1": "09:00",
        "window-0-last_minute_0": "2024-08-16",
        "window-0-last_minute_1": "23:59",
    }.items():
        keys.fill(name, text)
    keys.press("button", "Save")
    call = Call.objects.get(slug="2024")
    assert call.is_draft
    expect(page.get_by_text("It asks nothing yet.")).to_be_visible()
    take(page, "setting-up.png")

    page.goto(reverse("setup:form", args=[call.pk]))
    keys.press("link", "Add the first section")
    keys.type("Heading", "Your startup")
    keys.press("button", "Save")
    for label, kind in (("What is it called?", "Text"), ("Which open models do you use?", "Long text")):
        keys.press("link", "Add a question here")
        keys.press("link", kind)
        keys.type("Question", label)
        keys.press("button", "Save")
    expect(page.get_by_label("As founders see it on a phone")).to_contain_text(
        "Which open models do you use?"
    )
    take(page, "form-builder.png")

    page.goto(reverse("setup:rubric", args=[call.pk]))
    keys.press("link", "Add the first criterion")
    for name, weight in (("Use of open models", "40"), ("Team", "60")):
        keys.type("Criterion", name)
        keys.type("What reviewers ask themselves", "Are they the ones to do it?")
        keys.type("Weight, of a hundred", weight)
        keys.type("What a mark means optional", "0 = One cannot tell\n5 = Able people\n10 = Rarely better")
        keys.press("button", "Save")
        if weight == "40":
            keys.press("link", "Add a criterion")
    take(page, "rubric.png")

    page.goto(reverse("setup:call", args=[call.pk]))
    keys.press("button", "Open the call")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    call.refresh_from_db()
    assert not call.is_draft
