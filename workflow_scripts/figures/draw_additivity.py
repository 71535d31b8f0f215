"""Draw how far importance adds up: what the top maps cost masked together, and the sum of what each costs alone."""

import argparse

import pandas as pd

from ais.workflow.command_line import add_comparisons, compared, run

COLUMNS = 4  # panels in a row
TOLD = (10, 50, 200)  # numbers of maps whose ratio is written into the figure


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add_comparisons(parser, "STIMULI/BACKBONE/MEASURE")
    parser.add_argument("--tables", nargs="+", required=True, help="additivity of examine_maps.py, one a comparison")
    parser.add_argument("--output", required=True, help="PNG; PDF and TSV are written beside it")
    return parser


def draw(table: pd.DataFrame, panels: list[dict]):
    """One panel each of ``panels``: the joint drop (red), the sum of drops (blue), and their ratio at some points."""
    import matplotlib.pyplot as plt

    from ais.figures import style

    style.theme()
    lines = {"joint": ("masked together", style.RETAINED, "-"), "sum": ("sum of one by one", style.ALL_MAPS, "--")}
    columns = min(COLUMNS, len(panels))
    rows = -(-len(panels) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(2.3 * columns + 0.6, 2.3 * rows + 0.5), squeeze=False,
        sharex=True, sharey=True, layout="constrained",
    )  # fmt: skip
    axes[0][0].set_xscale("log")
    for panel, about in zip(axes.flat, panels, strict=False):
        own = table[(table[list(about)] == pd.Series(about)).all(axis=1)]
        panel.axhline(0, color="black", lw=0.6)
        for line, (_, colour, dashes) in lines.items():
            panel.plot(own["top"], own[line], dashes, color=colour, marker="o", ms=3, lw=1.2)
        for top, joint, ratio in own.loc[own["top"].isin(TOLD), ["top", "joint", "ratio"]].dropna().to_numpy():
            away = {"ha": "right", "va": "bottom"} if ratio >= 1 else {"ha": "left", "va": "top"}  # from the other line
            panel.annotate(
                f"{ratio:.2f} ×", (top, joint), (-3, 3) if ratio >= 1 else (3, -3), textcoords="offset points",
                fontsize="x-small", color=style.RETAINED, **away,
            )  # fmt: skip
        panel.set_title("{stimuli}, {backbone}\n{measure}".format(**about), fontsize="small")
        panel.xaxis.set_major_formatter("{x:g}")
    for panel in axes.flat[len(panels) :]:
        panel.set_axis_off()
    for panel in axes[:, 0]:
        panel.set_ylabel("drop in alignment")
    for panel in axes[-1]:
        panel.set_xlabel("top maps masked")
    for label, colour, dashes in lines.values():
        axes[0][0].plot([], [], dashes, color=colour, marker="o", ms=3, lw=1.2, label=label)
    figure.legend(loc="outside upper center", ncols=2)
    return figure


def main(arguments: argparse.Namespace) -> None:
    from ais.figures import style

    each = compared(arguments, arguments.tables)
    table = pd.concat([pd.read_csv(path, sep="\t", dtype=float).assign(**about) for about, path in each])
    table = table[["stimuli", "backbone", "measure", "top", "joint", "sum", "ratio"]].astype({"top": int})
    style.save(draw(table, [about for about, _ in each]), arguments.output, table)


if __name__ == "__main__":
    run(parser(), main)
