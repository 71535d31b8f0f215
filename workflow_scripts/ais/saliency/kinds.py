"""Heatmaps of every kind, laid over their images so that they can be held against saliency.

Cells in which a kind is undefined (a place where nothing is active) count as its smallest value: it does not point
there, and all kinds are compared on the same pixels, those of the part that the network saw. Centre bias, a map of
someone who looks at the middle, is one kind more.
"""

from dataclasses import dataclass

import h5py
import numpy as np

from ais.errors import InputError, some
from ais.heatmaps import upsampling
from ais.saliency import saliency_maps

CENTRE = "centre"


@dataclass(frozen=True)
class Heatmaps:
    """All kinds of a set: ``maps`` by kind (images, h, w), with the ``grid`` (images, 2) and ``window`` (images, 4)."""

    maps: dict[str, np.ndarray]
    grid: np.ndarray
    window: np.ndarray

    @classmethod
    def read(cls, file: h5py.File, wanted: list[str] | None = None) -> "Heatmaps":
        """Every kind that an artifact of heatmaps holds, or those ``wanted``.

        Raises :class:`InputError` for one that it does not hold.
        """
        held = []
        file.visititems(lambda name, each: held.append(name) if getattr(each, "ndim", 0) == 3 else None)
        for kind in wanted or []:
            if kind not in held:
                raise InputError(
                    f"{file.filename}: found no heatmaps {kind!r}; expected one of {some(held, 12)}. Correct --kinds."
                )
        return cls({kind: file[kind][:] for kind in wanted or held}, file["grid"][:], file["window"][:])

    @property
    def kinds(self) -> list[str]:
        return [*self.maps, CENTRE]

    def defined(self, kind: str, image: int) -> bool:
        """Whether a kind is defined anywhere in an image."""
        if kind == CENTRE:
            return True
        h, w = self.grid[image]
        return not np.isnan(self.maps[kind][image, :h, :w]).all()

    def seen(self, image: int, size: tuple[int, int], frame: tuple[int, int]) -> np.ndarray:
        """What the network saw of an image: (rows, columns) = ``size`` over its ``frame`` (height, width) of pixels."""
        left, top, right, bottom = self._window(image, size, frame)
        y, x = (np.arange(length) + 0.5 for length in size)
        return np.outer((y >= top) & (y <= bottom), (x >= left) & (x <= right))

    def over(self, kind: str, image: int, size: tuple[int, int], frame: tuple[int, int]) -> np.ndarray:
        """A heatmap over its image, as :meth:`seen`: (rows, columns), NaN outside of what the network saw."""
        if kind == CENTRE:
            return np.where(self.seen(image, size, frame), saliency_maps.centre_bias(size), np.nan)
        return self._laid(self.maps[kind][image], image, size, frame)

    def _laid(self, heatmap: np.ndarray, image: int, size: tuple[int, int], frame: tuple[int, int]) -> np.ndarray:
        h, w = self.grid[image]
        cells = heatmap[:h, :w]
        cells = np.where(np.isnan(cells), np.nanmin(cells), cells)
        return upsampling.at_image_size(cells, (h, w), self._window(image, size, frame), size)

    def _window(self, image: int, size: tuple[int, int], frame: tuple[int, int]) -> np.ndarray:
        """The part that the network saw, in units of ``size``: left, top, right, bottom."""
        return self.window[image] * np.tile(np.array(size[::-1]) / frame[::-1], 2)
