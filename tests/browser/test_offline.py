"""In a real browser without a network: our own page with what was typed, and a Submit that says it is not received."""

import factories
import factories_founder as founders
import pytest
from playwright.sync_api import expect

PROBLEM = "Which problem do you solve?"
WORDS = "Written in a tunnel"
IS_KEPT = """async () => {
    const shells = (await caches.keys()).find((name) => name.includes("shells"));
    const kept = shells ? await (await caches.open(shells)).keys() : [];
    return kept.length > 0 && navigator.serviceWorker.controller?.state === "activated";
}"""


@pytest.fixture
def draft(open_call):
    return founders.make_draft(open_call, answers={"problem": ""})


@pytest.fixture
def form(visit, draft):
    """The form, once this device keeps what it needs without a network."""
    page = visit(draft.started_by, draft.get_absolute_url(), width=390, height=844)
    for _try in range(80):
        if page.evaluate(IS_KEPT):
            break
        page.wait_for_timeout(100)
    return page


def answer(draft):
    return founders.reread(draft).answers.get("problem")


def cut(page) -> None:
    page.context.set_offline(True)
    page.get_by_label(PROBLEM).fill(WORDS)
    page.locator("#saved", has_text="no connection").wait_for()


def test_a_reload_without_a_network_gives_our_page_with_what_was_typed(form, draft):
    cut(form)
    form.reload()
    form.get_by_role("heading", name="No connection").wait_for()
    form.locator("#saved", has_text="Not saved since").wait_for()
    expect(form.get_by_label(PROBLEM)).to_have_value(WORDS)
    assert form.get_by_label("Name of the startup").is_disabled()
    form.get_by_label(PROBLEM).press("End")
    form.get_by_label(PROBLEM).press_sequentially(", and beyond")
    form.context.set_offline(False)
    form.get_by_role("heading", name="Papyrus").wait_for(timeout=20_000)
    for _try in range(80):  # the words are taken over, and saved two seconds later
        if answer(draft) == f"{WORDS}, and beyond":
            break
        form.wait_for_timeout(100)
    assert answer(draft) == f"{WORDS}, and beyond"
    expect(form.get_by_label(PROBLEM)).to_have_value(f"{WORDS}, and beyond")


def test_check_without_a_network_says_so_and_goes_on_by_itself(form, draft):
    cut(form)
    form.get_by_role("button", name="Check").last.click()
    form.get_by_text("Not yet received: there is no connection").first.wait_for()
    form.context.set_offline(False)
    form.get_by_role("heading", name="Ready to submit").wait_for(timeout=20_000)
    assert answer(draft) == WORDS
    assert founders.reread(draft).last_version is None


def to_submit(form) -> None:
    form.get_by_label(PROBLEM).fill(WORDS)
    form.locator("#saved", has_text="saved at").wait_for()
    form.goto(f"{form.url}submit/")
    form.get_by_role("heading", name="Ready to submit").wait_for()
    form.context.set_offline(True)
    form.get_by_role("button", name="Submit the application").click()
    form.get_by_text("Not yet received. You pressed Submit at").first.wait_for()


def test_a_submit_without_a_network_is_not_yet_received_and_sent_by_the_open_page(form, draft):
    to_submit(form)
    assert founders.reread(draft).last_version is None
    form.context.set_offline(False)
    form.get_by_role("heading", name="Version 1 is in").wait_for(timeout=20_000)
    assert founders.reread(draft).last_version.number == 1
    form.goto(draft.get_absolute_url())
    form.get_by_label(PROBLEM).wait_for()
    form.wait_for_load_state("networkidle")
    expect(form.get_by_text("it was not received")).to_have_count(0)


def test_a_submit_that_was_never_received_is_offered_at_the_next_visit(form, draft):
    to_submit(form)
    context = form.context
    form.close()
    context.set_offline(False)
    page = context.new_page()
    page.set_default_timeout(8000)
    page.goto(draft.get_absolute_url())
    page.get_by_text("and it was not received").wait_for()
    assert founders.reread(draft).last_version is None
    page.get_by_role("link", name="Check and submit it now").click()
    page.get_by_role("button", name="Submit the application").click()
    page.get_by_role("heading", name="Version 1 is in").wait_for()


def test_the_deadline_counts_when_it_is_received_not_when_it_was_pressed(form, draft):
    to_submit(form)
    factories.at(factories.CLOSES_AT)
    form.context.set_offline(False)
    form.get_by_text("The call closed on Friday 1 December 2023").first.wait_for(timeout=20_000)
    assert founders.reread(draft).last_version is None


def test_no_page_of_a_person_is_kept_and_signing_out_takes_the_rest(form, draft):
    form.goto("/applications/")
    form.goto(draft.get_absolute_url())
    form.get_by_label(PROBLEM).wait_for()
    kept = form.evaluate(
        """async () => {
            const found = [];
            for (const name of await caches.keys()) {
                const cache = await caches.open(name);
                for (const request of await cache.keys())
                    found.push([new URL(request.url).pathname, await (await cache.match(request)).text()]);
            }
            return found;
        }"""
    )
    others = [path for path, _text in kept if not path.startswith("/static/")]
    assert others == ["/apply/ai-startup-program/2023/offline/"]
    for path, text in kept:
        assert 'csrfmiddlewaretoken" value' not in text, path
        assert draft.started_by.email not in text, path
        assert draft.startup.name not in text, path
    form.get_by_role("button", name="Sign out").click()
    form.get_by_role("link", name="Sign in").first.wait_for()
    left = form.evaluate(
        """() => new Promise((resolve) => {
            indexedDB.open("slipway-writing").onsuccess = ({ target }) => {
                const store = target.result.transaction("pages").objectStore("pages");
                store.getAllKeys().onsuccess = ({ target }) => resolve(target.result);
            };
        })"""
    )
    assert left == []
