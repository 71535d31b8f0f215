"""Bring people's judgments of image pairs, or of odd-one-out triplets, into the order of the images."""

import argparse
import json
import logging

import numpy as np

from ais.artifacts import store
from ais.errors import InputError
from ais.stimuli import (
    image_names,
    judgments,
    manifests,
    rating_files,
    rating_values,
    ratings,
    triplet_files,
    triplets,
)
from ais.workflow.command_line import options_text, run

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--manifest", required=True, help="the stimulus set's table of images")
    parser.add_argument("--images", help="folder of the images: to name what lies there and is not read as one")
    parser.add_argument(
        "--judgments",
        action="append",
        default=[],
        help="a file of ratings, in any form of data/README.md; repeat for several",
    )
    parser.add_argument("--triplets", action="append", default=[], help="a file of odd-one-out triplets; or several")
    parser.add_argument("--base", type=int, choices=[0, 1], help="from what triplets count the images of --order")
    parser.add_argument(
        "--odd", choices=["third", "first"], default="third", help="the odd one of three in a file without a header"
    )
    parser.add_argument(
        "--kind",
        choices=["similarity", "dissimilarity"],
        help="whether a larger number means more alike (default: similarity, unless the numbers leave it open)",
    )
    parser.add_argument("--order", help="text file, an image id a line, for files that hold no ids")
    parser.add_argument(
        "--columns", type=json.loads, help='a long table\'s own column names, JSON: {"image_a": "image1", …}'
    )
    parser.add_argument("--matrix", help="which variable, variable.field or sheet holds the ratings")
    parser.add_argument(
        "--missing",
        type=float,
        nargs="*",
        help="numbers that stand for a pair nobody judged; no number: there are none",
    )
    parser.add_argument(
        "--output",
        required=True,
        help="HDF5: similarity (images, images), of few pairs pairs/number, similarity (judged); ratings/pair, rater, "
        "value (ratings) where there are several raters; triplets/images (triplets, 3), rater",
    )
    return parser


def main(arguments: argparse.Namespace) -> None:
    images = manifests.read_manifest(arguments.manifest)["image"].tolist()
    order = rating_files.read_order(arguments.order) if arguments.order else None
    if bool(arguments.judgments) == bool(arguments.triplets):
        raise InputError("--judgments: expected files of ratings, or --triplets, and not both. Give one of them.")
    if arguments.triplets:
        read_triplets(arguments, images, order)
        return
    tables, kinds, notes = [], [], []
    for path in arguments.judgments:
        file = rating_files.read(path, images, order, arguments.columns, arguments.matrix, arguments.missing or [])
        kinds.append(judgments.check(file.ids, file.values, arguments.kind, path, file.has_diagonal))
        if arguments.missing is None:
            file.notes += rating_values.looked_at(file.written, path)
        place = image_names.matched(
            file.ids, images, arguments.order if order == file.ids else path, folder=arguments.images
        )
        tables.append(judgments.in_order(file.values, place))
        notes += [f"{path}: {note}" for note in file.notes]
    for note in notes:
        log.warning(note)
    table = judgments.as_similarity(ratings.joined(tables), kinds[0])
    _, judged = judgments.mean_of_pairs(table)
    if np.ptp(judged) == 0:
        raise InputError(
            f"{arguments.judgments[0]}: found the same mean rating for every pair; expected ratings that differ."
        )
    log.info(
        "%d images, %d of %d pairs judged, %d rater(s) or file(s), %d distinct values",
        len(images), judged.size, table.pairs, table.raters, np.unique(judged).size,
    )  # fmt: skip
    arguments.kind = kinds[0]
    facts = {"raters": table.raters, "notes": "\n".join(notes)}
    with store.create(arguments.output, "judgments", images, options_text(arguments, "kind"), facts) as file:
        judgments.write(file, table, len(images))
        if table.raters > 1:
            ratings.write(file, table)


def read_triplets(arguments: argparse.Namespace, images: list[str], order: list[str] | None) -> None:
    """Read files of triplets, each file's raters being others than any other's, and write them together."""
    found, notes = [], []
    for path in arguments.triplets:
        own, said = triplet_files.read(
            path, images, order, arguments.columns, arguments.base, arguments.odd, arguments.matrix
        )
        found.append(own)
        notes += [f"{path}: {note}" for note in said]
    for note in notes:
        log.warning(note)
    table = triplets.joined(found)
    log.info("%d images, %d triplets, %d rater(s) or file(s)", len(images), len(table.images), table.raters)
    facts = {"raters": table.raters, "notes": "\n".join(notes)}
    with store.create(arguments.output, "judgments", images, "--kind triplets", facts) as file:
        triplets.write(file, table)


if __name__ == "__main__":
    run(parser(), main)
