"""Intervals of a mean over images: how far would it move with other images of their kind?"""

import numpy as np

from ais.inference.intervals import Interval


def bootstrap(values: np.ndarray, resamples: int = 2000, seed: int = 0, level: float = 0.95) -> Interval:
    """Mean of ``values`` (images,), and its percentile interval over resampled images (Efron & Tibshirani 1993).

    Images where it is NaN are left out. NaN in place of what fewer than two cannot tell.
    """
    values = values[~np.isnan(values)]
    if values.size < 2:
        return Interval(float(values[0]) if values.size else np.nan, np.nan, np.nan)
    drawn = np.random.default_rng(seed).integers(values.size, size=(resamples, values.size))
    low, high = np.quantile(values[drawn].mean(axis=1), [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(values.mean()), float(low), float(high))
