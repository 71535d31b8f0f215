"""Draw what strategies of pruning reach on pairs of unseen images, beside all maps: a set's networks."""

import argparse

import numpy as np
import pandas as pd

from ais.workflow.command_line import run

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
    parser.add_argument("--stimuli", required=True, help="the set that is drawn")
    parser.add_argument("--output", required=True, help="PNG; PDF and TSV are written beside it")
    return parser


def by_strategy(summary: pd.DataFrame) -> pd.DataFrame:
    """Folds by images, a row a strategy: alignment retained, and the interval of the gain laid on that of all maps."""
    rows = summary[summary["split"] == "images"].sort_values("pruning", key=lambda names: names.map(list(NAMES).index))
    low, high = (rows["full"] + rows[f"gain_{side}"] for side in ("low", "high"))
    rows = rows.assign(retained_low=low, retained_high=high)
    ceilings = ["ceiling_another_panel", "ceiling_noise_free_model"]
    sides = ["images", "full", "retained", "retained_low", "retained_high", "n_retained", "maps", "folds", *ceilings]
    return rows[[*SETTINGS, "analysis", "pruning", *sides]].reset_index(drop=True)


def draw(table: pd.DataFrame) -> list:
    """Pages of one panel a network (and measure), one row a strategy; the line: all maps."""
    from ais.figures import layout, lettering, pages, style

    style.theme()
    table = table.assign(measure=table["similarity"] + "-" + table["alignment"])
    table["network"] = layout.networks(table)
    twice = table.duplicated([*SETTINGS, "pruning"], keep=False)
    table["strategy"] = table["pruning"].map(NAMES).where(~twice, table["analysis"])
    strategies = list(dict.fromkeys(table["strategy"]))
    shown, size = lettering.fitted(strategies, 28, (style.TICK, 5.5, style.SMALL), 1)
    left = max(lettering.width(name, size) for name in shown) + 4
    span = layout.limits(table[["full", "retained", "retained_low", "retained_high"]].to_numpy().ravel())
    key = [
        ("all maps", {"color": style.ALL_MAPS, "lw": 1.2}),
        ("by strategy, 95 % interval of the gain", {"color": style.RETAINED, "marker": "o", "ms": 3, "lw": 1.2}),
        ("right: maps kept", {}),
    ]
    drawn = []
    name, networks = table["stimuli"].iloc[0], sorted(table["network"].unique())
    for page in pages.strategies([(name, network) for network in networks], table["analysis"].nunique()):
        made, panels = layout.facets(
            page, height=pages.LINE * len(strategies) + 1, key=key, head=layout.about(table), left=left,
            x="alignment with people, pairs of unseen images (ρ)"
        )  # fmt: skip
        for (_, network), panel in panels.items():
            draw_panel(panel, table[table["network"] == network].set_index("strategy").reindex(strategies), style)
            panel.set_xlim(span[0], span[1] + 0.22 * (span[1] - span[0]))
            layout.numbers(panel, x=4)
            panel.set_yticks(range(len(strategies)), shown, fontsize=size)
            panel.set_ylim(len(strategies) - 0.5, -0.5)
        drawn.append(made.figure)
    return drawn


def draw_panel(panel, own: pd.DataFrame, style) -> None:
    """The strategies of a network, and how many maps each keeps."""
    y = np.arange(len(own))
    panel.axvline(own["full"].dropna().iloc[0], color=style.ALL_MAPS, lw=1.0, zorder=1)
    panel.hlines(y, own["retained_low"], own["retained_high"], color=style.RETAINED, lw=1.0, alpha=0.6, zorder=2)
    panel.scatter(own["retained"], y, s=9, lw=0, color=style.RETAINED, zorder=3)
    for at, kept in zip(y, own["n_retained"], strict=True):
        if np.isfinite(kept):
            panel.annotate(
                f"{kept:.0f}", (1, at), xycoords=("axes fraction", "data"), ha="right", va="center",
                fontsize=style.SMALL, color="0.35",
            )  # fmt: skip


def main(arguments: argparse.Namespace) -> None:
    from ais.figures import style

    table = by_strategy(pd.read_csv(arguments.summary, sep="\t"))
    table = table[table["stimuli"] == arguments.stimuli].reset_index(drop=True)
    style.save(draw(table), arguments.output, table)


if __name__ == "__main__":
    run(parser(), main)
