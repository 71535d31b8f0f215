"""Draw the leak of folds by pairs: the gain on test pairs by how many of their images were in training."""

import argparse

import numpy as np
import pandas as pd

from ais.workflow.command_line import add_comparisons, compared, run

COLUMNS = 4  # panels in a row
SEEN = (2, 1, 0)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add_comparisons(parser, "STIMULI/BACKBONE/MEASURE")
    parser.add_argument("--tables", nargs="+", required=True, help="TSV of measure_leak.py, one a comparison")
    parser.add_argument("--output", required=True, help="PNG; PDF and TSV are written beside it")
    return parser


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """A row a world and number of images seen: the gain, for nulls its mean and middle 95 %."""
    gains = table.groupby(["world", "images_seen"], sort=False)["gain"]
    found = gains.mean().to_frame("gain")
    found["low"], found["high"] = gains.quantile(0.025), gains.quantile(0.975)
    return found.assign(worlds=gains.count()).reset_index()


def draw(table: pd.DataFrame):
    """One panel a comparison: observed (red), labels permuted (grey) and the matched null (blue)."""
    import matplotlib.pyplot as plt

    from ais.figures import style

    style.theme()
    worlds = {
        "labels": ("labels permuted", style.QUIET),
        "matched": ("matched null", style.ALL_MAPS),
        "observed": ("observed", style.RETAINED),
    }
    panels = list(table.groupby(["stimuli", "backbone", "measure"], sort=False))
    columns = min(COLUMNS, len(panels))
    rows = -(-len(panels) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(2.1 * columns + 0.6, 2.3 * rows + 0.5), squeeze=False,
        sharex=True, sharey=True, layout="constrained",
    )  # fmt: skip
    x = np.arange(len(SEEN))
    for panel, (about, own) in zip(axes.flat, panels, strict=False):
        panel.axhline(0, color="black", lw=0.6)
        for world, (_, colour) in worlds.items():
            gains = own[own["world"] == world].set_index("images_seen").reindex(SEEN)
            if gains["gain"].isna().all():
                continue
            if world != "observed":
                panel.fill_between(x, gains["low"], gains["high"], color=colour, alpha=0.25, lw=0)
            panel.plot(x, gains["gain"], color=colour, marker="o", ms=4, lw=1.2)
        panel.set_title(f"{about[0]}, {about[1]}", fontsize="small")
        panel.set_xticks(x, ["both", "one", "none"])
        panel.set_xlim(-0.3, len(SEEN) - 0.7)
    for panel in axes.flat[len(panels) :]:
        panel.set_axis_off()
    for panel in axes[:, 0]:
        panel.set_ylabel("gain in alignment")
    for panel in axes[-1]:
        panel.set_xlabel("images seen in training")
    for label, colour in worlds.values():
        axes[0][0].plot([], [], color=colour, marker="o", ms=4, lw=1.2, label=label)
    figure.legend(loc="outside upper center", ncols=3)
    return figure


def main(arguments: argparse.Namespace) -> None:
    from ais.figures import style

    tables = [
        summary(pd.read_csv(path, sep="\t")).assign(**about) for about, path in compared(arguments, arguments.tables)
    ]
    table = pd.concat(tables, ignore_index=True)
    table = table[["stimuli", "backbone", "measure", "world", "images_seen", "gain", "low", "high", "worlds"]]
    style.save(draw(table), arguments.output, table)


if __name__ == "__main__":
    run(parser(), main)
