"""List what was taken for what in a study's data, and what is doubtful: a row a note."""

import argparse
import logging
from pathlib import Path

import pandas as pd

from ais.artifacts import store
from ais.workflow.command_line import add_comparisons, compared, run

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add_comparisons(parser, "STIMULI/SOURCE")
    parser.add_argument(
        "--artifacts",
        nargs="+",
        required=True,
        help="HDF5 of judgments and of saliency, text of the images, one a comparison",
    )
    parser.add_argument("--output", required=True, help="the notes, tab-separated: stimuli, source, note")
    return parser


def main(arguments: argparse.Namespace) -> None:
    rows = []
    for names, path in compared(arguments, arguments.artifacts):
        rows += [(*names.values(), note) for note in notes_of(names["source"], path).splitlines()]
    store.write_table(arguments.output, pd.DataFrame(rows, columns=["stimuli", "source", "note"]))
    log.info("%d notes", len(rows))


def notes_of(source: str, path: str) -> str:
    """A line a note: those of the images stand in a file of their own."""
    if source == "images":
        return Path(path).read_text(encoding="utf-8")
    with store.opened(path, "judgments" if source == "judgments" else "saliency") as file:
        return file.attrs.get("notes", "")


if __name__ == "__main__":
    run(parser(), main)
