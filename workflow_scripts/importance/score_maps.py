"""Score the importance of the feature maps: of the whole set and for each image or, given folds, in each of these.

Whole, or a shard of the maps (--shard of --shards), or whole from all shards that were made (--from-shards).
"""

import argparse
import logging

import numpy as np

from ais.artifacts import shards, store
from ais.engine import alignment, command_options, importance, loading, ranking_device, score_files
from ais.engine.judged import by_similarity
from ais.workflow.command_line import options_text, run

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    command_options.add_masked(parser)
    parser.add_argument("--folds", help="HDF5 of split_folds.py: score on the train pairs of each fold")
    command_options.add_measure(parser)
    parser.add_argument(
        "--mask",
        choices=["all", "self"],
        default="all",
        help="for an image's own scores, mask a map in all images or in that image alone",
    )
    shards.add_arguments(parser, "maps")
    command_options.add_means(parser, "maps", device_for="networks and ranking")
    parser.add_argument("--output", required=True, help="HDF5: set and images, or folds: score and baseline")
    return parser


def main(arguments: argparse.Namespace) -> None:
    in_folds = arguments.folds is not None
    kind = "importance-folds" if in_folds else "importance"
    options = options_text(arguments, "similarity", "alignment", *(() if in_folds else ("mask",)))
    sources = {"features": arguments.features, "judgments": arguments.judgments}
    sources |= {"folds": arguments.folds} if in_folds else {}
    if arguments.from_shards:
        parts, ids = score_files.from_shards(arguments.from_shards, kind, options, sources)
        score_files.write(arguments.output, kind, ids, options, sources, parts)
        return
    ids, masking, judged = loading.maskable_in_judged_pairs(
        arguments.features, arguments.judgments, arguments.similarity, arguments.alignment, arguments.weights,
        arguments.device,
    )  # fmt: skip
    masking, judged, order = by_similarity(masking, judged, arguments.alignment)
    maps = shards.shard_of(masking.maps, arguments.shard, arguments.shards)
    log.info("maps %d of %d, %d images", maps.size, masking.maps, len(ids))
    if in_folds:
        parts = scores_in_folds(arguments, masking, judged, ids, maps, order)
    else:
        parts = scores_of_set_and_images(arguments, masking, judged, ids, maps)
    if arguments.shards == 1:
        score_files.write(arguments.output, kind, ids, options, sources, parts)
    else:
        score_files.write_shard(arguments.output, kind, ids, options, sources, parts, maps, masking.maps)


def scores_in_folds(arguments, masking, judged, ids, maps, order) -> dict[str, importance.Scores]:
    """Importance on the train pairs, or triplets, of every fold; in which ``order`` what was judged stands."""
    with store.opened(arguments.folds, "folds", ids) as file:
        train = file["train"][:][:, order]
    return {
        "folds": importance.score_maps(masking, subsets(arguments, judged.human, train), maps, **resources(arguments))
    }


def scores_of_set_and_images(arguments, masking, judged, ids, maps) -> dict[str, importance.Scores]:
    """Importance on all pairs, or triplets, and on each image's."""
    human, rows = judged.human, judged.image_rows(len(ids))
    scores = importance.score_maps(
        masking, subsets(arguments, human, [np.arange(human.size), *rows]), maps, **resources(arguments)
    )
    parts = {"set": scores.part(slice(0, 1)), "images": scores.part(slice(1, None))}
    if arguments.mask == "self" and arguments.alignment == "triplets":
        parts["images"] = importance.score_triplets_in_self(masking, human, len(ids), maps, **resources(arguments))
    elif arguments.mask == "self":
        left, right = judged.left, judged.right
        square = np.full((len(ids), len(ids)), np.nan)
        square[left, right] = square[right, left] = human
        device = ranking_device.choose(arguments.device, human.size, arguments.alignment)
        parts["images"] = importance.score_maps_in_self(
            masking, square, arguments.alignment, maps, **resources(arguments), device=device
        )
    log.info("alignment of the set with all maps: %.4f", parts["set"].baseline[0])
    return parts


def subsets(arguments, human, chosen):
    """The subsets of the pairs, ranked where the user wishes, or of the triplets."""
    device = ranking_device.choose(arguments.device, human.size, arguments.alignment)
    return ranking_device.ranked_on(device, alignment.Subsets.of(human, list(chosen), arguments.alignment))


def resources(arguments) -> dict:
    return {"threads": arguments.threads, "memory": arguments.memory_mb * 1_000_000}


if __name__ == "__main__":
    run(parser(), main)
