"""Permuting the pairing of two things with images: by hand, calibrated, and blind to what all images share."""

from itertools import permutations

import numpy as np
import pytest

from ais.inference import pairing
from ais.inference.bootstrap import bootstrap


def test_all_permutations_of_a_small_set():
    table = np.random.default_rng(0).random((4, 4))
    plain = [np.mean([table[i, order[i]] for i in range(4)]) for order in permutations(range(4))]
    observed, p = pairing.compare_pairing(table, number=20_000)
    assert observed == np.diagonal(table).mean()
    assert p == pytest.approx(np.mean(np.array(plain) >= observed - 1e-12), abs=0.02)


def test_the_pairing_as_it_is_counts_as_one():
    table = np.eye(30)
    assert pairing.compare_pairing(table, number=99) == (1.0, 0.01)
    assert pairing.compare_pairing(np.ones((5, 5)), number=99) == (1.0, 1.0)


def test_it_is_calibrated_whatever_images_share():
    """Heatmaps and saliency of which each has its own strength, but which know nothing of each other."""
    random = np.random.default_rng(1)
    worlds = [random.normal(size=(15, 1)) + random.normal(size=15) + random.normal(size=(15, 15)) for _ in range(400)]
    p = [pairing.compare_pairing(3 + world, number=199)[1] for world in worlds]
    assert np.mean(np.array(p) <= 0.05) == pytest.approx(0.05, abs=0.025)
    assert np.mean(np.array(p) <= 0.5) == pytest.approx(0.5, abs=0.08)


def test_a_median_is_tested_as_a_median():
    table = np.random.default_rng(2).random((9, 9))
    table[0, 0] = np.inf
    observed, p = pairing.compare_pairing(table, "median", number=999)
    assert observed == np.median(np.diagonal(table))
    orders = pairing.permutations(9, 999)
    medians = np.array([np.median(table[range(9), order]) for order in orders])
    assert p == (1 + (medians >= observed).sum()) / 1000


def test_undefined_pairs_are_left_out_where_they_come():
    table = np.random.default_rng(3).random((7, 7))
    table[2, 5] = np.nan
    orders = pairing.permutations(7, 50)
    assert pairing.permuted(table, number=50) == pytest.approx([np.nanmean(table[range(7), order]) for order in orders])


def test_memory_changes_nothing(monkeypatch):
    table = np.random.default_rng(3).random((11, 11))
    whole = pairing.permuted(table, number=30)
    monkeypatch.setattr(pairing, "MEMORY", 50)
    assert np.array_equal(pairing.permuted(table, number=30), whole)
    orders = pairing.permutations(11, 30)
    assert (np.sort(orders, axis=1) == np.arange(11)).all()
    assert len(np.unique(orders, axis=0)) == 30


def test_all_others_and_never_the_own():
    table = np.arange(9.0).reshape(3, 3)
    assert pairing.others(table).tolist() == [1.5, 4.0, 6.5]
    table[0, 1] = np.inf
    assert pairing.others(table, "median")[0] == np.inf
    assert np.isnan(pairing.others(np.ones((1, 1)))).all()
    assert np.isnan(pairing.compare_pairing(np.empty((0, 0)))).all()


def test_bootstrap_interval_covers_as_it_says():
    random = np.random.default_rng(4)
    draws = random.exponential(size=(400, 60))
    covered = [found.low < 1 < found.high for found in map(bootstrap, draws)]
    assert np.mean(covered) == pytest.approx(0.94, abs=0.035)


def test_bootstrap_against_drawing_images_one_by_one():
    values = np.random.default_rng(5).normal(size=40)
    random = np.random.default_rng(6)
    means = [values[random.integers(0, 40, 40)].mean() for _ in range(5000)]
    found = bootstrap(np.append(values, np.nan))
    assert found.mean == pytest.approx(values.mean())
    assert (found.low, found.high) == pytest.approx(np.quantile(means, [0.025, 0.975]), abs=0.02)


def test_too_few_images_for_an_interval():
    assert bootstrap(np.array([np.nan, 2.0])).mean == 2
    assert np.isnan(bootstrap(np.array([np.nan, 2.0])).low)
    assert np.isnan(bootstrap(np.array([])).mean)
