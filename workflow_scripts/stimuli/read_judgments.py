"""Bring people's judgments of image pairs into the order of the images."""

import argparse
import json
import logging

import numpy as np

from ais.artifacts import store
from ais.errors import InputError
from ais.stimuli import image_names, judgments, manifests, rating_files, rating_values, ratings
from ais.workflow.command_line import options_text, run

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--manifest", required=True, help="the stimulus set's table of images")
    parser.add_argument("--images", help="folder of the images: to name what lies there and is not read as one")
    parser.add_argument(
        "--judgments",
        action="append",
        required=True,
        help="a file of ratings, in any form of data/README.md; repeat for several",
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
        help="HDF5: similarity (images, images); ratings/pair, rater, value (ratings) where there are several raters",
    )
    return parser


def main(arguments: argparse.Namespace) -> None:
    images = manifests.read_manifest(arguments.manifest)["image"].tolist()
    order = rating_files.read_order(arguments.order) if arguments.order else None
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
    arguments.kind = kinds[0]
    facts = {"raters": table.raters, "notes": "\n".join(notes)}
    with store.create(arguments.output, "judgments", images, options_text(arguments, "kind"), facts) as file:
        store.write_array(file, "similarity", similarity)
        if table.raters > 1:
            ratings.write(file, table)


if __name__ == "__main__":
    run(parser(), main)
