"""Draw up the pruning curves of a shard of the folds: alignment with the best 1, 2, … maps kept."""

import argparse
import logging
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from ais import alignment, importance, masked_readouts, pruning, ranking_device, similarity, store
from ais.command_line import options_text, run
from ais.folds import pairs_of

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", required=True, help="HDF5 of extract_features.py")
    parser.add_argument("--weights", help="frozen weights; a fully connected readout needs them")
    parser.add_argument("--judgments", required=True, help="HDF5 of read_judgments.py")
    parser.add_argument("--folds", required=True, help="HDF5 of split_folds.py")
    parser.add_argument("--importance", required=True, help="HDF5 of merge_scores.py")
    parser.add_argument("--similarity", choices=similarity.MEASURES, default="cosine", help="of embeddings")
    parser.add_argument("--alignment", choices=alignment.MEASURES, default="spearman", help="to people")
    parser.add_argument("--shard", type=int, default=1, help="which part of the folds, from 1")
    parser.add_argument("--shards", type=int, default=1, help="how many parts the folds are cut into")
    parser.add_argument("--threads", type=int, default=1, help="folds at work at once")
    parser.add_argument("--memory-mb", type=int, default=500, help="for the similarities held at once")
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto", help="for networks and ranking")
    parser.add_argument("--output", required=True, help="HDF5: order, train, test (folds, maps)")
    return parser


def main(arguments: argparse.Namespace) -> None:
    with store.opened(arguments.importance, "importance") as file:
        ids = store.read_ids(file)
        score = file["folds/score"][:]
        sources = {name: getattr(arguments, name) for name in ("features", "judgments", "folds")}
        store.check_made_from(arguments.importance, file.attrs, sources)
    left, right = pairs_of(len(ids))
    human = masked_readouts.read_human(arguments.judgments, ids, left, right)
    chosen = importance.shard_of(len(score), arguments.shard, arguments.shards)
    with store.opened(arguments.folds, "folds", ids) as file:
        train, test = file["train"][chosen], file["test"][chosen]

    with store.opened(arguments.features, "features", ids) as features:
        masking = masked_readouts.maskable(
            features, arguments.similarity, left, right, arguments.weights, arguments.device
        )
    device = ranking_device.choose(arguments.device, human.size, arguments.alignment)
    orders = [pruning.ranking(score[fold]) for fold in chosen]

    def curve_of(order, in_train, in_test):
        used = np.flatnonzero(in_train | in_test)
        subsets = alignment.Subsets.of(human[used], [in_train[used], in_test[used]], arguments.alignment)
        subsets = ranking_device.ranked_on(device, subsets)
        return pruning.curve(masking.on(used), order, subsets, arguments.memory_mb * 1_000_000 // arguments.threads)

    with ThreadPoolExecutor(arguments.threads) as pool:
        curves = list(pool.map(curve_of, orders, train, test))
    log.info("pruning curves of %d of %d folds, %d maps", chosen.size, len(score), score.shape[1])

    facts = {"importance_digest": store.recorded_digest(arguments.importance), "folds": len(score)}
    options = options_text(arguments, "similarity", "alignment")
    shape = (chosen.size, score.shape[1])
    with store.create(arguments.output, "pruning-shard", ids, options, facts) as file:
        store.write_array(file, "fold", chosen)
        store.write_array(file, "order", np.reshape(orders, shape).astype(np.int64))
        store.write_array(file, "train", np.reshape([curve.train for curve in curves], shape))
        store.write_array(file, "test", np.reshape([curve.test for curve in curves], shape))


if __name__ == "__main__":
    run(parser(), main)
