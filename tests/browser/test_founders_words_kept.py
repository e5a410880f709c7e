"""What a founder types outside the application itself outlives the line and the tab too."""

from datetime import timedelta

import factories
import factories_founder as founders
import pytest
from django.urls import reverse
from playwright.sync_api import expect

from applications.applying import asking, drafts, sealing
from applications.models import Application, ExtensionRequest

WHAT_WENT_WRONG = "The power was cut at 23:40."


def kept(page) -> None:
    page.locator(".saved", has_text="Kept on this device at").wait_for()


def press(page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def no_answer(page) -> None:
    page.locator(".saved", has_text="no answer came").wait_for()


def in_another_tab(page):
    other = page.context.new_page()
    other.set_default_timeout(8000)
    other.goto(page.url)
    page.close()
    return other


@pytest.fixture
def closed(open_call):
    application = founders.make_draft(open_call)
    sealing.seal_call(open_call, now=factories.CLOSES_AT + sealing.SEALED_AFTER)
    factories.at(factories.AFTER_CLOSE)
    return application


def test_a_message_from_the_closed_page_outlives_the_tab_and_a_dead_line(visit, closed):
    page = visit(closed.started_by, closed.get_absolute_url())
    page.get_by_label("What went wrong").fill(WHAT_WENT_WRONG)
    kept(page)
    page = in_another_tab(page)
    press(page, "Use these words")
    page.context.set_offline(True)
    press(page, "Send it to the managers")
    no_answer(page)
    expect(page.get_by_label("What went wrong")).to_have_value(WHAT_WENT_WRONG)
    page.context.set_offline(False)
    press(page, "Send it to the managers")
    page.get_by_text("We have your message.").wait_for()
    assert ExtensionRequest.objects.get().text == WHAT_WENT_WRONG


def test_a_message_that_a_co_founder_was_faster_with_stays_on_the_page(visit, closed):
    page = visit(closed.started_by, closed.get_absolute_url())
    page.get_by_label("What went wrong").fill(WHAT_WENT_WRONG)
    asking.ask(closed, text="No power here", by=closed.started_by, now=factories.AFTER_CLOSE)
    press(page, "Send it to the managers")
    page.get_by_text("That was not accepted.").wait_for()
    expect(page.get_by_label("What went wrong")).to_have_value(WHAT_WENT_WRONG)


def test_a_name_at_the_start_outlives_the_tab_also_when_another_team_is_asked(visit, open_call):
    factories.make_application(open_call)  # Papyrus, of somebody else
    start = reverse("applying:start_application", args=[open_call.programme.slug, open_call.slug])
    page = visit(factories.make_user(), start)
    page.get_by_label("What is the startup called?").fill("Papyrus")
    kept(page)
    page = in_another_tab(page)
    press(page, "Use these words")
    press(page, "Start the application")
    page.get_by_text("Another application of this call looks like this one.").wait_for()
    page.context.set_offline(True)
    press(page, "Ask to join that team")
    no_answer(page)
    page.context.set_offline(False)
    press(page, "Ask to join that team")
    page.get_by_text("We have told the other team that you ask.").wait_for()
    assert Application.objects.count() == 1


def test_an_answer_of_last_time_is_not_taken_on_a_dead_line_and_the_page_says_so(visit, open_call):
    earlier = founders.make_draft(open_call)
    founders.submit(earlier)
    year = timedelta(days=364)
    following = factories.make_call(
        open_call.programme,
        slug="2024",
        opens_at=factories.OPENS_AT + year,
        closes_at=factories.CLOSES_AT + year,
        starts_on=open_call.starts_on + year,
        ends_on=open_call.ends_on + year,
    )
    factories.at(factories.WHILE_OPEN + year)
    now = drafts.start(
        following,
        by=earlier.started_by,
        startup=earlier.startup,
        name="",
        now=factories.WHILE_OPEN + year,
    )
    page = visit(earlier.started_by, reverse("applying:last_time", args=[now.public_id]))
    problem = page.locator("#problem")
    page.context.set_offline(True)
    problem.get_by_role("button", name="Use this answer").click()
    no_answer(page)
    page.context.set_offline(False)
    problem.get_by_role("button", name="Use this answer").click()
    page.get_by_text("Taken over.").wait_for()
    assert founders.reread(now).answers["problem"] == factories.ANSWERS["problem"]
