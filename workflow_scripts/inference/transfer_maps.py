"""Do the maps that one set of images keeps serve another? Every set's ranking, tried on every set, one network.

A row a pair of sets: what the alignment of the tested set changes by when only the maps are kept that serve the other
best; beside it, what as many random maps change. A set tested on itself is in-sample.
"""

import argparse
import logging

import numpy as np
import pandas as pd

from ais.artifacts import store
from ais.engine import alignment, command_options, loading, pruning
from ais.errors import InputError
from ais.inference import map_tests, transfer
from ais.stimuli.folds import pairs_of
from ais.workflow.command_line import add_comparisons, run

log = logging.getLogger(__name__)

SOURCES = ("features", "judgments", "importance")


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add_comparisons(parser, "STIMULI")
    parser.add_argument("--features", nargs="+", required=True, help="HDF5 of extract_features.py, one a set")
    parser.add_argument("--weights", help="frozen weights; a fully connected readout needs them")
    parser.add_argument("--judgments", nargs="+", required=True, help="HDF5 of read_judgments.py, one a set")
    parser.add_argument("--importance", nargs="+", required=True, help="HDF5 of score_maps.py, one a set")
    command_options.add_measure(parser, alignment.MEASURES)
    parser.add_argument("--permutations", type=int, default=200, help="draws of random maps, and worlds of the null")
    parser.add_argument("--seed", type=int, default=1, help="of both")
    command_options.add_means(parser, "maps")
    parser.add_argument("--output", required=True, help="TSV: a row a pair of sets")
    return parser


def main(arguments: argparse.Namespace) -> None:
    names = arguments.comparisons
    if any(len(getattr(arguments, source)) != len(names) for source in SOURCES):
        raise InputError(f"--comparisons: found {len(names)} sets; expected one file of each kind for each.")
    scores = read_scores(arguments)
    measure, memory = arguments.alignment, arguments.memory_mb * 1_000_000
    kept = []
    for place, name in enumerate(names):  # one set at a time: a network with its weights is large
        masking, human, _ = loaded(arguments, place)
        kept.append(pruning.kept_maps(masking, human, scores[place], measure, memory))
        log.info("%s keeps %d of %d maps", name, kept[-1].size, masking.maps)
    rows = []
    for place in range(len(names)):
        rows += tested_on(place, arguments, scores, kept, measure, memory)
    table = pd.DataFrame(rows).sort_values("learnt_on", key=lambda on: on.map(names.index), kind="stable")
    store.write_table(arguments.output, table)
    others = table[~table["in_sample"]]
    log.info(
        "on other sets the kept maps change the alignment by %.3f, as many random ones by %.3f; r of importance %.2f",
        *others[["change", "random_mean", "spearman"]].mean(),
    )


def read_scores(arguments: argparse.Namespace) -> list[np.ndarray]:
    """Every set's importance (maps,); refuses what was made from other files, or has other maps."""
    scores = []
    for place, path in enumerate(arguments.importance):
        with store.opened(path, "importance") as file:
            scores.append(file["set/score"][:])
            made_from = {name: getattr(arguments, name)[place] for name in SOURCES[:2]}
            store.check_made_from(path, file.attrs, made_from)
        if scores[-1].size != scores[0].size:
            raise InputError(
                f"{path}: found {scores[-1].size} maps; expected {scores[0].size}, as {arguments.importance[0]} has: "
                "sets can be compared through one network only. Delete both and run snakemake again."
            )
    return scores


def loaded(arguments: argparse.Namespace, place: int):
    """A set's maskable readout on all pairs, their human similarity, and the number of images."""
    with store.opened(arguments.features[place], "features") as features:
        ids = store.read_ids(features)
        left, right = pairs_of(len(ids))
        masking = loading.maskable(features, arguments.similarity, left, right, arguments.weights, arguments.device)
    return masking, loading.read_human(arguments.judgments[place], ids, left, right), len(ids)


def tested_on(place: int, arguments, scores: list[np.ndarray], kept: list[np.ndarray], measure: str, memory: int):
    """Rows of one tested set, one a set whose maps are kept."""
    masking, human, images = loaded(arguments, place)
    numbers = range(arguments.permutations)
    shared = {"measure": measure, "memory": memory}
    everything = np.arange(masking.maps)
    full, *with_kept = transfer.alignment_with(masking, human, [everything, *kept], **shared)
    null = map_tests.under_label_null(
        masking, human, images, arguments.seed, numbers, threads=arguments.threads, **shared
    )
    rows = []
    for learnt, name in enumerate(arguments.comparisons):
        drawn = transfer.random_maps(kept[learnt].size, masking.maps, arguments.seed, numbers)
        changes = transfer.alignment_with(masking, human, drawn, **shared) - full
        r = transfer.agreement(scores[learnt], scores[place])
        worlds = [transfer.agreement(scores[learnt], world) for world in null]
        row = {
            "learnt_on": name,
            "tested_on": arguments.comparisons[place],
            "in_sample": learnt == place,
            "maps": masking.maps,
            "maps_kept": kept[learnt].size,
            "full": full,
            "kept": with_kept[learnt],
            "change": with_kept[learnt] - full,
            **{f"random_{key}": value for key, value in transfer.middle(changes).items()},
            "random_draws": int((~np.isnan(changes)).sum()),
        }
        for kind, value in r.items():
            spread = transfer.middle(np.array([world[kind] for world in worlds]))
            row |= {kind: value, f"{kind}_null_low": spread["low"], f"{kind}_null_high": spread["high"]}
        rows.append(row)
    return rows


if __name__ == "__main__":
    run(parser(), main)
