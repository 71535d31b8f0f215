"""Run the whole procedure on permuted judgments: order the maps, prune, and read what is gained, in worlds without it.

Two nulls (ais/inference/nulls.py): labels permuted, so that no relation to people is left; and the baseline alignment
kept, so that nothing is left for a selection of maps to find. Permutations are known by their numbers. Without any,
the observed world is not run either: it is only there to be held against them.
"""

import argparse
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from ais.artifacts import store
from ais.engine import command_options, loading, reweighting
from ais.engine.strategies import STRATEGIES
from ais.inference import nulls, procedure, triplet_worlds
from ais.inference.outcomes import Outcome
from ais.workflow.command_line import options_text, run
from ais.workflow.ticker import Ticker

log = logging.getLogger(__name__)

NULLS = ("labels", "matched")


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    command_options.add_masked(parser)
    parser.add_argument("--folds", required=True, help="HDF5 of split_folds.py")
    command_options.add_measure(parser)
    parser.add_argument(
        "--pruning",
        choices=[*STRATEGIES, reweighting.NAME],
        default="one_shot",
        help="in which order maps are kept; or all are reweighted",
    )
    parser.add_argument("--first", type=int, default=0, help="number of the first permutation")
    parser.add_argument("--last", type=int, required=True, help="number after the last")
    parser.add_argument("--seed", type=int, default=1, help="of the permutations")
    command_options.add_means(parser, "parts of the permutations")
    parser.add_argument("--output", required=True, help="HDF5: full, retained, n_retained of each null and permutation")
    return parser


def main(arguments: argparse.Namespace) -> None:
    ids, masking, judged = loading.maskable_in_judged_pairs(
        arguments.features, arguments.judgments, arguments.similarity, arguments.alignment, arguments.weights,
        arguments.device, reweighting.check_readout if arguments.pruning == reweighting.NAME else None,
    )  # fmt: skip
    human = judged.human
    all_pairs = arguments.alignment != "triplets" and human.size == len(ids) * (len(ids) - 1) // 2
    with store.opened(arguments.folds, "folds", ids) as file:
        train, test = file["train"][:], file["test"][:]
    network = masking.full()
    grid = procedure.prefix_grid(masking.maps)

    def one_world(masking, human) -> Outcome:
        memory = arguments.memory_mb * 1_000_000 // arguments.threads
        if arguments.alignment == "triplets":
            return triplet_worlds.run(masking, human, train, test, grid, arguments.pruning, memory=memory)
        return outcome([human], masking)

    def listed_world(name: str, number: int) -> Outcome:
        """Of few pairs, or of triplets: each world asks for similarities of its own."""
        permutation = nulls.permutation(len(ids), arguments.seed, number)
        if name == "matched" and arguments.alignment == "triplets":
            return one_world(masking, triplet_worlds.matched(human, network, permutation, arguments.seed, number))
        permuted = triplet_worlds.permuted_labels(masking, permutation)
        if name == "matched":
            return one_world(permuted, nulls.matched_of_few(human, network, permuted.full()))
        return one_world(permuted, human)

    def world(name: str, number: int) -> np.ndarray:
        permutation = nulls.permutation(len(ids), arguments.seed, number)
        if name == "labels":
            return nulls.permuted_labels(human, permutation)
        return nulls.matched(human, network, permutation)

    def outcome(worlds, masking=masking) -> Outcome:
        memory = arguments.memory_mb * 1_000_000 // arguments.threads
        shared = {"measure": arguments.alignment, "memory": memory}
        if arguments.pruning == reweighting.NAME:
            return procedure.run_reweighted(masking, worlds, train, test, **shared)
        return procedure.run(masking, worlds, train, test, grid, strategy=arguments.pruning, **shared)

    numbers = np.arange(arguments.first, arguments.last)
    sources = {name: getattr(arguments, name) for name in ("features", "judgments", "folds")}
    facts = store.digests_of(sources) | {"images": len(ids), "pairs_judged": judged.size}
    options = options_text(arguments, "similarity", "alignment", "pruning", "seed")
    with (
        ThreadPoolExecutor(arguments.threads) as pool,
        store.create(arguments.output, "permutations", ids, options, facts) as file,
    ):
        store.write_array(file, "number", numbers)
        store.write_array(file, "grid", grid)
        write(file, "observed", [one_world(masking, human)] if numbers.size else [], len(train))
        for name in NULLS:
            if not all_pairs:
                write(file, name, list(pool.map(partial(listed_world, name), numbers)), len(train))
                continue
            parts = np.array_split(numbers, min(arguments.threads, numbers.size) or 1)
            ticker = Ticker(f"{name}, worlds", numbers.size)
            worlds = [(world(name, number) for number in ticker.each(part)) for part in parts if part.size]
            write(file, name, list(pool.map(outcome, worlds)), len(train))
            log.info("%s: permutations %d to %d, of %d folds", name, arguments.first, arguments.last - 1, len(train))


def write(file, name: str, outcomes: list[Outcome], folds: int) -> None:
    """Write what pruning did in every world and fold: (worlds, folds) each."""
    for part, kind in (("full", float), ("retained", float), ("n_retained", np.int64)):
        found = [np.empty((0, folds), kind), *(getattr(each, part) for each in outcomes)]
        store.write_array(file, f"{name}/{part}", np.concatenate(found))


if __name__ == "__main__":
    run(parser(), main)
