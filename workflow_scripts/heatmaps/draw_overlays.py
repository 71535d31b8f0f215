"""Lay every heatmap of one kind over its image: one PNG an image, at the image's own size or a working size."""

import argparse
import logging

import numpy as np

from ais.artifacts import store
from ais.heatmaps import overlays, shown, upsampling
from ais.stimuli import decoding, manifests
from ais.workflow.command_line import run

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--heatmaps", required=True, help="HDF5 of compute_heatmaps.py")
    parser.add_argument("--manifest", required=True, help="the stimulus set's table of images")
    parser.add_argument("--images", required=True, help="folder of the images")
    parser.add_argument("--kind", choices=shown.KINDS, default="importance")
    parser.add_argument("--heatmap-scores", choices=["images", "set"], default="images", help="whose importance")
    parser.add_argument("--colours", choices=overlays.COLOURS, default=overlays.COLOURS[0], help="of what is ≥ 0")
    parser.add_argument(
        "--scale", choices=overlays.SCALES, default="set", help="full colour: of the set, of each image"
    )
    parser.add_argument("--longest-side", type=int, default=1024, help="pixels; larger images are scaled to it")
    parser.add_argument("--overlays", required=True, help="folder for one PNG an image")
    return parser


def main(arguments: argparse.Namespace) -> None:
    manifest = manifests.read_manifest(arguments.manifest)
    with store.opened(arguments.heatmaps, "heatmaps", manifest["image"].tolist()) as file:
        heatmaps = shown.numbers_of(arguments.kind, arguments.heatmap_scores, file)
        grid, window = file["grid"][:], file["window"][:]
    both_ways = shown.KINDS[arguments.kind].both_ways
    with store.whole_folder(arguments.overlays) as folder:
        for row in manifest.itertuples():
            at = row.position
            counted = heatmaps if arguments.scale == "set" else heatmaps[at]
            scale = overlays.Scale.of(counted, both_ways, arguments.colours)
            picture, own = decoding.read_listed(arguments.images, row), (row.height, row.width)
            size = upsampling.working_size(own, arguments.longest_side)
            picture = picture if size == own else picture.resize(size[::-1], reducing_gap=2.0)
            large = upsampling.at_working_size(heatmaps[at], grid[at], window[at], own, arguments.longest_side)
            overlays.save(
                overlays.overlay(np.asarray(picture), large, scale), folder / overlays.file_name(row.image, at)
            )
    log.info("%s over %d images", arguments.kind, len(manifest))


if __name__ == "__main__":
    run(parser(), main)
