"""Draw what strategies of pruning reach on pairs of unseen images, beside all maps."""

import argparse

import numpy as np
import pandas as pd

from ais.workflow.command_line import run

COLUMNS = 2  # panels in a row
SETTINGS = ["stimuli", "backbone", "similarity", "alignment"]
NAMES = {
    "one_shot": "one-shot (paper)",
    "positive": "every map that helps",
    "stability": "stability selection",
    "iterative": "iterative removal",
    "greedy": "forward selection",
    "random": "random order",
    "reversed": "least important first",
    "nonnegative_ridge": "ridge weights ≥ 0",
}


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--summary", required=True, help="TSV of summarise_gain.py")
    parser.add_argument("--output", required=True, help="PNG; PDF and TSV are written beside it")
    return parser


def by_strategy(summary: pd.DataFrame) -> pd.DataFrame:
    """Folds by images, a row a strategy: alignment retained, and the interval of the gain laid on that of all maps."""
    rows = summary[summary["split"] == "images"].sort_values("pruning", key=lambda names: names.map(list(NAMES).index))
    low, high = (rows["full"] + rows[f"gain_{side}"] for side in ("low", "high"))
    rows = rows.assign(retained_low=low, retained_high=high)
    ceilings = ["ceiling_another_panel", "ceiling_noise_free_model"]
    sides = ["full", "retained", "retained_low", "retained_high", "n_retained", "maps", "folds", *ceilings]
    return rows[[*SETTINGS, "analysis", "pruning", *sides]].reset_index(drop=True)


def draw(table: pd.DataFrame):
    """One panel a set and backbone (and measure), one row a strategy; the line: all maps."""
    import matplotlib.pyplot as plt

    from ais.figures import style

    style.theme()
    panels = list(table.groupby(SETTINGS, sort=False))
    columns = min(COLUMNS, len(panels))
    rows = -(-len(panels) // columns)
    most = max(len(own) for _, own in panels)
    figure, axes = plt.subplots(
        rows, columns, figsize=(3.6 * columns + 1.2, (0.26 * most + 0.7) * rows + 0.5), squeeze=False,
        sharex=True, layout="constrained",
    )  # fmt: skip
    several_measures = len(table[SETTINGS[2:]].drop_duplicates()) > 1
    for panel, (about, own) in zip(axes.flat, panels, strict=False):
        y = np.arange(len(own))
        panel.axvline(own["full"].iloc[0], color=style.ALL_MAPS, lw=1.2, zorder=1)
        panel.hlines(y, own["retained_low"], own["retained_high"], color=style.RETAINED, lw=1.4, alpha=0.6, zorder=2)
        panel.scatter(own["retained"], y, s=22, color=style.RETAINED, zorder=3)
        twice = own["pruning"].duplicated(keep=False)
        names = own["pruning"].map(NAMES).where(~twice, own["analysis"])
        panel.set_yticks(y, [f"{name}  ({kept:.0f})" for name, kept in zip(names, own["n_retained"], strict=True)])
        panel.set_ylim(len(own) - 0.5, -0.5)
        panel.set_title(", ".join(about if several_measures else about[:2]), fontsize="small")
    for panel in axes.flat[len(panels) :]:
        panel.set_axis_off()
    figure.supxlabel("alignment with people, pairs of unseen images", fontsize="medium")
    axes[0][0].plot([], [], color=style.ALL_MAPS, lw=1.2, label="all maps")
    axes[0][0].plot([], [], color=style.RETAINED, marker="o", ms=4, lw=1.4, label="by strategy (maps kept)")
    figure.legend(loc="outside upper center", ncols=2)
    return figure


def main(arguments: argparse.Namespace) -> None:
    from ais.figures import style

    table = by_strategy(pd.read_csv(arguments.summary, sep="\t"))
    style.save(draw(table), arguments.output, table)


if __name__ == "__main__":
    run(parser(), main)
