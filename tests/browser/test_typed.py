"""On a founder's pages: counters that agree, focus that is seen, errors that are led to, nothing sideways."""

import factories_founder as founders
import pytest
from counted_words import CHARACTERS, COUNTED
from playwright.sync_api import expect

LONG_HELP = "Say it as you would say it to a notary who has never heard of open models. " * 4
LONG_WORD = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 2 + "Donaudampf"
BAR = """() => {
  const bar = document.createElement("aside");
  bar.className = "slipway rehearsal-bar";
  bar.innerHTML = '<div class="bar"><button type="button">Rehearsal</button></div>';
  document.body.append(bar);
}"""
# Whether what has the focus is under something that sticks to the foot of the window. Of a text, whose caret a browser
# shows, the first line counts.
SEEN = """() => {
  const it = document.activeElement;
  if (!it || it === document.body) return "";
  const name = it.id || it.name || it.textContent.trim().slice(0, 30);
  const place = it.getBoundingClientRect();
  const bottom = it.matches("textarea") ? Math.min(place.bottom, place.top + 40) : place.bottom;
  if (place.bottom <= 0 || place.top >= innerHeight) return `AWAY ${name}`;
  for (const foot of document.querySelectorAll(".form-foot, .rehearsal-bar")) {
    if (foot.contains(it) || getComputedStyle(foot).position !== "sticky") continue;
    const over = foot.getBoundingClientRect();
    if (bottom > over.top + 1 && place.top < over.bottom - 1 && place.height < over.top)
      return `HIDDEN ${name} at ${Math.round(place.top)}–${Math.round(bottom)} under ${Math.round(over.top)}`;
  }
  return name;
}"""


@pytest.fixture
def draft(open_call):
    return founders.make_draft(open_call)


@pytest.fixture
def paths(draft):
    version = founders.submit(draft)
    here = draft.get_absolute_url()
    return [
        here,
        f"{here}submit/",
        f"{here}receipts/{version.number}/",
        f"{here}team/",
        f"{here}withdraw/",
        "/applications/",
        "/apply/ai-startup-program/2023/",
        "/account/",
    ]


def test_the_counter_beside_a_field_counts_as_the_server_does(visit, draft):
    page = visit(draft.started_by, draft.get_absolute_url())
    address = page.locator("script[src*=counters]").get_attribute("src")
    counted = page.evaluate(
        "([address, texts]) => import(address).then((counters) => texts.map(counters.words))",
        [address, [text for text, _count in COUNTED]],
    )
    assert dict(zip([text[:40] for text, _count in COUNTED], counted, strict=True)) == {
        text[:40]: count for text, count in COUNTED
    }
    counted = page.evaluate(
        "([address, texts]) => import(address).then((counters) => texts.map(counters.characters))",
        [address, [text for text, _count in CHARACTERS]],
    )
    assert counted == [count for _text, count in CHARACTERS]


@pytest.mark.parametrize("with_bar", [False, True], ids=["", "rehearsal"])
@pytest.mark.parametrize(
    "size", [(1440, 900), (390, 844), (844, 390)], ids=lambda size: f"{size[0]}x{size[1]}"
)
def test_what_has_the_focus_is_never_under_a_bar(visit, draft, paths, size, with_bar):
    page = visit(draft.started_by, width=size[0], height=size[1], reduced_motion="reduce")
    hidden = {}
    for path in paths:
        page.goto(path)
        if with_bar:
            page.evaluate(BAR)
        walked = []
        for _press in range(120):
            page.keyboard.press("Tab")
            name = page.evaluate(SEEN)
            if name.startswith("HIDDEN"):  # a page that moves as the focus comes has a moment to bring it out
                page.wait_for_timeout(300)
                name = page.evaluate(SEEN)
            if not name or (len(walked) > 3 and name == walked[0]):
                break
            walked.append(name)
        assert len(walked) > 3, path
        if wrong := [name for name in walked if name.startswith(("HIDDEN", "AWAY"))]:
            hidden[path] = wrong
    assert not hidden


def test_what_has_the_focus_comes_out_again_when_the_foot_grows_over_it(visit, draft):
    page = visit(draft.started_by, draft.get_absolute_url(), width=844, height=390, reduced_motion="reduce")
    page.locator("#id_one_line").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    page.evaluate(
        """() => {
          const [foot] = document.querySelectorAll(".form-foot");
          const field = document.activeElement.getBoundingClientRect();
          scrollBy({ top: field.bottom - foot.getBoundingClientRect().top + 2, behavior: "instant" });
          foot.style.paddingTop = "6rem";
        }"""
    )
    page.wait_for_timeout(300)
    assert not page.evaluate(SEEN).startswith(("HIDDEN", "AWAY"))


@pytest.mark.parametrize("width", [1440, 390])
def test_a_link_to_what_is_missing_lands_with_its_label_in_view(visit, open_call, width):
    import factories

    open_call.questions.update(help={"en": LONG_HELP})
    application = factories.make_application(open_call)
    application.answer_rows.exclude(key="name").delete()
    page = visit(
        application.started_by,
        f"{application.get_absolute_url()}submit/",
        width=width,
        height=844,
        reduced_motion="reduce",
    )
    links = page.locator(".notice-bad a").evaluate_all(
        "links => links.map((link) => link.getAttribute('href'))"
    )
    assert len(links) >= 6
    away = {}
    for link in links:
        page.goto("about:blank")
        page.goto(link)
        page.wait_for_timeout(150)
        place = page.evaluate(
            """(id) => {
              const field = document.getElementById(id).closest(".field, .choice");
              const label = (field.querySelector("legend, label") ?? field).getBoundingClientRect();
              const foot = document.querySelector(".form-foot").getBoundingClientRect();
              return [label.top, label.bottom, Math.min(innerHeight, foot.top)];
            }""",
            link.partition("#")[2],
        )
        if place[0] < 0 or place[1] > place[2]:
            away[link] = place
    assert not away


@pytest.mark.parametrize("width", [320, 195])
def test_nothing_scrolls_sideways_however_narrow_the_page_or_long_the_word(visit, draft, paths, width):
    draft.startup.name = LONG_WORD
    draft.startup.save()
    page = visit(draft.started_by, width=width, height=600)
    wide = {}
    for path in paths:
        page.goto(path)
        if (found := page.evaluate("document.documentElement.scrollWidth")) > width:
            wide[path] = [found, *page.evaluate(TOO_WIDE)]
    assert not wide


TOO_WIDE = """() => [...document.querySelectorAll("body *")]
  .filter((it) => it.getBoundingClientRect().right > innerWidth + 1)
  .slice(0, 5).map((it) => `${it.tagName} .${it.className} in .${it.parentElement.className}`)"""


def test_a_refused_file_and_a_wrong_answer_are_led_to_without_javascript(visit, draft):
    page = visit(draft.started_by, draft.get_absolute_url(), java_script_enabled=False)
    page.get_by_label("How many are you?").fill("1.000")
    page.get_by_text("Replace it with another file").click()
    wrong = {"name": "deck.pptx", "mimeType": "application/octet-stream", "buffer": b"PK\x03\x04"}
    page.get_by_label("Your deck").set_input_files(wrong)
    page.get_by_role("button", name="Save draft").first.click()
    summary = page.get_by_role("alert").filter(has_text="2 answers need a change.")
    assert summary.get_by_role("link").all_inner_texts() == ["How many are you?", "Your deck"]
    expect(page.get_by_label("How many are you?")).to_have_value("1.000")
    expect(page.get_by_text("Do you mean 1000 or 1?")).to_be_visible()
    page.get_by_text("open it in Google Slides").wait_for()
    summary.get_by_role("link", name="Your deck").click()
    expect(page.get_by_label("Your deck")).to_be_visible()


def test_a_founder_sees_the_first_page_and_the_files_before(visit, draft, open_call):
    open_call.questions.filter(key="deck").update(max_pages=2)
    founders.attach(draft, pages=3)
    page = visit(draft.started_by, draft.get_absolute_url())
    picture = page.get_by_alt_text("The first page of deck.pdf")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.first-page img').naturalWidth > 0")
    expect(page.get_by_text("It has 3 pages, and 2 pages or fewer are asked for")).to_be_visible()
    page.get_by_text("1 earlier file").click()
    expect(page.locator(".field-file .file")).to_have_count(2)
    assert page.locator("input[type=file]").get_attribute("data-max-bytes") == "20000000"
