"""Compare heatmaps with saliency: precision, recall and relative risk, beside three controls.

The controls: the same heatmap against other images' saliency (shuffled), a map of centre bias in the
heatmap's place (centre), and a heatmap drawn at random (chance).
"""

import argparse
import logging
from dataclasses import asdict
from itertools import product

import numpy as np
import pandas as pd
from PIL import Image

from ais.artifacts import store
from ais.errors import some
from ais.heatmaps import upsampling
from ais.saliency import precision_recall, saliency_maps
from ais.stimuli import manifests
from ais.workflow.command_line import run

log = logging.getLogger(__name__)

OTHERS = 10  # images whose saliency a heatmap is compared with as a control


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--heatmaps", required=True, help="HDF5 of compute_heatmaps.py")
    parser.add_argument("--saliency", required=True, help="HDF5 of prepare_saliency.py")
    parser.add_argument("--manifest", required=True, help="the stimulus set's table of images")
    parser.add_argument(
        "--heatmap-scores",
        choices=["images", "set"],
        default="images",
        help="heatmaps by each image's own scores, or by those of the whole set",
    )
    parser.add_argument(
        "--saliency-percents",
        type=float,
        nargs="+",
        default=[5, 10, 15],
        help="top shares of the pixels, in percent, for both maps in all combinations",
    )
    parser.add_argument("--output", required=True, help="TSV: a row an image and pair of thresholds")
    return parser


def compare(truth: np.ndarray, prediction: np.ndarray, percents: list[float]) -> dict:
    """Agreement by (saliency percent, heatmap percent) of two maps (height, width), where both are defined."""
    both = ~np.isnan(truth) & ~np.isnan(prediction)
    if not both.any():
        return dict.fromkeys(product(percents, percents), precision_recall.UNDEFINED)
    salient = {percent: precision_recall.top_share(truth[both], percent) for percent in percents}
    predicted = {percent: precision_recall.top_share(prediction[both], percent) for percent in percents}
    return {
        (one, other): precision_recall.agreement(salient[one], predicted[other])
        for one, other in product(percents, percents)
    }


def others(position: int, candidates: np.ndarray) -> np.ndarray:
    """Up to :data:`OTHERS` other images, spread evenly over the set: the same for every backbone."""
    rest = np.roll(candidates[candidates != position], -int((candidates < position).sum()))
    return rest[np.linspace(0, len(rest) - 1, min(OTHERS, len(rest))).round().astype(int)]


def resized(values: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """A map at another size (height, width)."""
    if values.shape == size:
        return values
    return np.asarray(Image.fromarray(values).resize(size[::-1], Image.Resampling.BILINEAR))


def main(arguments: argparse.Namespace) -> None:
    manifest = manifests.read_manifest(arguments.manifest)
    ids = manifest["image"].tolist()
    percents = sorted(arguments.saliency_percents)
    with store.opened(arguments.heatmaps, "heatmaps", ids) as file:
        maps, grid, window = file[f"importance/{arguments.heatmap_scores}"][:], file["grid"][:], file["window"][:]
    undefined = np.isnan(maps).all(axis=(1, 2))
    rows = []
    with store.opened(arguments.saliency, "saliency", ids) as file:
        present = file["present"][:]
        for image in manifest[present & ~undefined].itertuples():
            size = image.height, image.width
            truth = file[f"maps/{image.position:04d}"][:]
            place = image.position
            heatmap = upsampling.at_image_size(maps[place], grid[place], window[place], size)
            found = compare(truth, heatmap, percents)
            shuffled = [
                compare(resized(file[f"maps/{other:04d}"][:], size), heatmap, percents)
                for other in others(place, np.flatnonzero(present))
            ]
            # Where the network saw a part of the image only, the control is judged on that part too.
            centre = compare(truth, np.where(np.isnan(heatmap), np.nan, saliency_maps.centre_bias(size)), percents)
            for saliency_percent, heatmap_percent in found:
                at = saliency_percent, heatmap_percent
                measured = {
                    "": found[at],
                    "_shuffled": precision_recall.mean([each[at] for each in shuffled]),
                    "_centre": centre[at],
                    "_chance": precision_recall.chance(*at),
                }
                row = {"image": image.image, "saliency_percent": at[0], "heatmap_percent": at[1]}
                for suffix, values in measured.items():
                    row |= {f"{name}{suffix}": value for name, value in asdict(values).items()}
                rows.append(row)
    for why, left_out in (("have no saliency", ~present), ("have no defined heatmap", present & undefined)):
        names = manifest["image"][left_out]
        if len(names):
            log.warning("left out, as they %s: %d images: %s", why, len(names), some(names, len(names)))
    log.info("compared %d of %d images", (present & ~undefined).sum(), len(ids))
    columns = ["image", "saliency_percent", "heatmap_percent"] + [
        f"{name}{suffix}"
        for suffix in ("", "_shuffled", "_centre", "_chance")
        for name in ("precision", "recall", "relative_risk")
    ]
    store.write_table(arguments.output, pd.DataFrame(rows, columns=columns))


if __name__ == "__main__":
    run(parser(), main)
