"""Lay every heatmap over its image: one PNG an image, and a sheet of all, side by side."""

import argparse
import logging
import math
from pathlib import Path

import numpy as np

from ais.artifacts import store
from ais.heatmaps import overlays, upsampling
from ais.stimuli import decoding, manifests
from ais.workflow.command_line import run

log = logging.getLogger(__name__)

FEWEST_COLUMNS = 12  # of the sheet: six images, each with its overlay at its right
SIDE = 128  # of a thumbnail, pixels


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--heatmaps", required=True, help="HDF5 of compute_heatmaps.py")
    parser.add_argument("--manifest", required=True, help="the stimulus set's table of images")
    parser.add_argument("--images", required=True, help="folder of the images")
    parser.add_argument(
        "--heatmap-scores",
        choices=["images", "set"],
        default="images",
        help="heatmaps by each image's own scores, or by those of the whole set",
    )
    parser.add_argument("--sheet", required=True, help="JPEG of all images and overlays")
    parser.add_argument("--overlays", required=True, help="folder for one PNG an image")
    return parser


def main(arguments: argparse.Namespace) -> None:
    manifest = manifests.read_manifest(arguments.manifest)
    ids = manifest["image"].tolist()
    with store.opened(arguments.heatmaps, "heatmaps", ids) as file:
        maps, grid, window = file[f"importance/{arguments.heatmap_scores}"][:], file["grid"][:], file["window"][:]

    thumbnails = []
    with store.whole_folder(arguments.overlays) as folder:
        for row in manifest.itertuples():
            picture = np.asarray(decoding.read_checked(Path(arguments.images) / row.file, row.sha256))
            heatmap = upsampling.at_image_size(
                maps[row.position], grid[row.position], window[row.position], picture.shape[:2]
            )
            laid_over = overlays.overlay(picture, heatmap)
            overlays.save(laid_over, folder / overlays.file_name(row.image, row.position))
            thumbnails += [overlays.thumbnail(picture, SIDE), overlays.thumbnail(laid_over, SIDE)]
    columns = max(FEWEST_COLUMNS, 2 * math.ceil(math.sqrt(len(thumbnails)) / 2))
    rows = [thumbnails[first : first + columns] for first in range(0, len(thumbnails), columns)]
    overlays.save(overlays.sheet(rows), arguments.sheet, "JPEG")
    log.info("overlays of %d images", len(ids))


if __name__ == "__main__":
    run(parser(), main)
