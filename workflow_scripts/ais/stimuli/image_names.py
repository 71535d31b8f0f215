"""Image names: which image of a set a name in someone's file means."""

import difflib
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ais.errors import InputError, some
from ais.stimuli.image_files import is_image


class ImageNames:
    """The images of a set, found by the names that people give them.

    A name may carry folders, an extension or an address: ``https://x.org/set/cat%2001.jpg?raw=1`` means the
    image ``cat 01``. Of an image ``birds/owl`` (in a class folder), ``owl`` is name enough if there is no other.
    """

    def __init__(self, images: Sequence[str]):
        self.images = list(images)
        self._known = set(images)
        self._by_last = defaultdict(list)
        for image in images:
            self._by_last[image.rsplit("/", 1)[-1]].append(image)
        self._found: dict[str, list[str]] = {}

    def find(self, name: str) -> list[str]:
        """The images that a name can mean: none, one, or several that it does not tell apart."""
        if name not in self._found:
            self._found[name] = self._find(name)
        return self._found[name]

    def holds(self, names: Iterable[str]) -> bool:
        """Whether each of some names means exactly one image."""
        return all(len(self.find(name)) == 1 for name in names)

    def share(self, names: Sequence[str]) -> float:
        """The share of names that mean an image."""
        return sum(bool(self.find(name)) for name in names) / len(names) if len(names) else 0.0

    def _find(self, name: str) -> list[str]:
        name = unicodedata.normalize("NFC", name.strip())
        if name in self._known:
            return [name]
        if "://" in name:
            name = unicodedata.normalize("NFC", unquote(urlsplit(name).path))
        place = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
        if not place:
            return []
        without_extension = [*place[:-1], place[-1].rsplit(".", 1)[0]]
        for parts in [place, without_extension] if is_image(name) else [place]:
            same = [image for image in self._by_last.get(parts[-1], ()) if _ends_alike(image.split("/"), parts)]
            exact = [image for image in same if image == "/".join(parts)]
            if same:
                return exact or same
        return []

    def nearest(self, name: str, taken: Collection[str] = ()) -> str | None:
        """The image spelled most like a name that means none; not one of those ``taken`` by other names."""
        last = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
        last = last.rsplit(".", 1)[0] if is_image(last) else last
        lower = {image.lower(): image for image in self.images if image not in taken}
        close = difflib.get_close_matches(last.lower(), lower, n=1, cutoff=0.7)
        return lower[close[0]] if close else None


def _ends_alike(one: list[str], other: list[str]) -> bool:
    shared = min(len(one), len(other))
    return shared > 0 and one[-shared:] == other[-shared:]


def spelled_alike(names: Iterable[str], images: ImageNames, taken: Collection[str] = ()) -> str:
    """What names that mean no image may have meant: ``By spelling, 'cat1' may be 'cat01'. `` or nothing."""
    close = [(name, images.nearest(name, taken)) for name in sorted(names)[:3]]
    close = [f"{name!r} may be {image!r}" for name, image in close if image is not None]
    return f"By spelling, {', '.join(close)}. " if close else ""


def _ignored(names: Sequence[str], folder: str | Path | None) -> str:
    """Which files of these names lie in a folder or below it, though they are no images of the set."""
    wanted = {Path(name.replace("\\", "/")).name for name in names}
    wanted |= {Path(name).stem for name in wanted}
    found = [path.name for path in sorted(Path(folder).rglob("*")) if path.stem in wanted] if folder else []
    return f"In {folder} lie {some(found)}, which are not read as images of the set. " if found else ""


def matched(ids: Sequence[str], images: Sequence[str], source: str, folder: str | Path | None = None) -> list[int]:
    """Where each of ``images`` stands in ``ids``: as many places as images.

    ``folder``, where they lie, is looked into for files of an id's name that are not read as images. Raises
    :class:`InputError` for an id without an image, an image without an id, an id that two images answer to, and
    two ids of one image.
    """
    names = ImageNames(images)
    found = {name: names.find(name) for name in ids}
    without_image = [name for name, meant in found.items() if not meant]
    if without_image:
        taken = {image for meant in found.values() for image in meant}
        raise InputError(
            f"{source}: found judgments of {some(without_image)}, of which there is no image ({len(without_image)} "
            f"of {len(ids)} ids); expected the images' ids, as {some(images, 3)}. "
            f"{spelled_alike(without_image, names, taken)}{_ignored(without_image, folder)}"
            "Correct the names; or, if they are right, add the images or "
            "leave these judgments out."
        )
    for name, meant in found.items():
        if len(meant) > 1:
            raise InputError(
                f"{source}: found the id {name!r}, by which {some(meant)} can be meant; expected one image an id. "
                "Write the folder before the name."
            )
    by_image = defaultdict(list)
    for place, name in enumerate(ids):
        by_image[found[name][0]].append(place)
    for image, places in by_image.items():
        if len(places) > 1:
            both = " and ".join(repr(ids[place]) for place in places[:2])
            raise InputError(
                f"{source}: found {both}, which both mean the image {image!r} (twice); expected each id once. Correct "
                "the wrong one; if it is one image indeed, keep one row and column of it."
            )
    without_judgments = set(images) - set(by_image)
    if without_judgments:
        raise InputError(
            f"{source}: found no judgments of the images {some(without_judgments)} ({len(without_judgments)} "
            f"of {len(images)}); expected all images of the set; the file names {some(ids, 3)}. Add their "
            "judgments, or take these images out of the folder."
        )
    return [by_image[image][0] for image in images]
