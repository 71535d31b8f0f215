"""Hold the backbones of a set side by side: do their heatmaps agree, beside their activation, image by image?

Per image, pair of backbones and kind of heatmap: Pearson's r of the two, both brought to the image's size; beside it,
larger of the two networks' softmax entropies. Backbones that differ in how the image is cropped are compared where both
saw it.
"""

import argparse
import logging
from itertools import combinations

import numpy as np
import pandas as pd

from ais.artifacts import store
from ais.heatmaps import between_backbones, shown
from ais.heatmaps.between_backbones import Heatmaps
from ais.stimuli import manifests
from ais.workflow.command_line import add_comparisons, compared, run

log = logging.getLogger(__name__)

KINDS = tuple(kind for kind in shown.NAMES if kind not in ("harm", "permuted"))
LONGER_SIDE = 256  # pixels at which heatmaps of some 14 × 14 cells are compared; larger images are scaled to it


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add_comparisons(parser, "STIMULI/BACKBONE/MEASURE")
    parser.add_argument("--heatmaps", nargs="+", required=True, help="HDF5 of compute_heatmaps.py, one a comparison")
    parser.add_argument("--features", nargs="+", required=True, help="HDF5 of extract_features.py, one a comparison")
    parser.add_argument("--importance", nargs="+", required=True, help="HDF5 of score_maps.py, one a comparison")
    parser.add_argument("--manifest", required=True, help="the stimulus set's table of images")
    parser.add_argument("--output", required=True, help="TSV: a row an image, pair of backbones and kind")
    parser.add_argument("--summary", required=True, help="TSV: a row a pair of backbones and kind")
    return parser


def main(arguments: argparse.Namespace) -> None:
    manifest = manifests.read_manifest(arguments.manifest)
    ids = manifest["image"].tolist()
    sides = manifest[["height", "width"]].to_numpy()
    scale = np.minimum(1.0, LONGER_SIDE / sides.max(axis=1))
    sizes = [tuple(size) for size in np.maximum(1, np.round(sides * scale[:, None])).astype(int).tolist()]
    seen, entropy, importance = {}, {}, {}
    files = zip(compared(arguments, arguments.heatmaps), arguments.features, arguments.importance, strict=True)
    for (about, heatmaps), features, scores in files:
        name = about["backbone"]
        with store.opened(heatmaps, "heatmaps", ids) as file:
            grid, window = file["grid"][:], file["window"][:] * scale[:, None]
            seen[name] = {kind: Heatmaps(file[kind][:], grid, window) for kind in KINDS}
        with store.opened(features, "features", ids) as file:
            entropy[name] = file["entropy"][:] if "entropy" in file else np.full(len(ids), np.nan)
        with store.opened(scores, "importance", ids) as file:
            importance[name] = between_backbones.log_importance(file["images/score"][:])
    rows, summary = [], []
    for one, other in combinations(seen, 2):
        about_pair = {"backbone_a": one, "backbone_b": other}
        larger = np.maximum(entropy[one], entropy[other])
        differ = between_backbones.compare_importance(importance[one], importance[other])
        for kind in KINDS:
            r = between_backbones.agreement_between(seen[one][kind], seen[other][kind], sizes)
            rows.append(pd.DataFrame({"image": ids, **about_pair, "kind": kind, "r": r, "entropy": larger}))
            found = between_backbones.spread(r)
            up_to = zip(between_backbones.EDGES, found.cumulative, strict=True)
            summary.append(
                about_pair
                | {"kind": kind, "images": found.images, "mean": found.mean, "sd": found.sd}
                | {f"share_up_to_{edge:.1f}": share for edge, share in up_to}
                | {"r_entropy": between_backbones.with_entropy(r, entropy[one], entropy[other])}
                | {"ks_importance": differ.distance, "p_ks_importance": differ.p}
            )
        log.info("%s and %s: %s", one, other, said(summary[-len(KINDS) :]))
    store.write_table(arguments.output, pd.concat(rows))
    store.write_table(arguments.summary, pd.DataFrame(summary))


def said(summary: list[dict]) -> str:
    """Mean agreement of the paper's heatmaps beside that of activation."""
    mean = {row["kind"]: row["mean"] for row in summary}
    return f"heatmaps agree with mean r {mean['importance/images']:.2f}, activation maps with {mean['activation']:.2f}"


if __name__ == "__main__":
    run(parser(), main)
