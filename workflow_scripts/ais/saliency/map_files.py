"""Files of saliency maps: which file, or which part of one, is the map of which image."""

import os
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ais.errors import InputError, some
from ais.stimuli import containers
from ais.stimuli.image_files import is_image
from ais.stimuli.image_names import ImageNames, spelled_alike

ARRAYS = (".npy", ".npz", ".mat")
TOGETHER = (".npz", ".h5", ".hdf5")  # all maps of a set in one file
# What is kept beside maps under the same names, and is none: single fixated pixels.
POINTS = re.compile(r"[_\-. ]?fix(ation)?_?(pts|points?|locs?|locations?)[_\-. ]?", re.IGNORECASE)


@dataclass(frozen=True)
class MapFile:
    """Where a map lies: a file, and the array in it where it holds several."""

    path: Path
    array: str | None = None

    def __str__(self):
        return str(self.path) if self.array is None else f"{self.path}, {self.array}"


def find(place: str | Path, image_ids: Sequence[str]) -> tuple[dict[str, MapFile], list[str]]:
    """The map of each image that has one, and what was taken for what.

    ``place`` is a folder of maps, one a file, named as the images or with the same words before or after
    (``*_fixMap.jpg``), in folders as the images if need be; or one file (.npz, .h5) with an array an image. Raises
    :class:`InputError` where nothing is an image's, and where two are the same one's.
    """
    place, images = Path(place), ImageNames(image_ids)
    if place.is_dir():
        named = {str(path.relative_to(place)): MapFile(path) for path in _files(place)}
    else:
        named = {name: MapFile(place, name) for name in _names_in(place)}
    return _matched(place, named, images)


def _files(folder: Path) -> list[Path]:
    """Maps in a folder, hidden ones passed over; where none of those in it is a map, in the folders below it."""
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(place) / name for name in sorted(files) if not name.startswith(".") and _may_be_map(name)]
    own = [path for path in found if path.parent == folder]
    return own or found


def _may_be_map(name: str) -> bool:
    return is_image(name) or Path(name).suffix.lower() in ARRAYS


def _names_in(path: Path) -> list[str]:
    """The names of the arrays in a file that holds all maps."""
    if path.suffix.lower() not in TOGETHER:
        raise InputError(
            f"{path}: found a file; expected a folder of maps, or one of {', '.join(TOGETHER)} with all maps."
        )
    if path.suffix.lower() == ".npz":
        return list(containers.load(path))
    import h5py

    names = []
    try:
        with h5py.File(path, "r") as file:
            file.visititems(lambda name, item: names.append(name) if isinstance(item, h5py.Dataset) else None)
    except OSError as error:
        raise InputError(f"{path}: not a readable HDF5 file ({error}). Make it again.") from None
    return names


def _matched(place: Path, named: dict[str, MapFile], images: ImageNames) -> tuple[dict[str, MapFile], list[str]]:
    families = defaultdict(lambda: defaultdict(list))  # words around the image's name → image → files
    for name in named:
        words, meant = _parted(name, images)
        for image in meant[:1]:
            families[words][image].append(name)
        if len(meant) > 1:
            raise InputError(
                f"{place}: found the map {name}, by which {some(meant)} can be meant; expected one image a map. Put "
                "maps into folders as the images are."
            )
    notes = []
    if ("", "") in families:
        families = {("", ""): families["", ""]}
    points = [words for words in families if any(POINTS.fullmatch(word) for word in words)]
    if len(families) > 1 and points:
        notes += [f"left out as fixated pixels, not maps: {'*'.join(words)}" for words in points]
        families = {words: of for words, of in families.items() if words not in points}
    if not families:
        raise InputError(_none(place, named, images))
    if len(families) > 1:
        kinds = " and ".join(repr(next(iter(of.values()))[0]) for of in list(families.values())[:3])
        raise InputError(
            f"{place}: found {len(families)} kinds of maps, such as {kinds}; expected one map an image. Name a folder "
            "that holds one kind alone."
        )
    ((words, found),) = families.items()
    for image, names in found.items():
        if len(names) > 1:
            raise InputError(
                f"{place}: found {' and '.join(names[:2])}, both of the image {image!r}; expected one map "
                "an image. Name a folder that holds one kind of them alone."
            )
    if any(words):
        notes.append(f"maps are taken by their names: {'*'.join(words)}")
    others = sorted(set(named) - {name for names in found.values() for name in names})
    if others:
        notes.append(f"{len(others)} other files or arrays are left out: {some(others, 3)}")
    return {image: named[name] for image, (name,) in found.items()}, notes


def _parted(name: str, images: ImageNames) -> tuple[tuple[str, str], list[str]]:
    """The words before and after an image's name in a map's, and the images that it can mean."""
    suffix = Path(name).suffix.lower()
    stem = name[: -len(suffix)] if suffix and (_may_be_map(name)) else name
    meant = images.find(name) or images.find(stem)
    if meant:
        return ("", ""), meant
    folder, _, last = stem.replace("\\", "/").rpartition("/")
    folder = f"{folder}/" if folder else ""
    cuts = [cut.span() for cut in re.finditer(r"[_\-. ]+", last)]
    for end, _ in reversed(cuts):  # the longest image's name first
        if end and (meant := images.find(folder + last[:end])):
            return ("", last[end:]), meant
    for _, start in cuts:
        if meant := images.find(folder + last[start:]):
            return (last[:start], ""), meant
    return ("", ""), []


def _none(place: Path, named: dict[str, MapFile], images: ImageNames) -> str:
    found = f"such as {some(named, 2)}, " if named else ""
    ignored = []
    if place.is_dir():
        ignored = [path.name for path in place.iterdir() if path.is_file() and not _may_be_map(path.name)]
    beside = f" Left out, as no maps by their names: {some(ignored, 3)}." if ignored else ""
    return (
        f"{place}: found {len(named)} maps, {found}none named as an image of the set; expected names like "
        f"{some(images.images, 2)}. {spelled_alike([Path(name).stem for name in named], images)}"
        f"Correct the path, or rename the maps.{beside}"
    )


def read_array(file: MapFile) -> np.ndarray:
    """The array (height, width) of a map in a file of arrays. Raises :class:`InputError` for what is none."""
    if file.path.suffix.lower() in (".h5", ".hdf5"):
        import h5py

        with h5py.File(file.path, "r") as opened:
            values = np.asarray(opened[file.array])
    else:
        values = _only(containers.load(file.path), file)
    squeezed = values.squeeze() if values.ndim > 2 else values
    if squeezed.ndim != 2 or squeezed.dtype.kind not in "fiub":
        raise InputError(
            f"{file}: found an array of {values.dtype} of the shape {values.shape}; expected numbers (height, width). "
            "Save one map a file."
        )
    return squeezed


def _only(content: dict, file: MapFile) -> np.ndarray:
    if "gaze" in content and not isinstance(content["gaze"], np.ndarray):
        raise InputError(
            f"{file}: found gaze ('gaze'), as SALICON keeps it; expected a map. Name the folder as saliency.fixations: "
            "its fixations are made into maps."
        )
    arrays = {name: array for name, array, _ in containers.arrays(content)}
    if file.array is not None:
        arrays = {file.array: arrays[file.array]} if file.array in arrays else {}
    maps = {name: array for name, array in arrays.items() if min(array.squeeze().shape, default=1) > 1}
    maps = maps if len(arrays) > 1 else arrays
    if len(maps) == 1:
        return next(iter(maps.values()))
    text = dict(containers.texts(content))
    if not maps and text:
        raise InputError(f"{file}: found texts; expected numbers (height, width). Save one map a file.")
    raise InputError(
        f"{file}: found the arrays {some(maps or arrays) if maps or arrays else 'none'}; expected one map, numbers "
        "(height, width). Save one map a file."
    )
