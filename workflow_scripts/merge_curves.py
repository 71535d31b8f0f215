"""Put the shards of the pruning curves together, and read off what each fold retains and gains."""

import argparse
import logging

import numpy as np
import pandas as pd

from ais import shards, store
from ais.command_line import options_text, run
from ais.errors import InputError
from ais.pruning import Curve

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shards", nargs="+", help="HDF5 of prune_maps.py, in the order of their folds")
    parser.add_argument("--importance", required=True, help="HDF5 that the shards must have been made from")
    parser.add_argument("--folds", required=True, help="HDF5 of split_folds.py: each fold's seed and number")
    for option, default in {"similarity": "cosine", "alignment": "spearman"}.items():
        parser.add_argument(f"--{option}", default=default, help="as the shards must have been made")
    parser.add_argument("--output", required=True, help="HDF5: order, train, test (folds, maps)")
    parser.add_argument(
        "--table",
        required=True,
        help="a row a fold: test alignment with all maps (full) and with the retained ones",
    )
    return parser


def main(arguments: argparse.Namespace) -> None:
    arrays, facts = shards.read(arguments.shards, "pruning-shard", "fold")
    store.check_options(arguments.shards[0], facts, options_text(arguments, "similarity", "alignment"))
    store.check_made_from(arguments.shards[0], facts, {"importance": arguments.importance})
    order, train, test = (np.concatenate(arrays[name]) for name in ("order", "train", "test"))
    with store.opened(arguments.folds, "folds", facts["ids"]) as file:
        seed, fold = file["seed"][:], file["fold"][:]
    for row in np.flatnonzero(np.isnan(train).all(axis=1)):
        raise InputError(
            f"{arguments.shards[0]}, seed {seed[row]}, fold {fold[row]}: the alignment is undefined "
            "however many maps are kept; expected a number for some. Are all its ratings equal?"
        )
    curves = [Curve(*sides) for sides in zip(train, test, strict=True)]
    table = pd.DataFrame(
        {
            "seed": seed,
            "fold": fold,
            "full": test[:, -1],
            "retained": [curve.test[curve.retained - 1] for curve in curves],
            "n_retained": [curve.retained for curve in curves],
            "train_max": [curve.train[curve.retained - 1] for curve in curves],
        }
    )
    with store.create(arguments.output, "pruning", facts["ids"], facts["options"]) as file:
        for name, array in {"order": order, "train": train, "test": test}.items():
            store.write_array(file, name, array)
    store.write_table(arguments.table, table)
    means = table.mean()
    log.info(
        "mean of %d folds: %.3f with all maps, %.3f with the %.0f retained",
        len(table), means["full"], means["retained"], means["n_retained"],
    )  # fmt: skip


if __name__ == "__main__":
    run(parser(), main)
