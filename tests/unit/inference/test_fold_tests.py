"""Tests over folds, by hand and against SciPy."""

import numpy as np
import pytest
from scipy import stats

from ais.inference.fold_tests import compare_folds


def test_by_hand():
    """d = 1, 2, 3: mean 2, var 1. t = 2/√(1/3); corrected 2/√(1/3 + 1/4); bar √(14/6)."""
    test = compare_folds(np.array([2.0, 4, 6]), np.array([1.0, 2, 3]), test_to_train=0.25)
    assert test.difference == 2
    assert test.t == pytest.approx(2 / np.sqrt(1 / 3))
    assert test.t_corrected == pytest.approx(2 / np.sqrt(1 / 3 + 1 / 4))
    assert test.error_bar == pytest.approx(np.sqrt(14 / 6))
    assert test.p_corrected == pytest.approx(stats.t.sf(test.t_corrected, 2))


def test_uncorrected_is_the_paired_t_test_and_nan_folds_are_left_out():
    rng = np.random.default_rng(0)
    better, worse = rng.random(40) + 0.2, rng.random(40)
    expected = stats.ttest_rel(better, worse, alternative="greater")
    test = compare_folds(np.append(better, np.nan), np.append(worse, 0.5), test_to_train=0.25)
    assert (test.t, test.p) == pytest.approx((expected.statistic, expected.pvalue))
    assert test.p_corrected > test.p


def test_no_variance_gives_no_p():
    test = compare_folds(np.ones(5), np.zeros(5), test_to_train=0.25)
    assert test.difference == 1 and np.isnan(test.p) and np.isnan(test.p_corrected)
