"""Draw what the maps that one set keeps change on another: a matrix a network."""

import argparse

import numpy as np
import pandas as pd

from ais.workflow.command_line import run

WITH_RANGE = 11.5  # mm: the least side of a cell that the range of random maps fits in
WITH_NUMBER = 4.6  # mm: the least side of a cell that a number fits in


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--summary", required=True, help="TSV of all networks' transfer_maps.py")
    parser.add_argument("--output", required=True, help="PNG; PDF and TSV are written beside it")
    return parser


def cell(row: pd.Series, with_range: bool = True) -> str:
    """What stands in a cell: the change, below it as many random maps' middle 95 %; or that it is in-sample."""
    from ais.figures.lettering import number

    if np.isnan(row["change"]):
        return "–"
    below = "in-sample"
    if not row["in_sample"]:
        ends = [number(row[f"random_{end}"], signed=True) for end in ("low", "high")]
        below = "" if np.isnan(row["random_low"]) else f"[{ends[0]}, {ends[1]}]"
    change = number(row["change"], signed=True)
    return f"{change}\n{below}".rstrip() if with_range else change


def beyond(row: pd.Series) -> bool:
    """Whether the change lies outside what as many random maps change, where that is known."""
    return not row["in_sample"] and (row["change"] < row["random_low"] or row["change"] > row["random_high"])


def draw(table: pd.DataFrame) -> list:
    """Pages of one panel a network: row learns, column is tested; no change is white."""
    from ais.figures import layout, pages, style

    style.theme()
    sets = list(dict.fromkeys(table["learnt_on"]))
    table = table.assign(network=layout.networks(table))
    networks = table["network"].unique()
    largest = table["change"].abs().max()
    largest = largest if largest > 0 else 1.0
    return [draw_page(table, page, sets, largest) for page in pages.matrices(networks, len(sets))]


def draw_page(table: pd.DataFrame, page: list[list[str]], sets: list[str], largest: float):
    """Matrices of some networks, names of the sets outside, and the scale."""
    from ais.figures import layout, lettering, style

    shown, size = lettering.fitted(sets, 20, (style.TICK, 5.5, style.SMALL), 1)
    left = max(lettering.width(name, size) for name in shown) + 7
    columns = len(page[0])
    narrow = (style.ONE_COLUMN - left - 15 - 3 * (columns - 1)) / columns >= WITH_RANGE * len(sets)
    width = style.ONE_COLUMN if narrow or columns == 1 else style.TWO_COLUMNS
    side = min(
        (width - left - 15 - 3 * (columns - 1)) / columns, (style.TALLEST - 20 - left) / len(page) - 12, 18 * len(sets)
    )
    made = layout.sheet(
        len(page), columns, side, width=width, left=left, top=7, bottom=left - 1, beside=3, below=12,
        right=width - left - columns * side - 3 * (columns - 1), panels=sum(map(len, page)),
    )  # fmt: skip
    for panel, network in zip(made.axes.flat, [name for names in page for name in names], strict=False):
        own = table[table["network"] == network]
        drawn = draw_matrix(panel, own, sets, largest, side / len(sets))
        layout.title(panel, network, side)
        panel.set_xticks(range(len(sets)), shown, rotation=90, fontsize=size)
        panel.set_yticks(range(len(sets)), shown, fontsize=size)
    layout.outer_only(made)
    made.write_axes_labels("tested on", "maps kept by")
    layout.colour_bar(made, made.axes[0, -1], drawn, "change in alignment (ρ)")
    return made.figure


def draw_matrix(panel, own: pd.DataFrame, sets: list[str], largest: float, side: float):
    """Changes as colours, with what fits of their numbers; framed where random maps do not reach them."""
    import matplotlib.pyplot as plt

    from ais.figures import style

    change = own.pivot(index="learnt_on", columns="tested_on", values="change").reindex(index=sets, columns=sets)
    colours = plt.get_cmap("RdBu").with_extremes(bad="0.85")
    drawn = panel.imshow(change, cmap=colours, vmin=-largest, vmax=largest, aspect="auto")
    for _, row in own.iterrows():
        y, x = (sets.index(row[name]) for name in ("learnt_on", "tested_on"))
        dark = abs(row["change"]) > 0.65 * largest
        if side >= WITH_NUMBER:
            panel.text(
                x, y, cell(row, side >= WITH_RANGE), ha="center", va="center", color="white" if dark else "black",
                fontsize=style.SMALL, style="italic" if row["in_sample"] else "normal",
            )  # fmt: skip
        if beyond(row):
            edge = {"fill": False, "ec": "white" if dark else "black", "lw": 0.9, "zorder": 3}
            panel.add_patch(plt.Rectangle((x - 0.44, y - 0.44), 0.88, 0.88, **edge))
    for spine in panel.spines.values():
        spine.set_visible(False)
    panel.tick_params(length=0)
    return drawn


def main(arguments: argparse.Namespace) -> None:
    from ais.figures import style

    table = pd.read_csv(arguments.summary, sep="\t")
    style.save(draw(table), arguments.output, table)


if __name__ == "__main__":
    run(parser(), main)
