"""Draw what pruning gains on held-out pairs: all maps and retained as dumbbells, beside null and noise ceilings."""

import argparse

import numpy as np
import pandas as pd

from ais.workflow.command_line import run

# Noise ceilings: what another panel of raters, and what a model without noise, would reach.
CEILINGS = {"ceiling_another_panel": (0, (2, 1.2)), "ceiling_noise_free_model": (0, (0.8, 0.8))}
DRAWN = [
    *("stimuli", "backbone", "analysis", "split", "pruning", "images", "pairs_judged", "maps", "folds"),
    *("full", "retained", "n_retained", "gain", "gain_low", "gain_high", "interval"),
    *("matched_gain", "matched_low", "matched_high", "permutations", *CEILINGS),
]


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--summary", required=True, help="TSV of summarise_gain.py")
    parser.add_argument("--output", required=True, help="PNG; PDF and TSV are written beside it")
    return parser


def drawn_from(summary: pd.DataFrame) -> pd.DataFrame:
    """The columns that are drawn, sets and networks in the order of their names, folds by images first."""
    return summary[DRAWN].sort_values(["stimuli", "backbone"], kind="stable", ignore_index=True)


def marks(table: pd.DataFrame) -> list[tuple[str, dict]]:
    """What each mark is, for the key: of those that need a number, such as are drawn of any comparison."""
    from ais.figures import style

    point = {"ls": "none", "marker": "o", "ms": 4, "mew": 0.9}
    null = {"ls": "none", "marker": "|", "ms": 6, "mew": 1.3, "color": "black"}
    ceilings = {name: {"color": "0.3", "lw": 0.8, "ls": dashes} for name, dashes in CEILINGS.items()}
    always = [
        ("all maps", point | {"color": style.ALL_MAPS}),
        ("retained maps", point | {"color": style.RETAINED}),
        ("filled: folds by pairs", point | {"color": "0.3"}),
        ("open: folds by images (unseen)", point | {"color": "0.3", "mfc": "white"}),
    ]
    where_known = {
        "gain_low": ("95 % interval of the gain", {"color": style.RETAINED, "lw": 3, "alpha": 0.3}),
        "matched_gain": ("where the matched null would end", null),
        "ceiling_another_panel": ("ceiling: another panel", ceilings["ceiling_another_panel"]),
        "ceiling_noise_free_model": ("ceiling: model without noise", ceilings["ceiling_noise_free_model"]),
    }
    return always + [mark for column, mark in where_known.items() if np.isfinite(table[column]).any()]


def draw(table: pd.DataFrame) -> list:
    """Pages of one panel a set, one row a network, in it one line an analysis."""
    from ais.figures import layout, pages, style

    style.theme()
    sets, networks = table["stimuli"].unique(), table["backbone"].unique()
    analyses = list(dict.fromkeys(table["analysis"]))
    named = table.drop_duplicates("analysis")["split"].duplicated().any()  # else filled and open tell which is which
    values = np.stack(
        [table["full"] + table[gain] for gain in ("gain_low", "gain_high", "matched_low", "matched_high")]
    )
    span = layout.limits([*table[["full", "retained", *CEILINGS]].to_numpy().ravel(), *values.ravel()], room=0.03)
    return [
        draw_page(table, page, [(network, analysis) for network in some for analysis in analyses], span, named)
        for page, some in pages.dumbbells(sets, networks, len(analyses))
    ]


def draw_page(table: pd.DataFrame, page: list[list[str]], rows: list, span: tuple[float, float], named: bool):
    """One page: panels of some sets, each with the same ``rows`` (network, analysis)."""
    from ais.figures import layout, lettering, pages, style

    networks = list(dict.fromkeys(network for network, _ in rows))
    each = len(rows) // len(networks)
    wide = layout.width_for(len(page[0]))
    shown, size = lettering.fitted(networks, 26, (style.TICK, 5.5, style.SMALL), max(min(each, 3), 1))
    analyses, small = lettering.fitted([analysis if named else "" for _, analysis in rows], 18, (style.SMALL,), 1)
    left = max(lettering.width(name, size) for name in shown) + 4.5
    if named:
        left += max(lettering.width(name, small) for name in analyses) + 1.5
    lines = max(len(rows) + pages.BETWEEN * (len(networks) - 1), 2)
    made = layout.sheet(
        len(page), len(page[0]), lines * pages.LINE + 1.5, width=wide, left=left, top=10, bottom=9, beside=3,
        below=12, key=marks(table), panels=sum(map(len, page)),
    )  # fmt: skip
    # Lines of a network stand closer than those of two.
    y = {row: at + pages.BETWEEN * (at // each) for at, row in enumerate(rows)}
    for axes, stimuli in zip(made.axes.flat, [name for names in page for name in names], strict=False):
        own = table[table["stimuli"] == stimuli].set_index(["backbone", "analysis"])
        for row, at in y.items():
            if row in own.index:
                draw_line(axes, own.loc[row], at)
        first = own.iloc[0]
        number = f"{first['images']:.0f} images, {first['pairs_judged']:,.0f} pairs"
        layout.title(axes, stimuli, layout.width_of(axes), below=number)
        axes.set_ylim(y[rows[-1]] + 0.8, -0.8)
        axes.set_xlim(span)
        layout.numbers(axes, x=5)
        axes.set_yticks([])
        for at in [y[row] - (1 + pages.BETWEEN) / 2 for row in rows[each::each]]:
            axes.axhline(at, color="0.9", lw=0.4, zorder=0)
    layout.outer_only(made)
    for axes in made.axes[:, 0]:
        for network, name in zip(networks, shown, strict=True):
            middle = np.mean([y[row] for row in rows if row[0] == network])
            beside(axes, name, middle, left - layout.EDGE, size)
        for row, name in zip(rows, analyses, strict=True):
            beside(axes, name, y[row], 1, small, ha="right", color="0.35")
    made.write_axes_labels("alignment with people on test pairs (ρ)")
    return made.figure


def beside(axes, text: str, y: float, left: float, size: float, ha: str = "left", **more) -> None:
    """A text ``left`` mm left of a panel."""
    from ais.figures import lettering

    axes.annotate(
        text, (0, y), (-left / lettering.POINT, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
        ha=ha, va="center", fontsize=size, annotation_clip=False, **more,
    )  # fmt: skip


def draw_line(axes, row: pd.Series, y: float) -> None:
    """A dumbbell: all maps, retained maps; the gain's interval, the matched null and the ceilings around it."""
    from ais.figures import style

    look = {"ls": "none", "marker": "o", "ms": 3.2, "mew": 0.8, "zorder": 4}
    filled = row["split"] == "pairs"
    full = row["full"]
    if np.isfinite(row["gain_low"]):
        ends = [full + row["gain_low"], full + row["gain_high"]]
        axes.plot(ends, [y, y], color=style.RETAINED, lw=3, alpha=0.3, zorder=2)
    axes.plot([full, row["retained"]], [y, y], color="0.45", lw=0.7, zorder=3)
    if np.isfinite(row["matched_gain"]):
        axes.plot(full + row["matched_gain"], y, "|", color="black", ms=5, mew=1.2, zorder=5)
    for side, colour in (("full", style.ALL_MAPS), ("retained", style.RETAINED)):
        axes.plot(row[side], y, color=colour, mfc=colour if filled else "white", **look)
    for line, dashes in CEILINGS.items():
        if np.isfinite(row[line]):
            axes.plot([row[line]] * 2, [y - 0.5, y + 0.5], color="0.3", lw=0.8, ls=dashes, zorder=1)


def main(arguments: argparse.Namespace) -> None:
    from ais.figures import style

    table = drawn_from(pd.read_csv(arguments.summary, sep="\t"))
    style.save(draw(table), arguments.output, table)


if __name__ == "__main__":
    run(parser(), main)
