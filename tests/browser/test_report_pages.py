"""The report's pages in a real browser: sorted by a click, nothing of a name run, nothing asked for."""

import pytest

from ais.report import html
from ais.report.html import Column

ROWS = [
    {"name": "<script>alert(1)</script>", "value": 0.2},
    {"name": "net10", "value": float("nan")},
    {"name": "net9", "value": -1.5},
    {"name": "🐼 \"quoted\" 'twice'", "value": 10.0},
]
COLUMNS = [
    Column("name", lambda row: row["name"]),
    Column("value", lambda row: str(row["value"]), lambda row: row["value"]),
]


@pytest.fixture
def page(browser, tmp_path):
    path = tmp_path / "table.html"
    path.write_text(html.page("A table", html.table("A caption", COLUMNS, ROWS)), encoding="utf-8")
    said, asked = [], []
    context = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True)
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message) or dialog.dismiss())
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    yield page
    context.close()
    assert said == [] and asked == [path.as_uri()]


def names(page):
    return page.locator("tbody td:first-child").all_inner_texts()


def test_a_click_sorts_and_another_the_other_way(page):
    given = [row["name"] for row in ROWS]
    assert names(page) == given
    page.get_by_role("button", name="value").click()
    assert names(page) == [given[2], given[0], given[3], given[1]]  # what has no value stays last
    page.get_by_role("button", name="value").click()
    assert names(page) == [given[3], given[0], given[2], given[1]]
    assert page.locator("th").nth(1).get_attribute("aria-sort") == "descending"
    page.get_by_role("button", name="name").focus()
    page.keyboard.press("Enter")
    assert names(page).index("net9") < names(page).index("net10")
    assert page.locator("th[aria-sort]").count() == 1


def test_its_look_is_its_own(page):
    assert page.evaluate("getComputedStyle(document.querySelector('td.number')).textAlign") == "right"
