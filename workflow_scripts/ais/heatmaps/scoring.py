"""Importance of the maps by judgments other than all: halves of an image's partners, other worlds, own pairs left out.

One sort of the similarities with a map masked serves all of them, as it serves folds (:mod:`ais.engine.importance`).
"""

from collections.abc import Sequence

import numpy as np

from ais.engine import importance, ranking_device
from ais.engine.alignment import Subsets

GROUPS = 128  # most groups of images that are left out together


def of_rows(
    masking, rows: Sequence[tuple[int, np.ndarray]], images: int, alignment: str, mask: str = "all", **resources
) -> np.ndarray:
    """Each image's own scores by a row of judgments: (rows, maps).

    ``rows`` are pairs of an image's number and its judgments (images,), NaN where there is none. ``mask``: a map is
    masked in ``all`` images, or in the image alone (``self``). ``resources``: threads, memory and device.
    """
    numbered = [_judged(image, row, mask == "self") for image, row in rows]
    return _score(masking, numbered, images, alignment, mask, **resources)


def of_sets(masking, sets: Sequence[np.ndarray], images: int, alignment: str, **resources) -> np.ndarray:
    """Scores of the whole set by each vector of judgments (pairs,) of ``sets``, NaN where there is none: (sets, maps)."""
    everything = np.arange(images * (images - 1) // 2)
    return _score(masking, [(everything, values) for values in sets], images, alignment, "all", **resources)


def groups(images: int) -> np.ndarray:
    """The group (images,) of images whose pairs are left out together: each its own, unless they are very many."""
    return np.arange(images) * min(images, GROUPS) // images


def without_own_pairs(human: np.ndarray, group: np.ndarray) -> np.ndarray:
    """``human`` (pairs,) once for each group (groups,) of images, less the pairs of its images: (groups, pairs)."""
    left, right = np.triu_indices(group.size, k=1)
    number = np.arange(group.max() + 1)[:, None]
    return np.where((group[left] == number) | (group[right] == number), np.nan, human)


def _judged(image: int, row: np.ndarray, in_self: bool) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of an image's judged pairs, and their judgments."""
    partners = np.flatnonzero(~np.isnan(row))
    images = row.size
    if in_self:
        return image * images + partners, row[partners]
    low, high = np.minimum(image, partners), np.maximum(image, partners)
    return low * images - low * (low + 1) // 2 + high - low - 1, row[partners]


def _score(masking, numbered, images, alignment, mask, threads=1, memory=500_000_000, device="cpu") -> np.ndarray:
    """Scores (subsets, maps) on subsets of the pairs (or ordered pairs), as many at once as memory holds."""
    pairs = images * images if mask == "self" else images * (images - 1) // 2
    device = ranking_device.choose(device, pairs, alignment)
    found = [np.empty((0, masking.maps))]
    for some in _portions(numbered, pairs, memory):
        subsets = ranking_device.ranked_on(device, Subsets.of_judgments(pairs, some, alignment))
        maps = range(masking.maps)
        if mask == "self":
            scores = importance.score_subsets_in_self(masking, subsets, images, maps, threads, memory)
        else:
            scores = importance.score_maps(masking, subsets, maps, threads, memory)
        found.append(scores.score)
    return np.concatenate(found)


def _portions(numbered, pairs: int, memory: int):
    """Successive subsets that together take no more than ``memory`` bytes, one at least."""
    some, taken = [], 0
    for numbers, values in numbered:
        own = 24 * min(numbers.size, pairs)
        if some and taken + own > memory:
            yield some
            some, taken = [], 0
        some.append((numbers, values))
        taken += own
    if some:
        yield some
