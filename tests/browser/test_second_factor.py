"""The second factor in a real browser: a passkey from a virtual device, and an app that a manager must set up."""

import re

import factories
import pytest
from playwright.sync_api import expect


@pytest.fixture
def device():
    """`device(page)` gives the page's browser a device that keeps passkeys and always says yes."""

    def plug_in(page):
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return session, made["authenticatorId"]

    return plug_in


@pytest.fixture
def manager(settings):
    """A manager where the second factor is required, as it is outside a rehearsal."""
    settings.SECOND_FACTOR_REQUIRED = True
    factories.at(factories.REVIEWING)
    return factories.make_manager(factories.make_call().programme)


def test_a_manager_adds_a_passkey_signs_out_and_signs_in_with_it_alone(manager, visit, device):
    page = visit(manager, "/admin/")
    expect(page).to_have_url(re.compile("/accounts/2fa/$"))
    expect(page.get_by_text("Managers and reviewers need one.")).to_be_visible()
    device(page)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("What do you call it?").fill("My phone")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("The passkey is added.")).to_be_visible(timeout=15_000)
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_text("My phone").first).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: "/2fa/" not in url)
    page.goto("/accounts/login/?next=/admin/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(re.compile("/admin/$"))


def test_a_passkey_that_does_not_work_is_said_on_the_page(manager, visit, device):
    page = visit(manager, "/accounts/2fa/webauthn/add/")
    session, authenticator = device(page)
    session.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    expect(page.get_by_text("That did not work.")).to_be_hidden()
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("That did not work.")).to_be_visible()


def digits(secret: str) -> str:
    return factories.code_of_app(secret)


def test_the_dashboard_opens_to_a_manager_once_an_app_is_set_up(manager, visit):
    page = visit(manager, "/admin/")
    expect(page).to_have_url(re.compile("/accounts/2fa/$"))
    page.get_by_role("link", name="Set up an app").click()
    page.get_by_label("The six digits").fill("000000")
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_text("That is not the code.")).to_be_visible()
    secret = page.locator(".secret").inner_text()
    page.get_by_label("The six digits").fill(digits(secret))
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    expect(page.locator(".codes li")).to_have_count(10)
    page.goto("/admin/")
    expect(page).to_have_url(re.compile("/admin/$"))
