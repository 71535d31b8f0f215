"""Deal the pairs of a stimulus set into cross-validation folds."""

import argparse
import logging

import numpy as np

from ais.artifacts import store
from ais.stimuli import folds, manifests
from ais.workflow.command_line import options_text, run

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--manifest", required=True, help="the stimulus set's table of images")
    parser.add_argument("--split", choices=sorted(folds.SPLITS), required=True, help="what is dealt")
    parser.add_argument("--folds", type=int, default=5, help="folds per seed (default: 5)")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(folds.PUBLISHED_SEEDS), help="one shuffle each")
    parser.add_argument("--output", required=True, help="HDF5: train, test (folds, pairs), seed, fold")
    return parser


def main(arguments: argparse.Namespace) -> None:
    ids = manifests.read_manifest(arguments.manifest)["image"].tolist()
    train, test = folds.make(len(ids), arguments.split, arguments.folds, arguments.seeds)
    options = options_text(arguments, "split", "folds", "seeds")
    with store.create(arguments.output, "folds", ids, options) as file:
        store.write_array(file, "train", train)
        store.write_array(file, "test", test)
        store.write_array(file, "seed", np.repeat(arguments.seeds, arguments.folds))
        store.write_array(file, "fold", np.tile(np.arange(arguments.folds), len(arguments.seeds)))
    log.info(
        "%d folds of %d images by %s: %d train and %d test pairs in the first",
        len(train), len(ids), arguments.split, train[0].sum(), test[0].sum(),
    )  # fmt: skip


if __name__ == "__main__":
    run(parser(), main)
