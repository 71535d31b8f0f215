"""Draw how far importance adds up: what the top maps cost masked together, and the sum of what each costs alone."""

import argparse

import pandas as pd

from ais.workflow.command_line import add_comparisons, compared, run

TOLD = (10, 50, 200)  # numbers of maps of which the last known ratio is written into the panel


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add_comparisons(parser, "STIMULI/BACKBONE/MEASURE")
    parser.add_argument("--tables", nargs="+", required=True, help="additivity of examine_maps.py, one a comparison")
    parser.add_argument("--output", required=True, help="PNG; PDF and TSV are written beside it")
    return parser


def ratio(own: pd.DataFrame) -> str:
    """The largest told number of maps with its ratio: 1.23 × at 50."""
    told = own[own["top"].isin(TOLD)].dropna(subset="ratio")
    return f"{told['ratio'].iloc[-1]:.2f} × at {told['top'].iloc[-1]}" if len(told) else ""


def draw(table: pd.DataFrame, comparisons: list[dict]) -> list:
    """Pages of one panel each of ``comparisons``: the joint drop (red), the sum of drops (blue), and their ratio."""
    from ais.figures import layout, pages, style

    style.theme()
    lines = {
        "joint": ("masked together", {"color": style.RETAINED, "marker": "o", "ms": 2.2}),
        "sum": ("sum of one by one", {"color": style.ALL_MAPS, "ls": (0, (3, 1.5)), "marker": "s", "ms": 2}),
    }
    asked = pd.DataFrame(comparisons)
    asked["network"] = layout.networks(asked)
    table = table.merge(asked, on=["stimuli", "backbone", "measure"])
    span = layout.limits([0, *table["joint"], *table["sum"]])
    most = max(table["top"].max(), 10) if len(table) else 10
    drawn = []
    for page in pages.facets(asked["stimuli"].unique(), asked["network"].unique()):
        made, panels = layout.facets(
            page, height=21, key=list(lines.values()), x="most important maps masked", y="drop in alignment"
        )
        for (stimuli, network), panel in panels.items():
            own = table[(table["stimuli"] == stimuli) & (table["network"] == network)]
            panel.axhline(0, color="black", lw=0.5)
            for line, (_, look) in lines.items():
                panel.plot(own["top"], own[line], **look)
            panel.text(0.05, 0.93, ratio(own), transform=panel.transAxes, fontsize=style.SMALL + 0.5, va="top")
            panel.set_xscale("log")
            panel.set_xlim(0.8, most * 1.25)
            panel.set_ylim(span)
            panel.xaxis.set_major_formatter("{x:g}")
            layout.numbers(panel, y=4)
        drawn.append(made.figure)
    return drawn


def main(arguments: argparse.Namespace) -> None:
    from ais.figures import style

    each = compared(arguments, arguments.tables)
    table = pd.concat([pd.read_csv(path, sep="\t", dtype=float).assign(**about) for about, path in each])
    table = table[["stimuli", "backbone", "measure", "top", "joint", "sum", "ratio"]].astype({"top": int})
    style.save(draw(table, [about for about, _ in each]), arguments.output, table)


if __name__ == "__main__":
    run(parser(), main)
