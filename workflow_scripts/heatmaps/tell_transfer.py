"""Tell what is known of scores that make heatmaps of images that nobody judged: do they carry to other images?"""

import argparse
import logging

import pandas as pd

from ais.artifacts import store
from ais.inference import carried
from ais.workflow.command_line import run

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scores-from", required=True, metavar="STIMULI", help="the set whose scores are taken")
    parser.add_argument("--transfer", nargs="*", default=[], help="TSV of transfer_maps.py; none with one judged set")
    parser.add_argument("--output", required=True, help="text, a line")
    return parser


def main(arguments: argparse.Namespace) -> None:
    how = {"dtype": {"learnt_on": str, "tested_on": str}, "keep_default_na": False, "na_values": [""]}
    tables = [pd.read_csv(path, sep="\t", **how) for path in arguments.transfer]
    text = carried.told(arguments.scores_from, pd.concat(tables) if tables else None)
    store.write_text(arguments.output, f"{text}\n")
    log.info("%s", text)


if __name__ == "__main__":
    run(parser(), main)
