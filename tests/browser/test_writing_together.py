"""In real browsers: two people in one draft, a phone that slept, a server that hangs, and mistakes said in time."""

import factories
import factories_founder as founders
import pytest
from django.db import transaction
from playwright.sync_api import expect

from accelerator.files import checking
from accelerator.models import TeamMember
from applications.applying import drafts, withdrawal
from applications.models import Application

PROBLEM = "Which problem do you solve?"
ONE_LINE = "In one line"
LATER = factories.WHILE_OPEN.replace(hour=18, minute=2)


@pytest.fixture
def draft(open_call):
    return founders.make_draft(open_call, answers={"problem": "", "one_line": ""})


@pytest.fixture
def karim(draft):
    user = factories.make_user("Karim Haddad")
    TeamMember.objects.create(startup=draft.startup, user=user, joined_at=factories.OPENS_AT)
    return user


def answers(draft) -> dict:
    return founders.reread(draft).answers


def save_as(person, draft, **words) -> None:
    """What this person saves somewhere else."""
    drafts.save_draft(
        founders.reread(draft), words, by=person, seen=drafts.marks(answers(draft)), now=factories.WHILE_OPEN
    )


def open_form(visit, person, draft, **options):
    page = visit(person, draft.get_absolute_url(), **options)
    page.get_by_label(PROBLEM).wait_for()
    page.wait_for_load_state("networkidle")  # it has asked once for what is new
    return page


def says(page, words: str, **options) -> None:
    page.locator("#saved").filter(has_text=words).wait_for(**options)


def saved(page):
    return page.expect_response(lambda answer: answer.request.method == "POST" and answer.status == 200)


def write(page, label: str, words: str) -> None:
    with saved(page):
        page.get_by_label(label).fill(words)
    says(page, "saved at")


def test_two_browsers_and_three_saves_lose_nothing(visit, draft, karim):
    phone, laptop = open_form(visit, draft.started_by, draft), open_form(visit, karim, draft)
    write(phone, PROBLEM, "Notaries wait for weeks.")
    write(laptop, ONE_LINE, "Reads land registers.")
    write(laptop, ONE_LINE, "Reads land registers at once.")
    write(phone, PROBLEM, "Notaries wait for weeks, and clients with them.")
    assert answers(draft)["problem"] == "Notaries wait for weeks, and clients with them."
    assert answers(draft)["one_line"] == "Reads land registers at once."
    expect(phone.get_by_label(ONE_LINE)).to_have_value("Reads land registers at once.")
    for page in (laptop, phone):
        expect(page.locator("[data-conflict]")).to_have_count(0)


def test_a_phone_that_slept_wakes_to_what_was_saved_meanwhile(visit, draft, karim):
    phone = open_form(visit, draft.started_by, draft, width=390)
    phone.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    for words in ("First.", "Second.", "Third."):
        save_as(karim, draft, problem=words)
    phone.wait_for_timeout(200)
    expect(phone.get_by_label(PROBLEM)).to_have_value("")
    phone.evaluate("Object.defineProperty(document, 'hidden', { value: false, configurable: true })")
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    phone.get_by_text("Karim Haddad, 10:00").wait_for()
    expect(phone.get_by_label(PROBLEM)).to_have_value("Third.")
    write(phone, ONE_LINE, "Written after the sleep.")
    assert answers(draft)["problem"] == "Third."


def test_words_of_others_come_by_themselves_with_their_name_and_never_into_a_touched_field(
    visit, draft, karim
):
    page = open_form(visit, draft.started_by, draft)
    page.route(
        "**/applications/**",
        lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
    )
    page.get_by_label(ONE_LINE).fill("Mine, not saved yet.")
    save_as(karim, draft, problem="From the train.", one_line="Karim's line.")
    page.get_by_text("Karim Haddad, 10:00").wait_for(timeout=15_000)
    expect(page.get_by_label(PROBLEM)).to_have_value("From the train.")
    expect(page.get_by_label(ONE_LINE)).to_have_value("Mine, not saved yet.")
    page.unroute("**/applications/**")
    page.get_by_label(ONE_LINE).press("End")
    page.get_by_label(ONE_LINE).press_sequentially(" Still mine.")
    page.get_by_text("Changed here and by somebody else").wait_for()
    assert answers(draft)["one_line"] == "Karim's line."


def hear_and_stay(page) -> None:
    """The page hears from the server, and the focus stays where it is."""
    with page.expect_response(lambda answer: "since=" in answer.url):
        page.evaluate("window.dispatchEvent(new Event('online'))")


def put_up_as(person, draft, name: str) -> None:
    checked = checking.check_pdf(founders.upload(name, founders.pdf()))
    drafts.attach_file(founders.reread(draft), "deck", checked, by=person, now=factories.at(LATER))


def test_a_file_of_a_co_founder_arrives_with_their_name_at_the_next_poll_and_the_next_save(
    visit, open_call, draft, karim
):
    bare = factories.make_application(open_call, draft.started_by, name="Kestrel", answers={"one_line": ""})
    TeamMember.objects.create(startup=bare.startup, user=karim, joined_at=factories.OPENS_AT)
    page = open_form(visit, draft.started_by, bare)
    put_up_as(karim, bare, "first.pdf")
    page.get_by_role("link", name="first.pdf").wait_for(timeout=15_000)
    expect(page.locator("[data-brought]")).to_have_text(["Karim Haddad, 19:02"])
    put_up_as(karim, bare, "second.pdf")
    write(page, ONE_LINE, "Written meanwhile.")
    page.locator(".field-file > .file").get_by_text("second.pdf").wait_for()
    expect(page.locator("[data-brought]")).to_have_text(["Karim Haddad, 19:02"])
    page.get_by_text("Replace it with another file").click()
    with page.expect_response(lambda answer: answer.url.endswith("/files/deck/")):
        page.locator('[type="file"]').set_input_files(
            {"name": "mine.pdf", "mimeType": "application/pdf", "buffer": founders.pdf()}
        )
    page.locator(".field-file > .file").get_by_text("mine.pdf").wait_for()
    expect(page.locator("[data-brought]")).to_have_count(0)


def test_a_file_of_a_co_founder_waits_while_one_chooses_a_file_oneself(visit, draft, karim):
    page = open_form(visit, draft.started_by, draft)
    page.get_by_text("Replace it with another file").click()
    page.locator('[type="file"]').focus()
    put_up_as(karim, draft, "theirs.pdf")
    hear_and_stay(page)
    expect(page.get_by_role("link", name="theirs.pdf")).to_have_count(0)
    page.evaluate("document.activeElement.blur()")
    page.get_by_role("link", name="theirs.pdf").wait_for(timeout=15_000)


def test_a_conflict_shows_both_texts_and_whose_they_are_and_theirs_can_be_given_back(visit, draft, karim):
    page = open_form(visit, draft.started_by, draft)
    page.evaluate("document.activeElement.blur()")
    save_as(karim, draft, problem="Karim wrote this.")
    page.get_by_label(PROBLEM).fill("I wrote that.")
    notice = page.locator("[data-conflict]")
    notice.wait_for()
    assert notice.locator("[data-theirs]").inner_text() == "Karim wrote this."
    assert notice.locator("[data-mine]").inner_text() == "I wrote that."
    expect(notice.get_by_text("Karim Haddad, 10:00", exact=True)).to_be_visible()
    notice.get_by_role("button", name="Take theirs").click()
    expect(page.get_by_label(PROBLEM)).to_have_value("Karim wrote this.")
    with saved(page):
        notice.get_by_role("button", name="Put mine back").click()
    says(page, "saved at")
    assert answers(draft)["problem"] == "I wrote that."
    kept = founders.reread(draft).earlier_answers.filter(key="problem").values_list("value", flat=True)
    assert set(kept) >= {"Karim wrote this."}


def test_who_else_is_here_is_shown_by_initials(visit, draft, karim):
    open_form(visit, karim, draft)
    page = open_form(visit, draft.started_by, draft)
    page.locator("[data-here] li", has_text="KH").wait_for()
    assert page.locator("[data-here] li").get_attribute("title") == "Karim Haddad"


def test_a_server_that_hangs_is_said_and_blocks_no_later_save(visit, draft):
    page = open_form(visit, draft.started_by, draft)
    with transaction.atomic():
        Application.objects.select_for_update().get(pk=draft.pk)  # whoever saves waits for us
        page.get_by_label(PROBLEM).fill("Written while nobody answers")
        page.locator("#saved", has_text="Saving…").wait_for()
        says(page, "Not saved since", timeout=20_000)
        assert "no connection" in page.locator("#saved").inner_text()
    says(page, "saved at", timeout=20_000)
    assert answers(draft)["problem"] == "Written while nobody answers"


def test_a_save_that_arrived_without_an_answer_is_no_conflict_with_oneself(visit, draft):
    page = open_form(visit, draft.started_by, draft)

    def arrive(route):
        """The server has it, and the answer is lost."""
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/applications/**", arrive)
    page.get_by_label(PROBLEM).fill("Half a thought")
    says(page, "no connection")
    page.get_by_label(PROBLEM).fill("Half a thought, and the other half")
    page.unroute("**/applications/**")
    says(page, "saved at", timeout=20_000)
    assert answers(draft)["problem"] == "Half a thought, and the other half"
    expect(page.locator("[data-conflict]")).to_have_count(0)


def test_the_line_never_says_saved_over_something_unsaved(visit, draft):
    page = open_form(visit, draft.started_by, draft)
    write(page, PROBLEM, "Saved once.")
    page.get_by_label(PROBLEM).press_sequentially(" And more")
    assert page.locator("#saved").inner_text().startswith("Not saved since")
    says(page, "saved at")


def test_a_mistake_is_said_after_leaving_the_field_and_goes_when_it_is_mended(visit, draft):
    page = open_form(visit, draft.started_by, draft)
    problem = page.get_by_label(PROBLEM)
    with saved(page):
        problem.fill("word " * 60)
    page.wait_for_timeout(300)
    assert page.locator(".field-errors").count() == 0  # still writing
    page.get_by_label(ONE_LINE).focus()
    error = page.locator("#id_problem_error")
    error.get_by_text("Please cut 10 of them.").wait_for()
    assert problem.get_attribute("aria-invalid") == "true"
    assert "id_problem_error" in problem.get_attribute("aria-describedby")
    expect(page.get_by_role("status").filter(has_text="Please cut 10 of them.")).to_have_count(1)
    page.get_by_role("link", name="One answer needs a change").click()
    label = page.locator("label", has_text=PROBLEM)
    assert 0 <= label.bounding_box()["y"] < 700
    problem.fill("Few words.")
    error.wait_for(state="detached")
    assert problem.get_attribute("aria-invalid") is None
    assert page.locator("[data-error-summary]").is_hidden()


def test_the_line_is_in_sight_above_a_keyboard(visit, draft):
    page = open_form(visit, draft.started_by, draft, width=390, height=430)
    page.get_by_label(PROBLEM).focus()
    box = page.locator("#saved").bounding_box()
    assert box["y"] > 0
    assert box["y"] + box["height"] <= 430
    assert box["height"] < 60


def test_a_call_that_closes_and_opens_again_is_saved_again(visit, draft):
    page = open_form(visit, draft.started_by, draft)
    factories.at(factories.CLOSES_AT)
    page.get_by_label(PROBLEM).fill("A minute too late")
    says(page, "kept on this device and stays on this page, for copying")
    factories.at(factories.WHILE_OPEN)  # as after an extension
    says(page, "saved at", timeout=25_000)
    assert answers(draft)["problem"] == "A minute too late"


def test_a_space_at_the_end_is_neither_unsaved_nor_offered(visit, draft):
    page = open_form(visit, draft.started_by, draft)
    write(page, PROBLEM, "Notaries wait for weeks.  \n")
    page.reload()
    page.get_by_label(PROBLEM).wait_for()
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-kept]")).to_have_count(0)
    assert answers(draft)["problem"] == "Notaries wait for weeks."


def test_a_page_that_stayed_open_over_withdrawal_and_reopening_goes_on_saving(visit, draft):
    page = open_form(visit, draft.started_by, draft)
    withdrawal.withdraw(founders.reread(draft), by=draft.started_by, now=factories.WHILE_OPEN)
    page.get_by_label(PROBLEM).fill("Written while it was withdrawn")
    says(page, "withdrawn")
    withdrawal.reopen(founders.reread(draft), by=draft.started_by, now=factories.WHILE_OPEN)
    page.get_by_label(PROBLEM).press_sequentially(", and after")
    says(page, "saved at")
    assert answers(draft)["problem"] == "Written while it was withdrawn, and after"
