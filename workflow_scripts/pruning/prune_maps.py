"""Draw up the pruning curves of all folds: alignment with the first 1, 2, … maps kept, and what each fold retains.

Whole, or a shard of the folds (--shard of --shards), or whole from all shards that were made (--from-shards).
"""

import argparse
import logging
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

from ais.artifacts import shards, store
from ais.engine import command_options, loading, pruning, ranking_device
from ais.engine.judged import by_similarity, part, read_judged
from ais.engine.strategies import KEEPS, STRATEGIES, Train
from ais.errors import InputError
from ais.workflow.command_line import options_text, run

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    command_options.add_masked(parser)
    parser.add_argument("--folds", required=True, help="HDF5 of split_folds.py")
    parser.add_argument("--importance", required=True, help="HDF5 of score_maps.py --folds")
    command_options.add_measure(parser)
    parser.add_argument("--pruning", choices=STRATEGIES, default="one_shot", help="in which order maps are kept")
    parser.add_argument(
        "--prefixes",
        default="all",
        help="all, or how many numbers of maps are tried at first: then those around the best of these",
    )
    shards.add_arguments(parser, "folds")
    command_options.add_means(parser, "folds", device_for="networks and ranking")
    parser.add_argument("--output", required=True, help="HDF5: order, train, test (folds, maps), and prefixes")
    parser.add_argument(
        "--table", help="a row a fold: test alignment with all maps (full) and with the retained ones (not of a shard)"
    )
    return parser


def main(arguments: argparse.Namespace) -> None:
    options = options_text(arguments, "similarity", "alignment", "pruning", "prefixes")
    sources = {"importance": arguments.importance}
    if arguments.from_shards:
        arrays, facts = shards.read(arguments.from_shards, "pruning-shard", "fold", options, sources)
        names = ["order", "train", "test", *(["kept"] if arguments.pruning in KEEPS else [])]
        whole = {name: np.concatenate(arrays[name]) for name in names}
        write(arguments, facts["ids"], options, whole)
        return
    with store.opened(arguments.importance, "importance-folds") as file:
        ids = store.read_ids(file)
        score = file["folds/score"][:]
        made_from = {name: getattr(arguments, name) for name in ("features", "judgments", "folds")}
        store.check_made_from(arguments.importance, file.attrs, made_from)
    chosen = shards.shard_of(len(score), arguments.shard, arguments.shards)
    curves = curves_of(arguments, ids, score, chosen)
    log.info("pruning curves of %d of %d folds, %d maps", chosen.size, *score.shape)
    if arguments.shards == 1:
        write(arguments, ids, options, curves)
        return
    facts = store.digests_of(sources) | {"folds": len(score)}
    with store.create(arguments.output, "pruning-shard", ids, options, facts) as file:
        for name, array in ({"fold": chosen} | curves).items():
            store.write_array(file, name, array)


def curves_of(arguments, ids: list[str], score: np.ndarray, chosen: np.ndarray) -> dict[str, np.ndarray]:
    """``order``, ``train`` and ``test`` (chosen, maps) of the chosen folds, of which ``score`` (folds, maps) is given.

    NaN where an alignment is undefined or, by --prefixes, was not asked for. Where the strategy itself says how many
    maps it keeps, ``kept`` (chosen,) as well; 0 where it leaves that open.
    """
    judged = read_judged(arguments.judgments, ids, arguments.alignment)
    with store.opened(arguments.features, "features", ids) as features:
        masking = loading.maskable(
            features, arguments.similarity, judged.left, judged.right, arguments.weights, arguments.device
        )
    masking, judged, order = by_similarity(masking, judged, arguments.alignment)
    human = judged.human
    with store.opened(arguments.folds, "folds", ids) as file:
        train, test = file["train"][chosen][:, order], file["test"][chosen][:, order]
    prefixes = None if arguments.prefixes == "all" else int(arguments.prefixes)
    device = ranking_device.choose(arguments.device, human.size, arguments.alignment)
    memory = arguments.memory_mb * 1_000_000 // arguments.threads

    def pruned(fold, in_train, in_test):
        learnt_on, learnt_from = part(masking, human, np.flatnonzero(in_train))
        learn = Train(learnt_on, learnt_from, score[fold], arguments.alignment, int(fold), memory)
        ordered = STRATEGIES[arguments.pruning](learn)
        used = np.flatnonzero(in_train | in_test)
        masked, tested = part(masking, human, used)
        subsets = pruning.fold_sides(tested, in_train[used], in_test[used], arguments.alignment, device)
        return ordered, pruning.curve(masked, ordered.order, subsets, memory, prefixes, ordered.kept)

    with ThreadPoolExecutor(arguments.threads) as pool:
        found = list(pool.map(pruned, chosen, train, test))
    shape = (chosen.size, score.shape[1])
    curves = {
        "order": np.reshape([ordered.order for ordered, _ in found], shape).astype(np.int64),
        "train": np.reshape([curve.train for _, curve in found], shape),
        "test": np.reshape([curve.test for _, curve in found], shape),
    }
    if arguments.pruning in KEEPS:
        curves["kept"] = np.array([ordered.kept or 0 for ordered, _ in found], dtype=np.int64)
    return curves


def write(arguments, ids: list[str], options: str, curves: dict[str, np.ndarray]) -> None:
    """Write the curves of all folds, and what each retains and gains."""
    with store.opened(arguments.folds, "folds", ids) as file:
        seed, fold = file["seed"][:], file["fold"][:]
    train, test = curves["train"], curves["test"]
    for row in np.flatnonzero(np.isnan(train).all(axis=1)):
        raise InputError(
            f"{arguments.judgments}, seed {seed[row]}, fold {fold[row]}: the alignment is undefined "
            "however many maps are kept; expected a number for some. Are all its ratings equal?"
        )
    kept = curves.get("kept", np.zeros(len(train), dtype=int))
    retained = np.where(kept > 0, kept, [pruning.Curve(*sides).retained for sides in zip(train, test, strict=True)])
    last = np.arange(len(train)), retained - 1
    maps = train.shape[1]
    tried = pruning.search_grid(maps, maps if arguments.prefixes == "all" else int(arguments.prefixes))
    table = pd.DataFrame(
        {
            "seed": seed,
            "fold": fold,
            "full": test[:, -1],
            "retained": test[last],
            "n_retained": retained,
            "train_retained": train[last],
        }
    )
    with store.create(arguments.output, "pruning", ids, options) as file:
        for name, array in ({"prefixes": tried} | curves).items():
            store.write_array(file, name, array)
    if arguments.table:
        store.write_table(arguments.table, table)
    if tried.size < maps:
        log.info("retained: the best of %d of %d numbers of maps and of all around it", tried.size, maps)
    means = table.mean()
    log.info(
        "mean of %d folds: %.3f with all maps, %.3f with the %.0f retained",
        len(table), means["full"], means["retained"], means["n_retained"],
    )  # fmt: skip


if __name__ == "__main__":
    run(parser(), main)
