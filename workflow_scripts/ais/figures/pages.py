"""What stands on which page: known from a study's names alone, so that rules know a figure's files beforehand."""

import itertools
import math
from collections.abc import Sequence
from pathlib import Path

SETS, ROWS = 6, 8  # of a matrix of panels: its columns and rows on a page
COLUMNS = 4  # of a list of panels
PANELS = 200.0  # mm of a page's height that panels have, at least
LINE, BETWEEN = 2.7, 0.7  # of rows one below the other in a panel: mm, and lines between networks
LINES = 42  # of such rows in a panel


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
    return [list(items[start:end]) for start, end in itertools.pairwise(ends)]


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


def dumbbells(sets: Sequence, networks: Sequence, lines: int) -> list[tuple[list[list], list]]:
    """Pages of panels of sets, up to three in a row, each page with the networks that its panels show.

    ``lines`` is how many lines a network takes, each :data:`LINE` mm; networks stand :data:`BETWEEN` lines apart.
    """
    found = []
    for some in parts(networks, max(LINES // lines, 1)):
        panel = LINE * (len(some) * lines + BETWEEN * (len(some) - 1)) + 13.5
        below = max(int((PANELS + 12.0) // panel), 1)
        found += [(page, some) for page in listed(sets, below, min(len(sets), 3))]
    return found


def matrices(networks: Sequence, sets: int) -> list[list[list]]:
    """Pages of matrices of so many sets each: the fewer these, the more stand on a page."""
    return listed(networks, *((3, 4) if sets <= 7 else (2, 2) if sets <= 16 else (1, 1)))


def strategies(networks: Sequence, number: int) -> list[list[list]]:
    """Pages of a set's panels of so many strategies each."""
    return listed(networks, max(int(PANELS // (LINE * number + 9)), 1))


def similarities(networks: Sequence) -> list[list[list]]:
    """Pages of a set's panels of similarity measures held side by side: two in a row, three rows on a page."""
    return listed(networks, 3, 2)
