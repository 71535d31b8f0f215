"""Panels on a page, in millimetres: where axes stand, what is written around them, and the key above."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from ais.figures import lettering, style

EDGE = 1.5  # mm that stay free around all
KEY_LINE, KEY_SAMPLE, KEY_GAP = 3.2, 5.0, 4.0
HEAD = 4.5


@dataclass(frozen=True)
class Sheet:
    """A figure with its axes (rows, columns), and how many mm lie left of and below them."""

    figure: Figure
    axes: np.ndarray
    left: float
    bottom: float

    def write(self, x: float, y: float, text: str, size: float = style.LABEL, **more):
        """A text at ``x``, ``y`` mm from the page's left and bottom."""
        wide, tall = self.figure.get_size_inches() / style.MM
        return self.figure.text(x / wide, y / tall, text, fontsize=size, **more)

    def write_axes_labels(self, x: str = "", y: str = "", down: float = 0.0) -> None:
        """One label for all panels of a page, below and on the left."""
        wide, tall = self.figure.get_size_inches() / style.MM
        boxes = [axes.get_position() for axes in self.axes.flat if axes is not None]
        middle = (min(box.x0 for box in boxes) + max(box.x1 for box in boxes)) / 2 * wide
        lines, size = lettering.fitted([x], min(middle, wide - middle) * 2 - 2, (style.LABEL, 6, style.SMALL), 1)
        if x:
            self.write(middle, EDGE + down, lines[0], size, ha="center", va="bottom")
        if y:
            middle = (min(box.y0 for box in boxes) + max(box.y1 for box in boxes)) / 2 * tall
            lines, size = lettering.fitted([y], min(middle, tall - middle) * 2 - 1, (style.LABEL, 6, style.SMALL), 1)
            self.write(EDGE, middle, lines[0], size, rotation=90, ha="left", va="center")


def width_for(columns: int) -> float:
    """One column of a journal for up to two panels beside each other, else two."""
    return style.ONE_COLUMN if columns <= 2 else style.TWO_COLUMNS


def sheet(
    rows: int, columns: int, heights: float | Sequence[float], *, width: float | None = None, left: float = 11.0,
    right: float = 2.5, top: float = 6.0, bottom: float = 8.0, beside: float = 3.0,
    below: float | Sequence[float] = 3.0, key: Sequence[tuple[str, Mapping]] = (), panels: int | None = None,
    head: str = "",
) -> Sheet:  # fmt: skip
    """A page of panels, all in mm: ``heights`` of the rows, room around, ``beside`` and ``below`` between them.

    ``key`` is drawn above, in as many lines as it takes; of ``panels`` only so many are made, the last row's end left
    empty (None). ``head`` says above all what the page is about.
    """
    width = width or width_for(columns)
    heights = [heights] * rows if np.isscalar(heights) else list(heights)
    gaps = [below] * (rows - 1) if np.isscalar(below) else list(below)
    lines = key_lines(key, width)
    top += len(lines) * KEY_LINE + (1.0 if lines else 0.0) + (HEAD if head else 0.0)
    tall = top + sum(heights) + sum(gaps) + bottom
    figure = Figure(figsize=(width * style.MM, tall * style.MM))
    across = (width - left - right - beside * (columns - 1)) / columns
    axes = np.full((rows, columns), None, dtype=object)
    for row in range(rows):
        y = tall - top - sum(heights[: row + 1]) - sum(gaps[:row])
        for column in range(columns):
            if panels is not None and row * columns + column >= panels:
                continue
            x = left + column * (across + beside)
            axes[row, column] = figure.add_axes((x / width, y / tall, across / width, heights[row] / tall))
    made = Sheet(figure, axes, left, bottom)
    if head:
        (text,), size = lettering.fitted([head], width - 2 * EDGE, (style.TITLE + 0.5, 6, style.SMALL), 1)
        made.write(
            EDGE, tall - EDGE, text, size, ha="left", va="top", weight="bold" if size > style.TITLE else "normal"
        )
    draw_key(made, lines, tall - (HEAD if head else 0.0))
    return made


def key_lines(key: Sequence[tuple[str, Mapping]], width: float) -> list[list[tuple[float, str, Mapping]]]:
    """The entries of a key with the mm at which they begin, in lines as wide as the page."""
    lines, at = [], width
    for label, look in key:
        long = (KEY_SAMPLE + 1.0 if look else 0.0) + lettering.width(label, style.TICK) + KEY_GAP
        if at + long - KEY_GAP > width - EDGE:
            lines.append([])
            at = EDGE
        lines[-1].append((at, label, look))
        at += long
    return lines


def draw_key(made: Sheet, lines: list, tall: float) -> None:
    """What each mark is, from ``tall`` mm above the page's foot downwards.

    A line; a point where its look has no line; words alone where it has no look.
    """
    wide, page = made.figure.get_size_inches() / style.MM
    for number, line in enumerate(lines):
        y = tall - EDGE - (number + 0.5) * KEY_LINE
        for x, label, look in line:
            if not look:
                made.write(x, y, label, style.TICK, ha="left", va="center_baseline")
                continue
            points = look.get("ls") in ("", "none")
            xs = [x + KEY_SAMPLE / 2] if points else [x, x + KEY_SAMPLE / 2, x + KEY_SAMPLE]
            sample = Line2D(
                [each / wide for each in xs], [y / page] * len(xs), transform=made.figure.transFigure, **look
            )
            sample.set_markevery([len(xs) // 2])
            made.figure.add_artist(sample)
            made.write(x + KEY_SAMPLE + 1, y, label, style.TICK, ha="left", va="center_baseline")


def title(axes: Axes, text: str, room: float, *, below: str = "") -> None:
    """A panel's title at its left, in ``room`` mm: smaller or broken where it is long. What is ``below`` is quieter."""
    lines, size = lettering.fitted([text], room, (style.TITLE, 6.5, 6, 5.5, style.SMALL), 1)
    if "…" in lines[0] and not below:
        lines, size = lettering.fitted([text], room, (style.SMALL,), 2)
    up = 1.0
    if below:
        (small,), at = lettering.fitted([below], room, (style.TICK, 5.5, style.SMALL), 1)
        above(axes, small, up, at, color="0.35")
        up += lettering.height(small, at) + 0.2
    above(axes, lines[0], up, size)


def above(axes: Axes, text: str, up: float, size: float, **more) -> None:
    """A text ``up`` mm above a panel's left."""
    axes.annotate(
        text, (0, 1), (0, up / lettering.POINT), xycoords="axes fraction", textcoords="offset points", fontsize=size,
        ha="left", va="bottom", annotation_clip=False, **more,
    )  # fmt: skip


def width_of(axes: Axes) -> float:
    """The width of a panel, in mm."""
    return axes.get_position().width * axes.figure.get_size_inches()[0] / style.MM


def height_of(axes: Axes) -> float:
    """The height of a panel, in mm."""
    return axes.get_position().height * axes.figure.get_size_inches()[1] / style.MM


def strip(axes: Axes, text: str) -> None:
    """The name of a row of panels, upright on the right of the last."""
    lines, size = lettering.fitted([text], height_of(axes) + 1.5, (style.LABEL, 6, 5.5, style.SMALL), 2)
    axes.annotate(
        lines[0], (1, 0.5), (3, 0), xycoords="axes fraction", textcoords="offset points", fontsize=size, rotation=270,
        ha="left", va="center", annotation_clip=False,
    )  # fmt: skip


def outer_only(made: Sheet, *, x: bool = True, y: bool = True) -> None:
    """Tick labels below the lowest panel of each column and left of each row, where panels share an axis."""
    rows = len(made.axes)
    for (row, column), axes in np.ndenumerate(made.axes):
        if axes is None:
            continue
        lowest = row == rows - 1 or made.axes[row + 1, column] is None
        axes.tick_params(labelbottom=lowest or not x, labelleft=column == 0 or not y, which="both")


def numbers(axes: Axes, x: int | None = None, y: int | None = None) -> None:
    """At most so many ticks, and numbers without the zero before the point."""
    for axis, most in ((axes.xaxis, x), (axes.yaxis, y)):
        if most:
            axis.set_major_locator(MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]))
            axis.set_major_formatter(lettering.tick)


def limits(values, room: float = 0.06, least: float = 1e-3) -> tuple[float, float]:
    """From the smallest to the largest of all finite values, and some room; 0 to 1 where there is none."""
    values = np.asarray(values, dtype=float)
    values = values[np.isfinite(values)]
    if not values.size:
        return 0.0, 1.0
    low, high = values.min(), values.max()
    more = max(high - low, least) * room
    return low - more, high + more


def facets(
    page: list[list[tuple[str, str]]], *, height: float, key: Sequence = (), x: str = "", y: str = "",
    left: float = 11.0, head: str = "",
) -> tuple[Sheet, dict[tuple[str, str], Axes]]:  # fmt: skip
    """A page of panels of comparisons (set, network), and the panel of each: see :func:`ais.figures.pages.facets`.

    Of a matrix, sets are named above its columns and networks beside its rows; of a list, both above each panel, but
    the set where it stands in the page's ``head``.
    """
    rows, columns = len(page), len(page[0])
    matrix = rows > 1 and len({cell[1] for cell in page[0]}) == 1 and len({row[0][0] for row in page}) == 1
    room = {"left": left, "bottom": 9.0, "key": key, "panels": sum(map(len, page)), "head": head}
    if matrix:
        made = sheet(rows, columns, height, right=7.5, top=6.5, beside=2.5, below=2.5, **room)
    else:
        room["top"] = 6.5 if head else 9.0
        made = sheet(rows, columns, height, beside=3.0, below=room["top"] + 2.0, **room)
    one_network = (
        len({cell[1] for cells in page for cell in cells}) == 1 and len({cell for cells in page for cell in cells}) > 1
    )
    found = {}
    for row, cells in enumerate(page):
        for column, cell in enumerate(cells):
            axes = found[cell] = made.axes[row, column]
            if not matrix:
                first, second = cell if one_network else cell[::-1]
                title(axes, first, width_of(axes), below="" if head else second)
            elif row == 0:
                title(axes, cell[0], width_of(axes))
        if matrix:
            strip(made.axes[row, len(cells) - 1], cells[0][1])
    outer_only(made)
    made.write_axes_labels(x, y)
    return made, found


def stacked(page: list[list[str]], heights: tuple[float, float], **room) -> tuple[Sheet, dict[str, tuple[Axes, Axes]]]:
    """A page of two panels a network, one below the other, and both of each: see :func:`ais.figures.pages.listed`."""
    made = sheet(2 * len(page), len(page[0]), list(heights) * len(page), **room)
    for (row, column), axes in np.ndenumerate(made.axes):
        if column >= len(page[row // 2]):
            axes.remove()
            made.axes[row, column] = None
    return made, {
        network: (made.axes[2 * row, column], made.axes[2 * row + 1, column])
        for row, networks in enumerate(page)
        for column, network in enumerate(networks)
    }


def colour_bar(made: Sheet, beside: Axes, image, label: str, **more) -> Axes:
    """What the colours of an ``image`` measure, on the right of a panel and as high as it."""
    wide, box = made.figure.get_size_inches()[0] / style.MM, beside.get_position()
    bar = made.figure.add_axes((box.x1 + 2.5 / wide, box.y0, 2 / wide, box.height))
    made.figure.colorbar(image, cax=bar, format=lettering.tick, **more).set_label(label, labelpad=1)
    return bar


def about(table, more: str = "") -> str:
    """The head of a page of one set: its name, how many images where the table knows, and what ``more`` says."""
    images = table["images"].max() if "images" in table else np.nan
    parts = [table["stimuli"].iloc[0], f"{images:.0f} images" if np.isfinite(images) else "", more]
    return " · ".join(part for part in parts if part)


def networks(table) -> np.ndarray:
    """What each row of a table calls its network: with its measure, where the table has several."""
    several = "measure" in table and table["measure"].nunique() > 1
    return (table["backbone"] + ", " + table["measure"] if several else table["backbone"]).to_numpy()
