"""Which maps carry the border between categories, and which the order inside: importance by kind of pairs."""

import argparse
import logging

import numpy as np
import pandas as pd

from ais.artifacts import store
from ais.engine import alignment, command_options, loading
from ais.inference import scopes
from ais.stimuli import categories
from ais.stimuli.folds import pairs_of
from ais.workflow.command_line import run

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    command_options.add_masked(parser)
    parser.add_argument("--categories", required=True, help="TSV of read_categories.py")
    command_options.add_measure(parser, alignment.MEASURES)
    command_options.add_means(parser, "maps")
    parser.add_argument("--output", required=True, help="TSV: a row a map: all, within, across, border")
    return parser


def main(arguments: argparse.Namespace) -> None:
    ids, masking, human = loading.maskable_in_all_pairs(
        arguments.features, arguments.judgments, arguments.similarity, arguments.weights, arguments.device
    )
    same = categories.same_category(categories.read(arguments.categories, ids), *pairs_of(len(ids)))
    apart = scopes.scopes_of(human, same)
    memory = arguments.memory_mb * 1_000_000
    score = scopes.score_maps(masking, apart, arguments.alignment, arguments.threads, memory)
    store.write_table(arguments.output, pd.DataFrame({"map": np.arange(masking.maps)} | score))
    network, everything = masking.full(), np.ones(human.size, dtype=bool)
    for name, scope in apart.items():
        log.info(
            "%s: %d judged pairs, alignment %.3f, %d of %d maps help (AIS > 0)",
            name, scope.pairs, scope.alignment(network, everything, arguments.alignment),
            (score[name] > 0).sum(), masking.maps,
        )  # fmt: skip


if __name__ == "__main__":
    run(parser(), main)
