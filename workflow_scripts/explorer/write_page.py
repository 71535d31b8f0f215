"""Write the page on which a study is explored; what it shows of a set is loaded when the set is chosen."""

import argparse
import json
import logging
from dataclasses import asdict

import pandas as pd

from ais.artifacts import store
from ais.explorer import packing, pages
from ais.heatmaps import overlays, shown
from ais.workflow.command_line import run

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--study", required=True, type=json.loads, help="the study's settings, JSON")
    parser.add_argument("--summary", required=True, help="TSV of summarise_gain.py")
    parser.add_argument("--heatmap-summary", required=True, help="TSV of summarise_heatmaps.py")
    parser.add_argument("--saliency-summary", nargs="*", default=[], help="TSV of compare_saliency.py, joined")
    parser.add_argument("--output", required=True, help="HTML")
    return parser


def main(arguments: argparse.Namespace) -> None:
    study = arguments.study
    unjudged = sorted(name for name, each in study["stimuli"].items() if each.get("heatmaps", {}).get("scores_from"))
    saliency = [row for path in arguments.saliency_summary for row in at_equal_shares(rows(path))]
    content = {
        "sets": sorted(study["stimuli"].keys() - set(unjudged)),
        "without_judgments": unjudged,
        "photographs": study["explorer"]["images"],
        "kinds": {kind: asdict(about) for kind, about in shown.KINDS.items()},
        "names": shown.NAMES,
        "shown": study["heatmaps"]["kinds"],
        "scale": study["heatmaps"]["scale"],
        "colours": study["heatmaps"]["colours"],
        "both_ways": overlays.BOTH_WAYS,
        "tables": pages.colour_tables(),
        "strength": overlays.STRENGTH,
        "published": {"colours": overlays.AS_PUBLISHED, "strength": overlays.PUBLISHED_STRENGTH},
        "full": overlays.FULL,
        "summary": rows(arguments.summary),
        "heatmaps": warnings(rows(arguments.heatmap_summary)),
        "saliency": [row for row in saliency if row["stimuli"] not in unjudged],
        "study": study,
    }
    html = pages.page(content)
    store.write_text(arguments.output, html)
    log.info("%d kB", len(html) // 1000)


def rows(path: str) -> list[dict]:
    """The rows of a table, ids and names as text."""
    named = dict.fromkeys(("stimuli", "backbone", "analysis", "measure", "warnings"), str)
    return packing.records(pd.read_csv(path, sep="\t", dtype=named, keep_default_na=False, na_values=[""]))


def warnings(of_heatmaps: list[dict]) -> list[dict]:
    """What a reader must know of each kind of heatmap, where there is something to be known."""
    names = ("stimuli", "backbone", "measure", "kind", "warnings")
    return [{name: row[name] for name in names} for row in of_heatmaps if row["warnings"]]


def at_equal_shares(of_saliency: list[dict]) -> list[dict]:
    """The rows whose saliency and heatmap are cut at the same share, or at none; five digits of each number."""
    return [
        {name: float(f"{value:.5g}") if isinstance(value, float) else value for name, value in row.items()}
        for row in of_saliency
        if row["heatmap_percent"] in (None, row["saliency_percent"])
    ]


if __name__ == "__main__":
    run(parser(), main)
