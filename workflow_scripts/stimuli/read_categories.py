"""Bring a set's categories into the order of its images."""

import argparse
import logging
from collections import Counter

import pandas as pd

from ais.artifacts import store
from ais.stimuli import categories, manifests
from ais.workflow.command_line import run

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--manifest", required=True, help="the stimulus set's table of images")
    parser.add_argument("--categories", required=True, help="CSV or TSV: image, category")
    parser.add_argument("--output", required=True, help="TSV: image, category, in the order of the images")
    return parser


def main(arguments: argparse.Namespace) -> None:
    images = manifests.read_manifest(arguments.manifest)["image"].tolist()
    found = categories.read(arguments.categories, images)
    store.write_table(arguments.output, pd.DataFrame({"image": images, "category": found}))
    log.info("%d images of %d categories: %s", len(images), len(set(found)), dict(Counter(found).most_common()))


if __name__ == "__main__":
    run(parser(), main)
