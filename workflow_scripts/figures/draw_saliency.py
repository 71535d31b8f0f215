"""Draw precision against recall of a set's heatmaps, and how much more precise each kind is than mean activation.

In the figure at one share of salient pixels, the study's middle one; in a supplement at every pair of shares.
"""

import argparse

import numpy as np
import pandas as pd

from ais.heatmaps import shown
from ais.workflow.command_line import add_comparisons, compared, run

NAMES = shown.NAMES | {"centre": "centre bias"}
ABOUT = ["stimuli", "backbone", "measure", "source"]
AT = ["kind", "saliency_percent", "heatmap_percent"]
DIFFERENCE = ["minus_activation", "minus_activation_low", "minus_activation_high"]
LINE = 2.4  # mm
NOTHING = "no image has both saliency and heatmaps"


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add_comparisons(parser, "STIMULI/BACKBONE/MEASURE/SOURCE")
    parser.add_argument("--curves", nargs="+", required=True, help="curves of compare_saliency.py, one a comparison")
    parser.add_argument("--summary", required=True, help="TSV of compare_saliency.py, joined")
    parser.add_argument(
        "--heatmap-scores", choices=["images", "set"], default="images",
        help="of which of the paper's heatmaps other images' saliency is drawn too, and every pair of shares",
    )  # fmt: skip
    parser.add_argument("--output", required=True, help="PNG; PDF and TSV are written beside it")
    parser.add_argument("--output-grid", required=True, help="PNG of the supplement; PDF and TSV are written beside it")
    return parser


def drawn(curves: pd.DataFrame, summary: pd.DataFrame) -> pd.DataFrame:
    """What is drawn: the curves at the middle one of the study's saliency thresholds, with the differences there."""
    precision = summary[summary["statistic"] == "precision"]
    percents = sorted(precision["saliency_percent"].unique())
    middle = percents[len(percents) // 2] if percents else float("nan")
    of_precision = precision[precision["heatmap_percent"] == middle]
    at_middle = curves[curves["saliency_percent"] == middle]
    return at_middle.merge(of_precision[ABOUT + AT + DIFFERENCE], on=ABOUT + AT, how="left")


def at_every_pair(summary: pd.DataFrame, about: pd.DataFrame) -> pd.DataFrame:
    """A row a comparison of ``about``, kind and pair of shares: precision, beside chance and others' saliency."""
    rows = summary[summary["statistic"] == "precision"].merge(about[ABOUT].drop_duplicates(), on=ABOUT)
    return rows[[*ABOUT, *AT, "images", "value", "chance", "shuffled", *DIFFERENCE]]


def draw(table: pd.DataFrame, heatmap_scores: str = "images") -> list:
    """Pages of two panels a network: the curves, one a kind; below, differences of precision with their intervals."""
    from ais.figures import kinds, layout, lettering, pages, style

    style.theme()
    if table.empty:
        return [layout.sheet(1, 1, 20, head=NOTHING).figure]
    table = table.assign(network=layout.networks(table))
    order = kinds.in_order(table["kind"])
    main = f"importance/{shown.whose(heatmap_scores, set(order))}"
    listed = [kind for kind in order if kind != "activation"]
    key = [(NAMES.get(kind, kind), {"color": kinds.colour(kind), "lw": 1.4}) for kind in order]
    key += [("other images' saliency", {"color": "black", "lw": 0.9, "ls": ":"})]
    key += [("chance", {"color": style.QUIET, "lw": 0.8, "ls": "--"})]
    left = max([lettering.width(NAMES.get(kind, kind), style.SMALL) for kind in listed] + [8]) + 3
    spans = [
        layout.limits([0, *table["precision"], *table["precision_shuffled"]], room=0.04),
        layout.limits([0, *table[DIFFERENCE].to_numpy().ravel()]),
    ]
    share = table["saliency_percent"].iloc[0]
    head = layout.about(table, table["source"].iloc[0])
    pages_of = []
    for page in pages.listed(table["network"].unique(), 3):
        made, panels = layout.stacked(
            page, (28, max(LINE * len(listed), 5)), key=key, head=head, left=left, top=6, bottom=8, beside=4,
            below=([9, 17] * len(page))[:-1],
        )  # fmt: skip
        for network, (upper, lower) in panels.items():
            own = table[table["network"] == network]
            draw_curves(upper, own, order, main)
            draw_differences(lower, own, listed)
            upper.set_ylim(spans[0])
            lower.set_xlim(spans[1])
            layout.numbers(upper, x=4, y=4)
            layout.numbers(lower, x=4)
            lower.set_yticklabels([NAMES.get(kind, kind) for kind in reversed(listed)], fontsize=style.SMALL)
            layout.title(upper, network, layout.width_of(upper))
            for axes, text in ((upper, "recall"), (lower, f"precision at {share:g} % − activation's")):
                (name,), size = lettering.fitted([text], layout.width_of(axes) + 2, (style.TICK, 5.5, style.SMALL), 1)
                axes.set_xlabel(name, fontsize=size, labelpad=1)
        for row in range(len(page)):
            for axes in made.axes[2 * row : 2 * row + 2, 1:].flat:
                if axes is not None:
                    axes.tick_params(labelleft=False)
            made.axes[2 * row, 0].set_ylabel(f"precision, {share:g} % salient", fontsize=style.TICK)
        pages_of.append(made.figure)
    return pages_of


def draw_curves(panel, comparison: pd.DataFrame, order: list[str], main: str) -> None:
    """One line a kind, along the shares of its hottest pixels."""
    from ais.figures import kinds, style

    for kind in reversed(order):
        line = comparison[comparison["kind"] == kind].sort_values("heatmap_percent")
        is_main = kind == main
        look = {"color": kinds.colour(kind), "lw": 1.5 if is_main else 0.8, "zorder": 3 if is_main else 2}
        panel.plot(line["recall"], line["precision"], **look)
        at = line[line["heatmap_percent"] == line["saliency_percent"]]
        panel.scatter(at["recall"], at["precision"], s=7, lw=0, color=look["color"], zorder=4)
        if is_main:
            panel.plot(line["recall_shuffled"], line["precision_shuffled"], color="black", lw=0.9, ls=":", zorder=2)
    if len(comparison):
        panel.axhline(comparison["saliency_percent"].iloc[0] / 100, color=style.QUIET, lw=0.8, ls="--", zorder=1)
    panel.set_xlim(0, 1)


def draw_differences(panel, comparison: pd.DataFrame, listed: list[str]) -> None:
    """A point a kind, with its interval; activation itself is the line at zero."""
    from ais.figures import kinds, style

    found = comparison.dropna(subset="minus_activation").set_index("kind")
    for place, kind in enumerate(reversed(listed)):
        if kind in found.index:
            mean, low, high = found.loc[kind, DIFFERENCE]
            panel.plot([low, high], [place, place], color=kinds.colour(kind), lw=1.1)
            panel.plot([mean], [place], "o", ms=2.8, mew=0, color=kinds.colour(kind))
    panel.axvline(0, color=style.QUIET, lw=0.6)
    panel.set_ylim(-0.7, len(listed) - 0.3)
    panel.set_yticks(range(len(listed)))


def draw_grid(table: pd.DataFrame, heatmap_scores: str = "images") -> list:
    """Pages of one panel a network: precision of the paper's heatmap less activation's, a cell a pair of shares."""
    from ais.figures import layout, lettering, pages, style

    style.theme()
    table = table.assign(network=layout.networks(table))
    table = table[table["kind"] == f"importance/{shown.whose(heatmap_scores, set(table['kind']))}"]
    if table.empty:
        return [layout.sheet(1, 1, 20, head=NOTHING).figure]
    found = table["minus_activation"].abs().max()
    largest = found if found > 0 else 1.0
    head = layout.about(table, table["source"].iloc[0])
    pages_of = []
    for page in pages.listed(table["network"].unique(), 5):
        columns = len(page[0])
        made = layout.sheet(
            len(page),
            columns,
            27,
            left=11,
            top=6,
            bottom=9,
            beside=4,
            below=9,
            right=16,
            head=head,
            panels=sum(map(len, page)),
        )
        panels = [axes for axes in made.axes.flat if axes is not None]
        for panel, network in zip(panels, [name for names in page for name in names], strict=True):
            own = table[table["network"] == network]
            cells = own.pivot(index="saliency_percent", columns="heatmap_percent", values="minus_activation")
            image = panel.imshow(cells, cmap="PuOr", vmin=-largest, vmax=largest, aspect="auto", origin="lower")
            for _, row in own.iterrows():
                x, y = cells.columns.get_loc(row["heatmap_percent"]), cells.index.get_loc(row["saliency_percent"])
                if np.isfinite(row["minus_activation"]) and max(cells.shape) <= 4:
                    certain = row["minus_activation_low"] > 0 or row["minus_activation_high"] < 0
                    text = lettering.number(row["minus_activation"], signed=True)
                    light = abs(row["minus_activation"]) > 0.65 * largest
                    panel.text(
                        x, y, text + "*" * certain, ha="center", va="center", fontsize=style.TICK,
                        color="white" if light else "black",
                    )  # fmt: skip
            panel.set_xticks(
                range(len(cells.columns)), [f"{share:g} %" for share in cells.columns], fontsize=style.SMALL
            )
            panel.set_yticks(range(len(cells.index)), [f"{share:g} %" for share in cells.index], fontsize=style.SMALL)
            panel.tick_params(length=0)
            panel.spines[:].set_visible(False)
            layout.title(panel, network, layout.width_of(panel))
        layout.outer_only(made)
        made.write_axes_labels("hottest pixels of the heatmap", "most salient pixels")
        if panels:
            last = panels[min(columns, len(page[0])) - 1]
            bar = layout.colour_bar(made, last, image, "precision − activation's")
            bar.yaxis.label.set_size(style.TICK)
        pages_of.append(made.figure)
    return pages_of


def main(arguments: argparse.Namespace) -> None:
    from ais.figures import style

    read = []
    for about, path in compared(arguments, arguments.curves):
        curves = pd.read_csv(path, sep="\t")
        read.append(pd.DataFrame([about] * len(curves), index=curves.index).join(curves))
    curves, summary = pd.concat(read), pd.read_csv(arguments.summary, sep="\t")
    table = drawn(curves, summary)
    style.save(draw(table, arguments.heatmap_scores), arguments.output, table)
    table = at_every_pair(summary, curves)
    style.save(draw_grid(table, arguments.heatmap_scores), arguments.output_grid, table)


if __name__ == "__main__":
    run(parser(), main)
