"""Draw whether the demo's heatmaps find what they must: their mass on the shape, beside the shape's area.

People of the demo compare the shapes and ignore the background. A heatmap that knew nothing would have as
much of its mass on the shape as the shape has of the picture's area.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from ais.artifacts import store
from ais.heatmaps import upsampling
from ais.inference.image_tests import compare_images
from ais.stimuli import manifests
from ais.workflow.command_line import add_comparisons, compared, run


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add_comparisons(parser, "STIMULI/BACKBONE/MEASURE")
    parser.add_argument("--heatmaps", nargs="+", required=True, help="HDF5 of compute_heatmaps.py, one a comparison")
    parser.add_argument("--manifest", required=True, help="the stimulus set's table of images")
    parser.add_argument("--shapes", required=True, help="folder of masks: white where the shape is")
    parser.add_argument("--output", required=True, help="PNG; PDF and TSV are written beside it")
    return parser


def mass_on(mask: np.ndarray, heatmap: np.ndarray) -> float:
    """Share of a heatmap's mass on a mask, both (height, width); NaN where the heatmap is undefined."""
    return float(heatmap[mask].sum() / heatmap.sum())


def measure(path: str, manifest: pd.DataFrame, shapes: Path) -> pd.DataFrame:
    """A row an image: area of the shape and mass of the heatmap on it, as shares of the whole."""
    rows = []
    with store.opened(path, "heatmaps", manifest["image"].tolist()) as file:
        maps, grid, window = file["importance/images"][:], file["grid"][:], file["window"][:]
    for image in manifest.itertuples():
        at, size = image.position, (image.height, image.width)
        mask = np.asarray(Image.open(shapes / f"{image.image}.png").convert("1"))
        mass = mass_on(mask, upsampling.at_image_size(maps[at], grid[at], window[at], size))
        rows.append({"image": image.image, "area": mask.mean(), "mass": mass})
    return pd.DataFrame(rows)


def draw(table: pd.DataFrame):
    """One panel a comparison, one point a picture; above the diagonal the heatmap favours the shape."""
    import matplotlib.pyplot as plt

    from ais.figures import style

    style.theme()
    panels = list(table.groupby(["stimuli", "backbone", "measure"], sort=False))
    figure, axes = plt.subplots(
        1, len(panels), figsize=(3.2 * len(panels), 3.5), sharex=True, sharey=True, squeeze=False, layout="constrained"
    )
    for panel, (about, images) in zip(axes[0], panels, strict=True):
        p = compare_images(images["mass"].to_numpy(), images["area"].to_numpy())
        panel.plot([0, 1], [0, 1], color=style.QUIET, lw=0.8, zorder=1)
        panel.scatter(images["area"], images["mass"], s=14, color=style.RETAINED, alpha=0.7, lw=0, zorder=2)
        ratio = images["mass"].mean() / images["area"].mean()
        panel.set_title(f"{', '.join(about)}\n{ratio:.1f} × the area; Wilcoxon p = {p:.1g}", fontsize="small")
        panel.set_xlabel("share of the area")
    axes[0][0].set_xlim(0, 1.15 * table["area"].max())
    axes[0][0].set_ylim(0, 1.1 * max(table["mass"].max(), table["area"].max()))
    axes[0][0].set_ylabel("share of the heatmap's mass")
    return figure


def main(arguments: argparse.Namespace) -> None:
    from ais.figures import style

    manifest = manifests.read_manifest(arguments.manifest)
    shapes = Path(arguments.shapes)
    tables = [
        measure(path, manifest, shapes).assign(**about) for about, path in compared(arguments, arguments.heatmaps)
    ]
    table = pd.concat(tables, ignore_index=True)[["stimuli", "backbone", "measure", "image", "area", "mass"]]
    style.save(draw(table), arguments.output, table)


if __name__ == "__main__":
    run(parser(), main)
