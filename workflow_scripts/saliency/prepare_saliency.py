"""Bring saliency to the images' sizes, or a working size: given maps, a density of fixations, or a prediction."""

import argparse
import logging
from typing import NamedTuple

import numpy as np
from PIL import Image

from ais.artifacts import store
from ais.errors import InputError, some
from ais.heatmaps.upsampling import working_size
from ais.saliency import fixation_units, fixations, map_files, saliency_maps
from ais.stimuli import decoding, manifests
from ais.workflow.command_line import run

log = logging.getLogger(__name__)

LOOKED_AT = 200  # images in which it is looked whether gaze is upside down


class Saliency(NamedTuple):
    """What is known of an image: its map (height, width), None where there is none; where people looked (fixations, 2),
    row and column; whether the map as it was given has two values alone."""

    values: np.ndarray | None = None
    fixated: np.ndarray | None = None
    two_values: bool = False


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
        "--saliency-longest-side", type=int, default=1024, help="pixels; saliency of larger images is scaled to it"
    )
    parser.add_argument(
        "--output",
        required=True,
        help="HDF5: present (images,), maps/0000 … at the image's size, or scaled; of fixations also fixations/0000 …",
    )
    return parser


def main(arguments: argparse.Namespace) -> None:
    manifest = manifests.read_manifest(arguments.manifest)
    ids = manifest["image"].tolist()
    source = next(name for name in ("maps", "fixations", "predictor") if getattr(arguments, name) is not None)
    saliency_of = {"maps": from_maps, "fixations": from_fixations, "predictor": predicted}[source](
        arguments, manifest, notes := []
    )
    doubtful, scaled = [], []
    present = np.zeros(len(ids), dtype=bool)
    with store.create(arguments.output, "saliency", ids, f"--source {source}") as file:
        for row in manifest.itertuples():
            own = row.height, row.width
            size = working_size(own, arguments.saliency_longest_side)
            found = saliency_of(row, own, size)
            present[row.position] = found.values is not None
            if found.values is not None:
                store.write_array(file, f"maps/{row.position:04d}", found.values)
                scaled += [row.image] * (size != own)
                doubtful += [row.image] * found.two_values
                if found.fixated is not None:
                    store.write_array(file, f"fixations/{row.position:04d}", found.fixated)
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
    if scaled:
        longest = arguments.saliency_longest_side
        log.info(
            "scaled, as their longer side has more than %d pixels: %d images: %s", longest, len(scaled), some(scaled)
        )


def from_maps(arguments: argparse.Namespace, manifest, notes: list[str]):
    """Maps from files; an image without one has none, nor has one whose map is the same everywhere."""
    files, taken = map_files.find(arguments.maps, manifest["image"].tolist())
    notes += taken

    def saliency_of(row, own, size):
        if row.image not in files:
            return Saliency()
        given = saliency_maps.read_values(files[row.image], own, arguments.squashed)
        values = saliency_maps.brought_to(given, size, own)
        return (
            Saliency() if values.min() == values.max() else Saliency(values, None, saliency_maps.has_two_values(given))
        )

    return saliency_of


def from_fixations(arguments: argparse.Namespace, manifest, notes: list[str]):
    """Densities of observers' fixations, and the pixels fixated; an image nobody looked at has none."""
    table = fixations.read(arguments.fixations, manifest["image"].tolist())
    sizes = {row.image: (row.height, row.width) for row in manifest.itertuples()}
    table, taken = fixation_units.checked(table, sizes, arguments.fixations)
    by_image = dict(list(table.groupby("image")))
    doubt = fixation_units.upside_down(uprightness(arguments, manifest, by_image))
    notes += [*taken, *filter(None, [doubt])]

    def saliency_of(row, own, size):
        if row.image not in by_image:
            return Saliency()
        y, x = (by_image[row.image][axis].to_numpy() * (to / of) for axis, to, of in zip("yx", size, own, strict=True))
        fixated = np.column_stack(fixations.inside(x, y, size)).astype(np.int32)
        return Saliency(fixations.density(x, y, size), fixated)

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

    def saliency_of(row, own, size):
        picture = decoding.read_listed(arguments.images, row)
        if size != own:
            picture = picture.resize(size[::-1], Image.Resampling.BOX)
        return Saliency(saliency_maps.spectral_residual(np.asarray(picture)))

    return saliency_of


if __name__ == "__main__":
    run(parser(), main)
