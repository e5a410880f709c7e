"""A real Chromium on the live server. Without one the tests are skipped, unless SLIPWAY_BROWSER=required."""

import os
import shutil
from pathlib import Path

import factories
import pytest
from browser_sessions import session_cookie

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
PICTURES = Path(__file__).parents[2] / "docs/pictures"
MOST_BYTES = 300_000
PATIENCE = 20_000  # milliseconds; what comes is not waited for, and a busy machine is no fault of a page
CHROMIUM = os.environ.get("SLIPWAY_CHROMIUM") or shutil.which("chromium")


def pytest_collection_modifyitems(items):
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def chromium():
    if not CHROMIUM and os.environ.get("SLIPWAY_BROWSER") != "required":
        pytest.skip("there is no Chromium here; name one in SLIPWAY_CHROMIUM")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM or "chromium", args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, live_server):
    """`visit(user, path, width=1440)` is a page of that person's own browser; broken scripts, policies or parts fail the test."""
    contexts, errors = [], []

    def open_page(user, path: str = "/", width: int = 1440, height: int = 900, **options):
        context = chromium.new_context(
            **{
                "viewport": {"width": width, "height": height},
                "base_url": live_server.url,
                "timezone_id": "Europe/Paris",  # as of the people: nobody is asked about their zone
                **options,
            }
        )
        contexts.append(context)
        if user is not None:
            context.add_cookies([session_cookie(user, live_server.url)])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
        page.on(
            "response",
            lambda answer: errors.append(f"{answer.status} {answer.url}") if is_missing(answer) else None,
        )
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not errors


def is_missing(answer) -> bool:
    """Something that a page is made of did not come."""
    return answer.status >= 400 and answer.request.resource_type in {"stylesheet", "script", "font", "image"}


@pytest.fixture
def open_call():
    """The call of the factories, with the clock standing while it is open."""
    factories.at(factories.WHILE_OPEN)
    return factories.make_call()


@pytest.fixture
def take(tmp_path):
    """`take(page, "name.png")` is a picture of the docs; SLIPWAY_PICTURES=1 writes it to docs/pictures."""
    folder = PICTURES if os.environ.get("SLIPWAY_PICTURES") == "1" else tmp_path

    def take(page, name: str) -> None:
        page.evaluate("document.fonts.ready")
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / name, animations="disabled")
        assert (folder / name).stat().st_size < MOST_BYTES

    return take
