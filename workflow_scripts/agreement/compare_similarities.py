"""Hold a backbone's similarity measures side by side: do they find and keep the same maps, and heat the same places?

Of each pair of measures that differ in the similarity alone: Spearman's correlation of the maps' importance, beside
the same where people's image labels are permuted; the overlap of the maps that both keep, beside chance; and per image
and kind Pearson's r of the two heatmaps, beside what is left of it when their activation map, which is the same, is
taken out. The kind `permuted` is a control: both measures see the same permuted labels.
"""

import argparse
import logging
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from ais.artifacts import store
from ais.engine import command_options, loading, pruning
from ais.heatmaps import between_backbones, between_similarities, kinds
from ais.heatmaps.between_backbones import Heatmaps
from ais.inference import map_tests, transfer
from ais.inference.overlap import overlap
from ais.workflow.command_line import add_comparisons, compared, run

log = logging.getLogger(__name__)

KINDS = tuple(kind for kind in kinds.ALL if kind != "activation")


@dataclass(frozen=True)
class Measured:
    """What one measure found: the maps' importance (maps,), the same in permuted worlds (worlds, maps), the maps that
    it keeps, and the heatmaps by kind."""

    score: np.ndarray
    null: np.ndarray
    kept: np.ndarray
    heatmaps: dict[str, Heatmaps]


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add_comparisons(parser, "STIMULI/BACKBONE/MEASURE")
    command_options.add_masked(parser)
    parser.add_argument("--importance", nargs="+", required=True, help="HDF5 of score_maps.py, one a comparison")
    parser.add_argument("--heatmaps", nargs="+", required=True, help="HDF5 of compute_heatmaps.py, one a comparison")
    parser.add_argument("--permutations", type=int, default=20, help="worlds in which people's labels are permuted")
    parser.add_argument("--seed", type=int, default=1, help="of these")
    command_options.add_means(parser, "maps")
    parser.add_argument("--output", required=True, help="TSV: a row an image, pair of measures and kind")
    parser.add_argument("--summary", required=True, help="TSV: a row a pair of measures and kind")
    return parser


def main(arguments: argparse.Namespace) -> None:
    with store.opened(arguments.features, "features") as file:
        ids = store.read_ids(file)
        active = file["pooled"][:].any(axis=0)
    found = {
        about["measure"]: measured(arguments, about["measure"], ids, importance, heatmaps)
        for (about, importance), heatmaps in zip(
            compared(arguments, arguments.importance), arguments.heatmaps, strict=True
        )
    }
    rows, summary = [], []
    for one, other in combinations(found, 2):
        if one.split("-")[1:] == other.split("-")[1:]:  # all but the similarity
            about = {"measure_a": one, "measure_b": other}
            shared = about_maps(found[one], found[other], active)
            for kind in KINDS:
                r, beyond = of_kind(kind, found[one], found[other])
                rows.append(pd.DataFrame({"image": ids, **about, "kind": kind, "r": r, "r_beyond": beyond}))
                summary.append(about | {"kind": kind} | summed_up(r, beyond) | shared)
            log.info(
                "%s and %s: Spearman of importance %.2f; of the maps that either keeps %.2f in common, %.2f by chance",
                one, other, shared["spearman"], shared["jaccard"], shared["jaccard_chance"],
            )  # fmt: skip
    store.write_table(arguments.output, pd.concat(rows))
    store.write_table(arguments.summary, pd.DataFrame(summary))


def measured(arguments, name: str, ids: list[str], importance: str, heatmaps: str) -> Measured:
    """What the measure ``name`` (``cosine-spearman``) found; and which maps it keeps, and what permuted labels give."""
    similarity, alignment = name.split("-")[:2]
    memory = arguments.memory_mb * 1_000_000
    with store.opened(importance, "importance", ids) as file:
        score = file["set/score"][:]
        sources = {"features": arguments.features, "judgments": arguments.judgments}
        store.check_made_from(importance, file.attrs, sources)
    with store.opened(heatmaps, "heatmaps", ids) as file:
        grid, window = file["grid"][:], file["window"][:]
        drawn = {kind: Heatmaps(file[kind][:], grid, window) for kind in kinds.ALL}
    _, masking, human = loading.maskable_in_all_pairs(
        arguments.features, arguments.judgments, similarity, arguments.weights, arguments.device
    )
    kept = pruning.kept_maps(masking, human, score, alignment, memory)
    null = map_tests.under_label_null(
        masking, human, len(ids), arguments.seed, range(arguments.permutations), alignment, arguments.threads, memory
    )
    return Measured(score, null, kept, drawn)


def about_maps(one: Measured, other: Measured, active: np.ndarray) -> dict:
    """How far two measures agree on the maps, silent ones (not ``active``) left out."""
    in_worlds = [
        transfer.agreement(first[active], second[active])["spearman"]
        for first, second in zip(one.null, other.null, strict=True)
    ]
    null = transfer.middle(np.array(in_worlds))
    kept = overlap(one.kept, other.kept, active)
    return {
        "maps": int(active.sum()),
        "spearman": transfer.agreement(one.score[active], other.score[active])["spearman"],
        **{f"spearman_null_{name}": value for name, value in null.items()},
        "kept_a": one.kept.size,
        "kept_b": other.kept.size,
        "jaccard": kept.jaccard,
        "jaccard_chance": kept.chance,
    }


def of_kind(kind: str, one: Measured, other: Measured) -> tuple[np.ndarray, np.ndarray]:
    """r of two measures' heatmaps of a kind, and r beyond their activation: (images,) both."""
    return between_similarities.agreement_beyond(one.heatmaps[kind], other.heatmaps[kind], one.heatmaps["activation"])


def summed_up(r: np.ndarray, beyond: np.ndarray) -> dict:
    """Over images: how many have an r, mean and SD of it, and the same beyond activation."""
    found = {}
    for name, values in (("", r), ("_beyond", beyond)):
        spread = between_backbones.spread(values)
        found |= {f"images{name}": spread.images, f"mean{name}": spread.mean, f"sd{name}": spread.sd}
    return found


if __name__ == "__main__":
    run(parser(), main)
