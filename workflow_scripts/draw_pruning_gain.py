"""Draw what pruning gains: held-out alignment with all maps and with the retained ones, fold by fold."""

import argparse

import pandas as pd

from ais.command_line import run


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--table",
        nargs=4,
        action="append",
        required=True,
        metavar=("STIMULI", "BACKBONE", "ANALYSIS", "TSV"),
        help="a table of merge_curves.py and what it is about; repeat for each",
    )
    parser.add_argument("--output", required=True, help="PNG; PDF and TSV are written beside it")
    return parser


def draw(table: pd.DataFrame):
    """One panel a stimulus set, one pair of columns a backbone and analysis, one line a fold."""
    import matplotlib.pyplot as plt

    from ais import figures

    figures.theme()
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
            panel.plot(x, group[["full", "retained"]].T, color=figures.QUIET, alpha=0.35, lw=0.6, zorder=1)
            for at, side, colour in zip(x, ("full", "retained"), (figures.ALL_MAPS, figures.RETAINED), strict=True):
                panel.scatter([at] * len(group), group[side], s=7, color=colour, alpha=0.45, lw=0, zorder=2)
                panel.hlines(group[side].mean(), at - 0.15, at + 0.15, color=colour, lw=2.6, zorder=3)
        panel.set_xticks(range(len(place)), [f"{backbone}\n{analysis}" for backbone, analysis in place])
        panel.set_title(stimuli)
    axes[0][0].set_ylabel("alignment with people, test pairs")
    for label, colour in (("all maps", figures.ALL_MAPS), ("retained maps", figures.RETAINED)):
        axes[0][-1].plot([], [], color=colour, lw=2.6, label=label)
    figure.legend(loc="outside upper center", ncols=2)
    return figure


def main(arguments: argparse.Namespace) -> None:
    from ais import figures

    tables = []
    for stimuli, backbone, analysis, path in arguments.table:
        about = {"stimuli": stimuli, "backbone": backbone, "analysis": analysis}
        tables.append(pd.read_csv(path, sep="\t").assign(**about)[[*about, "seed", "fold", "full", "retained"]])
    table = pd.concat(tables, ignore_index=True)
    figures.save(draw(table), arguments.output, table)


if __name__ == "__main__":
    run(parser(), main)
