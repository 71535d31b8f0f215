"""Score the importance of a shard of the feature maps: of the set, of each fold, of each image."""

import argparse
import logging

import numpy as np

from ais import alignment, importance, masked_readouts, ranking_device, similarity, store
from ais.command_line import options_text, run
from ais.folds import pairs_of

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", required=True, help="HDF5 of extract_features.py")
    parser.add_argument("--weights", help="frozen weights; a fully connected readout needs them")
    parser.add_argument("--judgments", required=True, help="HDF5 of read_judgments.py")
    parser.add_argument("--folds", required=True, help="HDF5 of split_folds.py")
    parser.add_argument("--similarity", choices=similarity.MEASURES, default="cosine", help="of embeddings")
    parser.add_argument("--alignment", choices=alignment.MEASURES, default="spearman", help="to people")
    parser.add_argument(
        "--mask",
        choices=["all", "self"],
        default="all",
        help="for an image's own scores, mask a map in all images or in that image alone",
    )
    parser.add_argument("--shard", type=int, default=1, help="which part of the maps, from 1")
    parser.add_argument("--shards", type=int, default=1, help="how many parts the maps are cut into")
    parser.add_argument("--threads", type=int, default=1, help="maps at work at once")
    parser.add_argument("--memory-mb", type=int, default=500, help="for the similarities held at once")
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto", help="for networks and ranking")
    parser.add_argument("--output", required=True, help="HDF5: scores and baselines of these maps")
    return parser


def main(arguments: argparse.Namespace) -> None:
    with store.opened(arguments.features, "features") as features:
        ids = store.read_ids(features)
        left, right = pairs_of(len(ids))
        masking = masked_readouts.maskable(
            features, arguments.similarity, left, right, arguments.weights, arguments.device
        )
    human = masked_readouts.read_human(arguments.judgments, ids, left, right)
    with store.opened(arguments.folds, "folds", ids) as file:
        train = file["train"][:]
    maps = importance.shard_of(masking.maps, arguments.shard, arguments.shards)
    rows = importance.image_rows(left, right, len(ids))
    log.info("maps %d of %d, %d folds, %d images", maps.size, masking.maps, len(train), len(ids))

    device = ranking_device.choose(arguments.device, human.size, arguments.alignment)
    subsets = alignment.Subsets.of(human, [np.arange(human.size), *train, *rows], arguments.alignment)
    subsets = ranking_device.ranked_on(device, subsets)
    resources = {"threads": arguments.threads, "memory": arguments.memory_mb * 1_000_000}
    scores = importance.score_maps(masking, subsets, maps, **resources)
    parts = {
        "set": scores.part(slice(0, 1)),
        "folds": scores.part(slice(1, 1 + len(train))),
        "images": scores.part(slice(1 + len(train), None)),
    }
    if arguments.mask == "self":
        square = np.full((len(ids), len(ids)), np.nan)
        square[left, right] = square[right, left] = human
        parts["images"] = importance.score_maps_in_self(
            masking, square, arguments.alignment, maps, **resources, device=device
        )

    facts = {
        "features_digest": store.recorded_digest(arguments.features),
        "judgments_digest": store.recorded_digest(arguments.judgments),
        "folds_digest": store.recorded_digest(arguments.folds),
        "maps": masking.maps,
    }
    options = options_text(arguments, "similarity", "alignment", "mask")
    with store.create(arguments.output, "importance-shard", ids, options, facts) as file:
        store.write_array(file, "map", maps)
        for name, part in parts.items():
            store.write_array(file, f"{name}/baseline", part.baseline)
            store.write_array(file, f"{name}/score", part.score)
    log.info("alignment of the set with all maps: %.4f", parts["set"].baseline[0])


if __name__ == "__main__":
    run(parser(), main)
