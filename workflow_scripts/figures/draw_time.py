"""Draw where a study's time went: the jobs of each rule by how long they took, and their sum.

From Snakemake's own timings, a file a job. They say how long a job ran and not when it began, and jobs of many runs
lie side by side, so there is no honest course of time to be drawn. They differ from run to run and are no result: this
figure is drawn on demand and is no part of a study.
"""

import argparse
from pathlib import Path

import pandas as pd

from ais.errors import InputError
from ais.workflow.command_line import run

ROW = 4.0  # mm


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--benchmarks", required=True, help="folder of Snakemake's timings: a folder a rule")
    parser.add_argument("--output", required=True, help="PNG; PDF and TSV are written beside it")
    return parser


def read(folder: str) -> pd.DataFrame:
    """A row a job: its rule, what it was about, seconds, and MB at most. Raises :class:`InputError` without any."""
    rows = []
    for path in sorted(Path(folder).glob("*/**/*.tsv")):
        job = pd.read_csv(path, sep="\t", na_values="-")
        about = path.relative_to(folder).with_suffix("")
        named = {"rule": about.parts[0], "job": "/".join(about.parts[1:])}
        rows += [named | {"seconds": row["s"], "max_mb": row["max_rss"]} for _, row in job.iterrows()]
    if not rows:
        raise InputError(f"{folder}: found no timings; expected a study that has run. Run snakemake first.")
    return pd.DataFrame(rows)


def draw(table: pd.DataFrame) -> list:
    """One row a rule, that of the longest sum first; a point a job, the sum and the most memory written beside."""
    from ais.figures import layout, lettering, style

    style.theme()
    rules = table.groupby("rule")["seconds"].sum().sort_values(ascending=False, kind="stable").index.tolist()
    shown, size = lettering.fitted([rule.replace("_", " ") for rule in rules], 32, (style.TICK, 5.5, style.SMALL), 1)
    left = max(lettering.width(name, size) for name in shown) + 4
    made = layout.sheet(1, 1, ROW * len(rules) + 1, left=left, right=32, top=7, bottom=9)
    axes = made.axes[0, 0]
    for at, rule in enumerate(rules):
        own = table[table["rule"] == rule]
        axes.plot(own["seconds"].clip(lower=0.01), [at] * len(own), "o", ms=2.5, mew=0, alpha=0.5, color=style.ALL_MAPS)
        beside(axes, (f"{len(own)}", duration(own["seconds"].sum()), f"{own['max_mb'].max() / 1000:.1f}"), at)
    beside(axes, ("jobs", "in all", "GB"), -1)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(lettering.tick)
    axes.set_yticks(range(len(rules)), shown, fontsize=size)
    axes.set_ylim(len(rules) - 0.5, -0.5)
    made.write_axes_labels("seconds a job")
    return [made.figure]


def beside(axes, texts: tuple[str, ...], y: float) -> None:
    """A table's row, right of the panel."""
    from ais.figures import lettering, style

    for text, right in zip(texts, (8, 20, 29), strict=True):
        axes.annotate(
            text, (1, y), (right / lettering.POINT, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
            ha="right", va="center", fontsize=style.TICK, color="0.35", annotation_clip=False,
        )  # fmt: skip


def duration(seconds: float) -> str:
    """1 h 02 min, 3 min, 12 s.

    >>> duration(3725), duration(185), duration(12.4)
    ('1 h 02 min', '3 min', '12 s')
    """
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def main(arguments: argparse.Namespace) -> None:
    from ais.figures import style

    table = read(arguments.benchmarks)
    style.save(draw(table), arguments.output, table)


if __name__ == "__main__":
    run(parser(), main)
