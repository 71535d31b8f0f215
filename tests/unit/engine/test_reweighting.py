"""Weights of maps: the sums by hand, the fit against SciPy's non-negative least squares."""

import numpy as np
import pytest
from scipy import optimize
from unit import plain_loop, treacherous

from ais.engine import reweighting
from ais.engine.reweighting import PENALTIES, Shares, nonnegative_ridge, ridge_path
from ais.stimuli.folds import pairs_of, split_images


@pytest.mark.parametrize("similarity", ["cosine", "correlation", "euclidean"])
@pytest.mark.parametrize("memory", [1, 1 << 20])
def test_plain_sums_are_the_similarity_of_all_maps(similarity, memory):
    pooled, _, left, right = treacherous.case("dead and duplicate maps")
    pairs = np.arange(left.size)[::-1]
    found = Shares(pooled, similarity, left, right, memory).similarities(np.ones(9), pairs)
    expected = plain_loop.similarity(pooled, similarity, left, right)[pairs]
    np.testing.assert_allclose(found, -(expected**2) if similarity == "euclidean" else expected, atol=1e-13)


def test_a_dead_image_contributes_nothing():
    pooled, _, left, right = treacherous.case("a dead image")
    found = Shares(pooled, "cosine", left, right).similarities(np.ones(9), np.arange(left.size))
    assert (found[(left == 4) | (right == 4)] == 0).all() and np.isfinite(found).all()


@pytest.mark.parametrize("memory", [1, 1 << 20])
def test_normal_equations_are_those_of_centred_shares(memory):
    pooled, human, left, right = treacherous.case("plain")
    pairs = np.flatnonzero(~np.isnan(human))[::2]
    shares = Shares(pooled, "cosine", left, right, memory)
    unit = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
    x = unit[left[pairs]] * unit[right[pairs]]
    x, y = x - x.mean(axis=0), human[pairs] - human[pairs].mean()
    products, with_human = shares.normal_equations(human, pairs)
    np.testing.assert_allclose(products, x.T @ x, atol=1e-12)
    np.testing.assert_allclose(with_human, x.T @ y, atol=1e-12)


@pytest.mark.parametrize("name", ["plain", "dead and duplicate maps", "signed"])
def test_the_fit_is_non_negative_least_squares(name):
    """|y − Xw|² + λ|w|² is least squares on X with √λ·1 below it, and 0 below y."""
    pooled, human, left, right = treacherous.case(name)
    pairs = np.flatnonzero(~np.isnan(human))
    shares = Shares(pooled, "cosine", left, right)
    x = np.concatenate([share for _, share in shares.blocks(pairs)])
    x, y = x - x.mean(axis=0), human[pairs] - human[pairs].mean()
    found = ridge_path(*shares.normal_equations(human, pairs))
    assert found.shape == (9, PENALTIES.size) and (found >= 0).all() and (found > 0).any()
    for penalty, weight in zip(PENALTIES, found.T, strict=True):
        ridge = np.sqrt(penalty * np.linalg.eigvalsh(x.T @ x).max())
        expected, _ = optimize.nnls(np.vstack([x, ridge * np.eye(9)]), np.concatenate([y, np.zeros(9)]))
        np.testing.assert_allclose(weight, expected, atol=2e-4 * expected.max())


def test_weights_that_were_planted_are_found():
    """Three of twelve maps make the ratings: they get the weight, and held-out images are predicted."""
    pooled = np.random.default_rng(0).random((30, 12))
    left, right = pairs_of(30)
    shares = Shares(pooled, "cosine", left, right)
    weight = np.zeros(12)
    weight[[2, 5, 7]] = [3, 1, 2]
    human = shares.similarities(weight, np.arange(left.size))
    human[::9] = np.nan
    train, test = (side[0] for side in split_images(30, 5, 0))
    found = nonnegative_ridge(shares, human, train)
    assert found.penalty <= 1e-3 and found.inner.shape == PENALTIES.shape  # no noise: next to no ridge
    np.testing.assert_allclose(found.weight, weight, atol=0.05)
    pairs = np.flatnonzero(test)
    assert plain_loop.alignment(shares.similarities(found.weight, pairs), human[pairs], "spearman") > 0.99


def test_the_penalty_is_chosen_inside_the_train_images_alone():
    pooled = np.random.default_rng(0).random((30, 12))
    left, right = pairs_of(30)
    human = treacherous.human(30)
    train, test = (side[0] for side in split_images(30, 5, 0))
    shares = Shares(pooled, "cosine", left, right)
    one = nonnegative_ridge(shares, human, train, seed=3)
    human[~train] = np.random.default_rng(1).random((~train).sum())
    other = nonnegative_ridge(shares, human, train, seed=3)
    assert one.penalty == other.penalty and np.array_equal(one.weight, other.weight)
    assert test.any() and not np.array_equal(nonnegative_ridge(shares, human, train, seed=4).inner, one.inner)


def test_where_nothing_can_be_judged_the_strongest_ridge_is_taken():
    pooled, human, left, right = treacherous.case("four images, one map")
    found = nonnegative_ridge(Shares(pooled, "cosine", left, right), human, np.ones(left.size, dtype=bool))
    assert found.penalty == reweighting.PENALTIES[0] and found.weight.tolist() == [0]
    assert np.isnan(found.inner).all()
