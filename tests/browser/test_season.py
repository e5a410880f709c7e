"""The whole season in a browser: one startup from its sign-up to the first session that its mentor logs."""

import re
from datetime import UTC, datetime, time

import factories
import factories_cohort
import factories_founder as founders
import pytest

from accelerator.messages import seals
from accelerator.messages.reminders import tick
from accelerator.models import OutboxMessage, User
from applications.models import Application, Review
from mentoring.models import MentoringSession

PHONE = 390
SELECTION_DAY = datetime(2023, 12, 21, 9, tzinfo=UTC)
MONDAY_OF_THE_SECOND_WEEK = factories_cohort.JANUARY
TUESDAY_EVENING = datetime(2024, 1, 16, 18, tzinfo=UTC)


@pytest.fixture
def small_call():
    """One seat, one review for each application; the clock stands three days before the deadline."""
    factories.at(factories.WHILE_OPEN)
    return factories.make_call(seats=1, reserve=1, reviews_per_application=1)


def code_sent_to(email: str) -> str:
    """The code from the mail, which no page shows outside a rehearsal."""
    mail = OutboxMessage.objects.filter(to_email=email).latest("pk")
    return re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", seals.opened(mail.text.encode()).decode(), re.M).group(1)


def press(page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def sign_up(page, name: str, email: str) -> None:
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail address").fill(email)
    press(page, "Send me a code")
    page.get_by_role("heading", name="We sent you a code").wait_for()
    page.get_by_label("Code").fill(code_sent_to(email))
    press(page, "Go on")


def apply(page) -> None:
    """On a phone: from the public page to the receipt."""
    page.get_by_role("link", name="Start an application").first.click()
    sign_up(page, "Maëlle Quéré", "maelle@maree-basse.example")
    page.get_by_label("What is the startup called?").fill("Marée Basse")
    press(page, "Start the application")
    page.get_by_label("Country").select_option("FR")
    page.get_by_label("In one line").fill("Tide tables that a harbour can talk to")
    page.get_by_label("Which problem do you solve?").fill("Harbours read the water from paper.")
    page.get_by_label("How many are you?").fill("3")
    page.get_by_label("Language").check()
    page.get_by_label("Your deck").set_input_files(
        {"name": "maree-basse.pdf", "mimeType": "application/pdf", "buffer": founders.pdf(3)}
    )
    page.get_by_role("link", name="maree-basse.pdf").wait_for()
    page.get_by_label("I have read the privacy notice").check()
    press(page, "Check")
    press(page, "Submit the application")
    page.get_by_role("heading", name="Version 1 is in").wait_for()


def screen_and_assign(page, call) -> None:
    page.goto(f"/admin/calls/{call.pk}/screening/")
    page.get_by_role("main").get_by_role("link", name="Marée Basse").click()
    page.get_by_label("It builds on an open model").check()
    page.get_by_label("Eligible", exact=True).check()
    press(page, "Save and next")
    page.get_by_text("Marée Basse: eligible.").wait_for()
    page.goto(f"/admin/calls/{call.pk}/assignment/")
    press(page, "Apply this plan")
    page.get_by_text("Everything is assigned as planned.").wait_for()


def review(page) -> None:
    """With the keyboard alone, once the page is open."""
    page.get_by_role("link", name="Marée Basse").click()
    page.get_by_label("No, I can judge it freely").check()
    press(page, "Go on")
    page.locator("[data-scale] input").first.focus()
    for key in ("8", "ArrowDown", "x", "Control+Enter"):
        page.keyboard.press(key)
    page.get_by_text("Your review of Marée Basse is in.").wait_for()


def choose_and_release(page, call) -> None:
    page.goto(f"/admin/calls/{call.pk}/selection/")
    press(page, "Pick")
    page.get_by_text("Nobody outside sees it before the release.").wait_for()
    page.goto(f"/admin/calls/{call.pk}/letters/")
    press(page, "Prepare the letters")
    page.get_by_role("link", name="Release…").click()
    press(page, "Release without terms")
    page.get_by_text("Published").first.wait_for()


def accept(page) -> None:
    page.goto("/applications/")
    page.get_by_role("main").locator('a[href*="/offers/"]').first.click()
    page.get_by_label("All of us agree").check()
    page.get_by_label("Your full name").fill("Lena Aubry")
    press(page, "Accept the place")
    page.get_by_text("You are in. Welcome.").wait_for()


def book(page) -> None:
    page.goto("/mentoring/mentors/")
    page.get_by_role("link", name="Hélène Kervella").click()
    page.locator("ol.slots a").first.click()
    page.get_by_label("What is it about?").fill("How do we price a tide?")
    press(page, "Book for Marée Basse")
    page.get_by_text("Booked. The invitation is on its way to both of you.").wait_for()


def log(page) -> None:
    page.get_by_role("link", name="Log it").click()
    page.get_by_label("Notes, shared with the startup").fill("By the harbour, not by the tide.")
    page.get_by_label("To do until next time").fill("Ask three harbour masters")
    press(page, "Log it")
    page.get_by_text("Logged. Thank you.").wait_for()


def test_a_startup_walks_from_sign_up_to_its_first_logged_session(visit, small_call):
    manager = factories.make_manager(small_call.programme)
    reviewer = factories.make_reviewer(small_call, "Ada Stern")

    on_the_phone = visit(None, "/", width=PHONE)
    apply(on_the_phone)
    founder = User.objects.get(email="maelle@maree-basse.example")

    factories.at(factories.AFTER_CLOSE)
    tick()
    assert Application.objects.get().is_sealed
    at_the_desk = visit(manager, "/admin/")
    screen_and_assign(at_the_desk, small_call)

    factories.at(factories.REVIEWING)
    review(visit(reviewer.user, "/admin/review/"))
    assert float(Review.objects.get().total) == 8.8  # 60 % of 8 and 40 % of 10

    factories.at(SELECTION_DAY)
    choose_and_release(at_the_desk, small_call)
    accept(on_the_phone)

    factories_cohort.make_mentor(small_call, "Hélène Kervella", hours=[(1, time(14), time(15))])
    factories.at(MONDAY_OF_THE_SECOND_WEEK)
    book(on_the_phone)
    session = MentoringSession.objects.get()
    assert session.booked_by == founder

    factories.at(TUESDAY_EVENING)
    log(visit(session.mentor.user, "/mentoring/sessions/", width=PHONE))
    session.refresh_from_db()
    assert session.is_held
    assert session.log.minutes == 45
