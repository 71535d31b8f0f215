"""Tests of paired differences over images."""

import numpy as np


def compare_images(better: np.ndarray, worse: np.ndarray) -> float:
    """One-sided p of Wilcoxon's signed-rank test that ``better`` > ``worse``, both (images,).

    Images where either is NaN are left out, those without a difference by Wilcoxon's own rule. NaN where
    no difference is left.
    """
    from scipy import stats  # slow to load

    d = better - worse
    d = d[~np.isnan(d)]
    return float(stats.wilcoxon(d, alternative="greater").pvalue) if (d != 0).any() else np.nan
