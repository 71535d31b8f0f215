"""Draw what the maps that one set keeps change on another: a matrix a network."""

import argparse

import numpy as np
import pandas as pd

from ais.workflow.command_line import run

COLUMNS = 3  # panels in a row


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--summary", required=True, help="TSV of all networks' transfer_maps.py")
    parser.add_argument("--output", required=True, help="PNG; PDF and TSV are written beside it")
    return parser


def cell(row: pd.Series) -> str:
    """What stands in a cell: the change, below it as many random maps' middle 95 %; or that it is in-sample."""
    if np.isnan(row["change"]):
        return "–"
    below = "in-sample"
    if not row["in_sample"]:
        below = "" if np.isnan(row["random_low"]) else f"[{number(row['random_low'])}, {number(row['random_high'])}]"
    return f"{number(row['change'])}\n{below}".rstrip()


def number(value: float) -> str:
    """−.12: signed, without the zero before the point."""
    text = f"{value:+.2f}".replace("-", "−").replace("0.", ".", 1)
    return ".00" if text[1:] == ".00" else text


def draw(table: pd.DataFrame):
    """One panel a backbone and measure: row learns, column is tested; no change is white."""
    import matplotlib.pyplot as plt

    from ais.figures import style

    style.theme()
    sets = table["learnt_on"].unique()
    panels = list(table.groupby(["backbone", "measure"], sort=False))
    several_measures = table["measure"].nunique() > 1
    columns = min(COLUMNS, len(panels))
    rows = -(-len(panels) // columns)
    side = 0.95 * len(sets)
    figure, axes = plt.subplots(
        rows, columns, figsize=((side + 0.9) * columns + 0.8, (side + 1.1) * rows), squeeze=False, layout="constrained"
    )
    largest = table["change"].abs().max()
    largest = largest if largest > 0 else 1.0
    colours = plt.get_cmap("RdBu").with_extremes(bad="0.85")
    for panel, (about, own) in zip(axes.flat, panels, strict=False):
        change = own.pivot(index="learnt_on", columns="tested_on", values="change").reindex(index=sets, columns=sets)
        drawn = panel.imshow(change, cmap=colours, vmin=-largest, vmax=largest)
        for _, row in own.iterrows():
            y, x = (list(sets).index(row[name]) for name in ("learnt_on", "tested_on"))
            dark = abs(row["change"]) > 0.65 * largest
            panel.text(
                x, y, cell(row), ha="center", va="center", color="white" if dark else "black", fontsize="x-small",
                style="italic" if row["in_sample"] else "normal",
            )  # fmt: skip
        panel.set_xticks(range(len(sets)), sets, rotation=30, ha="right")
        panel.set_yticks(range(len(sets)), sets)
        panel.set_title(", ".join(about if several_measures else about[:1]), fontsize="small")
        panel.set_xlabel("tested on")
    for panel in axes.flat[len(panels) :]:
        panel.set_axis_off()
    for panel in axes[:, 0]:
        panel.set_ylabel("maps kept by")
    figure.colorbar(drawn, ax=axes, label="change in alignment", shrink=0.8)
    return figure


def main(arguments: argparse.Namespace) -> None:
    from ais.figures import style

    table = pd.read_csv(arguments.summary, sep="\t")
    style.save(draw(table), arguments.output, table)


if __name__ == "__main__":
    run(parser(), main)
