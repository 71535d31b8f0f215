"""Cells of few maps and few pairs of images: what a page can hold of arrays that it cannot."""

import numpy as np

from ais.explorer.neighbours import NONE
from ais.heatmaps import pairs


def where_active(features, maps: np.ndarray, images: np.ndarray) -> np.ndarray:
    """The activity (rows, h, w) of one map in one image a row, NaN in padding and where either is 65535.

    ``maps`` and ``images`` (rows,) number them in ``features``, whose ``maps`` (images, maps, h, w) and ``grid`` are
    read an image at a time.
    """
    of_image, grid = features["maps"], features["grid"][:]  # opened once: HDF5 keeps the parts it has unpacked
    found = np.full((images.size, *of_image.shape[2:]), np.nan)
    some = (images != NONE) & (maps != NONE)
    for image in np.unique(images[some]):
        h, w = grid[image]
        rows = np.flatnonzero(some & (images == image))
        found[rows, :h, :w] = of_image[image][maps[rows], :h, :w]
    return found


def listed_pairs(*lists: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each image with each that stands in one of its lists, and the other way round, once: two arrays (pairs,).

    Each list is (images, number), 65535 where there is none. Pairs come by image, then by other.
    """
    together = np.concatenate(lists, axis=1)
    listed = {(image, int(other)) for image, row in enumerate(together) for other in row if other != NONE}
    listed |= {(other, image) for image, other in listed}
    found = np.array(sorted(listed), dtype=int).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def pair_heatmaps(features, images: np.ndarray, others: np.ndarray, similarity: str) -> np.ndarray | None:
    """Of each pair the exact share (pairs, h, w) of each of the image's cells in its similarity to the other.

    ``images`` and ``others`` (pairs,) number them in ``features``; NaN in padding. None where the similarity is no sum
    over cells: readouts that are not the mean of cells, and ``euclidean``.
    """
    if features.attrs["readout"] != "pooled" or similarity not in pairs.EXACT:
        return None
    pooled, of_image, grid = features["pooled"][:], features["maps"], features["grid"][:]
    found = np.full((images.size, *of_image.shape[2:]), np.nan)
    for image in np.unique(images):
        h, w = grid[image]
        maps = of_image[image][:, :h, :w]
        mean = maps.mean(axis=(1, 2), dtype=np.float64)
        if not np.allclose(mean, pooled[image], rtol=0, atol=1e-3 * np.abs(mean).max()):  # a class token
            return None
        rows = np.flatnonzero(images == image)
        found[rows, :h, :w] = pairs.shares_with_each(maps, pooled[others[rows]], similarity)
    return found
