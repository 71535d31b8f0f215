"""Draw precision against recall of the heatmaps' most active pixels, beside the three controls."""

import argparse

import pandas as pd

from ais.workflow.command_line import run

COLUMNS = 4  # panels in a row


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--summary", required=True, help="TSV of summarise_saliency.py")
    parser.add_argument("--output", required=True, help="PNG; PDF and TSV are written beside it")
    return parser


def draw(table: pd.DataFrame):
    """One panel a comparison; one line a heatmap threshold, along the saliency thresholds."""
    import matplotlib.pyplot as plt

    from ais.figures import style

    style.theme()
    series = {
        "heatmap": ("", style.RETAINED),
        "other images' saliency": ("_shuffled", style.ALL_MAPS),
        "centre bias": ("_centre", style.CENTRE),
        "chance": ("_chance", style.QUIET),
    }
    panels = list(table.groupby(["stimuli", "backbone", "measure", "source"], sort=False))
    columns = min(COLUMNS, len(panels))
    rows = -(-len(panels) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(2.7 * columns, 2.7 * rows + 0.5), squeeze=False,
        sharex=True, sharey=True, layout="constrained",
    )  # fmt: skip
    largest = table["saliency_percent"].max()
    for panel, (about, summary) in zip(axes.flat, panels, strict=False):
        for suffix, colour in series.values():
            for _, line in summary.sort_values("saliency_percent").groupby("heatmap_percent"):
                recall, precision = line[f"recall{suffix}"], line[f"precision{suffix}"]
                panel.plot(recall, precision, color=colour, lw=1, alpha=0.8, zorder=2)
                panel.scatter(
                    recall, precision, s=36 * line["saliency_percent"] / largest, color=colour, lw=0, zorder=3
                )
        for percent, line in summary.dropna(subset="precision").groupby("heatmap_percent"):
            top = line.loc[line["precision"].idxmax()]
            panel.annotate(
                f"{percent:g} %", (top["recall"], top["precision"]), (4, 3), textcoords="offset points",
                fontsize="x-small", color=style.RETAINED,
            )  # fmt: skip
        stimuli, backbone, measure, source = about
        panel.set_title(f"{stimuli}, {backbone}\n{measure}, {source}", fontsize="small")
        panel.set_xlim(left=0)
        panel.set_ylim(bottom=0)
    for panel in axes.flat[len(panels) :]:
        panel.set_axis_off()
    for panel in axes[:, 0]:
        panel.set_ylabel("precision")
    for panel in axes[-1]:
        panel.set_xlabel("recall")
    for label, (_, colour) in series.items():
        axes[0][0].plot([], [], color=colour, marker="o", ms=4, lw=1, label=label)
    figure.legend(loc="outside upper center", ncols=2 if columns < 3 else 4)
    return figure


def main(arguments: argparse.Namespace) -> None:
    from ais.figures import style

    table = pd.read_csv(arguments.summary, sep="\t")
    style.save(draw(table), arguments.output, table)


if __name__ == "__main__":
    run(parser(), main)
