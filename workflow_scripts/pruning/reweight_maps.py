"""Give every map a weight in place of keeping some: the field's own comparator to pruning, fold by fold."""

import argparse
import logging
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

from ais.artifacts import store
from ais.engine import alignment, command_options, loading, reweighting
from ais.engine.judged import read_judged
from ais.workflow.command_line import options_text, run

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", required=True, help="HDF5 of extract_features.py, with a pooled readout")
    parser.add_argument("--judgments", required=True, help="HDF5 of read_judgments.py")
    parser.add_argument("--folds", required=True, help="HDF5 of split_folds.py")
    command_options.add_measure(parser, alignment.MEASURES)
    parser.add_argument("--threads", type=int, default=1, help="folds at work at once")
    parser.add_argument("--memory-mb", type=int, default=500, help="for the maps' shares held at once")
    parser.add_argument("--output", required=True, help="HDF5: weight (folds, maps), inner (folds, penalties)")
    parser.add_argument(
        "--table", required=True, help="a row a fold: test alignment with all maps (full) and reweighted (retained)"
    )
    return parser


def main(arguments: argparse.Namespace) -> None:
    with store.opened(arguments.features, "features") as features:
        ids = store.read_ids(features)
        reweighting.check_readout(features)
        judged = read_judged(arguments.judgments, ids, arguments.alignment)
        human, left, right = judged.human, judged.left, judged.right
        masking = loading.maskable(features, arguments.similarity, left, right)
    with store.opened(arguments.folds, "folds", ids) as file:
        train, test, about = file["train"][:], file["test"][:], {name: file[name][:] for name in ("seed", "fold")}
    network, measure = masking.full(), arguments.alignment
    memory = arguments.memory_mb * 1_000_000 // arguments.threads
    shares = reweighting.Shares(masking.features, arguments.similarity, left, right, memory)

    def reweighted(fold: int):
        return reweighting.nonnegative_ridge(shares, human, train[fold], measure, seed=fold)

    with ThreadPoolExecutor(arguments.threads) as pool:
        found = list(pool.map(reweighted, range(len(train))))

    def aligned(fold: int, pairs: np.ndarray, weight=None) -> float:
        similarities = network[pairs] if weight is None else shares.similarities(weight, pairs)
        return alignment.alignment(similarities, human[pairs], measure)

    sides = [(np.flatnonzero(train[fold]), np.flatnonzero(test[fold])) for fold in range(len(train))]
    table = pd.DataFrame(
        about
        | {
            "full": [aligned(fold, pairs) for fold, (_, pairs) in enumerate(sides)],
            "retained": [aligned(fold, pairs, found[fold].weight) for fold, (_, pairs) in enumerate(sides)],
            "n_retained": [np.count_nonzero(each.weight) for each in found],
            "train_retained": [aligned(fold, pairs, found[fold].weight) for fold, (pairs, _) in enumerate(sides)],
            "penalty": [each.penalty for each in found],
        }
    )
    with store.create(arguments.output, "reweighting", ids, options_text(arguments, "similarity", "alignment")) as file:
        store.write_array(file, "weight", np.array([each.weight for each in found]))
        store.write_array(file, "inner", np.array([each.inner for each in found]))
        store.write_array(file, "penalties", reweighting.PENALTIES)
    store.write_table(arguments.table, table)
    ends = [(table["penalty"] == end).sum() for end in (reweighting.PENALTIES.max(), reweighting.PENALTIES.min())]
    means = table.mean()
    log.info(
        "mean of %d folds: %.3f with all maps, %.3f reweighted, %.0f weights above 0; penalty at the strong end of its "
        "grid in %d folds, at the weak end in %d",
        len(table), means["full"], means["retained"], means["n_retained"], *ends,
    )  # fmt: skip


if __name__ == "__main__":
    run(parser(), main)
