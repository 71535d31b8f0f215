"""Draw which maps carry the border between categories, and which the order inside: a point a map."""

import argparse

import pandas as pd

from ais.workflow.command_line import add_comparisons, compared, run

COLUMNS = 4  # panels in a row


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add_comparisons(parser, "STIMULI/BACKBONE/MEASURE")
    parser.add_argument("--tables", nargs="+", required=True, help="TSV of score_categories.py, one a comparison")
    parser.add_argument("--output", required=True, help="PNG; PDF and TSV are written beside it")
    return parser


def draw(table: pd.DataFrame):
    """One panel a comparison: importance for the border against importance within categories."""
    import matplotlib.pyplot as plt

    from ais.figures import style

    style.theme()
    panels = list(table.groupby(["stimuli", "backbone", "measure"], sort=False))
    several_measures = table["measure"].nunique() > 1
    columns = min(COLUMNS, len(panels))
    rows = -(-len(panels) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(2.8 * columns + 0.5, 2.8 * rows + 0.4), squeeze=False, layout="constrained"
    )
    for panel, (about, maps) in zip(axes.flat, panels, strict=False):
        panel.axhline(0, color="black", lw=0.6, zorder=1)
        panel.axvline(0, color="black", lw=0.6, zorder=1)
        panel.scatter(maps["within"], maps["border"], s=9, color=style.RETAINED, alpha=0.5, lw=0, zorder=2)
        defined = maps[["within", "border"]].dropna()
        both = int(((defined > 0).all(axis=1)).sum())
        inside, border = ((defined[name] > 0).sum() - both for name in ("within", "border"))
        panel.set_title(
            f"{', '.join(about if several_measures else about[:2])}\n"
            f"help inside {inside}, border {border}, both {both} of {len(maps)}",
            fontsize="small",
        )  # fmt: skip
        panel.ticklabel_format(style="plain")
        panel.locator_params(nbins=4)
    for panel in axes.flat[len(panels) :]:
        panel.set_axis_off()
    for panel in axes[:, 0]:
        panel.set_ylabel("importance for the border")
    for panel in axes[-1]:
        panel.set_xlabel("importance within categories")
    return figure


def main(arguments: argparse.Namespace) -> None:
    from ais.figures import style

    tables = [pd.read_csv(path, sep="\t").assign(**about) for about, path in compared(arguments, arguments.tables)]
    table = pd.concat(tables, ignore_index=True)
    table = table[["stimuli", "backbone", "measure", "map", "all", "within", "across", "border"]]
    style.save(draw(table), arguments.output, table)


if __name__ == "__main__":
    run(parser(), main)
