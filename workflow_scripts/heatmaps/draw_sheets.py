"""Draw the heatmaps beside their images and their controls, in pages as large as a screen."""

import argparse
import logging
from pathlib import Path

import numpy as np
from PIL import Image

from ais.artifacts import store
from ais.heatmaps import overlays, sheets, shown, upsampling
from ais.stimuli import decoding, manifests
from ais.workflow.command_line import run

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--heatmaps", required=True, help="HDF5 of compute_heatmaps.py")
    parser.add_argument("--manifest", required=True, help="the stimulus set's table of images")
    parser.add_argument("--images", required=True, help="folder of the images")
    parser.add_argument("--heatmap-scores", choices=["images", "set"], default="images", help="whose importance")
    parser.add_argument("--kinds", nargs="+", choices=shown.KINDS, default=shown.DEFAULT, help="a column each")
    parser.add_argument("--colours", choices=overlays.COLOURS, default=overlays.COLOURS[0], help="of what is ≥ 0")
    parser.add_argument(
        "--scale", choices=overlays.SCALES, default="set", help="full colour: of the set, of each image"
    )
    parser.add_argument("--sheet", required=True, help="JPEG of the first page")
    parser.add_argument("--pages", required=True, help="folder of all further pages")
    return parser


def main(arguments: argparse.Namespace) -> None:
    manifest = manifests.read_manifest(arguments.manifest)
    with store.opened(arguments.heatmaps, "heatmaps", manifest["image"].tolist()) as file:
        heatmaps = {kind: shown.numbers_of(kind, arguments.heatmap_scores, file) for kind in arguments.kinds}
        activation = shown.numbers_of("activation", arguments.heatmap_scores, file)
        grid, window = file["grid"][:], file["window"][:]
    of_set = {kind: scale_of(kind, arrays, arguments.colours) for kind, arrays in heatmaps.items()}

    def cells(row) -> list[tuple[Image.Image, str]]:
        """An image's picture, then each of its heatmaps laid over it."""
        picture = decoding.read_checked(Path(arguments.images) / row.file, row.sha256)
        small = sheets.thumbnail(picture)
        inside = window[row.position] * np.array([small.width / picture.width, small.height / picture.height] * 2)
        found = [(small, row.image)]
        for kind, arrays in heatmaps.items():
            own = arrays[row.position]
            scale = of_set[kind] if arguments.scale == "set" else scale_of(kind, own, arguments.colours)
            large = upsampling.at_image_size(own, grid[row.position], inside, small.size[::-1])
            laid_over = overlays.overlay(np.asarray(small), large, scale)
            found.append((Image.fromarray(laid_over), told(kind, own, activation[row.position])))
        return found

    titles = ["", *(shown.KINDS[kind].title for kind in heatmaps)]
    scales = [None, *(of_set[kind] if arguments.scale == "set" else None for kind in heatmaps)]
    numbered = list(enumerate(sheets.pages(list(manifest.itertuples())), start=1))
    with store.whole_folder(arguments.pages) as folder:
        for number, rows in numbered:
            drawn = sheets.page(titles, scales, [cells(row) for row in rows])
            overlays.save(drawn, arguments.sheet if number == 1 else folder / f"page{number:03d}.jpg", "JPEG")
    log.info("%d images on %d pages", len(manifest), len(numbered))


def scale_of(kind: str, heatmaps: np.ndarray, colours: str) -> overlays.Scale:
    return overlays.Scale.of(heatmaps, shown.KINDS[kind].both_ways, colours)


def told(kind: str, heatmap: np.ndarray, activation: np.ndarray) -> str:
    """Of a heatmap its Pearson r with the image's activation, cell by cell; or that it is undefined."""
    both = ~np.isnan(heatmap) & ~np.isnan(activation)
    if kind in ("activation", "difference"):
        return ""
    if not both.any():
        return "undefined"
    if np.ptp(heatmap[both]) == 0 or np.ptp(activation[both]) == 0:
        return "flat"
    return f"r {np.corrcoef(heatmap[both], activation[both])[0, 1]:.2f} with activation"


if __name__ == "__main__":
    run(parser(), main)
