"""Bring people's judgments of image pairs into the order of the images."""

import argparse
import logging

import numpy as np

from ais.artifacts import store
from ais.errors import InputError
from ais.stimuli import judgments, manifests, rating_files, ratings
from ais.workflow.command_line import options_text, run

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--manifest", required=True, help="the stimulus set's table of images")
    parser.add_argument(
        "--judgments",
        action="append",
        required=True,
        help="square CSV/TSV, long table image_a,image_b,rating[,rater], .npy, .npz or .mat; repeat for several",
    )
    parser.add_argument(
        "--kind",
        choices=["similarity", "dissimilarity"],
        default="similarity",
        help="whether a larger number means more alike",
    )
    parser.add_argument("--order", help="text file, an image id a line, for files that hold no ids")
    parser.add_argument(
        "--output",
        required=True,
        help="HDF5: similarity (images, images); ratings/pair, rater, value (ratings) where there are several raters",
    )
    return parser


def main(arguments: argparse.Namespace) -> None:
    images = manifests.read_manifest(arguments.manifest)["image"].tolist()
    order = rating_files.read_order(arguments.order) if arguments.order else None
    tables = []
    for path in arguments.judgments:
        ids, found = rating_files.read(path, order)
        judgments.check(ids, found, arguments.kind, path)
        place = judgments.matched(ids, images, arguments.order if order == ids else path)
        tables.append(judgments.in_order(found, place))
    table = judgments.as_similarity(ratings.joined(tables), arguments.kind)
    similarity = judgments.mean_over_raters(table, len(images))

    left, right = np.triu_indices(len(images), 1)
    judged = similarity[left, right]
    judged = judged[~np.isnan(judged)]
    if np.ptp(judged) == 0:
        raise InputError(
            f"{arguments.judgments[0]}: found the same mean rating for every pair; expected ratings that differ."
        )
    log.info(
        "%d images, %d of %d pairs judged, %d rater(s) or file(s), %d distinct values",
        len(images), judged.size, left.size, table.raters, np.unique(judged).size,
    )  # fmt: skip
    facts = {"raters": table.raters}
    with store.create(arguments.output, "judgments", images, options_text(arguments, "kind"), facts) as file:
        store.write_array(file, "similarity", similarity)
        if table.raters > 1:
            ratings.write(file, table)


if __name__ == "__main__":
    run(parser(), main)
