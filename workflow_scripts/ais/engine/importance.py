"""Alignment importance: how much the alignment drops when one feature map is masked.

AIS_k = ρ(S, H) − ρ(S without map k, H); positive where the map helps. Taken on the whole set, on
the train pairs of every fold, and on every image's own row (Truong et al. 2024; METHOD: the row of
image i holds its pairs with all the others).
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from ais.engine import ranking_device
from ais.engine.alignment import MEMORY, ROWS_AT_ONCE, Subsets, batched
from ais.engine.triplets import Triplets, TripletSubsets, in_self


@dataclass(frozen=True)
class Scores:
    """Importance of some maps, on one or several subsets of pairs.

    ``baseline`` (subsets,): the alignment with all maps; ``score`` (subsets, maps): what each map
    adds to it. NaN where an alignment is undefined.
    """

    baseline: np.ndarray
    score: np.ndarray

    def part(self, chosen: slice) -> "Scores":
        """The scores of some of the subsets."""
        return Scores(self.baseline[chosen], self.score[chosen])


def score_maps(masking, subsets: Subsets, maps: Sequence[int], threads: int = 1, memory: int = MEMORY) -> Scores:
    """Importance of ``maps`` on ``subsets``, each map masked in all images.

    ``masking`` is one of :mod:`ais.engine.masking`. Maps are dealt to ``threads`` that together hold ``memory``
    bytes of similarities; neither changes the result.
    """
    baseline = subsets.alignments(masking.full()[None])[0]
    return Scores(baseline, (baseline - _masked(masking.without, subsets, maps, threads, memory)).T)


def score_maps_in_self(
    masking,
    human: np.ndarray,
    measure: str,
    maps: Sequence[int],
    threads: int = 1,
    memory: int = MEMORY,
    device: str = "cpu",
) -> Scores:
    """Importance of ``maps`` for each image's row, each map masked in that image alone.

    The workshop version's ``mask: self``. ``human`` (images, images), NaN on the diagonal. ``device`` ranks.
    """
    subsets = Subsets.of(human.ravel(), image_rows_in_self(len(human)), measure)
    subsets = ranking_device.ranked_on(device, subsets)
    return score_subsets_in_self(masking, subsets, len(human), maps, threads, memory)


def score_subsets_in_self(
    masking, subsets: Subsets, images: int, maps: Sequence[int], threads: int = 1, memory: int = MEMORY
) -> Scores:
    """As :func:`score_maps` on ``subsets`` of the ordered pairs (images × images), masking the first image alone."""
    off_diagonal = ~np.eye(images, dtype=bool)

    def ordered_pairs(matrix: np.ndarray) -> np.ndarray:
        # The diagonal belongs to no row; a constant keeps it from being taken for undefined.
        return np.where(off_diagonal, matrix, 0.0).ravel()

    def without(k: int) -> np.ndarray:
        return ordered_pairs(masking.without_in_self(k))

    full = np.zeros((images, images))
    full[masking.left, masking.right] = full[masking.right, masking.left] = masking.full()
    baseline = subsets.alignments(ordered_pairs(full)[None])[0]
    return Scores(baseline, (baseline - _masked(without, subsets, maps, threads, memory)).T)


def score_triplets_in_self(
    masking, triplets: Triplets, images: int, maps: Sequence[int], threads: int = 1, memory: int = MEMORY
) -> Scores:
    """As :func:`score_maps_in_self` for the ``triplets`` of each image: the similarity of the other two is unmasked."""
    pairs, members = in_self(triplets, images)
    subsets = TripletSubsets.of(pairs, members, [np.ones(own.size, np.int64) for own in members])
    unmasked = masking.full()

    def asked_for(matrix: np.ndarray) -> np.ndarray:
        return np.concatenate([matrix.ravel(), unmasked])

    def without(k: int) -> np.ndarray:
        return asked_for(masking.without_in_self(k))

    full = np.zeros((images, images))
    full[masking.left, masking.right] = full[masking.right, masking.left] = unmasked
    baseline = subsets.alignments(asked_for(full)[None])[0]
    return Scores(baseline, (baseline - _masked(without, subsets, maps, threads, memory)).T)


def _masked(without: Callable, subsets: Subsets, maps: Sequence[int], threads: int, memory: int) -> np.ndarray:
    """Alignment (maps, subsets) with each of ``maps`` masked, ``without(k)`` being the similarities."""

    def aligned(some: list[int]) -> np.ndarray:
        return subsets.each((without(k) for k in some), memory // threads)

    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(aligned, batched(maps, ROWS_AT_ONCE)))
    return np.concatenate([np.empty((0, subsets.size.size)), *found])


def image_rows(left: np.ndarray, right: np.ndarray, images: int) -> list[np.ndarray]:
    """For each image, the numbers of the pairs it is in: (images,) arrays of (images − 1,)."""
    member = np.concatenate([left, right])
    by_image = np.argsort(member, kind="stable") % left.size
    return np.split(by_image, np.searchsorted(np.sort(member), np.arange(1, images)))


def image_rows_in_self(images: int) -> list[np.ndarray]:
    """The same among the ordered pairs (images × images), row by row."""
    numbers = np.arange(images * images).reshape(images, images)
    return list(numbers[~np.eye(images, dtype=bool)].reshape(images, images - 1))
