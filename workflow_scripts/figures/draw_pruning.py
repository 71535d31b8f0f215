"""Draw the pruning curves, and what pruning gains on held-out pairs, fold by fold."""

import argparse
import warnings

import numpy as np
import pandas as pd

from ais.artifacts import store
from ais.workflow.command_line import add_comparisons, compared, run

# Noise ceilings: what another panel of raters, and what a model without noise, would reach.
LINES = {"another_panel": "--", "noise_free_model": ":"}


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add_comparisons(parser, "STIMULI/BACKBONE/ANALYSIS/SPLIT")
    add_comparisons(parser, "STIMULI/BACKBONE/ANALYSIS/SPLIT", "curves-of")
    parser.add_argument("--curves", nargs="+", required=True, help="HDF5 of prune_maps.py, one of each of --curves-of")
    parser.add_argument("--tables", nargs="+", required=True, help="TSV of prune_maps.py or reweight_maps.py")
    parser.add_argument("--ceilings", nargs="+", required=True, help="TSV of estimate_ceiling.py, one a comparison")
    for figure in ("curves", "gain"):
        parser.add_argument(f"--output-{figure}", required=True, help="PNG; PDF and TSV are written beside it")
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


def draw_curves(table: pd.DataFrame):
    """One panel a stimulus set and backbone, one colour an analysis; train dashed, test solid, noise ceilings thin."""
    import seaborn as sns
    from matplotlib import lines as mlines

    from ais.figures import style

    style.theme()
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
                for line, dashes in LINES.items():
                    axes.axhline(curve[line].iloc[0], color=colours[analysis], ls=dashes, lw=0.8)
    grid.set_titles("{row_name}, {col_name}")
    grid.set_axis_labels("feature maps kept, most important first", "alignment with people")
    handles, labels = next(iter(grid.axes_dict.values())).get_legend_handles_labels()
    for line, dashes in lines_of(table).items():
        handles.append(mlines.Line2D([], [], color="black", ls=dashes, lw=0.8))
        labels.append(named(line))
    grid.figure.legend(handles, labels, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    return grid.figure


def lines_of(table: pd.DataFrame) -> dict[str, str]:
    """The noise ceilings to tell of in a legend: none where no raters are known."""
    return LINES if table[list(LINES)].notna().any(axis=None) else {}


def named(line: str) -> str:
    return f"ceiling: {line.replace('_', ' ')}"


def ceiling(path: str, split: str) -> dict[str, float]:
    """The noise ceilings on the test pairs of a split; NaN where raters are not known."""
    table = pd.read_csv(path, sep="\t").set_index("scope")
    return table.loc[f"test pairs by {split}", list(LINES)].to_dict()


def draw_gain(table: pd.DataFrame):
    """One panel a stimulus set, one pair of columns a backbone and analysis, one line a fold."""
    import matplotlib.pyplot as plt

    from ais.figures import style

    style.theme()
    panels = list(table.groupby("stimuli", sort=False))
    places = table[["backbone", "analysis"]].drop_duplicates().itertuples(index=False)
    place = {tuple(each): number for number, each in enumerate(places)}
    figure, axes = plt.subplots(
        1,
        len(panels),
        figsize=(max(3.2, 1.25 * len(place)) * len(panels), 3.4),
        sharey=True,
        squeeze=False,
        layout="constrained",
    )
    for panel, (stimuli, folds) in zip(axes[0], panels, strict=True):
        for each, group in folds.groupby(["backbone", "analysis"], sort=False):
            x = [place[each] - 0.18, place[each] + 0.18]
            panel.plot(x, group[["full", "retained"]].T, color=style.QUIET, alpha=0.35, lw=0.6, zorder=1)
            for at, side, colour in zip(x, ("full", "retained"), (style.ALL_MAPS, style.RETAINED), strict=True):
                panel.scatter([at] * len(group), group[side], s=7, color=colour, alpha=0.45, lw=0, zorder=2)
                panel.hlines(group[side].mean(), at - 0.15, at + 0.15, color=colour, lw=2.6, zorder=3)
            for line, dashes in LINES.items():
                panel.hlines(group[line].iloc[0], x[0] - 0.2, x[1] + 0.2, "black", dashes, lw=0.9)
        panel.set_xticks(range(len(place)), [f"{backbone}\n{analysis}" for backbone, analysis in place])
        panel.set_title(stimuli)
    axes[0][0].set_ylabel("alignment with people, test pairs")
    for label, colour in (("all maps", style.ALL_MAPS), ("retained maps", style.RETAINED)):
        axes[0][-1].plot([], [], color=colour, lw=2.6, label=label)
    for line, dashes in lines_of(table).items():
        axes[0][-1].plot([], [], color="black", ls=dashes, lw=0.9, label=named(line))
    figure.legend(loc="outside upper center", ncols=2)
    return figure


def main(arguments: argparse.Namespace) -> None:
    from ais.figures import style

    ceilings = {
        tuple(about.values()): ceiling(path, about["split"]) for about, path in compared(arguments, arguments.ceilings)
    }
    curves = []
    for about, path in compared(arguments, arguments.curves, "curves-of"):
        with store.opened(path, "pruning") as file:
            curves.append(
                curve_table(file["train"][:], file["test"][:]).assign(**about, **ceilings[tuple(about.values())])
            )
    table = pd.concat(curves, ignore_index=True)
    table = table[[*about, "pairs", "maps_kept", "mean", "sd", *LINES]]
    style.save(draw_curves(table), arguments.output_curves, table)

    folds = [
        pd.read_csv(path, sep="\t").assign(**about, **ceilings[tuple(about.values())])
        for about, path in compared(arguments, arguments.tables)
    ]
    table = pd.concat(folds, ignore_index=True)[[*about, "seed", "fold", "full", "retained", *LINES]]
    style.save(draw_gain(table), arguments.output_gain, table)


if __name__ == "__main__":
    run(parser(), main)
