"""Compute every image's heatmaps: the paper's, by its own importance scores and by the set's, others, and controls.

By the maps' importance: importance/images, importance/set, signed. By the image's cells: place, gradient, covariance.
Controls: activation (plain mean of the maps), harm (the maps that harm), permuted (importance/images where people's
image labels are permuted).
"""

import argparse
import logging
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from ais.artifacts import store
from ais.engine import command_options, importance, loading, triplets
from ais.engine.judged import read_judged
from ais.errors import some
from ais.heatmaps import kinds, partners, scoring, weighting
from ais.inference import nulls
from ais.stimuli.folds import pairs_of
from ais.workflow.command_line import options_text, run

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    command_options.add_masked(parser)
    parser.add_argument("--importance", required=True, help="HDF5 of score_maps.py")
    command_options.add_measure(parser)
    parser.add_argument("--mask", choices=["all", "self"], default="all", help="as importance was scored")
    parser.add_argument("--seed", type=int, default=1, help="of the permuted labels")
    command_options.add_means(parser, "maps or images", device_for="networks and ranking")
    parser.add_argument("--output", required=True, help="HDF5: a dataset a kind (images, h, w), grid, window")
    return parser


def main(arguments: argparse.Namespace) -> None:
    measure = arguments.similarity, partners.alignment_with(arguments.alignment)
    options = options_text(arguments, "similarity", "alignment", "mask")
    with store.opened(arguments.importance, "importance") as file:
        ids = store.read_ids(file)
        of_set, of_images = file["set/score"][:], file["images/score"][:]
        store.check_options(arguments.importance, file.attrs, options)
        sources = {"features": arguments.features, "judgments": arguments.judgments}
        store.check_made_from(arguments.importance, file.attrs, sources)
    left, right = pairs_of(len(ids))
    human = loading.read_human(arguments.judgments, ids, left, right)
    order = nulls.permutation(len(ids), arguments.seed, 0)
    permuted = nulls.permuted_labels(human, order)
    human, permuted = partners.square(human, len(ids)), partners.square(permuted, len(ids))
    with store.opened(arguments.features, "features", ids) as features:
        masking = loading.maskable(features, measure[0], left, right, arguments.weights, arguments.device)
        if arguments.alignment == "triplets":
            of_permuted = scores_by_triplets(arguments, masking, ids, order)
        else:
            of_permuted = scoring.scores(
                masking, (scoring.row(*each, arguments.mask) for each in enumerate(permuted)), len(ids), measure[1],
                arguments.mask, arguments.threads, arguments.memory_mb * 1_000_000, arguments.device,
            )  # fmt: skip
        del masking
        readout, embedding = loading.by_cells(features, arguments.weights, arguments.device)
        grid, window = features["grid"][:], features["window"][:]
        maps = features["maps"]
        drawn = {kind: np.full((len(ids), *maps.shape[2:]), np.nan, np.float32) for kind in kinds.ALL}

        def draw(image: int, maps: np.ndarray) -> None:
            drawn["importance/images"][image] = weighting.heatmap(maps, of_images[image])
            drawn["importance/set"][image] = weighting.heatmap(maps, of_set)
            drawn["signed"][image] = weighting.signed(maps, of_set)
            drawn["activation"][image] = weighting.activation(maps)
            drawn["harm"][image] = weighting.harm(maps, of_set)
            drawn["permuted"][image] = weighting.heatmap(maps, of_permuted[image])
            h, w = grid[image]
            others = np.delete(embedding, image, axis=0)
            judged = np.delete(human[image], image)[None]
            own = np.ascontiguousarray(maps[:, :h, :w])
            for kind, found in kinds.by_cells(readout, own, others, judged, *measure).items():
                drawn[kind][image, :h, :w] = found[0].reshape(h, w)

        with ThreadPoolExecutor(arguments.threads) as pool:
            for first in range(0, len(ids), maps.chunks[0]):  # as many images as the file keeps together
                some_maps = maps[first : first + maps.chunks[0]]
                list(pool.map(draw, range(first, first + len(some_maps)), some_maps))
    for kind, array in drawn.items():
        undefined = [name for name, one in zip(ids, array, strict=True) if np.isnan(one).all()]
        if undefined:
            log.info("%s: %d of %d heatmaps are undefined: %s", kind, len(undefined), len(ids), some(undefined))
    with store.create(arguments.output, "heatmaps", ids, options, store.digests_of(sources)) as file:
        for name, array in (drawn | {"grid": grid, "window": window}).items():
            store.write_array(file, name, array)
    log.info("%d kinds of heatmaps of %d images, %d × %d", len(drawn), *drawn["signed"].shape)


def scores_by_triplets(arguments, masking, ids: list[str], order: np.ndarray) -> np.ndarray:
    """Each image's importance (images, maps) by triplets whose images are permuted, ``order`` (images,)."""
    judged = read_judged(arguments.judgments, ids, arguments.alignment)
    permuted, left, right = triplets.Triplets.of(order[judged.human.images])
    masking = masking.between(left, right)
    resources = range(masking.maps), arguments.threads, arguments.memory_mb * 1_000_000
    if arguments.mask == "self":
        return importance.score_triplets_in_self(masking, permuted, len(ids), *resources).score
    return importance.score_maps(masking, permuted.subsets(permuted.image_rows(len(ids))), *resources).score


if __name__ == "__main__":
    run(parser(), main)
