"""Draw how faithful each kind of heatmap is: deletion and insertion on held-out partners, beside the controls'."""

import argparse

import pandas as pd

from ais.heatmaps import shown
from ais.workflow.command_line import run

COLUMNS = 2  # comparisons in a row
PERCENT = 20  # of the cells
TITLES = {"deletion": "deletion: larger is better", "insertion": "insertion: smaller is better"}


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--summary", required=True, help="TSV of summarise_heatmaps.py")
    parser.add_argument("--output", required=True, help="PNG; PDF and TSV are written beside it")
    return parser


def drawn_from(summary: pd.DataFrame) -> pd.DataFrame:
    """A row a comparison, kind and way: the mean with its interval, and that of the paired difference to activation."""
    about = ["stimuli", "backbone", "measure", "kind"]
    judged = summary.groupby(about[:3], sort=False)[f"deletion_{PERCENT}"].transform("count") > 0
    summary = summary[judged]  # images that nobody judged have no partners
    parts = []
    for way in TITLES:
        stem = f"{way}_{PERCENT}"
        parts_of = {"": "drop", "_better": "better", "_beyond": "beyond"}
        ends = ("", "_low", "_high")
        columns = {f"{stem}{part}{end}": f"{name}{end}" for part, name in parts_of.items() for end in ends}
        columns |= {f"{stem}_null": "null"}
        parts.append(summary[[*about, *columns]].rename(columns=columns).assign(way=way))
    table = pd.concat(parts, ignore_index=True)
    return table[[*about, "way", *(column for column in table if column not in (*about, "way"))]]


def draw(table: pd.DataFrame):
    """Two panels a comparison, deletion and insertion, a point a kind; the line is activation's mean."""
    import matplotlib.pyplot as plt

    from ais.figures import style

    style.theme()
    comparisons = list(table.groupby(["stimuli", "backbone", "measure"], sort=False))
    columns = min(COLUMNS, len(comparisons))
    rows = -(-len(comparisons) // columns)
    figure, axes = plt.subplots(
        rows, 2 * columns, figsize=(2.4 * 2 * columns + 1.1, 2.5 * rows + 0.3), squeeze=False,
        sharey=True, layout="constrained",
    )  # fmt: skip
    pairs = axes.reshape(rows * columns, 2)
    for panels, (about, own) in zip(pairs, comparisons, strict=False):
        for panel, (way, title) in zip(panels, TITLES.items(), strict=True):
            draw_way(panel, own[own["way"] == way].set_index("kind").reindex(shown.NAMES), style)
            panel.set_title(f"{about[0]}, {about[1]}\n{title}", fontsize="small")
    for panel in pairs[len(comparisons) :].flat:
        panel.set_axis_off()
    for panel in axes[-1]:
        panel.set_xlabel("alignment lost")
    for panel in axes[:, 0]:
        panel.set_yticks(range(len(shown.NAMES)), shown.NAMES.values(), fontsize="small")
    axes[0][0].invert_yaxis()
    return figure


def draw_way(panel, own: pd.DataFrame, style) -> None:
    """Each kind's mean and interval; controls in grey."""
    panel.axvline(0, color="black", lw=0.6)
    panel.locator_params(axis="x", nbins=4)
    panel.tick_params(axis="x", labelsize="small")
    panel.axvline(own.loc["activation", "drop"], color=style.QUIET, lw=0.8, ls=":")
    for place, (kind, row) in enumerate(own.iterrows()):
        colour = (
            style.QUIET
            if kind in shown.CONTROLS
            else style.RETAINED
            if kind.startswith("importance")
            else style.ALL_MAPS
        )
        panel.plot([row["drop_low"], row["drop_high"]], [place, place], color=colour, lw=1.2)
        panel.plot(row["null"], place, "|", ms=8, color="black")
        # Full where it is better than activation for certain, beyond what it is with labels permuted; else hollow.
        better = row["beyond_low"] > 0
        panel.plot(row["drop"], place, "o", ms=4.5, color=colour, mfc=colour if better else "white")


def main(arguments: argparse.Namespace) -> None:
    from ais.figures import style

    table = drawn_from(pd.read_csv(arguments.summary, sep="\t"))
    style.save(draw(table), arguments.output, table)


if __name__ == "__main__":
    run(parser(), main)
