"""Draw how far the similarity measures of a backbone agree: on the maps that they keep, and in their heatmaps."""

import argparse

import pandas as pd

from ais.heatmaps import shown
from ais.workflow.command_line import run

KINDS = [kind for kind in shown.NAMES if kind not in ("activation", "harm")]
COLUMNS = 2  # panels in a row
PAIRS = ("#0072b2", "#d55e00", "#009e73")  # told apart by those who are colour-blind
MARKS = ("o", "s", "^")


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--summary", required=True, help="TSV of compare_similarities.py, joined")
    parser.add_argument("--output", required=True, help="PNG; PDF and TSV are written beside it")
    return parser


def drawn_from(summary: pd.DataFrame) -> pd.DataFrame:
    """The rows of the kinds that are drawn; each pair of measures by its similarities (``pair``), the rest apart."""
    table = summary[summary["kind"].isin(KINDS)].copy()
    sides = [table[f"measure_{side}"].str.split("-", n=1, expand=True) for side in "ab"]
    return table.assign(pair=sides[0][0] + ", " + sides[1][0], rest=sides[0][1])


def draw(table: pd.DataFrame):
    """A panel a set, network and alignment: a mark a pair of measures and kind, mean r; hollow, r beyond activation."""
    import matplotlib.pyplot as plt

    from ais.figures import style

    style.theme()
    panels = list(table.groupby(["stimuli", "backbone", "rest"], sort=False))
    pairs = list(dict.fromkeys(table["pair"]))
    columns = min(COLUMNS, len(panels))
    rows = -(-len(panels) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(3.7 * columns + 1.4, 3.2 * rows + 0.5), squeeze=False, sharex=True, sharey=True,
        layout="constrained",
    )  # fmt: skip
    for panel, (about, own) in zip(axes.flat, panels, strict=False):
        draw_panel(panel, own, pairs)
        panel.set_title(f"{about[0]}, {about[1]}\n{about[2].replace('-', ', ')}", fontsize="small")
    for panel in axes.flat[len(panels) :]:
        panel.set_axis_off()
    for panel in axes[:, 0]:
        panel.set_yticks(range(len(KINDS)), [shown.NAMES[kind] for kind in KINDS], fontsize="small")
    axes[0][0].invert_yaxis()
    for number, pair in enumerate(pairs):
        axes[0][0].plot([], [], color=PAIRS[number % 3], marker=MARKS[number % 3], ls="", ms=4.5, label=pair)
    axes[0][0].plot([], [], color="black", marker="o", ls="", ms=4.5, mfc="white", label="beyond activation")
    figure.legend(loc="outside upper center", ncols=len(pairs) + 1, fontsize="small")
    return figure


def draw_panel(panel, own: pd.DataFrame, pairs: list[str]) -> None:
    """Each pair's marks, and below what it says of the maps."""
    panel.axvline(0, color="black", lw=0.6)
    for number, pair in enumerate(pairs):
        of_pair = own[own["pair"] == pair].set_index("kind").reindex(KINDS)
        places = [place + 0.22 * (number - (len(pairs) - 1) / 2) for place in range(len(KINDS))]
        look = {"color": PAIRS[number % 3], "marker": MARKS[number % 3], "ls": "", "ms": 4.5}
        panel.hlines(places, of_pair["mean_beyond"], of_pair["mean"], color=PAIRS[number % 3], lw=0.8)
        panel.plot(of_pair["mean"], places, **look)
        panel.plot(of_pair["mean_beyond"], places, **look, mfc="white")
    lines = [maps_of(pair, own[own["pair"] == pair].iloc[0]) for pair in pairs if (own["pair"] == pair).any()]
    panel.set_xlabel("\n".join(["mean r over images", *lines]), fontsize="x-small")
    panel.set_xlim(-1.05, 1.05)
    panel.set_xticks([-1, -0.5, 0, 0.5, 1])
    panel.tick_params(axis="x", labelsize="small", labelbottom=True)


def maps_of(pair: str, row: pd.Series) -> str:
    """What two measures have in common in the maps themselves."""
    null = "" if pd.isna(row["spearman_null_mean"]) else f" (permuted {row['spearman_null_mean']:.2f})"
    kept = f"kept {row['jaccard']:.2f} (chance {row['jaccard_chance']:.2f})"
    return f"{pair}: ρ {row['spearman']:.2f}{null}, {kept}"


def main(arguments: argparse.Namespace) -> None:
    from ais.figures import style

    table = drawn_from(pd.read_csv(arguments.summary, sep="\t"))
    style.save(draw(table), arguments.output, table)


if __name__ == "__main__":
    run(parser(), main)
