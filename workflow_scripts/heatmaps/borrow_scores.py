"""Compute heatmaps of images that nobody judged, by the importance that the same maps have for another set.

The paper's by the scores of a set (importance/set), signed, and the controls: activation, harm, and permuted, which is
importance/set where the labels of the other set's images are permuted. And of each: r with activation, and with the
same by permuted labels. Nothing here says that the scores hold for these images: nobody judged them.
"""

import argparse
import logging
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

from ais.artifacts import store
from ais.engine import command_options, loading
from ais.errors import InputError, some
from ais.heatmaps import borrowed, partners, scoring
from ais.inference import nulls
from ais.workflow.command_line import options_text, run

log = logging.getLogger(__name__)

PERMUTATIONS = 8  # of people's labels, the first makes the control, as many as in measure_faithfulness.py
SAME = ("architecture", "weights_digest", "layer", "preprocessing")  # of the network that saw both sets


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", required=True, help="HDF5 of extract_features.py: the images that nobody judged")
    parser.add_argument("--scores-from", required=True, metavar="STIMULI", help="the set whose scores are taken")
    parser.add_argument("--importance", required=True, help="HDF5 of score_maps.py: that set's")
    parser.add_argument("--scored-features", required=True, help="HDF5 of extract_features.py: that set's")
    parser.add_argument("--judgments", required=True, help="HDF5 of read_judgments.py: that set's")
    parser.add_argument("--weights", help="frozen weights; a readout that is not pooled needs them")
    command_options.add_measure(parser)
    parser.add_argument("--mask", choices=["all", "self"], default="all", help="as importance was scored")
    parser.add_argument("--seed", type=int, default=1, help="of the permuted labels")
    command_options.add_means(parser, "maps or images", device_for="networks and ranking")
    parser.add_argument("--output", required=True, help="HDF5: a dataset a kind (images, h, w), grid, window")
    parser.add_argument("--table", required=True, help="TSV: a row an image and kind")
    return parser


def main(arguments: argparse.Namespace) -> None:
    options = options_text(arguments, "similarity", "alignment", "mask")
    scored = {"features": arguments.scored_features, "judgments": arguments.judgments}
    with store.opened(arguments.importance, "importance") as file:
        score = file["set/score"][:]
        store.check_options(arguments.importance, file.attrs, options)
        store.check_made_from(arguments.importance, file.attrs, scored)
    with store.opened(arguments.features, "features") as features:
        permuted = by_permuted_labels(arguments, features, score.size)
        ids, grid, window = store.read_ids(features), features["grid"][:], features["window"][:]
        maps = features["maps"]
        drawn = {kind: np.empty((len(ids), *maps.shape[2:]), np.float32) for kind in borrowed.KINDS}

        def draw(image: int, maps: np.ndarray) -> list[dict]:
            made = borrowed.by_other_scores(maps, score, permuted)
            for kind, each in made.items():
                drawn[kind][image] = each.heatmap
            about = [{"image": ids[image], "kind": kind} for kind in made]
            return [row | borrowed.compared(row["kind"], made, grid[image]) for row in about]

        rows = []
        with ThreadPoolExecutor(arguments.threads) as pool:
            for first in range(0, len(ids), maps.chunks[0]):  # as many images as the file keeps together
                some_maps = maps[first : first + maps.chunks[0]]
                for of_image in pool.map(draw, range(first, first + len(some_maps)), some_maps):
                    rows += of_image
    made_from = {"features": arguments.features, "importance": arguments.importance}
    facts = store.digests_of(made_from) | {"scores_from": arguments.scores_from}
    with store.create(arguments.output, "heatmaps", ids, options, facts) as file:
        for name, array in (drawn | {"grid": grid, "window": window}).items():
            store.write_array(file, name, array)
    store.write_table(arguments.table, pd.DataFrame(rows))
    for kind in borrowed.KINDS:
        undefined = [row["image"] for row in rows if row["kind"] == kind and row["undefined"]]
        if undefined:
            log.info("%s: %d of %d heatmaps are undefined: %s", kind, len(undefined), len(ids), some(undefined))
    log.info("%d kinds of heatmaps of %d images by the scores of %s", len(drawn), len(ids), arguments.scores_from)


def by_permuted_labels(arguments, features, maps: int) -> np.ndarray:
    """Importance (worlds, maps) of the maps for the other set, with the labels of its images permuted.

    Where that set was judged by triplets, by the shares that they give its pairs. Refuses ``features`` of another
    network than that whose ``maps`` were scored.
    """

    def check(scored) -> None:
        other = [name for name in SAME if str(scored.attrs.get(name)) != str(features.attrs.get(name))]
        if other or features["maps"].shape[1] != maps:
            raise InputError(
                f"{arguments.features}: found maps of another network ({', '.join(other) or 'more or fewer'}) than "
                f"{arguments.importance} scores; expected the same. Delete both and run snakemake again."
            )

    ids, masking, human = loading.maskable_in_all_pairs(
        arguments.scored_features, arguments.judgments, arguments.similarity, arguments.weights, arguments.device, check
    )
    worlds = (
        scoring.whole(nulls.permuted_labels(human, nulls.permutation(len(ids), arguments.seed, number)))
        for number in range(PERMUTATIONS)
    )
    return scoring.scores(
        masking, worlds, len(ids), partners.alignment_with(arguments.alignment), "all", arguments.threads,
        arguments.memory_mb * 1_000_000, arguments.device,
    )  # fmt: skip


if __name__ == "__main__":
    run(parser(), main)
