"""In a real browser: a calendar by keys and on a phone, and a session logged from the mail in three screens at most."""

from datetime import timedelta
from urllib.parse import urlsplit

import access_states
import pytest
from factories_cohort import TUESDAY_14H, make_membership, make_mentor, make_session
from playwright.sync_api import expect

from accelerator import clock
from accelerator.messages import delivery, one_links, reminders
from accelerator.models import OutboxMessage

AFTER = TUESDAY_14H + timedelta(hours=3)
NOTES = "Ten recordings; sort the worst."
TAPS_AND_SIGNS = 40


@pytest.fixture
def cast():
    return access_states.build("cohort")


@pytest.fixture
def link(open_call):
    """Where the mail after the session leads its mentor."""
    session = make_session(make_mentor(open_call, "Rachel Osei"), make_membership(open_call))
    clock.freeze(AFTER)
    reminders.tick()
    delivery.deliver()
    mail = OutboxMessage.objects.get(kind="mentoring.log_session")
    [declared] = one_links.declared[mail.kind]
    path = urlsplit(declared.instead_of(mail)).path
    assert path
    session.path = f"/mentoring/by-link/log/{one_links.token(mail, declared.route)}/"
    return session


def test_keys_lead_through_a_calendar(visit, cast):
    page = visit(cast.founder, "/calendar/")
    expect(page.locator(".lead")).to_have_text("March 2024")
    page.keyboard.press("j")
    expect(page.locator(".lead")).to_have_text("April 2024")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".lead")).to_have_text("March 2024")
    page.keyboard.press("k")
    expect(page.locator(".lead")).to_have_text("February 2024")
    page.keyboard.press("t")
    expect(page.locator(".lead")).to_have_text("March 2024")
    page.keyboard.press("w")
    expect(page.locator(".lead")).to_have_text("11 – 17 March 2024")
    page.keyboard.press("a")
    expect(page.locator(".lead")).to_have_text("12 March – 8 April 2024")


def test_on_a_phone_and_on_paper_a_month_is_what_can_be_read_there(visit, cast):
    page = visit(cast.founder, "/calendar/?on=2024-01-16", width=390, height=844)
    expect(page.locator(".month-grid")).to_be_hidden()
    expect(page.locator(".agenda")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.emulate_media(media="print")
    expect(page.locator(".month-grid")).to_be_visible()
    expect(page.locator(".calendar-ways")).to_be_hidden()


def test_from_the_mail_to_logged_on_a_phone_without_signing_in(visit, link):
    screens = 1
    page = visit(None, link.path, width=390, height=844)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_label("Notes, shared with the startup").fill(NOTES)
    page.get_by_role("button", name="Log it").click()
    page.get_by_role("heading", name="It is done. Thank you.").wait_for()
    screens += 1
    taps = 3  # the link in the mail, the field, the button
    assert screens <= 3
    assert taps + len(NOTES) <= TAPS_AND_SIGNS
    link.refresh_from_db()
    assert link.is_held
    assert link.log.notes == NOTES


def test_a_reload_of_the_page_of_a_link_loses_no_word(visit, link):
    page = visit(None, link.path, width=390, height=844)
    page.get_by_label("Notes, shared with the startup").fill(NOTES)
    page.locator(".saved", has_text="Kept on this device at").wait_for()
    page.reload()
    field = page.get_by_label("Notes, shared with the startup")
    notice = page.locator("[data-kept]")
    if field.input_value() != NOTES:
        notice.get_by_role("button", name="Use these words").click()
    expect(field).to_have_value(NOTES)
    page.get_by_role("button", name="Log it").click()
    page.get_by_role("heading", name="It is done. Thank you.").wait_for()
    link.refresh_from_db()
    assert link.log.notes == NOTES
