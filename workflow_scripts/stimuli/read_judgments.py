"""Bring people's judgments of image pairs into the order of the images."""

import argparse
import logging

import numpy as np

from ais.artifacts import store
from ais.errors import InputError
from ais.stimuli import judgments, manifests, rating_files
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
        help="HDF5: similarity (images, images), raters where there are several",
    )
    return parser


def main(arguments: argparse.Namespace) -> None:
    images = manifests.read_manifest(arguments.manifest)["image"].tolist()
    order = rating_files.read_order(arguments.order) if arguments.order else None
    raters = []
    for path in arguments.judgments:
        ids, ratings = rating_files.read(path, order)
        judgments.check(ids, ratings, arguments.kind, path)
        place = judgments.matched(ids, images, arguments.order if order == ids else path)
        raters.append(ratings[:, place][:, :, place])
    ratings = judgments.as_similarity(np.concatenate(raters), arguments.kind)
    ratings[:, np.eye(len(images), dtype=bool)] = np.nan
    similarity = judgments.mean_over_raters(ratings)

    left, right = np.triu_indices(len(images), 1)
    judged = similarity[left, right]
    judged = judged[~np.isnan(judged)]
    if np.ptp(judged) == 0:
        raise InputError(
            f"{arguments.judgments[0]}: found the same mean rating for every pair; expected ratings that differ."
        )
    log.info(
        "%d images, %d of %d pairs judged, %d rater(s) or file(s), %d distinct values",
        len(images), judged.size, left.size, len(ratings), np.unique(judged).size,
    )  # fmt: skip
    facts = {"raters": len(ratings)}
    with store.create(arguments.output, "judgments", images, options_text(arguments, "kind"), facts) as file:
        store.write_array(file, "similarity", similarity)
        if len(ratings) > 1:
            store.write_array(file, "raters", ratings)


if __name__ == "__main__":
    run(parser(), main)
