"""Shapley values from random orders, against the plain loop and all orders of a few maps."""

from itertools import permutations

import numpy as np
import pytest
from unit import plain_loop, treacherous

from ais.engine import masking
from ais.inference import shapley
from ais.stimuli.folds import pairs_of

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::scipy.stats.ConstantInputWarning")


def plain(pooled, human, order):
    """What each map adds along one order, undefined alignments counting 0."""
    left, right = pairs_of(len(pooled))
    pairs = np.arange(left.size)
    values = np.nan_to_num(plain_loop.curve(pooled, human, "cosine", "spearman", left, right, pairs, order))
    added, before = np.zeros(len(order)), 0.0
    for k, value in zip(order, values, strict=True):
        added[k] = value - before
        before = value
    return added


UNDEFINED = ["a dead image", "four images, one map"]  # with all maps


@pytest.mark.parametrize("name", [name for name in treacherous.NAMES if name not in UNDEFINED])
def test_contributions_equal_the_plain_loop_and_sum_to_the_alignment(name):
    pooled, human, left, right = treacherous.case(name)
    readout = masking.Pooled(pooled, "cosine", left, right)
    found = shapley.contributions(readout, human, 2, [0, 5])
    for row, number in enumerate([0, 5]):
        order = shapley.order(readout.maps, 2, number)
        np.testing.assert_allclose(found[row], plain(pooled, human, order), rtol=0, atol=1e-12)
    whole = plain_loop.alignment(plain_loop.similarity(pooled, "cosine", left, right), human, "spearman")
    np.testing.assert_allclose(found.sum(axis=1), whole, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", UNDEFINED)
def test_undefined_with_all_maps_is_undefined(name):
    pooled, human, left, right = treacherous.case(name)
    assert np.isnan(shapley.contributions(masking.Pooled(pooled, "cosine", left, right), human, 0, [0])).all()


def test_many_orders_come_near_the_mean_over_all_orders():
    pooled = np.random.default_rng(5).random((8, 4))
    human = treacherous.human(8)
    exact = np.mean([plain(pooled, human, order) for order in permutations(range(4))], axis=0)
    found = shapley.contributions(masking.Pooled(pooled, "cosine", *pairs_of(8)), human, 0, range(2000))
    assert np.abs(found.mean(axis=0) - exact).max() < 0.02


def test_a_dead_map_is_worth_nothing_and_numbers_can_be_dealt_out():
    pooled, human, left, right = treacherous.case("dead and duplicate maps")
    readout = masking.Pooled(pooled, "cosine", left, right)
    whole = shapley.contributions(readout, human, 0, range(6))
    assert (whole[:, 2] == 0).all()
    assert np.array_equal(shapley.contributions(readout, human, 0, [4, 1]), whole[[4, 1]])


def test_split_half_by_hand():
    """Even orders mean 1, 2, 3; odd ones 1, 2, 4: r = 3/√(2 · 14/3)."""
    given = np.array([[0.0, 2, 4], [1, 2, 4], [2, 2, 2]])
    assert shapley.split_half(given) == pytest.approx(3 / np.sqrt(2 * 14 / 3))
    assert np.isnan(shapley.split_half(given[:1]))
    assert np.isnan(shapley.split_half(np.ones((2, 3))))
