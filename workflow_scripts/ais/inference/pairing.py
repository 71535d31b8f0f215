"""Does it matter which of two things belongs to which image? Permuting the pairing itself tells.

From a table (images, images) that holds a statistic of each image's first thing (a heatmap) with each image's second
one (saliency): paired as they are stands on its diagonal, and a permutation of the pairing only reads it elsewhere.
What all images share, such as a bias to the centre, is in every pairing, so it makes nothing significant.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from ais.inference.p_values import p_value

PERMUTATIONS = 9999  # so that the smallest p is 1e-4
MEMORY = 5_000_000  # numbers at once


@lru_cache(maxsize=4)
def permutations(images: int, number: int, seed: int = 0) -> np.ndarray:
    """``number`` permutations of the images, a row each: the same for every table of as many images."""
    rows = np.tile(np.arange(images, dtype=np.int32), (number, 1))
    return np.random.default_rng(seed).permuted(rows, axis=1)


def permuted(table: np.ndarray, average: str = "mean", number: int = PERMUTATIONS, seed: int = 0) -> np.ndarray:
    """The ``average`` (mean or median) over images with the pairing permuted: (permutations,).

    Pairs of ``table`` (images, images) that are undefined (NaN) are left out, each where it comes.
    """
    over_images, images = _average(table, average), np.arange(len(table))
    orders = permutations(len(table), number, seed)
    at_once = max(1, MEMORY // max(len(table), 1))
    return np.concatenate(
        [over_images(table[images, orders[first : first + at_once]], axis=1) for first in range(0, number, at_once)]
    )


def compare_pairing(
    table: np.ndarray, average: str = "mean", number: int = PERMUTATIONS, seed: int = 0
) -> tuple[float, float]:
    """The average over images as they are paired, and its one-sided p that it is larger than with others paired.

    p = (1 + permutations whose average is at least the observed one) / (1 + permutations). Both NaN without images.
    """
    if not len(table):
        return np.nan, np.nan
    observed = float(_average(table, average)(np.diagonal(table)))
    return observed, p_value(observed, permuted(table, average, number, seed))


def others(table: np.ndarray, average: str = "mean") -> np.ndarray:
    """What each image's first thing has with *all other* images' second, on average: (images,).

    NaN where there is no other.
    """
    off = np.where(np.eye(len(table), dtype=bool), np.nan, table)
    found = np.full(len(table), np.nan)
    some = ~np.isnan(off).all(axis=1)
    if some.any():
        found[some] = _average(off, average)(off[some], axis=1)
    return found


def _average(table: np.ndarray, average: str) -> Callable:
    """NumPy's mean or median, which are slower where they must look for NaN."""
    if np.isnan(table).any():
        return {"mean": np.nanmean, "median": np.nanmedian}[average]
    return {"mean": np.mean, "median": np.median}[average]
