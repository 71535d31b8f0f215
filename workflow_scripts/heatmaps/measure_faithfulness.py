"""Measure what each image's heatmaps are worth: faithfulness on held-out partners, specificity and reliability.

Faithfulness: half of an image's partners make a heatmap, the other half judge it by deletion and insertion; scores of
the set that make one leave the image's own pairs out. Specificity: r with the plain mean activation, and with the
heatmap of the same kind where people's image labels are permuted. Reliability: r between the heatmaps by two halves of
the partners, and by two halves of the raters.
"""

import argparse
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, repeat

import numpy as np
import pandas as pd

from ais.artifacts import store
from ais.engine import alignment, loading, similarity
from ais.heatmaps import faithfulness, kinds, scoring
from ais.heatmaps.agreement import correlation, mean_defined
from ais.heatmaps.worlds import Made, Worlds
from ais.inference import ceiling, nulls
from ais.stimuli import ratings
from ais.stimuli.folds import pairs_of
from ais.workflow.command_line import options_text, run

log = logging.getLogger(__name__)

RATER_HALVES = 8  # most halvings of the raters
PERMUTATIONS = 8  # of people's labels, the first as in compute_heatmaps.py


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", required=True, help="HDF5 of extract_features.py")
    parser.add_argument("--weights", help="frozen weights; a readout that is not pooled needs them")
    parser.add_argument("--judgments", required=True, help="HDF5 of read_judgments.py")
    parser.add_argument("--heatmaps", required=True, help="HDF5 of compute_heatmaps.py")
    parser.add_argument("--similarity", choices=similarity.MEASURES, default="cosine", help="of embeddings")
    parser.add_argument("--alignment", choices=alignment.MEASURES, default="spearman", help="to people")
    parser.add_argument("--mask", choices=["all", "self"], default="all", help="as importance was scored")
    parser.add_argument("--halves", type=int, default=8, help="halvings of each image's partners")
    parser.add_argument("--seed", type=int, default=1, help="of the halves and the permuted labels")
    parser.add_argument("--threads", type=int, default=1, help="maps or images at work at once")
    parser.add_argument("--memory-mb", type=int, default=500, help="for the similarities held at once")
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto", help="for networks and ranking")
    parser.add_argument("--output", required=True, help="TSV: a row an image and kind")
    return parser


def main(arguments: argparse.Namespace) -> None:
    options = options_text(arguments, "similarity", "alignment", "mask")
    with store.opened(arguments.heatmaps, "heatmaps") as file:
        ids = store.read_ids(file)
        store.check_options(arguments.heatmaps, file.attrs, options)
        sources = {"features": arguments.features, "judgments": arguments.judgments}
        store.check_made_from(arguments.heatmaps, file.attrs, sources)
        drawn = {kind: file[kind][:] for kind in kinds.ALL}
    human = loading.read_human(arguments.judgments, ids, *pairs_of(len(ids)))
    permuted = [
        nulls.permuted_labels(human, nulls.permutation(len(ids), arguments.seed, number))
        for number in range(PERMUTATIONS)
    ]
    raters = rater_halves(arguments.judgments, ids)
    worlds = Worlds(human, permuted, raters, len(ids), arguments.halves, arguments.seed)
    rows = []
    with store.opened(arguments.features, "features", ids) as features:
        readout, embedding = loading.by_cells(features, arguments.weights, arguments.device)
        grid = features["grid"][:]

        def measured(image: int, maps: np.ndarray, of_sets: np.ndarray, of_rows: np.ndarray) -> list[dict]:
            h, w = grid[image]
            seen = Seen(readout, np.ascontiguousarray(maps[:, :h, :w]), image, embedding)
            own = {kind: array[image, :h, :w].ravel() for kind, array in drawn.items()}
            found = measure(arguments, worlds, seen, own, of_sets, of_rows)
            return [{"image": ids[image], "kind": kind} | row for kind, row in found.items()]

        with ThreadPoolExecutor(arguments.threads) as pool:
            for images, of_sets, of_rows in scored(arguments, features, worlds):
                maps = features["maps"][images[0] : images[-1] + 1]
                rows += chain(*pool.map(measured, images, maps, repeat(of_sets), of_rows))
    store.write_table(arguments.output, pd.DataFrame(rows))
    log.info("%d kinds of heatmaps of %d images, %d halves", len(kinds.ALL), len(ids), arguments.halves)


@dataclass(frozen=True)
class Seen:
    """An image as the readout sees it: its number, its maps (maps, h, w), and all images' embeddings (images, m)."""

    readout: object
    maps: np.ndarray
    image: int
    embedding: np.ndarray

    def others(self, values: np.ndarray) -> np.ndarray:
        """What ``values`` (…, images) say of the other images."""
        return np.delete(values, self.image, axis=-1)


def measure(arguments, worlds: Worlds, seen: Seen, own: dict, of_sets: np.ndarray, of_rows: np.ndarray) -> dict:
    """All that is measured of an image's heatmaps, by kind; ``own`` (cells,) are those by all judgments."""
    how = arguments.similarity, arguments.alignment
    others = seen.others(seen.embedding.T).T

    def by_cells(judgments: np.ndarray) -> dict[str, np.ndarray]:
        return kinds.by_cells(seen.readout, seen.maps, others, seen.others(judgments), *how)

    made = worlds.heatmaps(seen.image, seen.maps, of_sets, of_rows, by_cells)
    by_half = np.stack([made[kind].by_half for kind in kinds.ALL])
    judging = seen.others(worlds.judging(seen.image))
    drop = mean_defined(faithfulness.measure(seen.readout, seen.maps, by_half, others, judging, *how), axis=1)
    return {kind: compared(kind, own, made[kind]) | faithful(drop[number]) for number, kind in enumerate(kinds.ALL)}


def scored(arguments: argparse.Namespace, features, worlds: Worlds):
    """Importance by other judgments: images at work at once, the set's scores, and theirs (images, rows, maps)."""
    ids, memory = worlds.images, arguments.memory_mb * 1_000_000
    masking = loading.maskable(features, arguments.similarity, *pairs_of(ids), arguments.weights, arguments.device)

    def score(judgments, mask):
        return scoring.scores(
            masking, judgments, ids, arguments.alignment, mask, arguments.threads, memory, arguments.device
        )

    number = len(worlds.rows(0)) + len(worlds.permuted_rows(0))
    at_once = max(1, memory // (8 * number * masking.maps + features["maps"][0].nbytes))
    of_sets = None
    for first in range(0, ids, at_once):
        images = range(first, min(first + at_once, ids))
        rows = worlds.of_rows(images, arguments.mask)
        if of_sets is None and arguments.mask == "all":  # the first time both together
            both = score(chain(worlds.of_sets(), rows), "all")
            of_sets, of_rows = np.split(both, [len(both) - number * len(images)])
        else:
            of_sets = score(worlds.of_sets(), "all") if of_sets is None else of_sets
            of_rows = score(rows, arguments.mask)
        yield images, of_sets, of_rows.reshape(len(images), number, -1)


def compared(kind: str, own: dict[str, np.ndarray], made: Made) -> dict:
    """Of an image's heatmap (cells,) by all judgments: r with activation; and means of r with the same by permuted
    labels, and between those by halves of the partners, and of the raters."""
    r_activation = np.nan if kind == "activation" else correlation(own[kind], own["activation"])
    return {
        "undefined": int(np.isnan(own[kind]).all()),
        "r_activation": r_activation,
        "specificity": 1 - r_activation,
        "r_permuted": np.nan if made.permuted is None else mean_defined(correlation(own[kind], made.permuted)),
        "r_partners": np.nan if made.by_rest is None else mean_defined(correlation(made.by_half, made.by_rest)),
        "r_raters": np.nan if made.by_raters is None else mean_defined(correlation(*made.by_raters.swapaxes(0, 1))),
    }


def faithful(drop: np.ndarray) -> dict:
    """Deletion and insertion (percents, 2) by name: ``deletion_20``."""
    return {
        f"{way}_{percent}": drop[row, column]
        for column, way in enumerate(faithfulness.WAYS)
        for row, percent in enumerate(faithfulness.PERCENTS)
    }


def rater_halves(path: str, ids: list[str], splits: int = RATER_HALVES) -> list[tuple[np.ndarray, np.ndarray]]:
    """Mean judgments (pairs,) by both halves of the raters, NaN where not both judged; none with a single rater."""
    with store.opened(path, "judgments", ids) as file:
        rated = ratings.read(file)
    found = []
    for half in ceiling.halves(rated.raters, splits) if rated.raters > 1 else ():
        common, *means = ceiling.half_means(rated, half)
        both = np.full((2, rated.pairs), np.nan)
        both[:, common] = means
        found.append(tuple(both))
    return found


if __name__ == "__main__":
    run(parser(), main)
