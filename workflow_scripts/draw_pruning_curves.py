"""Draw the pruning curves: alignment on train and on test pairs with the best 1, 2, … maps kept."""

import argparse
import warnings

import numpy as np
import pandas as pd

from ais import store
from ais.command_line import run


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--table",
        nargs=4,
        action="append",
        required=True,
        metavar=("STIMULI", "BACKBONE", "ANALYSIS", "H5"),
        help="curves of merge_curves.py and what they are about; repeat for each",
    )
    parser.add_argument("--output", required=True, help="PNG; PDF and TSV are written beside it")
    return parser


def curve_table(train: np.ndarray, test: np.ndarray) -> pd.DataFrame:
    """Mean and standard deviation over folds of curves (folds, maps), a row per maps kept and side."""
    sides = []
    with warnings.catch_warnings():
        # Where a prefix is undefined in every fold, its mean is NaN: that is meant.
        warnings.simplefilter("ignore", RuntimeWarning)
        for pairs, curves in (("train", train), ("test", test)):
            sides.append(
                pd.DataFrame(
                    {
                        "pairs": pairs,
                        "maps_kept": np.arange(1, curves.shape[1] + 1),
                        "mean": np.nanmean(curves, axis=0),
                        "sd": np.nanstd(curves, axis=0, ddof=1) if len(curves) > 1 else 0.0,
                    }
                )
            )
    return pd.concat(sides)


def draw(table: pd.DataFrame):
    """One panel a stimulus set and backbone, one colour an analysis; train dashed, test solid."""
    import seaborn as sns

    from ais import figures

    figures.theme()
    grid = sns.FacetGrid(table, row="stimuli", col="backbone", sharex="col", height=2.9, aspect=1.35)
    analyses = table["analysis"].unique()
    colours = dict(zip(analyses, sns.color_palette("deep", len(analyses)), strict=True))
    for (stimuli, backbone), axes in grid.axes_dict.items():
        panel = table[(table["stimuli"] == stimuli) & (table["backbone"] == backbone)]
        for (analysis, pairs), curve in panel.groupby(["analysis", "pairs"], sort=False):
            test = pairs == "test"
            axes.plot(
                curve["maps_kept"],
                curve["mean"],
                color=colours[analysis],
                linestyle="-" if test else (0, (3, 2)),
                linewidth=1.6 if test else 1.0,
                label=f"{analysis}, {pairs} pairs",
            )
            if test:
                low, high = curve["mean"] - curve["sd"], curve["mean"] + curve["sd"]
                axes.fill_between(curve["maps_kept"], low, high, color=colours[analysis], alpha=0.15, lw=0)
    grid.set_titles("{row_name}, {col_name}")
    grid.set_axis_labels("feature maps kept, most important first", "alignment with people")
    handles, labels = next(iter(grid.axes_dict.values())).get_legend_handles_labels()
    grid.figure.legend(handles, labels, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    return grid.figure


def main(arguments: argparse.Namespace) -> None:
    from ais import figures

    tables = []
    for stimuli, backbone, analysis, path in arguments.table:
        with store.opened(path, "pruning") as file:
            table = curve_table(file["train"][:], file["test"][:])
        table.insert(0, "analysis", analysis)
        table.insert(0, "backbone", backbone)
        table.insert(0, "stimuli", stimuli)
        tables.append(table)
    table = pd.concat(tables, ignore_index=True)
    figures.save(draw(table), arguments.output, table)


if __name__ == "__main__":
    run(parser(), main)
