"""How well a map tells fixations or another map: AUC, NSS, CC and SIM, as the literature on gaze defines them.

Bylinskii et al. (2019), IEEE TPAMI 41(3); the numbers are those of pysaliency. Unlike there, a constant map scores
nothing, rather than what chance would: NaN.
"""

import numpy as np


def auc(positives: np.ndarray, negatives: np.ndarray) -> float:
    """Share of pairs in which a map is larger at a fixation than elsewhere; ties count half.

    ``positives`` (fixations,) are the map's values where people looked; ``negatives`` those of all its pixels (AUC), or
    those where people looked in *other* images (shuffled AUC, which a bias to the centre does not raise).

    >>> auc(np.array([2.0, 3.0]), np.array([1.0, 2.0]))
    0.875
    """
    if not positives.size or not negatives.size or _constant(np.concatenate([positives, negatives])):
        return np.nan
    ranked = np.sort(negatives)
    below, up_to = (np.searchsorted(ranked, positives, side) for side in ("left", "right"))
    return float((below + up_to).mean() / (2 * negatives.size))


def nss(values: np.ndarray, positives: np.ndarray) -> float:
    """Normalised scanpath saliency: mean of ``positives`` (fixations,), standardised by all ``values`` (pixels,).

    0 where fixations fall as if at random.
    """
    if not positives.size or _constant(values):
        return np.nan
    values = values.astype(np.float64)
    return float((positives.astype(np.float64).mean() - values.mean()) / values.std())


def cc(one: np.ndarray, other: np.ndarray) -> float:
    """Pearson correlation of two maps (pixels,)."""
    if _constant(one) or _constant(other):
        return np.nan
    return float(np.corrcoef(one.astype(np.float64), other.astype(np.float64))[0, 1])


def sim(one: np.ndarray, other: np.ndarray) -> float:
    """What two maps (pixels,) have in common as densities, from 0 to 1: the sum of the smaller one in each pixel."""
    if _constant(one) or _constant(other):
        return np.nan
    return float(np.minimum(density(one), density(other)).sum())


def density(values: np.ndarray) -> np.ndarray:
    """Maps (…, pixels) that sum to one; from those with negative values their smallest is taken off first."""
    values = values.astype(np.float64)
    values = values - np.minimum(values.min(axis=-1, keepdims=True), 0)
    return values / values.sum(axis=-1, keepdims=True)


def _constant(values: np.ndarray) -> bool:
    return values.min() == values.max()
