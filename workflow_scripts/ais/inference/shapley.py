"""Shapley values: how the alignment of a set is shared out among its maps.

A map's importance is what the alignment loses without it while all others stay. Its Shapley value is what it adds
on average when maps are added in random order (Shapley 1953; sampled as in Castro et al. 2009): maps that stand in
for each other share what they give, and the values of all maps sum to the alignment.
"""

from collections.abc import Iterable

import numpy as np

from ais.engine.alignment import MEMORY, Subsets


def order(maps: int, seed: int, number: int) -> np.ndarray:
    """The ``number``-th random order of the maps; it depends on ``seed`` and ``number`` alone."""
    return np.random.default_rng([seed, number]).permutation(maps)


def contributions(
    masking,
    human: np.ndarray,
    seed: int,
    numbers: Iterable[int],
    measure: str = "spearman",
    memory: int = MEMORY,
) -> np.ndarray:
    """What each map adds to the alignment with ``human`` (pairs,) in the random orders ``numbers``: (orders, maps).

    ``masking`` is one of :mod:`ais.engine.masking` on these pairs. The value of no map at all is 0, and so is that
    of maps with which the alignment is undefined (an image in which none of them is active); where it is undefined
    with all maps, so are all contributions (NaN). Each order sums to the alignment with all maps.
    """
    subsets = Subsets.of(human, [np.arange(human.size)], measure)
    found = [np.empty((0, masking.maps))]
    for number in numbers:
        added = order(masking.maps, seed, number)
        value = subsets.each(masking.growing(added), memory)[:, 0]
        own = np.full((1, masking.maps), np.nan)
        if not np.isnan(value[-1]):
            own[0, added] = np.diff(np.nan_to_num(value), prepend=0.0)
        found.append(own)
    return np.concatenate(found)


def split_half(contributions: np.ndarray) -> float:
    """Pearson r between the Shapley values (maps) from even and odd orders of ``contributions`` (orders, maps).

    NaN with fewer than two orders, or where a half is constant.
    """
    if len(contributions) < 2:
        return float("nan")
    even, odd = contributions[::2].mean(axis=0), contributions[1::2].mean(axis=0)
    if np.isnan(even).any() or np.ptp(even) == 0 or np.ptp(odd) == 0:
        return float("nan")
    return float(np.corrcoef(even, odd)[0, 1])
