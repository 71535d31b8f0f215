"""How much of the gain leaks through images that test pairs share with training pairs: gain by exposure, beside nulls.

The test pairs of one training set of images, by how many of their two images occur in its pairs: both, one or none.
"""

import argparse
import logging

import pandas as pd

from ais.artifacts import store
from ais.engine import alignment, command_options, loading
from ais.inference import exposure, nulls, procedure
from ais.inference.outcomes import mean_over_folds
from ais.stimuli.folds import PUBLISHED_SEEDS
from ais.workflow.command_line import run

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    command_options.add_masked(parser)
    command_options.add_measure(parser, alignment.MEASURES)
    parser.add_argument("--folds", type=int, default=5, help="folds per seed")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(PUBLISHED_SEEDS), help="one shuffle each")
    parser.add_argument("--permutations", type=int, default=20, help="worlds of each null")
    parser.add_argument("--seed", type=int, default=1, help="of the permutations")
    command_options.add_means(parser)
    parser.add_argument("--output", required=True, help="TSV: a row a world and number of images seen")
    return parser


def main(arguments: argparse.Namespace) -> None:
    ids, masking, human = loading.maskable_in_all_pairs(
        arguments.features, arguments.judgments, arguments.similarity, arguments.weights, arguments.device
    )
    permutations = [nulls.permutation(len(ids), arguments.seed, number) for number in range(arguments.permutations)]
    network = masking.full()
    worlds = [human, *(nulls.permuted_labels(human, each) for each in permutations)]
    worlds += [nulls.matched(human, network, each) for each in permutations]
    names = [("observed", 0)] + [
        (name, number) for name in ("labels", "matched") for number in range(len(permutations))
    ]
    outcome = exposure.run(
        masking, worlds, len(ids), procedure.prefix_grid(masking.maps), arguments.folds, arguments.seeds,
        measure=arguments.alignment, memory=arguments.memory_mb * 1_000_000,
    )  # fmt: skip
    rows = [
        {"world": name, "permutation": number, "images_seen": seen, "gain": outcome.gain[kind, at]}
        | {side: mean_over_folds(getattr(outcome, side)[kind, at]) for side in ("full", "retained")}
        for at, (name, number) in enumerate(names)
        for kind, seen in enumerate((2, 1, 0))
    ]
    table = pd.DataFrame(rows)[["world", "permutation", "images_seen", "full", "retained", "gain"]]
    store.write_table(arguments.output, table)
    observed = table.query("world == 'observed'").set_index("images_seen")["gain"]
    log.info("gain with both, one, none of a pair's images seen: %.3f, %.3f, %.3f", *observed[[2, 1, 0]])


if __name__ == "__main__":
    run(parser(), main)
