"""The truth bar in a real browser: it runs, turns at the deadline by itself, and is true again when a page comes back."""

import re
from datetime import timedelta

import factories
import factories_founder as founders
import pytest
from playwright.sync_api import expect

from accelerator import clock
from applications.applying import drafts, withdrawal
from applications.models import SubmitTicket


@pytest.fixture
def draft(open_call):
    return founders.make_draft(open_call)


def change(draft, now=factories.WHILE_OPEN, **answers):
    opened = founders.reread(draft)
    seen = drafts.marks(opened.answers)
    drafts.save_draft(opened, answers, by=draft.started_by, version=0, seen=seen, now=now)


def bar(page, words: str):
    """Waits until the bar says so to whoever looks at it."""
    said = (
        "words => document.querySelector('[data-truth-bar]').innerText.replace(/\\s+/g, ' ').includes(words)"
    )
    page.wait_for_function(said, arg=words)


def test_the_clock_runs_by_the_servers_time_whatever_the_device_says(visit, draft):
    clock.shift_to(factories.CLOSES_AT - timedelta(minutes=47, seconds=12))
    page = visit(draft.started_by, f"{draft.get_absolute_url()}team/")
    shown = page.locator("[data-countdown]")
    first = shown.inner_text()
    assert first.startswith(("in 00:47:", "in 00:46:"))
    page.wait_for_function(
        "first => document.querySelector('[data-countdown]').innerText !== first", arg=first
    )


def test_at_the_deadline_the_bar_turns_without_a_reload_and_without_a_connection(visit, draft):
    founders.submit(draft)
    change(draft, problem="Written at 23:59")
    clock.shift_to(factories.CLOSES_AT - timedelta(seconds=4))
    page = visit(draft.started_by, f"{draft.get_absolute_url()}team/")
    bar(page, "1 change is not in it")
    page.evaluate("window.stayed = true")
    page.context.set_offline(True)
    bar(page, "Closed: version 1 counts")
    expect(page.get_by_text("1 change did not get in")).to_be_visible()
    assert page.get_by_role("button", name="Submit now").is_hidden()
    assert page.locator("[data-countdown]").is_hidden()
    assert page.evaluate("window.stayed")
    page.context.set_offline(False)
    page.get_by_role("link", name="1 change did not get in").click()
    expect(page.get_by_label("Which problem do you solve?")).to_have_value("Written at 23:59")


def test_a_deadline_that_was_moved_meanwhile_opens_the_bar_again(visit, draft):
    clock.shift_to(factories.CLOSES_AT - timedelta(seconds=3))
    page = visit(draft.started_by, f"{draft.get_absolute_url()}team/")
    type(draft.call.window).objects.update(closes_at=factories.CLOSES_AT + timedelta(hours=1))
    bar(page, "Closed: nothing was submitted")
    bar(page, "closes in 00:59:")
    expect(page.get_by_role("button", name="Submit now")).to_be_visible()


def test_one_press_in_the_form_submits_and_a_later_change_is_told_and_submitted(visit, draft):
    page = visit(draft.started_by, draft.get_absolute_url(), width=390, height=844)
    page.get_by_role("button", name="Submit now").click()
    page.get_by_role("heading", name="Version 1 is in").wait_for()
    page.goto(draft.get_absolute_url())
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.get_by_label("Which problem do you solve?").fill("Notaries wait for days.")
    bar(page, "1 change is not in it")
    page.get_by_role("button", name="Submit now").click()
    page.get_by_role("heading", name="Version 2 is in").wait_for()
    assert founders.reread(draft).last_version.answers["problem"] == "Notaries wait for days."


def test_back_twice_and_submit_never_shows_yesterdays_receipt(visit, draft):
    """What people did: submit, change, go back two pages in the browser, submit again."""
    page = visit(draft.started_by, f"{draft.get_absolute_url()}submit/")
    page.get_by_role("button", name="Submit the application").click()
    page.get_by_role("heading", name="Version 1 is in").wait_for()
    page.get_by_role("link", name="Change the application").click()
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.get_by_label("Which problem do you solve?").fill("Changed after the receipt")
    page.go_back()
    bar(page, "1 change is not in it")
    page.go_back()
    page.get_by_role("heading", name="One change is not in version 1").wait_for()
    page.get_by_role("button", name="Submit the changes").click()
    page.get_by_role("heading", name="Version 2 is in").wait_for()
    assert founders.reread(draft).last_version.answers["problem"] == "Changed after the receipt"


def test_a_page_in_another_tab_is_true_again_when_one_comes_back_to_it(visit, draft):
    page = visit(draft.started_by, f"{draft.get_absolute_url()}submit/")
    founders.submit(draft)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_role("heading", name="This is what you submitted").wait_for()
    withdrawal.withdraw(draft, by=draft.started_by, now=factories.WHILE_OPEN)
    page.wait_for_timeout(5100)  # it asks at most every five seconds
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_role("heading", name="Papyrus is withdrawn").wait_for()


def test_a_bar_is_not_renewed_under_the_finger_that_presses_it(visit, draft):
    founders.submit(draft)
    change(draft, problem="Not in it")
    page = visit(draft.started_by, f"{draft.get_absolute_url()}team/")
    bar(page, "1 change is not in it")
    page.get_by_role("link", name="1 change is not in it").hover()
    page.mouse.down()
    change(draft, one_line="Nor this")
    with page.expect_response("**/bar/"):
        page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_timeout(100)
    page.mouse.up()
    expect(page).to_have_url(re.compile("/submit/#changes$"))


@pytest.mark.parametrize("place", ["team/", ""])
def test_submit_now_is_on_record_before_the_submit_has_its_turn(visit, draft, place):
    page = visit(draft.started_by, f"{draft.get_absolute_url()}{place}")
    page.evaluate("AbortSignal.timeout = () => new AbortController().signal")  # here nothing is too slow
    page.route(
        "**/submit/", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    with page.expect_response("**/ticket/") as told:
        page.get_by_role("button", name="Submit now").click()
    assert told.value.ok
    assert SubmitTicket.objects.get().draft_version == draft.draft_version
    assert not draft.submissions.exists()


def test_a_press_on_record_without_its_receipt_yet_is_not_called_lost(visit, draft):
    page = visit(draft.started_by, draft.get_absolute_url())
    page.route("**/submit/", lambda route: route.fulfill(status=503, headers={"Retry-After": "1"}, body=""))
    page.get_by_role("button", name="Submit now").click()
    expect(page.get_by_text("Your submit has reached us and is on record.").first).to_be_visible()
    expect(page.get_by_text("Not yet received")).to_have_count(0)
    page.unroute("**/submit/")
    expect(page.get_by_role("heading", name="Version 1")).to_be_visible(timeout=15_000)


def test_submit_now_saves_what_was_just_written_and_has_a_ticket_for_that(visit, draft):
    page = visit(draft.started_by, draft.get_absolute_url())
    page.get_by_label("Which problem do you solve?").fill("Written a second ago")
    page.get_by_role("button", name="Submit now").click()
    expect(page.get_by_role("heading", name="Version 1")).to_be_visible()
    version, ticket = draft.submissions.get(), SubmitTicket.objects.get()
    assert version.answers["problem"] == "Written a second ago"
    assert (ticket.key, ticket.stamped_at) == (version.idempotency_key, version.received_at)
