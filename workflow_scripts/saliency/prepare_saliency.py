"""Bring saliency to the images' own sizes: given maps, a density of fixations, or a prediction."""

import argparse
import logging

import numpy as np

from ais.artifacts import store
from ais.errors import InputError, some
from ais.saliency import fixation_units, fixations, map_files, saliency_maps
from ais.stimuli import decoding, manifests
from ais.workflow.command_line import run

log = logging.getLogger(__name__)

LOOKED_AT = 200  # images in which it is looked whether gaze is upside down


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", required=True, help="folder of the images")
    parser.add_argument("--manifest", required=True, help="the stimulus set's table of images")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--maps", help="folder with a map for each image, of the same name; or a file with all of them")
    source.add_argument("--fixations", help="table: image, subject, x, y (pixels from the top left); or a set's .mat")
    source.add_argument("--predictor", choices=saliency_maps.PREDICTORS, help="a model that needs no weights")
    parser.add_argument(
        "--squashed", action="store_true", help="maps of another shape show the whole image all the same"
    )
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
    saliency_of = {"maps": from_maps, "fixations": from_fixations, "predictor": predicted}[source](
        arguments, manifest, notes := []
    )
    doubtful = []
    present = np.zeros(len(ids), dtype=bool)
    with store.create(arguments.output, "saliency", ids, f"--source {source}") as file:
        for row in manifest.itertuples():
            values, fixated = saliency_of(row)
            present[row.position] = values is not None
            if values is not None:
                store.write_array(file, f"maps/{row.position:04d}", values)
                doubtful += [row.image] * (source == "maps" and saliency_maps.has_two_values(values))
            if fixated is not None and values is not None:
                store.write_array(file, f"fixations/{row.position:04d}", fixated)
        store.write_array(file, "present", present)
        if not present.any():
            raise InputError(
                f"{getattr(arguments, source)}: found no image's saliency that differs from pixel to pixel; expected "
                "maps of where people look. Is it the right source?"
            )
        if doubtful:
            notes.append(f"maps of two values alone, fixated pixels rather than a map? {some(doubtful)}")
        if not present.all():
            left_out = manifest["image"][~present]
            found = f"{len(left_out)} images: {some(left_out, len(left_out))}"
            notes.append(f"left out, as they have no saliency, or the same everywhere: {found}")
        file.attrs["notes"] = "\n".join(f"{getattr(arguments, source)}: {note}" for note in notes)
    for note in notes:
        log.warning("%s: %s", getattr(arguments, source), note)
    log.info("saliency of %d of %d images", present.sum(), len(ids))


def from_maps(arguments: argparse.Namespace, manifest, notes: list[str]):
    """Maps from files; an image without one has none, nor has one whose map is the same everywhere."""
    files, taken = map_files.find(arguments.maps, manifest["image"].tolist())
    notes += taken

    def saliency_of(row):
        if row.image not in files:
            return None, None
        values = saliency_maps.read_map(files[row.image], (row.height, row.width), arguments.squashed)
        return (None if values.min() == values.max() else values), None

    return saliency_of


def from_fixations(arguments: argparse.Namespace, manifest, notes: list[str]):
    """Densities of observers' fixations, and the pixels fixated (fixations, 2): row, column.

    An image nobody looked at has none.
    """
    table = fixations.read(arguments.fixations, manifest["image"].tolist())
    sizes = {row.image: (row.height, row.width) for row in manifest.itertuples()}
    table, taken = fixation_units.checked(table, sizes, arguments.fixations)
    by_image = dict(list(table.groupby("image")))
    doubt = fixation_units.upside_down(uprightness(arguments, manifest, by_image))
    notes += [*taken, *filter(None, [doubt])]

    def saliency_of(row):
        if row.image not in by_image:
            return None, None
        x, y = (by_image[row.image][axis].to_numpy() for axis in ("x", "y"))
        size = row.height, row.width
        return fixations.density(x, y, size), np.column_stack(fixations.inside(x, y, size)).astype(np.int32)

    return saliency_of


def uprightness(arguments: argparse.Namespace, manifest, by_image) -> np.ndarray:
    """Of the first images that have fixations, how well these fall on what stands out, upright against upside down."""
    found = []
    looked_at = manifest[manifest["image"].isin(list(by_image))][:LOOKED_AT]
    for row in looked_at.itertuples() if len(looked_at) >= fixation_units.FEW else ():
        picture = decoding.read_listed(arguments.images, row)
        picture.thumbnail((200, 200))
        saliency = saliency_maps.spectral_residual(np.asarray(picture))
        x, y = (by_image[row.image][axis].to_numpy() for axis in ("x", "y"))
        found.append(fixation_units.uprightness(saliency, x, y, (row.height, row.width)))
    return np.array(found)


def predicted(arguments: argparse.Namespace, manifest, notes: list[str]):
    """What a model predicts of each image."""

    def saliency_of(row):
        picture = decoding.read_listed(arguments.images, row)
        return saliency_maps.spectral_residual(np.asarray(picture)), None

    return saliency_of


if __name__ == "__main__":
    run(parser(), main)
