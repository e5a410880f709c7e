"""A receipt is checked where it is dropped: in the browser, with nothing uploaded."""

import json
from base64 import b64encode

import factories
import factories_founder as founders
import pytest
from django.urls import reverse
from playwright.sync_api import expect

from applications.applying import receipts, sealing
from applications.models import ReceiptKey

GENUINE, WRONG, UNPROVEN = (
    "This receipt is genuine",
    "Do not rely on this",
    "Nothing is wrong, but nothing proves it",
)


@pytest.fixture
def version(open_call):
    draft = founders.make_draft(
        open_call, answers={**factories.ANSWERS, "problem": "Zoë’s “𝔸𝕀”, \u2028 \x7f \\ é"}
    )
    founders.submit(draft)
    founders.attach(draft, pages=2)
    return founders.submit(draft)


@pytest.fixture
def drop(visit):
    """`drop(("receipt.json", b"…"), …)` gives the page after the files were chosen by a stranger, and what went out."""
    page = visit(None, reverse("applying:check_receipt"))
    sent = []
    page.on("request", lambda request: sent.append((request.method, request.url, request.post_data)))

    def choose(*files: tuple[str, bytes]):
        sent.clear()
        page.evaluate("document.querySelector('[data-results]').ariaBusy = null")
        page.locator("input[type=file]").set_input_files(
            [{"name": name, "mimeType": "application/json", "buffer": content} for name, content in files]
        )
        page.locator("[data-results][aria-busy=false]").wait_for()
        return page.locator("[data-results]").inner_text()

    choose.sent, choose.page = sent, page
    return choose


def altered(version, **answers) -> bytes:
    """With another answer, and the hash made anew."""
    file = json.loads(receipts.file_of(version))
    file["content"]["answers"] |= answers
    file["sha256"] = receipts.digest(file["content"])
    return receipts.canonical(file)


def test_a_genuine_receipt_is_green_and_nothing_is_uploaded(version, drop):
    said = drop(("receipt.json", receipts.file_of(version)))
    assert GENUINE in said
    assert version.content_hash in said
    assert "its list of receipts is not published" in said
    assert {method for method, _url, _body in drop.sent} == {"GET"}
    assert not any(body for _method, _url, body in drop.sent)


def test_an_altered_receipt_is_red(version, drop):
    file = receipts.file_of(version).decode()
    assert WRONG in drop(("receipt.json", file.replace("Papyrus", "Papyrud").encode()))
    said = drop(("receipt.json", altered(version, name="Papyrud")))
    assert (WRONG in said, "The signature does not fit" in said) == (True, True)
    twice = file.replace('{"content"', '{"content":{},"content"', 1)
    assert WRONG in drop(("receipt.json", twice.encode()))


def test_a_receipt_of_a_strange_key_is_red(version, drop):
    ReceiptKey.objects.update(name="0" * 16)
    file = receipts.file_of(version)
    ReceiptKey.objects.update(name="1" * 16)
    assert "none of ours" in drop(("receipt.json", file))


def test_after_sealing_the_published_list_decides_too(version, drop):
    sealing.seal_call(version.application.call, now=factories.AFTER_CLOSE)
    assert "this is the version that counts" in drop(("receipt.json", receipts.file_of(version)))
    bare = receipts.canonical(version.content)
    assert GENUINE in drop(("first-format.json", bare))
    assert WRONG in drop(("first-format.json", bare.replace(b"Papyrus", b"Papyrud")))
    first = version.application.submissions.get(number=1)
    assert "names version 2" in drop(("earlier.json", receipts.file_of(first)))


def test_without_list_or_signature_nothing_is_proven(version, drop):
    assert UNPROVEN in drop(("first-format.json", receipts.canonical(version.content)))


def test_deck_and_earlier_receipt_are_compared(version, drop):
    first = version.application.submissions.get(number=1)
    said = drop(
        ("2.json", receipts.file_of(version)),
        ("1.json", receipts.file_of(first)),
        ("deck.pdf", founders.pdf(2)),
        ("other.pdf", founders.pdf(3)),
    )
    assert said.count(GENUINE) == 2
    assert "It follows version 1" in said
    assert "deck.pdf is the file that was submitted" in said
    assert "none of those that were submitted" in said


def test_a_receipt_can_be_dropped(version, drop):
    content = b64encode(receipts.file_of(version)).decode()
    drop.page.evaluate(
        """(content) => {
            const dropped = new DataTransfer();
            dropped.items.add(new File([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], "receipt.json"));
            document.querySelector("[data-drop]").dispatchEvent(
                new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }));
        }""",
        content,
    )
    drop.page.get_by_text(GENUINE).wait_for()


def test_without_javascript_the_page_says_what_to_do(chromium, live_server):
    context = chromium.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    page.goto(reverse("applying:check_receipt"))
    expect(page.get_by_text("for which it needs JavaScript")).to_be_visible()
    expect(page.get_by_role("link", name="Download the script")).to_be_visible()
    assert page.locator("input[type=file]").is_hidden()
    context.close()
