"""Draw how far the similarity measures of a backbone agree: on the maps that they keep, and in their heatmaps."""

import argparse
from itertools import chain

import pandas as pd

from ais.heatmaps import shown
from ais.workflow.command_line import run

KINDS = [kind for kind in shown.NAMES if kind not in ("activation", "harm")]
PAIRS = ("#0072b2", "#d55e00", "#009e73")  # three similarities make three pairs; told apart by the colour-blind
MARKS = ("o", "s", "^")
LOOK = {"ls": "none", "ms": 3.2, "mew": 0.8}
LINE = 2.7  # mm


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--summary", required=True, help="TSV of compare_similarities.py, joined")
    parser.add_argument("--stimuli", required=True, help="the set that is drawn")
    parser.add_argument("--output", required=True, help="PNG; PDF and TSV are written beside it")
    return parser


def drawn_from(summary: pd.DataFrame) -> pd.DataFrame:
    """The rows of the kinds that are drawn; each pair of measures by its similarities (``pair``), the rest apart."""
    table = summary[summary["kind"].isin(KINDS)].copy()
    sides = [table[f"measure_{side}"].str.split("-", n=1, expand=True) for side in "ab"]
    return table.assign(pair=sides[0][0] + ", " + sides[1][0], rest=sides[0][1])


def draw(table: pd.DataFrame) -> list:
    """Pages of a panel a network: a mark a pair of measures and kind, mean r; hollow, r beyond activation."""
    from ais.figures import layout, pages, style

    style.theme()
    table = table.assign(network=table["backbone"] + ", " + table["rest"].str.replace("-", ", "))
    pairs = list(dict.fromkeys(table["pair"]))
    key = [(pair, LOOK | {"color": PAIRS[number], "marker": MARKS[number]}) for number, pair in enumerate(pairs)]
    key.append(("beyond activation", LOOK | {"color": "black", "marker": "o", "mfc": "white"}))
    below = 8.0 + len(pairs) * LINE  # the pairs' words on the maps
    made_pages = []
    for page in pages.similarities(table["network"].unique()):
        made = layout.sheet(
            len(page), len(page[0]), 4.2 * len(KINDS), width=style.TWO_COLUMNS, left=24, bottom=below, below=below + 8,
            beside=6, key=key, head=layout.about(table), panels=sum(map(len, page)),
        )  # fmt: skip
        for panel, network in zip(made.axes.flat, chain(*page), strict=False):
            draw_panel(panel, table[table["network"] == network], pairs)
            layout.title(panel, network, layout.width_of(panel))
        for row in made.axes:
            row[0].set_yticks(range(len(KINDS)), [shown.NAMES[kind] for kind in KINDS])
        made_pages.append(made.figure)
    return made_pages


def draw_panel(panel, own: pd.DataFrame, pairs: list[str]) -> None:
    """Each pair's marks, and below what it says of the maps."""
    from ais.figures import layout, style

    panel.axvline(0, color="black", lw=0.5)
    for number, pair in enumerate(pairs):
        of_pair = own[own["pair"] == pair].set_index("kind").reindex(KINDS)
        places = [place + 0.22 * (number - (len(pairs) - 1) / 2) for place in range(len(KINDS))]
        look = LOOK | {"color": PAIRS[number], "marker": MARKS[number]}
        panel.hlines(places, of_pair["mean_beyond"], of_pair["mean"], color=PAIRS[number], lw=0.7)
        panel.plot(of_pair["mean"], places, **look)
        panel.plot(of_pair["mean_beyond"], places, **look, mfc="white")
    lines = [maps_of(pair, own[own["pair"] == pair].iloc[0]) for pair in pairs if (own["pair"] == pair).any()]
    panel.set_xlabel("\n".join(["mean r over images", *lines]), fontsize=style.SMALL + 0.5)
    panel.set_xlim(-1.05, 1.05)
    panel.set_ylim(len(KINDS) - 0.5, -0.5)
    panel.set_yticks(range(len(KINDS)), [])
    layout.numbers(panel, x=5)


def maps_of(pair: str, row: pd.Series) -> str:
    """What two measures have in common in the maps themselves."""
    null = "" if pd.isna(row["spearman_null_mean"]) else f" (permuted {row['spearman_null_mean']:.2f})"
    kept = f"kept {row['jaccard']:.2f} (chance {row['jaccard_chance']:.2f})"
    return f"{pair}: ρ {row['spearman']:.2f}{null}, {kept}"


def main(arguments: argparse.Namespace) -> None:
    from ais.figures import style

    summary = pd.read_csv(arguments.summary, sep="\t")
    table = drawn_from(summary[summary["stimuli"] == arguments.stimuli])
    style.save(draw(table), arguments.output, table)


if __name__ == "__main__":
    run(parser(), main)
