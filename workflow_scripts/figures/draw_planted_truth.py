"""Draw which kinds of heatmaps find the demo's planted truth: their mass on the shape, beside the shape's area.

People of the demo compare the shapes and ignore the background. A heatmap that knew nothing would have as
much of its mass on the shape as the shape has of the picture's area. Of heatmaps that go below zero, what is above
counts.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from ais.artifacts import store
from ais.heatmaps import shown, upsampling
from ais.inference.bootstrap import bootstrap
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
    """Share of a heatmap's mass above zero on a mask, both (height, width); NaN where it has none."""
    above = np.maximum(np.nan_to_num(heatmap), 0.0)
    return float(above[mask].sum() / above.sum()) if above.any() else np.nan


def measure(path: str, manifest: pd.DataFrame, masks: list[np.ndarray]) -> pd.DataFrame:
    """A row an image and kind: area of the shape, and mass of the heatmap on it, as shares of the whole."""
    rows = []
    with store.opened(path, "heatmaps", manifest["image"].tolist()) as file:
        heatmaps = {kind: file[kind][:] for kind in shown.NAMES}
        grid, window = file["grid"][:], file["window"][:]
    for image, mask in zip(manifest.itertuples(), masks, strict=True):
        at, size = image.position, (image.height, image.width)
        for kind, maps in heatmaps.items():
            mass = mass_on(mask, upsampling.at_image_size(maps[at], grid[at], window[at], size))
            rows.append({"image": image.image, "kind": kind, "area": mask.mean(), "mass": mass})
    return pd.DataFrame(rows)


def draw(table: pd.DataFrame) -> list:
    """Pages of one panel a comparison, a point a kind: how many times the area the mass is, with its interval."""
    from ais.figures import layout, lettering, pages, style

    style.theme()
    table = table.assign(network=layout.networks(table))
    point = {"ls": "none", "marker": "o", "ms": 3.2, "mew": 0.8}
    key = [
        ("kinds of heatmaps", point | {"color": style.RETAINED}),
        ("controls", point | {"color": style.QUIET}),
        ("hollow: not certainly above activation", point | {"color": "0.3", "mfc": "white"}),
    ]
    left = max(lettering.width(name, style.TICK) for name in shown.NAMES.values()) + 4
    drawn = []
    for page in pages.facets(table["stimuli"].unique(), table["network"].unique()):
        made, panels = layout.facets(page, height=28, key=key, left=left, x="mass on the shape, times the shape's area")
        for (stimuli, network), panel in panels.items():
            own = table[(table["stimuli"] == stimuli) & (table["network"] == network)]
            draw_panel(panel, {kind: (rows["mass"] / rows["area"]).to_numpy() for kind, rows in own.groupby("kind")})
        low, high = (end([panel.get_xlim()[side] for panel in panels.values()]) for side, end in ((0, min), (1, max)))
        for panel in panels.values():
            panel.set_xlim(low, high)
            layout.numbers(panel, x=5)
        drawn.append(made.figure)
    return drawn


def draw_panel(panel, times: dict[str, np.ndarray]) -> None:
    """How many times its area the mass on the shape is, ``times`` (images,) of each kind."""
    from ais.figures import style

    panel.axvline(1, color="black", lw=0.6)
    panel.axvline(np.nanmean(times["activation"]), color=style.QUIET, lw=0.8, ls=":")
    for place, kind in enumerate(shown.NAMES):
        interval = bootstrap(times[kind])
        colour = style.QUIET if kind in shown.CONTROLS else style.RETAINED
        better = bootstrap(times[kind] - times["activation"]).low > 0
        panel.plot([interval.low, interval.high], [place, place], color=colour, lw=1.0)
        panel.plot(interval.mean, place, "o", ms=3.2, mew=0.8, color=colour, mfc=colour if better else "white")
    panel.set_yticks(range(len(shown.NAMES)), shown.NAMES.values())
    panel.set_ylim(len(shown.NAMES) - 0.5, -0.5)


def main(arguments: argparse.Namespace) -> None:
    from ais.figures import style

    manifest = manifests.read_manifest(arguments.manifest)
    masks = [
        np.asarray(Image.open(Path(arguments.shapes) / f"{image}.png").convert("1")) for image in manifest["image"]
    ]
    tables = [measure(path, manifest, masks).assign(**about) for about, path in compared(arguments, arguments.heatmaps)]
    table = pd.concat(tables, ignore_index=True)[["stimuli", "backbone", "measure", "image", "kind", "area", "mass"]]
    style.save(draw(table), arguments.output, table)


if __name__ == "__main__":
    run(parser(), main)
