"""Bring saliency to the images' own sizes: given maps, a density of fixations, or a prediction."""

import argparse
import logging

import numpy as np

from ais.artifacts import store
from ais.errors import some
from ais.saliency import fixations, saliency_maps
from ais.stimuli import decoding, manifests
from ais.workflow.command_line import run

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", required=True, help="folder of the images")
    parser.add_argument("--manifest", required=True, help="the stimulus set's table of images")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--maps", help="folder with a map for each image, of the same name")
    source.add_argument("--fixations", help="table: image, subject, x, y (pixels from the top left)")
    source.add_argument("--predictor", choices=saliency_maps.PREDICTORS, help="a model that needs no weights")
    parser.add_argument(
        "--output",
        required=True,
        help="HDF5: present (images,), maps/0000 … at image size; of fixations also fixations/0000 …",
    )
    return parser


def main(arguments: argparse.Namespace) -> None:
    manifest = manifests.read_manifest(arguments.manifest)
    ids = manifest["image"].tolist()
    source = next(name for name in ("maps", "fixations", "predictor") if getattr(arguments, name) is not None)
    saliency_of = {"maps": from_maps, "fixations": from_fixations, "predictor": predicted}[source](arguments, manifest)
    present = np.zeros(len(ids), dtype=bool)
    with store.create(arguments.output, "saliency", ids, f"--source {source}") as file:
        for row in manifest.itertuples():
            values, fixated = saliency_of(row)
            present[row.position] = values is not None
            if values is not None:
                store.write_array(file, f"maps/{row.position:04d}", values)
            if fixated is not None and values is not None:
                store.write_array(file, f"fixations/{row.position:04d}", fixated)
        store.write_array(file, "present", present)
    log.info("saliency of %d of %d images", present.sum(), len(ids))
    if not present.all():
        left_out = manifest["image"][~present]
        log.warning("left out, as they have no saliency: %d images: %s", len(left_out), some(left_out, len(left_out)))


def from_maps(arguments: argparse.Namespace, manifest):
    """Maps from a folder; an image without one has none."""
    files = saliency_maps.files_of(arguments.maps, manifest["image"].tolist())

    def saliency_of(row):
        if row.image not in files:
            return None, None
        return saliency_maps.read_map(files[row.image], (row.height, row.width)), None

    return saliency_of


def from_fixations(arguments: argparse.Namespace, manifest):
    """Densities of observers' fixations, and the pixels fixated (fixations, 2): row, column.

    An image nobody looked at has none.
    """
    table = fixations.read(arguments.fixations, manifest["image"].tolist())
    by_image = dict(list(table.groupby("image")))

    def saliency_of(row):
        if row.image not in by_image:
            return None, None
        x, y = (by_image[row.image][axis].to_numpy() for axis in ("x", "y"))
        size = row.height, row.width
        return fixations.density(x, y, size), np.column_stack(fixations.inside(x, y, size)).astype(np.int32)

    return saliency_of


def predicted(arguments: argparse.Namespace, manifest):
    """What a model predicts of each image."""

    def saliency_of(row):
        picture = decoding.read_listed(arguments.images, row)
        return saliency_maps.spectral_residual(np.asarray(picture)), None

    return saliency_of


if __name__ == "__main__":
    run(parser(), main)
