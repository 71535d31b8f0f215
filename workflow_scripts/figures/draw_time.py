"""Draw where a study's time went: the jobs of each rule by how long they took, and which node did what when.

From what each job's log ends on. That differs from run to run and is no result: this figure is drawn on demand and is
no part of a study. Of a job that ran again, the log tells of the last time; so jobs of several runs may lie side by
side, and the stretches in which none was at work are left out.
"""

import argparse
from collections.abc import Iterable

import numpy as np
import pandas as pd

from ais.errors import InputError
from ais.workflow import job_notes
from ais.workflow.command_line import run

ROW = 4.0  # mm
LANE, NODES_SHOWN = 2.4, 40
IDLE = 60  # seconds in which no job was at work, to be left out


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--logs", required=True, help="folder of the jobs' logs: a folder a rule")
    parser.add_argument(
        "--output", required=True, help="PNG by rule, .2.png by node; PDF and TSV are written beside it"
    )
    return parser


def read(folder: str) -> pd.DataFrame:
    """A row a job, by its end: rule, what it was about, seconds, MB, node, GPU, start and end.

    Raises :class:`InputError` without any.
    """
    rows = pd.DataFrame(job_notes.read(folder))
    if rows.empty:
        raise InputError(f"{folder}: found no log of a job that ended; expected some. Run snakemake first.")
    rows = rows.astype({"seconds": float, "cpu_seconds": float, "max_mb": int})
    return rows.sort_values(["ended", "started", "rule", "job"], kind="stable", ignore_index=True)


def by_rule(table: pd.DataFrame):
    """One row a rule, that of the longest sum first; a point a job, the sum and the most memory written beside."""
    from ais.figures import layout, lettering, style

    rules = by_sum(table)
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
    return made.figure


def by_node(table: pd.DataFrame):
    """A band a node, in it a bar a job where and when it ran, in the colour of its rule; the busiest nodes' alone."""
    from ais.figures import layout, lettering, style

    start, end = (seconds_of(table[name]) for name in ("started", "ended"))
    cut, at = without_idle(start, end)
    start, end = at(start) / 60, at(end) / 60
    node = table["node"].where(
        table["gpu"] == "none", table["node"] + ", " + table["gpu"].str.replace(r" \(.*", "", regex=True)
    )
    busy = table["seconds"].groupby(node).sum().sort_values(ascending=False, kind="stable").index
    shown = sorted(busy[:NODES_SHOWN])
    told_apart = [each for each in style.SERIES if each != style.QUIET]
    coloured = by_sum(table)[: len(told_apart)]
    colours = dict(zip(coloured, told_apart, strict=False))
    key = [(rule.replace("_", " "), {"color": colours[rule], "lw": 3}) for rule in coloured]
    key += [("other rules", {"color": style.QUIET, "lw": 3})] if table["rule"].nunique() > len(coloured) else []
    lanes = {name: lanes_of(start[node == name], end[node == name]) for name in shown}
    rows = sum(max(own) + 1 for own in lanes.values())
    lane = min(LANE, (style.TALLEST - 40) / (rows + 0.5 * len(shown)))
    labels, size = lettering.fitted(shown, 34, (style.TICK, 5.5, style.SMALL), 1)
    left = max(lettering.width(name, size) for name in labels) + 4
    more = f"{len(busy)} nodes, of which the {NODES_SHOWN} busiest" if len(busy) > NODES_SHOWN else ""
    height = lane * (rows + 0.5 * len(shown))
    made = layout.sheet(1, 1, height, width=style.TWO_COLUMNS, left=left, top=3, bottom=9, key=key, head=more)
    axes = made.axes[0, 0]
    top, middles = 0.0, []
    for name in shown:
        own = table[node == name]
        pieces = zip(own["rule"], start[node == name], end[node == name], lanes[name], strict=True)
        for rule, first, last, row in pieces:
            axes.barh(
                top + row + 0.5, last - first, left=first, height=0.8, color=colours.get(rule, style.QUIET), lw=0.4,
                edgecolor="white",
            )  # fmt: skip
        deep = max(lanes[name]) + 1
        middles.append(top + deep / 2)
        top += deep + 0.5
    for each in cut:
        axes.axvline(each / 60, color="0.35", lw=0.5, ls=":")
    axes.set_yticks(middles, labels, fontsize=size)
    axes.set_xlim(0, max(end.max(), 1 / 60))
    axes.set_ylim(top - 0.5, 0)
    idle = f"; dotted: none was at work for more than {duration(IDLE)}" if len(cut) else ""
    made.write_axes_labels(f"minutes with jobs at work, from {table['started'].min()} on{idle}")
    return made.figure


def by_sum(table: pd.DataFrame) -> list[str]:
    return table.groupby("rule")["seconds"].sum().sort_values(ascending=False, kind="stable").index.tolist()


def seconds_of(dates: pd.Series) -> np.ndarray:
    return pd.to_datetime(dates, utc=True).to_numpy(dtype="datetime64[s]").astype(np.int64)


def without_idle(start: np.ndarray, end: np.ndarray):
    """Where idle stretches are cut out, and the function from times (n,) to seconds with jobs at work; in seconds.

    >>> cut, at = without_idle(np.array([0, 5, 500]), np.array([10, 20, 510]))
    >>> cut, at(np.array([0, 20, 500, 510]))
    ([20], array([ 0, 20, 20, 30]))
    """
    order = np.argsort(start, kind="stable")
    start, latest = start[order], np.maximum.accumulate(end[order])
    gap = np.flatnonzero(start[1:] - latest[:-1] > IDLE)
    begins, lost = start[gap + 1], np.cumsum(start[gap + 1] - latest[gap])

    def at(times: np.ndarray) -> np.ndarray:
        before = np.searchsorted(begins, times, side="right")
        return times - start[0] - np.concatenate([[0], lost])[before].astype(int)

    return [int(each) for each in at(latest[gap])], at


def lanes_of(start: Iterable[float], end: Iterable[float]) -> list[int]:
    """The lowest lane that is free for each span.

    >>> lanes_of([0, 1, 2, 5], [3, 2, 4, 6])
    [0, 1, 1, 0]
    """
    free: list[float] = []
    spans = list(zip(start, end, strict=True))
    lanes = [0] * len(spans)
    for number in sorted(range(len(spans)), key=lambda number: spans[number]):
        first, last = spans[number]
        lane = next((lane for lane, until in enumerate(free) if until <= first), len(free))
        free[lane : lane + 1] = [last]
        lanes[number] = lane
    return lanes


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

    table = read(arguments.logs)
    style.theme()
    figures = [by_rule(table), by_node(table)]
    style.save(figures, arguments.output, table.astype({"seconds": str, "cpu_seconds": str}))  # as the logs say it


if __name__ == "__main__":
    run(parser(), main)
