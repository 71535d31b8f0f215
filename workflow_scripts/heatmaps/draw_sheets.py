"""Draw the heatmaps beside their images and their controls, in pages as large as a screen."""

import argparse
import logging
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from ais.artifacts import store
from ais.heatmaps import overlays, sheets, shown, upsampling
from ais.stimuli import decoding, manifests
from ais.workflow.command_line import run

log = logging.getLogger(__name__)

JUDGED_AT = 20  # percent of an image's cells


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--heatmaps", required=True, help="HDF5 of compute_heatmaps.py")
    parser.add_argument("--table", required=True, help="TSV of measure_faithfulness.py, or of borrow_scores.py")
    parser.add_argument("--note", nargs="*", default=[], help="text of tell_transfer.py, at the head of each page")
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
        scores = shown.whose(arguments.heatmap_scores, file)
        heatmaps = {kind: shown.numbers_of(kind, scores, file) for kind in shown.held(arguments.kinds, file)}
        grid, window = file["grid"][:], file["window"][:]
    note = " ".join(Path(path).read_text(encoding="utf-8").strip() for path in arguments.note)
    worth = read_worth(arguments.table)
    of_set = {kind: scale_of(kind, arrays, arguments.colours) for kind, arrays in heatmaps.items()}

    def cells(row) -> list[tuple[Image.Image, str]]:
        """An image's picture, then each of its heatmaps laid over it."""
        picture = decoding.read_listed(arguments.images, row)
        small = sheets.thumbnail(picture)
        inside = window[row.position] * np.array([small.width / picture.width, small.height / picture.height] * 2)
        found = [(small, row.image)]
        for kind, arrays in heatmaps.items():
            own = arrays[row.position]
            scale = of_set[kind] if arguments.scale == "set" else scale_of(kind, own, arguments.colours)
            large = upsampling.at_image_size(own, grid[row.position], inside, small.size[::-1])
            laid_over = overlays.overlay(np.asarray(small), large, scale)
            found.append((Image.fromarray(laid_over), told(worth, row.image, kind, scores)))
        return found

    titles = ["", *(shown.KINDS[kind].title for kind in heatmaps)]
    scales = [None, *(of_set[kind] if arguments.scale == "set" else None for kind in heatmaps)]
    numbered = list(enumerate(sheets.pages(list(manifest.itertuples())), start=1))
    with store.whole_folder(arguments.pages) as folder:
        for number, rows in numbered:
            drawn = sheets.page(titles, scales, [cells(row) for row in rows], note=note)
            overlays.save(drawn, arguments.sheet if number == 1 else folder / f"page{number:03d}.jpg", "JPEG")
    log.info("%d images on %d pages", len(manifest), len(numbered))


def scale_of(kind: str, heatmaps: np.ndarray, colours: str) -> overlays.Scale:
    return overlays.Scale.of(heatmaps, shown.KINDS[kind].both_ways, colours)


def read_worth(path: str) -> pd.DataFrame:
    """What each heatmap is worth, by image and kind."""
    table = pd.read_csv(path, sep="\t", dtype={"image": str}, keep_default_na=False, na_values=[""])
    return table.set_index(["image", "kind"])


def told(worth: pd.DataFrame, image: str, kind: str, scores: str) -> str:
    """Below a heatmap: its r with activation, and deletion and insertion on held-out partners, where there are some."""
    if kind == "difference":
        return ""
    own = worth.loc[(image, f"importance/{scores}" if kind == "importance" else kind)]
    if own["undefined"]:
        return "undefined"
    r = "" if kind == "activation" else f"r {own['r_activation']:.2f} with activation\n"
    if f"deletion_{JUDGED_AT}" not in own:
        return r.rstrip()
    return f"{r}del {own[f'deletion_{JUDGED_AT}']:.2f}  ins {own[f'insertion_{JUDGED_AT}']:.2f}"


if __name__ == "__main__":
    run(parser(), main)
