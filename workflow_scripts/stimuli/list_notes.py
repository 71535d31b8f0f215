"""List what was taken for what in a study's data, and what is doubtful: a row a note."""

import argparse
import logging

import pandas as pd

from ais.artifacts import store
from ais.workflow.command_line import add_comparisons, compared, run

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add_comparisons(parser, "STIMULI/SOURCE")
    parser.add_argument(
        "--artifacts", nargs="+", required=True, help="HDF5 of judgments and of saliency, one a comparison"
    )
    parser.add_argument("--output", required=True, help="the notes, tab-separated: stimuli, source, note")
    return parser


def main(arguments: argparse.Namespace) -> None:
    rows = []
    for names, path in compared(arguments, arguments.artifacts):
        with store.opened(path, "judgments" if names["source"] == "judgments" else "saliency") as file:
            rows += [(*names.values(), note) for note in file.attrs.get("notes", "").splitlines()]
    store.write_table(arguments.output, pd.DataFrame(rows, columns=["stimuli", "source", "note"]))
    log.info("%d notes", len(rows))


if __name__ == "__main__":
    run(parser(), main)
