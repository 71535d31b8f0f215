"""Importance of the maps by judgments other than all: halves of an image's partners, other worlds, own pairs left out.

One sort of the similarities with a map masked serves all of them, as it serves folds (:mod:`ais.engine.importance`).
"""

from collections.abc import Iterable, Iterator

import numpy as np

from ais.engine import importance, ranking_device
from ais.engine.alignment import Subsets

Judgments = tuple[np.ndarray, np.ndarray]  # numbers of pairs, and what people say of them, (n,) each

GROUPS = 128  # most groups of images that are left out together
BYTES = 32  # that a judgment takes


def scores(
    masking,
    judgments: Iterable[Judgments],
    images: int,
    alignment: str,
    mask: str = "all",
    threads: int = 1,
    memory: int = 500_000_000,
    device: str = "cpu",
) -> np.ndarray:
    """Scores of every map by each of ``judgments``: (judgments, maps), as many at once as ``memory`` bytes hold.

    ``masking`` is one of :mod:`ais.engine.masking`. ``mask``: a map is masked in ``all`` images, or (``self``) in the
    one whose :func:`row` it is alone. ``threads``, ``memory`` and the ``device`` that ranks do not change the result.
    """
    pairs = images * images if mask == "self" else images * (images - 1) // 2
    device = ranking_device.choose(device, pairs, alignment)
    found = [np.empty((0, masking.maps))]
    for some in _portions(judgments, memory):
        subsets = ranking_device.ranked_on(device, Subsets.of_judgments(pairs, some, alignment))
        maps = range(masking.maps)
        if mask == "self":
            scored = importance.score_subsets_in_self(masking, subsets, images, maps, threads, memory)
        else:
            scored = importance.score_maps(masking, subsets, maps, threads, memory)
        found.append(scored.score)
    return np.concatenate(found)


def row(image: int, values: np.ndarray, mask: str = "all") -> Judgments:
    """An image's judgments (images,), NaN where there is none, as those of its pairs, or of ordered pairs."""
    partners = np.flatnonzero(~np.isnan(values))
    images = values.size
    if mask == "self":
        return image * images + partners, values[partners]
    low, high = np.minimum(image, partners), np.maximum(image, partners)
    return low * images - low * (low + 1) // 2 + high - low - 1, values[partners]


def whole(values: np.ndarray) -> Judgments:
    """Judgments of all pairs (pairs,), NaN where there is none."""
    return np.flatnonzero(~np.isnan(values)), values[~np.isnan(values)]


def groups(images: int) -> np.ndarray:
    """The group (images,) of images whose pairs are left out together: each its own, unless they are very many."""
    return np.arange(images) * min(images, GROUPS) // images


def without_own_pairs(human: np.ndarray, group: np.ndarray) -> Iterator[Judgments]:
    """``human`` (pairs,) once for each group of images, less the pairs of its images (:func:`groups`)."""
    left, right = np.triu_indices(group.size, k=1)
    for number in range(group.max() + 1):
        yield whole(np.where((group[left] == number) | (group[right] == number), np.nan, human))


def _portions(judgments: Iterable[Judgments], memory: int) -> Iterator[list[Judgments]]:
    """Successive judgments that together take no more than ``memory`` bytes, one at least."""
    some, taken = [], 0
    for numbers, values in judgments:
        own = BYTES * numbers.size
        if some and taken + own > memory:
            yield some
            some, taken = [], 0
        some.append((numbers, values))
        taken += own
    if some:
        yield some
