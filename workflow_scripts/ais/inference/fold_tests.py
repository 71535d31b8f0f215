"""Tests of paired differences over cross-validation folds, which overlap."""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr


@dataclass(frozen=True)
class FoldTest:
    """Does the retained set beat all maps, over the folds? One-sided, paired.

    ``t``, ``p``: Student's paired t-test, which takes the folds for independent, as the paper did;
    ``t_corrected``, ``p_corrected``: Nadeau & Bengio's corrected resampled t-test, which does not;
    ``error_bar``: √(Σd² / (n(n−1))), the authors' uncentred one.
    """

    difference: float
    t: float
    p: float
    t_corrected: float
    p_corrected: float
    error_bar: float


def compare_folds(better: np.ndarray, worse: np.ndarray, test_to_train: float) -> FoldTest:
    """Test ``better`` > ``worse``, both (folds,), leaving out folds where either is NaN.

    ``test_to_train`` is the ratio of test to train pairs (1/4 with five folds of pairs). Corrected
    test: t = mean(d) / √((1/n + test/train) var(d)), n − 1 degrees of freedom (Nadeau & Bengio 2003,
    Machine Learning 52, eq. 10). NaN where fewer than two folds are left or no difference varies.
    """
    d = better - worse
    d = d[~np.isnan(d)]
    n = d.size
    if n < 2:
        return FoldTest(d.mean() if n else np.nan, *[np.nan] * 5)
    error_bar = float(np.sqrt((d**2).sum() / (n * (n - 1))))
    variance = d.var(ddof=1)
    if variance == 0:
        return FoldTest(float(d.mean()), *[np.nan] * 4, error_bar)
    t = d.mean() / np.sqrt(variance / n)
    t_corrected = d.mean() / np.sqrt((1 / n + test_to_train) * variance)
    p, p_corrected = (float(stdtr(n - 1, -value)) for value in (t, t_corrected))
    return FoldTest(float(d.mean()), float(t), p, float(t_corrected), p_corrected, error_bar)
