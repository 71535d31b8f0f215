"""What stands on which page: known from a study's names alone, so that rules know a figure's files beforehand."""

import math
from collections.abc import Sequence
from pathlib import Path

SETS, ROWS = 6, 8  # of a matrix of panels: its columns and rows on a page
COLUMNS = 4  # of a list of panels
LINES = 44  # of rows one below the other in a panel


def numbered(path: str | Path, number: int) -> Path:
    """The file of a page: ``leak.png``, ``leak.2.png``, …"""
    path = Path(path)
    return path if number == 1 else path.with_suffix(f".{number}{path.suffix}")


def parts(items: Sequence, most: int) -> list[list]:
    """Items in their order, cut into as few parts of at most ``most`` as can be, about equally large.

    >>> parts("abcde", 4)
    [['a', 'b', 'c'], ['d', 'e']]
    """
    number = max(math.ceil(len(items) / most), 1)
    ends = [round(len(items) * part / number) for part in range(number + 1)]
    return [list(items[start:end]) for start, end in zip(ends, ends[1:], strict=False)]


def facets(sets: Sequence, rows: Sequence, list_rows: int = 6) -> list[list[list[tuple]]]:
    """Pages of rows of panels (set, row).

    A matrix, a column a set, where there are several of both; else a list of panels, :data:`COLUMNS` in a row and
    ``list_rows`` rows on a page.

    >>> facets(["animals"], ["vgg16", "resnet50"])
    [[[('animals', 'vgg16'), ('animals', 'resnet50')]]]
    """
    if len(sets) > 1 and len(rows) > 1:
        return [
            [[(each, row) for each in some] for row in some_rows]
            for some in parts(sets, SETS)
            for some_rows in parts(rows, ROWS)
        ]
    return listed([(each, row) for each in sets for row in rows], list_rows)


def listed(panels: Sequence, list_rows: int, columns: int = COLUMNS) -> list[list[list]]:
    """Pages of rows of panels, ``columns`` in a row and ``list_rows`` rows on a page."""
    return [
        [page[start : start + columns] for start in range(0, len(page), columns)]
        for page in parts(panels, columns * list_rows)
    ]


def dumbbells(sets: int, networks: int, lines: int) -> tuple[int, int, int]:
    """How many sets stand beside each other, how many rows of these on a page, and how many networks in a panel.

    ``lines`` is how many lines a network takes.
    """
    beside = min(sets, 3)
    in_panel = max(len(parts(range(networks), max(LINES // lines, 1))[0]), 1)
    below = max(1, min(math.ceil(sets / beside), 72 // (in_panel * lines + 6)))
    return beside, below, in_panel
