"""Deal the pairs of a stimulus set into cross-validation folds.

All pairs, judged or not; but where the judgments are of triplets, these, and where few of all pairs were judged, those.
"""

import argparse
import logging

import numpy as np

from ais.artifacts import store
from ais.stimuli import folds, manifests, triplets
from ais.workflow.command_line import options_text, run

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--manifest", required=True, help="the stimulus set's table of images")
    parser.add_argument(
        "--judgments", help="HDF5 of read_judgments.py, where it may hold triplets, or few of all pairs"
    )
    parser.add_argument("--split", choices=sorted(folds.SPLITS), required=True, help="what is dealt")
    parser.add_argument("--folds", type=int, default=5, help="folds per seed (default: 5)")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(folds.PUBLISHED_SEEDS), help="one shuffle each")
    parser.add_argument("--output", required=True, help="HDF5: train, test (folds, pairs or triplets), seed, fold")
    return parser


def main(arguments: argparse.Namespace) -> None:
    ids = manifests.read_manifest(arguments.manifest)["image"].tolist()
    splits, of = what_is_dealt(arguments.judgments, ids)
    train, test = folds.make(len(ids), arguments.split, arguments.folds, arguments.seeds, splits, of)
    options = options_text(arguments, "split", "folds", "seeds")
    with store.create(arguments.output, "folds", ids, options) as file:
        store.write_array(file, "train", train)
        store.write_array(file, "test", test)
        store.write_array(file, "seed", np.repeat(arguments.seeds, arguments.folds))
        store.write_array(file, "fold", np.tile(np.arange(arguments.folds), len(arguments.seeds)))
    log.info(
        "%d folds of %d images by %s: %d train and %d test %s in the first",
        len(train), len(ids), arguments.split, train[0].sum(), test[0].sum(), of,
    )  # fmt: skip


def what_is_dealt(judgments: str | None, ids: list[str]) -> tuple[dict, str]:
    """What deals judgments, by the name of the split, and what they are of."""
    if judgments is not None:
        with store.opened(judgments, "judgments", ids) as file:
            if "triplets" in file:
                return triplets.splits(triplets.read(file)), "triplets"
            if "pairs" in file:
                pairs = file["pairs/number"][:]
                return {
                    "pairs": lambda images, number, seed: folds.split_listed_pairs(pairs, number, seed),
                    "images": lambda images, number, seed: folds.split_listed_images(pairs, images, number, seed),
                }, "pairs"
    return folds.SPLITS, "pairs"


if __name__ == "__main__":
    run(parser(), main)
