"""Which feature maps matter: each map's importance with its tests, intervals and share of the alignment.

Significant is said of these images. For new ones the images are the noise: they are drawn anew (bootstrap).
"""

import argparse
import logging

import numpy as np
import pandas as pd
from scipy import stats

from ais.artifacts import store
from ais.engine import alignment, command_options, loading, resampling
from ais.inference import additivity, map_tests, shapley
from ais.stimuli.folds import pairs_of
from ais.workflow.command_line import run

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    command_options.add_masked(parser)
    parser.add_argument("--importance", required=True, help="HDF5 of score_maps.py")
    command_options.add_measure(parser, alignment.MEASURES)
    parser.add_argument("--permutations", type=int, default=5000, help="worlds of the label null")
    parser.add_argument("--resamples", type=int, default=200, help="of the images")
    parser.add_argument("--orders", type=int, default=50, help="of the maps, for Shapley values")
    parser.add_argument("--seed", type=int, default=1, help="of permutations, resamples and orders")
    command_options.add_means(parser, "maps")
    parser.add_argument("--output", required=True, help="TSV: a row a map")
    parser.add_argument("--additivity", required=True, help="TSV: joint drop and sum of drops of the top maps")
    return parser


def main(arguments: argparse.Namespace) -> None:
    with store.opened(arguments.importance, "importance") as file:
        ids = store.read_ids(file)
        score, baseline = file["set/score"][:], float(file["set/baseline"][()])
        made_from = {name: getattr(arguments, name) for name in ("features", "judgments")}
        store.check_made_from(arguments.importance, file.attrs, made_from)
    left, right = pairs_of(len(ids))
    with store.opened(arguments.features, "features", ids) as features:
        masking = loading.maskable(features, arguments.similarity, left, right, arguments.weights, arguments.device)
    human = loading.read_human(arguments.judgments, ids, left, right)
    measure, memory = arguments.alignment, arguments.memory_mb * 1_000_000
    shared = {"measure": measure, "threads": arguments.threads, "memory": memory}

    table = pd.DataFrame({"map": np.arange(masking.maps), "importance": score})
    null = map_tests.under_label_null(masking, human, len(ids), arguments.seed, range(arguments.permutations), **shared)
    tests = map_tests.compare_maps(score, null)
    table = table.assign(p=tests.p, q=tests.q, p_max=tests.p_max)

    images = np.arange(len(ids))
    draws = resampling.draws(images, len(ids), arguments.seed, range(arguments.resamples))
    resampled = resampling.score_resamples(masking, human, draws, **shared)
    low, high = map_tests.interval(resampled)
    table = table.assign(low=low, high=high, q_new_images=for_new_images(score, resampled))
    table["selection_frequency"] = resampling.selection_frequency(resampled)

    contributions = shapley.contributions(masking, human, arguments.seed, range(arguments.orders), measure, memory)
    table["shapley"] = contributions.mean(axis=0) if len(contributions) else np.nan
    store.write_table(arguments.output, table)

    joint = additivity.joint_drops(masking, human, score, measure, memory)
    together = pd.DataFrame({"top": joint.top, "joint": joint.joint, "sum": joint.total, "ratio": joint.ratio})
    store.write_table(arguments.additivity, together)
    log.info("alignment %.4f; %d of %d maps help (AIS > 0)", baseline, (score > 0).sum(), score.size)
    log.info(
        "of these images, q < .05: %d maps; p of the largest < .05: %d",
        *((x < 0.05).sum() for x in (tests.q, tests.p_max)),
    )
    log.info("for new images, q < .05: %d maps", (table["q_new_images"] < 0.05).sum())
    log.info("Shapley values: split-half r %.2f", shapley.split_half(contributions))


def for_new_images(score: np.ndarray, resampled: np.ndarray) -> np.ndarray:
    """Benjamini–Hochberg q (maps,) that a map would help with other images too.

    One-sided p of a normal law with the SD over ``resampled`` (resamples, maps) images as standard error.
    """
    spread = resampled.std(axis=0, ddof=1) if len(resampled) > 1 else np.full(score.size, np.nan)
    varies = spread > 0
    p = np.where(varies, stats.norm.sf(score / np.where(varies, spread, 1.0)), np.where(np.isnan(score), np.nan, 1.0))
    q = np.full(score.size, np.nan)
    defined = ~np.isnan(p)
    q[defined] = stats.false_discovery_control(p[defined])
    return q


if __name__ == "__main__":
    run(parser(), main)
