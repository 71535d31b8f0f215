"""Compute every image's heatmap, from its own importance scores and from those of the whole set."""

import argparse
import logging

import numpy as np

from ais.artifacts import store
from ais.errors import some
from ais.heatmaps import weighting
from ais.workflow.command_line import run

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", required=True, help="HDF5 of extract_features.py")
    parser.add_argument("--importance", required=True, help="HDF5 of score_maps.py")
    parser.add_argument("--output", required=True, help="HDF5: images, set (images, h, w), grid, window")
    return parser


def main(arguments: argparse.Namespace) -> None:
    with store.opened(arguments.importance, "importance") as file:
        ids = store.read_ids(file)
        of_set, of_images = file["set/score"][:], file["images/score"][:]
        store.check_made_from(arguments.importance, file.attrs, {"features": arguments.features})
    with store.opened(arguments.features, "features", ids) as features:
        maps = features["maps"]
        shape = (len(ids), *maps.shape[2:])
        drawn = {"images": np.empty(shape, np.float32), "set": np.empty(shape, np.float32)}
        for first in range(0, len(ids), maps.chunks[0]):  # as many images as the file keeps together
            for image, activation in enumerate(maps[first : first + maps.chunks[0]], start=first):
                drawn["images"][image] = weighting.heatmap(activation, of_images[image])
                drawn["set"][image] = weighting.heatmap(activation, of_set)
        grid, window = features["grid"][:], features["window"][:]
    for scores, array in drawn.items():
        undefined = [name for name, one in zip(ids, array, strict=True) if np.isnan(one).all()]
        if undefined:
            log.info(
                "%d of %d heatmaps by the scores of %s are undefined: no map has a positive score: %s",
                len(undefined), len(ids), "the set" if scores == "set" else "the image", some(undefined),
            )  # fmt: skip
    with store.create(arguments.output, "heatmaps", ids) as file:
        for name, array in (drawn | {"grid": grid, "window": window}).items():
            store.write_array(file, name, array)
    log.info("heatmaps of %d images, %d × %d", *shape)


if __name__ == "__main__":
    run(parser(), main)
