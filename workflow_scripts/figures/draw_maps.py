"""Draw which feature maps of a set matter: their importance in its order, and how stable that order is."""

import argparse

import numpy as np
import pandas as pd

from ais.workflow.command_line import add_comparisons, compared, run

Q = 0.05
STABLE = 0.75  # of the resamples: Meinshausen & Bühlmann's share, as stability selection has it


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add_comparisons(parser, "STIMULI/BACKBONE/MEASURE")
    parser.add_argument("--tables", nargs="+", required=True, help="TSV of examine_maps.py, one a comparison")
    parser.add_argument("--output", required=True, help="PNG; PDF and TSV are written beside it")
    return parser


def ranked(maps: pd.DataFrame) -> pd.DataFrame:
    """Maps by their importance, the largest first (ties: lower index first), with their rank from 1."""
    maps = maps.sort_values("importance", ascending=False, kind="stable", ignore_index=True)
    maps.insert(1, "rank", np.arange(1, len(maps) + 1))
    return maps


def draw(table: pd.DataFrame) -> list:
    """Pages of two panels a network: importance by rank with its interval over images, and selection frequency.

    Importance is drawn half as far below zero as above: single maps that harm much more would leave the others no room.
    """
    from ais.figures import layout, lettering, pages, style

    style.theme()
    table = table.assign(network=layout.networks(table))
    point = {"ls": "none", "marker": "o", "ms": 3, "mew": 0}
    key = [
        ("q < .05 (people's labels permuted): these images", point | {"color": style.RETAINED}),
        ("also q < .05 for new images", point | {"color": "black", "marker": "D"}),
        ("other maps", point | {"color": style.QUIET, "ms": 2}),
        ("95 % interval over images", {"color": style.QUIET, "alpha": 0.4, "lw": 4}),
        ("below: in what share of resampled images AIS > 0", {}),
    ]
    low, high = layout.limits(np.r_[0.0, table[["low", "high", "importance"]].to_numpy().ravel()], room=0.03)
    span = max(low, -high / 2), high
    most, drawn = table["rank"].max(), []
    for page in pages.listed(table["network"].unique(), 3):
        made, panels = layout.stacked(
            page, (28, 12), key=key, head=layout.about(table), top=9, bottom=9, below=([2, 14] * len(page))[:-1],
            left=13.5,
        )  # fmt: skip
        for network, (upper, lower) in panels.items():
            own = table[table["network"] == network]
            draw_importance(upper, own, style)
            draw_stability(lower, own, style)
            layout.title(upper, network, layout.width_of(upper), below=told(own))
            upper.set_ylim(span)
            layout.numbers(upper, y=4)
            for axes in (upper, lower):
                axes.set_xscale("log")
                axes.set_xlim(0.8, most * 1.2)
                axes.xaxis.set_major_formatter("{x:g}")
        layout.outer_only(made)
        for row in range(len(page)):
            for axes, text in ((made.axes[2 * row, 0], "importance (AIS)"), (made.axes[2 * row + 1, 0], "AIS > 0 in")):
                axes.annotate(
                    text, (0, 0.5), (-11.2 / lettering.POINT, 0), xycoords="axes fraction", textcoords="offset points",
                    rotation=90, ha="center", va="center", fontsize=style.TICK, annotation_clip=False,
                )  # fmt: skip
        made.write_axes_labels("feature maps, the most important first (rank)")
        drawn.append(made.figure)
    return drawn


def told(own: pd.DataFrame) -> str:
    """34 of 512: q < .05; 3 for new images."""
    return f"{(own['q'] < Q).sum()} of {len(own)} maps; {(own['q_new_images'] < Q).sum()} for new images"


def draw_importance(panel, own: pd.DataFrame, style) -> None:
    """A point a map, red where it matters for these images; the interval as a band."""
    panel.axhline(0, color="black", lw=0.5, zorder=1)
    panel.fill_between(own["rank"], own["low"], own["high"], step="mid", color=style.QUIET, alpha=0.35, lw=0, zorder=2)
    matters, new = own["q"] < Q, own["q_new_images"] < Q
    for some, look in (
        (~matters & ~new, {"s": 2, "color": style.QUIET, "zorder": 3}),
        (matters & ~new, {"s": 5, "color": style.RETAINED, "zorder": 4}),
        (new, {"s": 7, "color": "black", "marker": "D", "zorder": 5}),
    ):
        panel.scatter(own["rank"][some], own["importance"][some], lw=0, **look)


def draw_stability(panel, own: pd.DataFrame, style) -> None:
    """The share of resamples of the images in which a map's importance is positive."""
    panel.axhline(STABLE, color="0.6", lw=0.5, ls=(0, (3, 2)), zorder=1)
    colours = np.where(own["q"] < Q, style.RETAINED, style.QUIET)
    panel.scatter(own["rank"], own["selection_frequency"], s=2, c=colours, lw=0, zorder=2)
    panel.set_ylim(-0.05, 1.05)
    panel.set_yticks([0, 0.5, 1], ["0", "50 %", "100 %"])


def main(arguments: argparse.Namespace) -> None:
    from ais.figures import style

    each = compared(arguments, arguments.tables)
    table = pd.concat([ranked(pd.read_csv(path, sep="\t")).assign(**about) for about, path in each], ignore_index=True)
    table = table[[*each[0][0], *(name for name in table if name not in each[0][0])]]
    style.save(draw(table), arguments.output, table)


if __name__ == "__main__":
    run(parser(), main)
