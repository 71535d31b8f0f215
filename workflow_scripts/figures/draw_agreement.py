"""Draw how far backbones agree in their heatmaps of a set, beside how far they agree in plain activation."""

import argparse

import numpy as np
import pandas as pd

from ais.heatmaps import shown
from ais.workflow.command_line import run

KINDS = ("importance/images", "place", "gradient", "activation")
WITH_NUMBER = 4.3  # mm: the least side of a cell that a number fits in
TITLED = 20.0  # mm: the least side of a matrix that its title fits above
BELOW = 9.0  # mm: between rows of matrices
LEAST = 2.1  # mm: the least side of a cell that has a name beside it


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--summary", required=True, help="TSV of compare_backbones.py, joined")
    parser.add_argument("--stimuli", required=True, help="the set that is drawn")
    parser.add_argument("--output", required=True, help="PNG; PDF and TSV are written beside it")
    return parser


def matrix(table: pd.DataFrame, backbones: list[str]) -> np.ndarray:
    """Mean r (backbones, backbones) of a kind; NaN on the diagonal."""
    found = np.full((len(backbones), len(backbones)), np.nan)
    for row in table.itertuples():
        one, other = backbones.index(row.backbone_a), backbones.index(row.backbone_b)
        found[one, other] = found[other, one] = row.mean
    return found


def draw(table: pd.DataFrame) -> list:
    """A page a measure, a matrix a kind: mean r over images."""
    return [draw_page(own, measure) for measure, own in table.groupby("measure", sort=False)]


def draw_page(table: pd.DataFrame, measure: str):
    """Four matrices beside each other, fewer where there are too many backbones for that."""
    from ais.figures import layout, lettering, style

    style.theme()
    backbones = names_of(table)
    shown_as, size = lettering.fitted(backbones, 24, (style.TICK, 5.5, style.SMALL), 1)
    left = max(lettering.width(name, size) for name in shown_as) + 3
    width, columns = arranged(len(backbones), left)
    side = room(width, columns, left)
    made = layout.sheet(
        -(-len(KINDS) // columns), columns, side, width=width, left=left, top=6, bottom=left + 1, beside=3, below=BELOW,
        right=width - left - columns * side - (columns - 1) * 3, panels=len(KINDS), head=layout.about(table, measure),
    )  # fmt: skip
    for panel, kind in zip(made.axes.flat, KINDS, strict=True):
        image = draw_matrix(panel, matrix(table[table["kind"] == kind], backbones), side / len(backbones))
        panel.set_xticks(range(len(backbones)), shown_as, rotation=90, fontsize=size)
        panel.set_yticks(range(len(backbones)), shown_as, fontsize=size)
        layout.title(panel, shown.NAMES[kind], side)
    layout.outer_only(made)
    bar = layout.colour_bar(made, made.axes[0, -1], image, "mean r", ticks=[-1, 0, 1])
    bar.tick_params(labelsize=style.TICK)
    return made.figure


def arranged(backbones: int, left: float) -> tuple[float, int]:
    """The page's width in mm and how many matrices stand beside each other: numbers are to fit, else names."""
    from ais.figures import style

    pages = ((style.ONE_COLUMN, 2), (style.TWO_COLUMNS, 4), (style.TWO_COLUMNS, 2), (style.TWO_COLUMNS, 1))
    for least in (WITH_NUMBER, LEAST):
        for width, columns in pages:
            side = room(width, columns, left)
            if side >= TITLED and side / backbones >= least:
                return width, columns
    return pages[-1]


def room(width: float, columns: int, left: float) -> float:
    """How wide each of so many matrices can be, in mm: on a page no wider, and together no higher, than is printed."""
    from ais.figures import style

    below = -(-len(KINDS) // columns)
    return min(
        (width - left - 16 - 3 * (columns - 1)) / columns,
        (style.TALLEST - 12 - left - (below - 1) * BELOW) / below,
    )


def draw_matrix(panel, values: np.ndarray, cell: float):
    """Colours, and numbers where the cells are large enough."""
    from ais.figures import lettering

    image = panel.imshow(values, vmin=-1, vmax=1, cmap="PuOr_r", aspect="auto")
    for (row, column), r in np.ndenumerate(values):
        if not np.isnan(r) and cell >= WITH_NUMBER:
            light = abs(r) > 0.6
            panel.text(
                column, row, lettering.number(r), ha="center", va="center", fontsize=min(5 + (cell - 4.3), 6.5),
                color="white" if light else "black",
            )  # fmt: skip
    for spine in panel.spines.values():
        spine.set_visible(False)
    panel.tick_params(length=0)
    return image


def names_of(table: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys([*table["backbone_a"], *table["backbone_b"]]))


def main(arguments: argparse.Namespace) -> None:
    from ais.figures import style

    table = pd.read_csv(arguments.summary, sep="\t")
    table = table[table["kind"].isin(KINDS) & (table["stimuli"] == arguments.stimuli)].reset_index(drop=True)
    style.save(draw(table), arguments.output, table)


if __name__ == "__main__":
    run(parser(), main)
