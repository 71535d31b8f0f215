"""A real browser, headless, that watches what a page asks for and complains of."""

import shutil
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from browser.small_explorer import Small

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def browser():
    """Chromium, driven by playwright; without either, the tests say so and are skipped."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed (pip install playwright)"
    )
    if CHROMIUM is None:
        pytest.skip("found no chromium (apt-get install chromium)")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(browser):
    """Open a page of an explorer; afterwards it must have asked for nothing outside its folder, and complained of
    nothing."""

    @contextmanager
    def open_page(study, address="", width=1440, height=900, complaints=0):
        said, asked = [], []
        context = browser.new_context(viewport={"width": width, "height": height}, offline=True)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(dialog.message) or dialog.dismiss())
        page.on("request", lambda request: asked.append(request.url))
        page.goto(study.address + address)
        page.wait_for_selector("html[data-ready], [role=alert]")
        settle(page)
        try:
            yield page
        finally:
            context.close()
        folder = study.address.removesuffix("index.html")
        assert [url for url in asked if not url.startswith((folder, "data:"))] == []
        assert len(said) == complaints, said

    return open_page


def settle(page):
    """Wait until all that is to be drawn is."""
    page.wait_for_function(
        "[...document.querySelectorAll('canvas.heatmap')].every((canvas) => !canvas.draw || canvas.values)"
    )


@pytest.fixture(scope="session")
def study(tmp_path_factory):
    return Small(tmp_path_factory.mktemp("explorer"), sets=("other", "small"))


@pytest.fixture(scope="session")
def bare(tmp_path_factory):
    """The same without photographs."""
    return Small(tmp_path_factory.mktemp("bare"), photographs=False)


def at(**state):
    """The address of a state of the page."""
    return "#" + urlencode(state)
