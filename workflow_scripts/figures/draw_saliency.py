"""Draw precision against recall of every kind of heatmap, and how much more precise each is than mean activation."""

import argparse

import pandas as pd

from ais.heatmaps import shown
from ais.workflow.command_line import add_comparisons, compared, run

NAMES = shown.NAMES | {"centre": "centre bias"}
COLUMNS = 4  # comparisons in a row
ABOUT = ["stimuli", "backbone", "measure", "source"]
AT = ["kind", "saliency_percent", "heatmap_percent"]
DIFFERENCE = ["minus_activation", "minus_activation_low", "minus_activation_high"]


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add_comparisons(parser, "STIMULI/BACKBONE/MEASURE/SOURCE")
    parser.add_argument("--curves", nargs="+", required=True, help="curves of compare_saliency.py, one a comparison")
    parser.add_argument("--summary", required=True, help="TSV of compare_saliency.py, joined")
    parser.add_argument(
        "--heatmap-scores", choices=["images", "set"], default="images",
        help="of which of the paper's heatmaps other images' saliency is drawn too",
    )  # fmt: skip
    parser.add_argument("--output", required=True, help="PNG; PDF and TSV are written beside it")
    return parser


def drawn(curves: pd.DataFrame, summary: pd.DataFrame) -> pd.DataFrame:
    """What is drawn: the curves at the middle one of the study's saliency thresholds, with the differences there."""
    precision = summary[summary["statistic"] == "precision"]
    percents = sorted(precision["saliency_percent"].unique())
    middle = percents[len(percents) // 2] if percents else float("nan")
    of_precision = precision[precision["heatmap_percent"] == middle]
    at_middle = curves[curves["saliency_percent"] == middle]
    return at_middle.merge(of_precision[ABOUT + AT + DIFFERENCE], on=ABOUT + AT, how="left")


def draw(table: pd.DataFrame, heatmap_scores: str = "images"):
    """Two panels a comparison: the curves, one a kind; below, differences of precision with their intervals."""
    import matplotlib.pyplot as plt

    from ais.figures import kinds, style

    style.theme()
    panels = list(table.groupby(ABOUT, sort=False))
    order = kinds.in_order(table["kind"])
    columns = min(COLUMNS, max(len(panels), 1))
    rows = max(-(-len(panels) // columns), 1)
    figure, axes = plt.subplots(
        2 * rows, columns, figsize=(max(2.9 * columns, 5), (4.3 + 0.1 * len(order)) * rows + 0.9), squeeze=False,
        height_ratios=[2.4, 1.2] * rows, layout="constrained",
    )  # fmt: skip
    for number in range(rows * columns):
        row, column = divmod(number, columns)
        upper, lower = axes[2 * row][column], axes[2 * row + 1][column]
        if number >= len(panels):
            upper.set_axis_off()
            lower.set_axis_off()
            continue
        about, comparison = panels[number]
        importance = f"importance/{heatmap_scores}"  # images that nobody judged have but another set's scores
        draw_curves(upper, comparison, order, importance if importance in set(comparison["kind"]) else "importance/set")
        draw_differences(lower, comparison, order, first=column == 0)
        upper.set_title("{}, {}\n{}, {}".format(*about), fontsize="small")
        if column == 0:
            upper.set_ylabel(f"precision ({comparison['saliency_percent'].iloc[0]:g} % salient)")
    for kind in order:
        axes[0][0].plot([], [], color=kinds.colour(kind), lw=1.5, label=NAMES.get(kind, kind))
    axes[0][0].plot([], [], color="black", lw=1, ls=":", label="other images' saliency")
    axes[0][0].plot([], [], color=style.QUIET, lw=0.8, ls="--", label="chance")
    figure.legend(loc="outside upper center", ncols=3 if columns < 3 else 6, fontsize="small")
    return figure


def draw_curves(panel, comparison: pd.DataFrame, order: list[str], main: str) -> None:
    """One line a kind, along the shares of its hottest pixels."""
    from ais.figures import kinds, style

    for kind in reversed(order):
        line = comparison[comparison["kind"] == kind].sort_values("heatmap_percent")
        is_main = kind == main
        look = {"color": kinds.colour(kind), "lw": 1.8 if is_main else 1.0, "zorder": 3 if is_main else 2}
        panel.plot(line["recall"], line["precision"], **look)
        at = line[line["heatmap_percent"] == line["saliency_percent"]]
        panel.scatter(at["recall"], at["precision"], s=14, lw=0, color=look["color"], zorder=4)
        if is_main:
            panel.plot(line["recall_shuffled"], line["precision_shuffled"], color="black", lw=1, ls=":", zorder=2)
    if len(comparison):
        panel.axhline(comparison["saliency_percent"].iloc[0] / 100, color=style.QUIET, lw=0.8, ls="--", zorder=1)
    panel.set_xlim(0, 1)
    panel.set_ylim(bottom=0)
    panel.set_xlabel("recall")


def draw_differences(panel, comparison: pd.DataFrame, order: list[str], first: bool) -> None:
    """A point a kind, with its interval; activation itself is the line at zero."""
    from ais.figures import kinds, style

    listed = [kind for kind in order if kind != "activation"]
    found = comparison.dropna(subset="minus_activation").set_index("kind")
    for place, kind in enumerate(reversed(listed)):
        if kind in found.index:
            mean, low, high = found.loc[kind, DIFFERENCE]
            panel.plot([low, high], [place, place], color=kinds.colour(kind), lw=1.5)
            panel.plot([mean], [place], "o", ms=4, color=kinds.colour(kind))
    panel.axvline(0, color=style.QUIET, lw=0.8)
    panel.set_ylim(-0.7, len(listed) - 0.3)
    panel.set_yticks(
        range(len(listed)), [NAMES.get(kind, kind) for kind in reversed(listed)] if first else [], fontsize="x-small"
    )
    panel.set_xlabel("precision − activation's")


def main(arguments: argparse.Namespace) -> None:
    from ais.figures import style

    read = []
    for about, path in compared(arguments, arguments.curves):
        curves = pd.read_csv(path, sep="\t")
        read.append(pd.DataFrame([about] * len(curves), index=curves.index).join(curves))
    table = drawn(pd.concat(read), pd.read_csv(arguments.summary, sep="\t"))
    style.save(draw(table, arguments.heatmap_scores), arguments.output, table)


if __name__ == "__main__":
    run(parser(), main)
