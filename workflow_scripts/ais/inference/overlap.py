"""How far two sets of retained maps are the same ones, and how far they would be by chance."""

from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True)
class Overlap:
    """``jaccard``: maps that both keep, of those that either does; ``chance``: its mean where as many are drawn."""

    jaccard: float
    chance: float


def overlap(one: np.ndarray, other: np.ndarray, active: np.ndarray) -> Overlap:
    """Overlap of two sets of maps, by their numbers, among the ``active`` ones (maps,) bool.

    A silent map changes no similarity, so that whether it is kept says nothing: it counts neither as kept nor as one
    that could be drawn. Chance is exact: that of sets of both sizes drawn from the active maps, of which the number in
    common is hypergeometric. NaN where either set has none.
    """
    first, second = (np.isin(np.arange(active.size), each) & active for each in (one, other))
    sizes = int(first.sum()), int(second.sum())
    if not all(sizes):
        return Overlap(np.nan, np.nan)
    common = np.arange(min(sizes) + 1)
    chance = stats.hypergeom.pmf(common, int(active.sum()), *sizes) @ (common / (sum(sizes) - common))
    return Overlap(float((first & second).sum() / (first | second).sum()), float(chance))
