"""HTML that stands alone: escaped text, tables that can be sorted, pages that load nothing."""

import base64
import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

PARTS = Path(__file__).parent / "page"


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, the text of a row's cell, what it is sorted by, and what it tells.

    ``of`` makes the text, ``sort`` the value of a number's column (a float, NaN where there is none); a column
    without ``sort`` holds words.
    """

    heading: str
    of: Callable[[Mapping], str]
    sort: Callable[[Mapping], float] | None = None
    about: str = ""
    wide: bool = False


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph of plain text."""
    return f"<p{_class(kind)}>{escape(text)}</p>\n"


def heading(text: str, level: int = 2) -> str:
    """A heading of plain text."""
    return f"<h{level}>{escape(text)}</h{level}>\n"


def bullets(texts: Iterable[str]) -> str:
    """Plain texts, one a line with a dot before it."""
    lines = "".join(f'<li dir="auto">{escape(text)}</li>\n' for text in texts)
    return f"<ul>\n{lines}</ul>\n"


def table(caption: str, columns: Sequence[Column], rows: Iterable[Mapping], sortable: bool = True) -> str:
    """A table of plain texts; with ``sortable``, a click on a heading sorts it (in a :func:`page`, not in a part)."""
    heads = "".join(_head(column, sortable) for column in columns)
    body = "".join(f"<tr>{''.join(_cell(column, row) for column in columns)}</tr>\n" for row in rows)
    return (
        f'<div class="scroll"><table><caption>{escape(caption)}</caption>\n'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}</tbody></table></div>\n"
    )


def _head(column: Column, sortable: bool) -> str:
    text = escape(column.heading)
    about = f' title="{escape(column.about)}"' if column.about else ""
    inside = f'<button type="button"{about}>{text}</button>' if sortable else text
    kind = _class("number" if column.sort else "")
    return f'<th scope="col"{kind}{"" if sortable else about}>{inside}</th>'


def _cell(column: Column, row: Mapping) -> str:
    text = escape(column.of(row))
    if column.sort is None:
        return f'<td dir="auto"{_class("wide" if column.wide else "")}>{text}</td>'
    value = column.sort(row)
    sort = "" if value is None or math.isnan(value) else repr(float(value)).replace("inf", "Infinity")
    return f'<td class="number" data-sort="{sort}">{text}</td>'


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


# Snakemake's report gives its first text a narrow column beside the graph of rules, and cuts off its top.
ROOM = """\
.h-screen.overflow-auto:has(.ais) { align-items: flex-start; }
.flex:has(> div > .prose .ais) { flex-wrap: wrap; }
.flex > div:has(> .prose .ais) { width: 100%; }
.prose:has(.ais) { max-width: none; font-size: 15px; }
"""


def part(body: str) -> str:
    """Content to be put into Snakemake's report as its first text: with the look of these pages, without a script."""
    return f'<style>\n{ROOM}{_style()}</style>\n<div class="ais">\n{body}</div>\n'


def page(title: str, body: str) -> str:
    """A page of its own, that loads nothing: style and script stand in it, and nothing else in it can run."""
    style, script = _style(), (PARTS / "sort.js").read_text(encoding="utf-8")
    policy = f"default-src 'none'; style-src 'sha256-{_digest(style)}'; script-src 'sha256-{_digest(script)}'"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n"
        f'<body class="ais">\n<h1>{escape(title)}</h1>\n{body}<script>{script}</script>\n</body>\n</html>\n'
    )


def _style() -> str:
    return (PARTS / "report.css").read_text(encoding="utf-8")


def _digest(source: str) -> str:
    return base64.b64encode(hashlib.sha256(source.encode()).digest()).decode("ascii")
