"""Run the whole procedure without a fifth of the images each, to see how far the gain moves with the images.

For the interval leave_out (ais/inference/intervals.py) of an analysis whose folds are by images. The others are split
into folds anew, with two of the seeds: what the dealing alone moves is told apart from what the images move.
"""

import argparse
import logging

import numpy as np

from ais.artifacts import store
from ais.engine import alignment, command_options, loading, reweighting
from ais.engine.strategies import STRATEGIES
from ais.inference import procedure, refits
from ais.stimuli.folds import PUBLISHED_SEEDS
from ais.workflow.command_line import options_text, run

log = logging.getLogger(__name__)

SEEDS = 2  # of the folds within what is left


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    command_options.add_masked(parser)
    command_options.add_measure(parser, alignment.MEASURES)
    parser.add_argument(
        "--pruning",
        choices=[*STRATEGIES, reweighting.NAME],
        default="one_shot",
        help="in which order maps are kept; or all are reweighted",
    )
    parser.add_argument("--folds", type=int, default=5, help="folds per seed")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(PUBLISHED_SEEDS), help="of folds: the first two")
    parser.add_argument("--groups", type=int, default=5, help="of the images, one left out at a time")
    parser.add_argument("--dealings", type=int, default=8, help="of the images into groups")
    command_options.add_means(parser)
    parser.add_argument("--output", required=True, help="HDF5: gain (dealings × groups, seeds) without each group")
    return parser


def main(arguments: argparse.Namespace) -> None:
    ids, masking, human = loading.maskable_in_all_pairs(
        arguments.features, arguments.judgments, arguments.similarity, arguments.weights, arguments.device,
        reweighting.check_readout if arguments.pruning == reweighting.NAME else None,
    )  # fmt: skip
    gain = refits.refit(
        masking,
        human,
        len(ids),
        procedure.prefix_grid(masking.maps),
        groups=arguments.groups,
        dealings=PUBLISHED_SEEDS[: arguments.dealings],
        number=arguments.folds,
        seeds=arguments.seeds[:SEEDS],
        strategy=arguments.pruning,
        measure=arguments.alignment,
        memory=arguments.memory_mb * 1_000_000,
    )
    facts = store.digests_of({name: getattr(arguments, name) for name in ("features", "judgments")})
    options = options_text(arguments, "similarity", "alignment", "pruning", "folds", "seeds")
    with store.create(arguments.output, "refits", ids, options, facts | {"groups": arguments.groups}) as file:
        store.write_array(file, "gain", gain)
    log.info(
        "gain without a group of images: mean %.3f, SD %.3f, over %d refits",
        np.nanmean(gain), np.nanstd(np.nanmean(gain, axis=1)), gain.size,
    )  # fmt: skip


if __name__ == "__main__":
    run(parser(), main)
