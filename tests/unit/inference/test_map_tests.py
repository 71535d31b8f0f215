"""Tests of maps, against hand-worked answers and the plain loop in permuted worlds."""

import numpy as np
import pytest
from unit import plain_loop, treacherous

from ais.engine import masking
from ais.engine.alignment import MEASURES as ALIGNMENTS
from ais.inference import map_tests
from ais.inference.nulls import permutation
from ais.stimuli.folds import pairs_of

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::scipy.stats.ConstantInputWarning")


def in_world(human, images, seed, number):
    """The judgments with rows and columns permuted, by the square matrix."""
    left, right = pairs_of(images)
    square = np.full((images, images), np.nan)
    square[left, right] = square[right, left] = human
    world = np.random.default_rng([seed, number]).permutation(images)
    return square[np.ix_(world, world)][left, right]


@pytest.mark.parametrize("alignment", ALIGNMENTS)
@pytest.mark.parametrize("missing", ["none", "some", "most"])
@pytest.mark.parametrize("name", treacherous.NAMES)
def test_permuted_worlds_equal_the_plain_loop(name, missing, alignment):
    pooled = treacherous.features(name)
    images = len(pooled)
    human = treacherous.human(images, missing=missing == "some")
    if missing == "most":
        human[np.arange(human.size) % 13 > 0] = np.nan  # few enough to be held by pair
    left, right = pairs_of(images)
    readout = masking.Pooled(pooled, "cosine", left, right)
    found = map_tests.under_label_null(readout, human, images, 4, [0, 1, 7], alignment)
    for row, number in enumerate([0, 1, 7]):
        world = in_world(human, images, 4, number)
        _, score = plain_loop.importance(pooled, world, "cosine", alignment, left, right, np.arange(world.size))
        np.testing.assert_allclose(found[row], score, rtol=0, atol=1e-12)


@pytest.mark.parametrize("missing", [False, True])
def test_a_world_does_not_depend_on_which_others_are_asked_for(missing):
    pooled = treacherous.features("plain")
    human = treacherous.human(12, missing=missing)
    readout = masking.Pooled(pooled, "cosine", *pairs_of(12))
    whole = map_tests.under_label_null(readout, human, 12, 0, range(300))
    for numbers in ([5], [299, 17], range(100, 290)):
        part = map_tests.under_label_null(readout, human, 12, 0, numbers, threads=2, memory=1 << 14)
        assert np.array_equal(part, whole[list(numbers)])
    assert map_tests.under_label_null(readout, human, 12, 0, []).shape == (0, 9)


def test_products_of_some_maps_and_worlds_at_a_time_are_the_same(monkeypatch):
    pooled = treacherous.features("plain")
    human = treacherous.human(12, missing=False)
    readout = masking.Pooled(pooled, "cosine", *pairs_of(12))
    whole = map_tests.under_label_null(readout, human, 12, 0, range(10))
    monkeypatch.setattr(map_tests, "FACTOR", 4 * 8 * human.size)
    np.testing.assert_allclose(map_tests.under_label_null(readout, human, 12, 0, range(10)), whole, atol=1e-14)


def test_permuted_pairs_by_hand():
    """Of three images, 0 → a, 1 → b, 2 → c: pairs 01, 02, 12 give way to ab, ac, bc."""
    a, b, c = permutation(3, 0, 6)
    number = {frozenset(pair): p for p, pair in enumerate([(0, 1), (0, 2), (1, 2)])}
    expected = [number[frozenset(pair)] for pair in [(a, b), (a, c), (b, c)]]
    assert map_tests.permuted_pairs(3, 0, [6]).tolist() == [expected]


def test_p_by_hand():
    """Four worlds. Map 0 is beaten once, 1 never, 2 always, 3 is dead, 4 undefined; a rounding error ties."""
    score = np.array([0.2, 0.5, -0.1, 0.0, np.nan])
    null = np.array(
        [
            [0.1, 0.1, 0.0, 0.0, 0.1],
            [0.2 - 1e-15, 0.2, 0.0, 0.0, 0.1],
            [-0.1, -0.1, 0.1, 0.0, 0.1],
            [-0.2, -0.2, -0.1, 0.0, 0.1],
        ]
    )
    test = map_tests.compare_maps(score, null)
    np.testing.assert_allclose(test.p, [2 / 5, 1 / 5, 1, 1, np.nan])
    # Sorted .2, .4, 1, 1 of four tests: 4/1 × .2, 4/2 × .4, 4/3, 4/4, the smallest from there on.
    np.testing.assert_allclose(test.q, [0.8, 0.8, 1, 1, np.nan])
    np.testing.assert_allclose(test.t[:2], [0.2 / np.std([0.2, *null[:, 0]]), 0.5 / np.std([0.5, *null[:, 1]])])
    assert test.t[3] == 0 and np.isnan(test.t[4])
    # Largest t of each world, map by map in units of its SD; the dead map's 0 is one of them.
    t = null[:, :3] / [np.std([s, *null[:, k]]) for k, s in enumerate(score[:3])]
    largest = np.maximum(t.max(axis=1), 0)
    expected = [(1 + (largest >= own - 1e-12).sum()) / 5 for own in test.t[:4]]
    np.testing.assert_allclose(test.p_max, [*expected, np.nan])


def test_undefined_worlds_do_not_count():
    test = map_tests.compare_maps(np.array([1.0, 0.5]), np.array([[np.nan, 0.0], [0.0, 1.0], [np.nan, np.nan]]))
    np.testing.assert_allclose(test.p, [1 / 2, 2 / 3])
    assert np.isfinite(test.p_max).all()


def test_without_worlds_every_p_is_one():
    test = map_tests.compare_maps(np.array([0.3, 0.0]), np.empty((0, 2)))
    assert test.p.tolist() == test.p_max.tolist() == [1, 1]


def test_nothing_is_found_where_there_is_nothing():
    """Worlds without relation against other such worlds: any map by the max-statistic in one of twenty."""
    pooled = np.random.default_rng(2).random((12, 30))
    readout = masking.Pooled(pooled, "cosine", *pairs_of(12))
    worlds = map_tests.under_label_null(readout, treacherous.human(12, missing=False), 12, 0, range(1200))
    found = np.array([(map_tests.compare_maps(world, worlds[400:]).p_max <= 0.05).any() for world in worlds[:400]])
    assert 0.02 < found.mean() < 0.085  # .05 ± three standard errors


def test_interval_by_hand():
    """Quartiles of −.1, .1, .2, .3; undefined resamples left out."""
    low, high = map_tests.interval(np.array([[0.1], [0.3], [np.nan], [-0.1], [0.2]]), 0.5)
    assert (low, high) == (pytest.approx(0.05), pytest.approx(0.225))
    assert np.isnan(map_tests.interval(np.full((4, 2), np.nan))).all()
