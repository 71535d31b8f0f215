"""Pages that load nothing: whatever is in a name is shown, and never run."""

import base64
import hashlib
import re
from html import unescape
from html.parser import HTMLParser

from ais.report import html
from ais.report.html import Column

NAMES = ['<script>alert("x")</script>', 'O\'Brien & "Sons"', "🐼 panda", "שלום", "</td></table>", "{{ braces }}"]
COLUMNS = [Column("name", lambda row: row["name"]), Column("n <b>", lambda row: "2", lambda row: row["n"], 'a "tip"')]
ROWS = [{"name": name, "n": float(number)} for number, name in enumerate(NAMES)]


class Cells(HTMLParser):
    """The texts of a table's cells, and every tag there is."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.cells, self.inside = [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag == "td":
            self.cells.append("")
        self.inside = tag == "td"

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "td"

    def handle_data(self, data):
        if self.inside:
            self.cells[-1] += data


def test_names_are_shown_and_never_run():
    parsed = Cells(html.table(NAMES[0], COLUMNS, ROWS))
    assert parsed.cells[::2] == NAMES
    assert "script" not in parsed.tags and parsed.tags.count("table") == 1
    text = html.page(NAMES[0], html.paragraph(NAMES[0]) + html.bullets(NAMES) + html.heading(NAMES[1]))
    assert Cells(text).tags.count("script") == 1  # its own
    assert "alert(" in unescape(text) and "<script>alert" not in text


def test_a_page_loads_nothing_and_runs_only_its_own_script():
    text = html.page("title", html.table("", COLUMNS, ROWS))
    assert not re.search(r"(?:src|href)=|@import|url\(|https?:", text)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1]
    for tag in ("script", "style"):
        digest = hashlib.sha256(re.search(f"<{tag}>(.*?)</{tag}>", text, flags=re.DOTALL)[1].encode()).digest()
        assert f"'sha256-{base64.b64encode(digest).decode()}'" in policy
    assert policy.startswith("default-src 'none'")


def test_numbers_are_sorted_by_their_values():
    rows = [{"name": "", "n": value} for value in (0.1234567890123456, float("nan"), float("-inf"), -3)]
    assert re.findall(r'data-sort="([^"]*)"', html.table("", COLUMNS, rows)) == [
        "0.1234567890123456", "", "-Infinity", "-3.0",
    ]  # fmt: skip


def test_a_part_of_another_page_has_no_script_and_no_button():
    text = html.part(html.table("", COLUMNS, ROWS, sortable=False))
    assert "<script" not in text and "<button" not in text and "<html" not in text
