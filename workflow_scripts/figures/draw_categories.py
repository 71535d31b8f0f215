"""Draw which maps carry the border between categories, and which the order inside: a point a map."""

import argparse

import pandas as pd

from ais.workflow.command_line import add_comparisons, compared, run


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add_comparisons(parser, "STIMULI/BACKBONE/MEASURE")
    parser.add_argument("--tables", nargs="+", required=True, help="TSV of score_categories.py, one a comparison")
    parser.add_argument("--output", required=True, help="PNG; PDF and TSV are written beside it")
    return parser


def counts(maps: pd.DataFrame) -> dict[str, int]:
    """How many maps help with the border alone, inside alone, and with both."""
    above = maps[["within", "border"]].dropna() > 0
    both = int(above.all(axis=1).sum())
    return {"border": int(above["border"].sum()) - both, "inside": int(above["within"].sum()) - both, "both": both}


def draw(table: pd.DataFrame) -> list:
    """Pages of one panel a comparison: importance for the border against importance within categories."""
    from ais.figures import layout, pages, style

    style.theme()
    table = table.assign(network=layout.networks(table))
    spans = [layout.limits([0, *table[name]], room=0.1) for name in ("within", "border")]
    drawn = []
    for page in pages.facets(table["stimuli"].unique(), table["network"].unique(), 5):
        made, panels = layout.facets(
            page, height=21.5, left=13, x="importance within categories", y="importance for the border"
        )
        for (stimuli, network), panel in panels.items():
            maps = table[(table["stimuli"] == stimuli) & (table["network"] == network)]
            panel.axhline(0, color="black", lw=0.5, zorder=1)
            panel.axvline(0, color="black", lw=0.5, zorder=1)
            panel.scatter(maps["within"], maps["border"], s=3, color=style.ALL_MAPS, alpha=0.5, lw=0, zorder=2)
            told = counts(maps)
            for x, y, ha, va, text in (
                (0.02, 0.98, "left", "top", told["border"]),
                (0.98, 0.98, "right", "top", told["both"]),
                (0.98, 0.02, "right", "bottom", told["inside"]),
            ):
                panel.text(x, y, str(text), transform=panel.transAxes, ha=ha, va=va, fontsize=5.5, color=style.RETAINED)
            panel.set_xlim(spans[0])
            panel.set_ylim(spans[1])
            layout.numbers(panel, x=3, y=4)
        drawn.append(made.figure)
    return drawn


def main(arguments: argparse.Namespace) -> None:
    from ais.figures import style

    tables = [pd.read_csv(path, sep="\t").assign(**about) for about, path in compared(arguments, arguments.tables)]
    table = pd.concat(tables, ignore_index=True)
    table = table[["stimuli", "backbone", "measure", "map", "all", "within", "across", "border"]]
    style.save(draw(table), arguments.output, table)


if __name__ == "__main__":
    run(parser(), main)
