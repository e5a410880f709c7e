"""After signing out nothing is left on the screen, whichever way one goes back."""

import re

import factories
import pytest
from playwright.sync_api import expect

WORDS = "Notaries wait weeks for an extract."


@pytest.fixture
def draft():
    factories.at(factories.WHILE_OPEN)
    return factories.make_application(factories.make_call())


@pytest.mark.parametrize("width", [1440, 390])
def test_public_cases_14_back_shows_nothing_after_signing_out(draft, visit, width):
    founder = draft.startup.members.get().user
    page = visit(founder, draft.get_absolute_url(), width=width)
    expect(page.get_by_label("Which problem do you solve?")).to_have_value(WORDS)
    page.goto("/account/")
    page.go_back()
    expect(page.get_by_label("Which problem do you solve?")).to_have_value(WORDS)
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url(lambda url: "/applications/" not in url)
    page.go_back()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    assert WORDS not in page.content()


def test_a_device_that_is_signed_out_elsewhere_shows_nothing_more(draft, visit):
    founder = draft.startup.members.get().user
    here, there = visit(founder, "/account/devices/"), visit(founder, draft.get_absolute_url())
    here.reload()
    here.get_by_role("button", name="Sign out everywhere else").click()
    expect(here.get_by_text("Signed out on 1 other device.")).to_be_visible()
    there.goto("/account/")
    expect(there).to_have_url(re.compile("/accounts/login/"))
