"""In a real browser the words of reviewers, managers and mentors outlive the line, the sign-in and the tab."""

import factories
import pytest
from browser_sessions import session_cookie
from playwright.sync_api import expect

from applications.models import Review
from applications.reviewing import reviews

FOR_PANEL = "Careful founders, and a market that is there."


@pytest.fixture
def assignment(open_call):
    application = factories.make_application(open_call, eligible=True)
    factories.at(factories.REVIEWING)
    given = factories.assign(factories.make_reviewer(open_call), application)
    reviews.begin(given, by=given.reviewer.user, now=factories.AFTER_CLOSE)
    return given


@pytest.fixture
def scoring(visit, assignment):
    """The reviewer's scoring page, with some marks and a comment typed into it."""
    page = visit(assignment.reviewer.user, f"/admin/review/{assignment.public_id}/")
    page.locator('[data-scale] input[value="7"]').first.check()
    page.get_by_label("For the panel").fill(FOR_PANEL)
    page.locator(".saved", has_text="Kept on this device at").wait_for()
    return page


def kept_notice(page):
    return page.locator("[data-kept]")


def press(page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).last.click()


def marks(assignment) -> list[int]:
    return list(Review.objects.get(assignment=assignment).scores.values_list("value", flat=True))


def in_another_tab(page):
    other = page.context.new_page()
    other.set_default_timeout(8000)
    other.goto(page.url)
    return other


def test_a_review_outlives_its_tab_and_is_offered_word_by_word(scoring, assignment):
    context, url = scoring.context, scoring.url
    scoring.close()
    page = context.new_page()
    page.goto(url)
    notice = kept_notice(page)
    notice.get_by_text("This device kept words that were not sent").wait_for()
    assert notice.locator("ins").all_inner_texts() == ["7", FOR_PANEL]
    expect(page.get_by_label("For the panel")).to_have_value("")
    press(page, "Use these words")
    expect(page.get_by_label("For the panel")).to_have_value(FOR_PANEL)
    press(page, "Save")
    page.get_by_text("Saved as a draft.").wait_for()
    assert marks(assignment) == [7]
    expect(page.get_by_text("draft saved")).to_be_visible()
    expect(kept_notice(page)).to_have_count(0)


def test_what_was_thrown_away_can_be_brought_back_also_after_a_reload(scoring):
    page = in_another_tab(scoring)
    scoring.close()
    press(page, "Throw them away")
    press(page, "Bring them back")
    expect(page.get_by_role("button", name="Use these words")).to_be_visible()
    press(page, "Throw them away")
    page.get_by_text("Thrown away.", exact=False).first.wait_for()
    page.reload()
    press(page, "Bring them back")
    press(page, "Use these words")
    expect(page.get_by_label("For the panel")).to_have_value(FOR_PANEL)


def test_a_press_on_a_dead_line_leaves_the_page_and_its_words(scoring, assignment):
    scoring.context.set_offline(True)
    press(scoring, "Save")
    scoring.locator(".saved", has_text="no answer came").wait_for()
    expect(scoring.get_by_label("For the panel")).to_have_value(FOR_PANEL)
    scoring.context.set_offline(False)
    press(scoring, "Save")
    scoring.get_by_text("Saved as a draft.").wait_for()
    assert marks(assignment) == [7]


def test_a_server_that_never_answers_is_given_ten_seconds(scoring):
    scoring.route("**/admin/review/**", lambda route: None)
    press(scoring, "Save")
    scoring.locator(".saved", has_text="no answer came").wait_for(timeout=15_000)
    expect(scoring.get_by_label("For the panel")).to_have_value(FOR_PANEL)


def test_a_reviewer_whose_sign_in_has_run_out_goes_on_after_signing_in_again(
    scoring, assignment, live_server
):
    scoring.context.clear_cookies()
    press(scoring, "Save")
    scoring.locator(".saved", has_text="you are signed out").wait_for()
    scoring.context.add_cookies([session_cookie(assignment.reviewer.user, live_server.url)])
    press(scoring, "Save")
    scoring.get_by_text("Saved as a draft.").wait_for()
    assert marks(assignment) == [7]


def test_somebody_else_on_the_same_device_is_offered_nothing(scoring, assignment, live_server):
    other = factories.make_reviewer(assignment.application.call, "Paul")
    theirs = factories.assign(other, assignment.application)
    reviews.begin(theirs, by=other.user, now=factories.REVIEWING)
    scoring.context.clear_cookies()
    scoring.context.add_cookies([session_cookie(other.user, live_server.url)])
    scoring.goto(f"/admin/review/{theirs.public_id}/")
    scoring.get_by_label("For the panel").wait_for()
    scoring.goto(f"/admin/review/{theirs.public_id}/conflict/")
    expect(kept_notice(scoring)).to_have_count(0)


def test_a_review_with_marks_missing_is_kept_while_the_page_says_so(scoring, assignment):
    press(scoring, "Save and next")
    scoring.get_by_text("Some scores are missing.").wait_for()
    expect(scoring.get_by_label("For the panel")).to_have_value(FOR_PANEL)
    page = in_another_tab(scoring)
    kept_notice(page).get_by_text(FOR_PANEL).wait_for()


def test_white_space_at_the_end_is_no_reason_to_ask(scoring, assignment):
    press(scoring, "Save")
    scoring.get_by_text("Saved as a draft.").wait_for()
    scoring.get_by_label("For the panel").fill(f"{FOR_PANEL} \n ")
    page = in_another_tab(scoring)
    page.get_by_label("For the panel").wait_for()
    page.wait_for_load_state("networkidle")
    expect(kept_notice(page)).to_have_count(0)


def test_signing_out_asks_while_words_are_unsent_and_deletes_them(visit, scoring, assignment, live_server):
    scoring.goto("/accounts/logout/")
    press(scoring, "Sign out")
    dialog = scoring.get_by_role("dialog")
    dialog.get_by_role("link", name=str(assignment.application)).wait_for()
    press(scoring, "Stay signed in")
    expect(scoring.get_by_role("dialog")).to_have_count(0)
    press(scoring, "Sign out")
    press(scoring, "Sign out and delete them")
    scoring.wait_for_url(f"{live_server.url}/")
    scoring.context.add_cookies([session_cookie(assignment.reviewer.user, live_server.url)])
    scoring.goto(f"/admin/review/{assignment.public_id}/")
    scoring.wait_for_load_state("networkidle")
    expect(kept_notice(scoring)).to_have_count(0)


def test_a_verdict_outlives_a_closed_tab(visit, open_call):
    manager = factories.make_manager(open_call.programme)
    application = factories.make_application(open_call, sealed=True)
    factories.at(factories.REVIEWING)
    page = visit(manager, f"/admin/calls/{open_call.pk}/screening/{application.public_id}/")
    page.get_by_label("Reason").fill("The company is not registered yet.")
    page.locator(".saved", has_text="Kept on this device at").wait_for()
    page = in_another_tab(page)
    press(page, "Use these words")
    page.get_by_label("Not eligible").check()
    press(page, "Save and next")
    page.get_by_text("Papyrus: not eligible.").wait_for()
    application.refresh_from_db()
    assert application.eligibility_reason == "The company is not registered yet."
