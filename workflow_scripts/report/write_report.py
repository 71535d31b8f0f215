"""Write the pages that a report opens on and leads to: findings in words, the study, and tables that people read."""

import argparse
import json
import logging
from pathlib import Path

import pandas as pd

from ais.artifacts import store
from ais.report import findings, findings_page, html, study_page, tables
from ais.workflow.command_line import add_comparisons, compared, run

log = logging.getLogger(__name__)

NAMES = (
    *("stimuli", "backbone", "analysis", "measure", "kind", "warnings", "source", "note", "backbone_a", "backbone_b"),
    *("learnt_on", "tested_on", "scope", "split", "pruning", "interval", "statistic", "measure_a", "measure_b"),
)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--study", required=True, type=json.loads, help="the study's settings, JSON")
    parser.add_argument("--tables", nargs="+", required=True, choices=list(tables.TABLES), help="what each summary is")
    parser.add_argument("--summaries", nargs="+", required=True, help="TSV of each of the tables")
    add_comparisons(parser, "STIMULI/BACKBONE")
    parser.add_argument("--features", nargs="+", required=True, help="HDF5 of extract_features.py, one a comparison")
    parser.add_argument("--judgments", nargs="+", required=True, help="HDF5 of read_judgments.py, one a judged set")
    parser.add_argument("--pages", nargs="+", required=True, help="HTML of each of the tables")
    parser.add_argument("--findings", required=True, help="HTML")
    parser.add_argument("--opening", required=True, help="the same as part of another page")
    parser.add_argument("--lines", required=True, help="text: the findings in a few lines")
    parser.add_argument("--study-page", required=True, help="HTML")
    return parser


def main(arguments: argparse.Namespace) -> None:
    study = arguments.study
    paths = dict(zip(arguments.tables, arguments.summaries, strict=True))
    rows = {name: read_rows(path) for name, path in paths.items()}
    for name, page in zip(arguments.tables, arguments.pages, strict=True):
        # As seen from the study's folder, wherever the results lie.
        body = tables.body(name, rows[name], "/".join(Path(paths[name]).parts[-3:]))
        store.write_text(page, html.page(tables.TABLES[name].title, body))

    found = findings.Tables(rows["gain"], rows["heatmaps"], rows.get("saliency", []), rows["notes"])
    body = findings_page.body(found, study)
    store.write_text(arguments.findings, html.page("What was found", body))
    store.write_text(arguments.opening, html.part(f"{html.heading('What was found', 1)}{body}"))
    lines = findings.five_lines(found, f"importance/{study['heatmap_scores']}")
    store.write_text(arguments.lines, "".join(f"{line}\n" for line in lines))

    networks = [about | study_page.facts_of(path) for about, path in compared(arguments, arguments.features)]
    judged = sorted(name for name, settings in study["stimuli"].items() if settings["judgments"] is not None)
    judged = dict(zip(judged, map(store.recorded_digest, arguments.judgments), strict=True))
    body = study_page.body(study, rows["gain"], networks, judged)
    store.write_text(arguments.study_page, html.page("The study", body))
    for line in lines:
        log.info("%s", line)


def read_rows(path: str) -> list[dict]:
    """The rows of a summary; names stay text, whatever they look like, and empty warnings are none."""
    table = pd.read_csv(path, sep="\t", dtype=dict.fromkeys(NAMES, str), keep_default_na=False, na_values=[""])
    for name in table.columns.intersection(NAMES):
        table[name] = table[name].fillna("")
    return table.to_dict("records")


if __name__ == "__main__":
    run(parser(), main)
