"""Draw how faithful each kind of heatmap is: deletion and insertion on held-out partners, beside the controls'."""

import argparse

import pandas as pd

from ais.heatmaps import shown
from ais.workflow.command_line import run

LINE = 2.7  # mm
PERCENT = 20  # of the cells
TITLES = {"deletion": "deletion: larger is better", "insertion": "insertion: smaller is better"}


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--summary", required=True, help="TSV of summarise_heatmaps.py")
    parser.add_argument("--stimuli", required=True, help="the set that is drawn")
    parser.add_argument("--output", required=True, help="PNG; PDF and TSV are written beside it")
    return parser


def drawn_from(summary: pd.DataFrame) -> pd.DataFrame:
    """A row a comparison, kind and way: the mean with its interval, and that of the paired difference to activation."""
    about = ["stimuli", "backbone", "measure", "kind", "images"]
    judged = summary.groupby(about[:3], sort=False)[f"deletion_{PERCENT}"].transform("count") > 0
    summary = summary[judged]  # images that nobody judged have no partners
    parts = []
    for way in TITLES:
        stem = f"{way}_{PERCENT}"
        parts_of = {"": "drop", "_better": "better", "_beyond": "beyond"}
        ends = ("", "_low", "_high")
        columns = {f"{stem}{part}{end}": f"{name}{end}" for part, name in parts_of.items() for end in ends}
        columns |= {f"{stem}_null": "null"}
        parts.append(summary[[*about, *columns]].rename(columns=columns).assign(way=way))
    table = pd.concat(parts, ignore_index=True)
    return table[[*about, "way", *(column for column in table if column not in (*about, "way"))]]


def draw(table: pd.DataFrame) -> list:
    """Pages of two panels a network, deletion and insertion, a point a kind; the dotted line is activation's mean."""
    from ais.figures import layout, lettering, pages, style

    style.theme()
    table = table.assign(network=layout.networks(table))
    point = {"ls": "none", "marker": "o", "ms": 3.2, "mew": 0.8, "color": style.RETAINED}
    key = [
        ("the paper's", point),
        ("other kinds", point | {"color": style.ALL_MAPS}),
        ("controls", point | {"color": style.QUIET}),
        ("hollow: not certainly better than activation", point | {"color": "0.3", "mfc": "white"}),
        ("activation", {"color": style.QUIET, "lw": 0.8, "ls": ":"}),
        ("people's labels permuted", {"ls": "none", "marker": "|", "ms": 5, "mew": 0.9, "color": "black"}),
        ("95 % interval over images", {"color": "0.3", "lw": 1.0}),
    ]
    ends = ["drop", "drop_low", "drop_high", "null"]
    spans = {way: layout.limits([0, *own[ends].to_numpy().ravel()]) for way, own in table.groupby("way")}
    left = max(lettering.width(name, style.TICK) for name in shown.NAMES.values()) + 4
    drawn = []
    for page in pages.listed(table["network"].unique(), 5, 2):
        columns = 2 * len(page[0])
        made = layout.sheet(
            len(page), columns, LINE * len(shown.NAMES) + 1, width=layout.width_for(columns), left=left, top=12,
            bottom=9, beside=5, below=13, key=key, head=layout.about(table), panels=2 * sum(map(len, page)),
        )  # fmt: skip
        panels = [axes for axes in made.axes.flat if axes is not None]
        for number, network in enumerate(name for names in page for name in names):
            own = table[table["network"] == network]
            for panel, (way, title) in zip(panels[2 * number : 2 * number + 2], TITLES.items(), strict=True):
                draw_way(panel, own[own["way"] == way].set_index("kind").reindex(shown.NAMES), style)
                panel.set_xlim(spans[way])
                layout.numbers(panel, x=4)
                layout.title(panel, network if way == "deletion" else " ", layout.width_of(panel), below=title)
                panel.set_yticks(range(len(shown.NAMES)), shown.NAMES.values())
                panel.set_ylim(len(shown.NAMES) - 0.5, -0.5)
        layout.outer_only(made)
        made.write_axes_labels(f"alignment lost (ρ), {PERCENT} % of the cells")
        drawn.append(made.figure)
    return drawn


def draw_way(panel, own: pd.DataFrame, style) -> None:
    """Each kind's mean and interval; controls in grey."""
    panel.axvline(0, color="black", lw=0.5)
    panel.axvline(own.loc["activation", "drop"], color=style.QUIET, lw=0.8, ls=":")
    for place, (kind, row) in enumerate(own.iterrows()):
        paper = kind.startswith("importance")
        colour = style.QUIET if kind in shown.CONTROLS else style.RETAINED if paper else style.ALL_MAPS
        panel.plot([row["drop_low"], row["drop_high"]], [place, place], color=colour, lw=0.9)
        panel.plot(row["null"], place, "|", ms=4.5, mew=0.8, color="black")
        # Full where it is better than activation for certain, beyond what it is with labels permuted; else hollow.
        better = row["beyond_low"] > 0
        panel.plot(row["drop"], place, "o", ms=3, mew=0.8, color=colour, mfc=colour if better else "white")


def main(arguments: argparse.Namespace) -> None:
    from ais.figures import style

    table = drawn_from(pd.read_csv(arguments.summary, sep="\t"))
    table = table[table["stimuli"] == arguments.stimuli].reset_index(drop=True)
    style.save(draw(table), arguments.output, table)


if __name__ == "__main__":
    run(parser(), main)
