"""Intervals of the gain: how far would it move with other images?

Folds by images only. Both are of the mean gain over the folds of several seeds:

- :func:`nadeau_bengio` from the folds themselves, which overlap in their training images;
- :func:`leave_out` from refits without a fifth of the images each, a grouped jackknife. Each refit deals its images
  into folds anew, which moves its gain as well: that share of the variance is taken out.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit


@dataclass(frozen=True)
class Interval:
    """A mean with both ends of its interval; NaN where there is too little to tell."""

    mean: float
    low: float
    high: float


def nadeau_bengio(gain: np.ndarray, test_to_train: float, level: float = 0.95) -> Interval:
    """Interval of the mean of ``gain`` (folds,), folds where it is NaN left out.

    ``test_to_train`` is the ratio of *images*: 1 / (folds − 1). mean ± t √((1/n + test/train) var), n − 1 degrees of
    freedom (Nadeau & Bengio 2003, Machine Learning 52, eq. 10).
    """
    gain = gain[~np.isnan(gain)]
    n = gain.size
    if n < 2:
        return Interval(float(gain.mean()) if n else np.nan, np.nan, np.nan)
    return _interval(gain.mean(), (1 / n + test_to_train) * gain.var(ddof=1), n - 1, level)


def leave_out(whole: np.ndarray, refits: np.ndarray, groups: int = 5, level: float = 0.95) -> Interval:
    """Interval of the mean of ``whole`` (seeds,), the gain with all images by the seed of its folds.

    ``refits`` (subsets, seeds): the same without one of ``groups`` groups of images each, from :func:`refit`. The
    variance over images is (groups − 1) times that of the refits' means, less what their fold assignments make
    of it, within/seeds; the whole's own assignments add theirs. t with subsets − subsets/groups degrees of freedom.
    NaN where a gain is, or with a single seed: nothing then tells the assignment's share.
    """
    subsets, seeds = refits.shape
    if seeds < 2 or whole.size < 2:
        return Interval(float(whole.mean()), np.nan, np.nan)
    within = refits.var(axis=1, ddof=1).mean()
    # Around each dealing's own mean, with the jackknife's divisor.
    means = refits.mean(axis=1).reshape(-1, groups)
    between = means.var(axis=1, ddof=1).mean() * (groups - 1) / groups
    noise = within / seeds * (groups - 1) / groups
    variance = (groups - 1) * max(between - noise, 0.0) + whole.var(ddof=1) / whole.size
    return _interval(whole.mean(), variance, subsets - subsets // groups, level)


def _interval(mean: float, variance: float, freedom: int, level: float) -> Interval:
    half = stdtrit(freedom, 0.5 + level / 2) * np.sqrt(variance)
    return Interval(float(mean), float(mean - half), float(mean + half))
