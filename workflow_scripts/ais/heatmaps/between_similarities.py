"""Two similarity measures of one backbone, held side by side: do their heatmaps agree beyond what makes all agree?

Both weigh the same maps, and their activation map is one and the same, so that r of activation is 1 and no control.
What stands in its place: r of what is left of both heatmaps once their activation map is taken out (partial
correlation); and r of the control ``permuted``, made under both measures by the same permuted labels.
"""

import numpy as np

from ais.heatmaps.agreement import correlation
from ais.heatmaps.between_backbones import Heatmaps

EXPLAINED = 1e-9  # share of a heatmap's variance below which what activation leaves of it is rounding


def agreement_beyond(one: Heatmaps, other: Heatmaps, activation: Heatmaps) -> tuple[np.ndarray, np.ndarray]:
    """Pearson's r of two heatmaps of each image, cell by cell, and r beyond their activation: (images,) both.

    All three on the grid of the same features. r is over the cells in which both are defined; the other over those in
    which activation is as well. NaN as :func:`beyond` and :func:`ais.heatmaps.agreement.correlation` have it.
    """
    found = []
    for image, (h, w) in enumerate(one.grid):
        cells = [each.maps[image, :h, :w].ravel() for each in (one, other, activation)]
        found.append((correlation(*cells[:2]), beyond(*cells)))
    r, left = np.array(found, dtype=float).reshape(-1, 2).T
    return r, left


def beyond(one: np.ndarray, other: np.ndarray, control: np.ndarray) -> float:
    """Partial correlation of two heatmaps (cells,) given a third: r of what a line in ``control`` leaves of each.

    (r − r_a r_b) / √((1 − r_a²)(1 − r_b²)), over the cells in which all three are defined. NaN where a correlation is
    undefined, or the control leaves nothing of either.
    """
    undefined = np.isnan(one) | np.isnan(other) | np.isnan(control)
    one, other, control = (np.where(undefined, np.nan, each) for each in (one, other, control))
    r, with_one, with_other = correlation(one, other), correlation(one, control), correlation(other, control)
    left = (1 - with_one**2) * (1 - with_other**2)
    if np.isnan(left) or min(1 - with_one**2, 1 - with_other**2) < EXPLAINED:
        return float("nan")
    return float((r - with_one * with_other) / np.sqrt(left))
