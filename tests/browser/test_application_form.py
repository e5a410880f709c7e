"""In a real browser no typed word is lost: not with the connection, the sign-in, the page, or a co-founder writing too."""

import factories
import factories_founder as founders
import pytest
from browser_sessions import session_cookie

from applications.applying import drafts

SAVED = "Draft saved at"


@pytest.fixture
def draft(open_call):
    return founders.make_draft(open_call)


def answer(draft, key="problem"):
    return founders.reread(draft).answers.get(key)


def says(page, words: str) -> None:
    """The line at the foot says so."""
    page.locator("#saved").filter(has_text=words).wait_for()


def write(page, words: str, label="Which problem do you solve?") -> None:
    page.get_by_label(label).fill(words)


def test_what_is_written_saves_itself_and_the_counter_counts(visit, draft):
    page = visit(draft.started_by, draft.get_absolute_url())
    with page.expect_response(lambda response: response.request.method == "POST") as told:
        write(page, "Notaries wait for weeks.")
        assert page.get_by_text("4 of 50 words").is_visible()
    assert told.value.status == 200
    says(page, SAVED)
    assert answer(draft) == "Notaries wait for weeks."
    page.reload()
    assert page.get_by_label("Which problem do you solve?").input_value() == "Notaries wait for weeks."
    assert page.locator("[data-kept]").count() == 0


def test_a_lost_connection_costs_no_word(visit, draft):
    page = visit(draft.started_by, draft.get_absolute_url())
    page.context.set_offline(True)
    write(page, "Written on a train")
    says(page, "no connection")
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.context.set_offline(False)
    says(page, SAVED)
    assert answer(draft) == "Written on a train"


def test_a_page_closed_without_a_connection_offers_the_words_again(visit, draft):
    page = visit(draft.started_by, draft.get_absolute_url())
    context = page.context
    page.evaluate(
        "() => void (window.fetch = () => Promise.reject(new TypeError('no line')))"
    )  # also while it closes
    write(page, "Written just before the battery died")
    says(page, "no connection")
    page.close()
    page = context.new_page()
    page.goto(draft.get_absolute_url())
    assert answer(draft) != "Written just before the battery died"
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.get_by_role("button", name="Use these words").click()
    says(page, SAVED)
    assert answer(draft) == "Written just before the battery died"


def test_an_expired_sign_in_costs_no_word(visit, draft, live_server):
    page = visit(draft.started_by, draft.get_absolute_url())
    page.context.clear_cookies()
    write(page, "Written after a long lunch")
    says(page, "you are signed out")
    page.context.add_cookies([session_cookie(draft.started_by, live_server.url)])
    with page.expect_response(lambda response: response.request.method == "POST" and response.status == 200):
        write(page, "Written after a long lunch, and coffee")
    says(page, SAVED)
    assert answer(draft) == "Written after a long lunch, and coffee"


def test_two_founders_in_one_answer_choose_what_stands(visit, draft):
    page = visit(draft.started_by, draft.get_absolute_url())
    page.wait_for_load_state("networkidle")  # it has asked once for what is new
    opened = founders.reread(draft)
    drafts.save_draft(
        draft,
        {"problem": "Theirs"},
        by=draft.started_by,
        version=opened.draft_version,
        now=factories.WHILE_OPEN,
    )
    write(page, "Mine")
    page.get_by_text("Changed here and by somebody else").wait_for()
    assert answer(draft) == "Theirs"
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.get_by_role("button", name="Keep mine").click()
    says(page, SAVED)
    assert answer(draft) == "Mine"


def test_a_chosen_file_goes_up_at_once_and_a_wrong_one_is_refused_in_place(visit, draft):
    page = visit(draft.started_by, draft.get_absolute_url())
    page.get_by_text("Replace it with another file").click()
    wrong = {"name": "deck.pdf", "mimeType": "application/pdf", "buffer": b"<html>"}
    page.get_by_label("Your deck").set_input_files(wrong)
    page.locator(".field-errors", has_text="This is not a PDF.").wait_for()
    page.get_by_text("Replace it with another file").click()
    right = {"name": "better.pdf", "mimeType": "application/pdf", "buffer": founders.pdf(4)}
    page.get_by_label("Your deck").set_input_files(right)
    page.get_by_role("link", name="better.pdf").wait_for()
    assert draft.attachments.get(replaced_at=None).file.pages == 4


def choose(page, name: str) -> None:
    page.get_by_text("Replace it with another file").click()
    deck = {"name": name, "mimeType": "application/pdf", "buffer": founders.pdf(3)}
    page.get_by_label("Your deck").set_input_files(deck)


def test_a_file_goes_up_once_the_line_is_back_and_has_a_line_of_its_own(visit, draft):
    page = visit(draft.started_by, draft.get_absolute_url())
    page.route("**/files/**", lambda route: route.abort())
    choose(page, "better.pdf")
    state = page.locator("[data-upload-state]")
    state.filter(has_text="better.pdf is not up yet: no connection").wait_for()
    write(page, "Words go their own way")
    says(page, SAVED)
    assert "better.pdf is not up yet" in state.inner_text()
    page.unroute("**/files/**")
    page.get_by_role("link", name="better.pdf").wait_for(timeout=15_000)
    assert draft.attachments.get(replaced_at=None).file.name == "better.pdf"


def test_a_file_that_is_too_large_is_said_so_before_anything_is_sent(visit, draft):
    page = visit(draft.started_by, draft.get_absolute_url())
    sent = []
    page.on("request", lambda request: sent.append(request.url) if "/files/" in request.url else None)
    page.evaluate("document.getElementById('id_deck').dataset.maxBytes = 100")
    choose(page, "large.pdf")
    state = page.locator("[data-upload-state]")
    state.filter(has_text="large.pdf was not sent. This file is larger than").wait_for()
    assert sent == []


def test_leaving_while_a_file_goes_up_asks_first(visit, draft):
    page = visit(draft.started_by, draft.get_absolute_url())
    page.route("**/files/**", lambda route: None)
    choose(page, "slow.pdf")
    page.locator("[data-upload-state]").filter(has_text="slow.pdf").wait_for()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/applications/")
    assert asked == ["beforeunload"]


def test_everything_works_without_javascript(visit, draft):
    page = visit(draft.started_by, draft.get_absolute_url(), java_script_enabled=False)
    write(page, "Typed into a plain page")
    page.get_by_text("Replace it with another file").click()
    page.get_by_label("Your deck").set_input_files(
        {"name": "plain.pdf", "mimeType": "application/pdf", "buffer": founders.pdf(2)}
    )
    page.get_by_role("button", name="Check", exact=True).click()
    page.get_by_role("heading", name="Ready to submit").wait_for()
    page.get_by_role("button", name="Submit the application").click()
    page.get_by_role("heading", name="Version 1 is in").wait_for()
    version = founders.reread(draft).last_version
    assert version.answers["problem"] == "Typed into a plain page"
    assert version.content["files"][0]["name"] == "plain.pdf"


def test_a_page_left_open_over_the_deadline_keeps_what_was_typed(visit, draft):
    page = visit(draft.started_by, draft.get_absolute_url())
    factories.at(factories.CLOSES_AT)
    write(page, "A minute too late")
    says(page, "The call closed on Friday 1 December 2023, 23:59 Paris time")
    page.get_by_role("button", name="Save draft").click()
    page.get_by_text("it is not part of the application").wait_for()
    assert page.get_by_label("Which problem do you solve?").input_value() == "A minute too late"


@pytest.mark.parametrize("width", [1440, 390])
def test_the_founders_pages_fit_the_screen_and_pass_axe(visit, draft, width):
    from axe_playwright_python.sync_playwright import Axe

    version = founders.submit(draft)
    page = visit(draft.started_by, width=width)
    paths = [
        "/applications/",
        draft.get_absolute_url(),
        f"{draft.get_absolute_url()}submit/",
        f"{draft.get_absolute_url()}receipts/{version.number}/",
        f"{draft.get_absolute_url()}team/",
        f"{draft.get_absolute_url()}withdraw/",
        "/apply/ai-startup-program/2023/",
    ]
    found = {}
    for path in paths:
        assert page.goto(path).ok, path
        broken = [v["id"] for v in Axe().run(page, options={"preload": False}).response["violations"]]
        too_wide = page.evaluate("document.documentElement.scrollWidth") > width
        if broken or too_wide:
            found[path] = (broken, too_wide)
    assert not found
