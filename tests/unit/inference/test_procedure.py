"""The whole procedure in many worlds, against the same as plain loops and against the engine's own steps."""

import numpy as np
import pytest
from unit import plain_loop, treacherous

from ais.engine import importance, masking, pruning, reweighting
from ais.engine.alignment import MEASURES as ALIGNMENTS
from ais.engine.alignment import Subsets
from ais.engine.alignment import alignment as aligned
from ais.engine.strategies import STRATEGIES, Train
from ais.inference import nulls, procedure
from ais.inference.outcomes import Outcome
from ais.stimuli import folds

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::scipy.stats.ConstantInputWarning")

CASES = [name for name in treacherous.NAMES if name != "four images, one map"]
GRID = [1, 2, 3, 5, 7, 9]


def folds_of(images):
    """Folds by pairs, folds by images, one with constant train ratings (one pair), one without test pairs."""
    sides = [folds.split_pairs(images, 3, 111), folds.split_images(images, 3, 111)]
    train, test = (np.concatenate(side) for side in zip(*sides, strict=True))
    one = np.arange(train.shape[1]) == 5
    none = np.zeros_like(one)
    return np.concatenate([train, [one], [~one]]), np.concatenate([test, [~one], [none]])


def worlds_of(human, network, images):
    """The observed world, with its missing pairs and with them filled, and nulls of both."""
    filled = np.where(np.isnan(human), 0.5, human)
    orders = [nulls.permutation(images, 1, number) for number in range(2)]
    return [
        *(human, filled),
        *(nulls.permuted_labels(some, order) for some in (human, filled) for order in orders),
        *(nulls.matched(some, network, orders[0]) for some in (human, filled)),
        np.full(human.size, 0.5),
    ]


def plainly(pooled, human, measure, alignment, left, right, train, test):
    """One fold: full, retained and the number retained, by METHOD.md to the letter, on the grid."""
    train, test = np.flatnonzero(train), np.flatnonzero(test)

    def aligned(embedding, subset):
        judged = subset[~np.isnan(human[subset])]
        if judged.size == 0:
            return np.nan
        network = plain_loop.similarity(embedding, measure, left[judged], right[judged])
        return np.nan if np.isnan(network).any() else plain_loop.alignment(network, human[judged], alignment)

    def kept(maps):
        some = np.zeros_like(pooled)
        some[:, maps] = pooled[:, maps]
        return some

    everything = np.arange(pooled.shape[1])
    score = [aligned(pooled, train) - aligned(kept(everything != k), train) for k in everything]
    # Scores and alignments that are equal in exact arithmetic are equal: to twelve digits.
    order = np.argsort(-np.round(score, 12), kind="stable")
    on_train = np.round([aligned(kept(order[:number]), train) for number in GRID], 12)
    full = aligned(pooled, test)
    if np.isnan(on_train).all():
        return full, np.nan, 0
    number = GRID[np.nanargmax(on_train)]
    return full, aligned(kept(order[:number]), test), number


@pytest.mark.parametrize("alignment", ALIGNMENTS)
@pytest.mark.parametrize("name", CASES)
def test_every_world_and_fold_equals_the_plain_loops(name, alignment):
    pooled, human, left, right = treacherous.case(name)
    readout = masking.Pooled(pooled, "cosine", left, right)
    train, test = folds_of(len(pooled))
    worlds = worlds_of(human, readout.full(), len(pooled))
    if alignment != "spearman":
        worlds = [worlds[0], worlds[3], worlds[-1]]
    found = procedure.run(readout, worlds, train, test, GRID, alignment)
    assert found.full.shape == found.retained.shape == found.n_retained.shape == (len(worlds), len(train))
    for world, human in enumerate(worlds):
        for fold in range(len(train)):
            expected = plainly(pooled, human, "cosine", alignment, left, right, train[fold], test[fold])
            here = found.full[world, fold], found.retained[world, fold], found.n_retained[world, fold]
            np.testing.assert_allclose(here, expected, rtol=0, atol=1e-11)
    assert np.isnan(found.full[:, -1]).all() and (found.n_retained[:, -2] == 0).all()
    assert (np.isfinite(found.gain[:-1]).all() or name == "a dead image") and np.isnan(found.gain[-1])


@pytest.mark.parametrize("similarity", ["cosine", "correlation", "euclidean"])
def test_more_images_than_a_merge_sort_orders_equal_the_engines_own_steps(similarity):
    rng = np.random.default_rng(0)
    images, maps = 30, 40
    pooled = np.maximum(rng.normal(size=(images, maps)), 0)
    pooled[:, 3], pooled[:, 8], pooled[4] = 0, pooled[:, 9], pooled[5]
    left, right = folds.pairs_of(images)
    readout = masking.Pooled(pooled, similarity, left, right)
    human = treacherous.human(images, missing=False)
    worlds = [human, nulls.permuted_labels(human, nulls.permutation(images, 1, 0)), treacherous.human(images, 4)]
    train, test = folds.make(images, "images", 3, [111, 222])
    grid = procedure.prefix_grid(maps, 12)
    found = procedure.run(readout, worlds, train, test, grid)
    for world, human in enumerate(worlds):
        score = importance.score_maps(readout, Subsets.of(human, list(train)), range(maps)).score
        for fold in range(len(train)):
            subsets = Subsets.of(human, [train[fold], test[fold]])
            curve = pruning.curve(readout, pruning.ranking(score[fold]), subsets)
            best = np.nanargmax(curve.train[grid - 1])
            assert found.n_retained[world, fold] == grid[best]
            np.testing.assert_allclose(found.retained[world, fold], curve.test[grid[best] - 1], rtol=0, atol=1e-12)
            np.testing.assert_allclose(found.full[world, fold], curve.test[-1], rtol=0, atol=1e-12)


@pytest.mark.parametrize(("at_once", "memory"), [(1, 1), (2, 1 << 12), (5, 1 << 28), (100, 1)])
def test_not_a_bit_depends_on_blocks_and_memory(at_once, memory):
    pooled, human, left, right = treacherous.case("duplicate images, whole numbers")
    readout = masking.Pooled(pooled, "cosine", left, right)
    sides = folds_of(len(pooled))
    worlds = worlds_of(human, readout.full(), len(pooled))
    one = procedure.run(readout, worlds, *sides, GRID)
    other = procedure.run(readout, iter(worlds), *sides, GRID, at_once=at_once, memory=memory)
    for side in ("full", "retained", "n_retained"):
        assert np.array_equal(getattr(one, side), getattr(other, side), equal_nan=True)


def test_several_kinds_of_test_pairs_are_each_by_itself():
    pooled, human, left, right = treacherous.case("plain")
    readout = masking.Pooled(pooled, "cosine", left, right)
    train, test = folds.split_pairs(len(pooled), 4, 111)
    half = np.arange(human.size) % 2 == 0
    both = procedure.run(readout, [human], train, np.array([test & half, test & ~half]), GRID)
    assert both.full.shape == (2, 1, 4) and both.n_retained.shape == (1, 4) and both.gain.shape == (2, 1)
    for kind, own in enumerate((half, ~half)):
        alone = procedure.run(readout, [human], train, test & own, GRID)
        assert np.array_equal(both.retained[kind], alone.retained)
        assert np.array_equal(both.gain[kind], alone.gain)


def test_a_readout_that_runs_the_network_equals_the_engines_own_steps():
    rng = np.random.default_rng(0)
    images, maps = 10, 8
    features = np.maximum(rng.normal(size=(images, maps, 2, 2)) - 0.5, 0).astype(np.float32)
    weight = rng.normal(size=(maps * 4, 6))

    def embed(some):
        # One image at a time, so that no sum depends on how many are embedded.
        return np.array([np.maximum(image.ravel() @ weight, 0) + 0.1 for image in some])

    readout = masking.Network(features, np.full((images, 2), 2), embed, "cosine", *folds.pairs_of(images))
    human = rng.random(images * (images - 1) // 2)
    train, test = folds.split_pairs(images, 3, 111)
    grid = np.array([1, 2, 5, 8])
    found = procedure.run(readout, [human], train, test, grid)
    score = importance.score_maps(readout, Subsets.of(human, list(train)), range(maps)).score
    for fold in range(3):
        subsets = Subsets.of(human, [train[fold], test[fold]])
        curve = pruning.curve(readout, pruning.ranking(score[fold]), subsets)
        best = grid[np.nanargmax(curve.train[grid - 1])]
        assert found.n_retained[0, fold] == best
        np.testing.assert_allclose(found.retained[0, fold], curve.test[best - 1], rtol=0, atol=1e-12)
        np.testing.assert_allclose(found.full[0, fold], curve.test[-1], rtol=0, atol=1e-12)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_equals_the_engines_own_steps(strategy, monkeypatch):
    monkeypatch.setattr("ais.engine.strategies.RESAMPLES", 10)
    pooled, human, left, right = treacherous.case("duplicate images, whole numbers")
    readout = masking.Pooled(pooled, "cosine", left, right)
    train, test = folds_of(len(pooled))
    worlds = [human, nulls.permuted_labels(human, nulls.permutation(len(pooled), 1, 0))]
    grid = np.arange(1, pooled.shape[1] + 1)
    found = procedure.run(readout, worlds, train, test, grid, strategy=strategy)
    for world, human in enumerate(worlds):
        score = importance.score_maps(readout, Subsets.of(human, list(train)), grid - 1).score
        for fold, (in_train, in_test) in enumerate(zip(train, test, strict=True)):
            learn = Train(readout.on(np.flatnonzero(in_train)), human[in_train], score[fold], seed=fold)
            ordered = STRATEGIES[strategy](learn)
            curve = pruning.curve(readout, ordered.order, Subsets.of(human, [in_train, in_test]))
            undefined = ordered.kept is None and np.isnan(curve.train).all()
            kept = 0 if undefined else ordered.kept or curve.retained
            assert found.n_retained[world, fold] == kept
            expected = np.nan if undefined else curve.test[kept - 1]
            np.testing.assert_allclose(found.retained[world, fold], expected, rtol=0, atol=1e-12)


def test_reweighting_equals_the_engines_own_steps():
    pooled, human, left, right = treacherous.case("plain")
    readout = masking.Pooled(pooled, "cosine", left, right)
    train, test = folds.make(len(pooled), "pairs", 3, [111])
    found = procedure.run_reweighted(readout, [human, human[::-1]], train, test)
    assert found.full.shape == (2, 3) and found.n_retained.dtype == int
    shares = reweighting.Shares(pooled, "cosine", left, right)
    for fold in range(3):
        weight = reweighting.nonnegative_ridge(shares, human, train[fold], seed=fold).weight
        pairs = np.flatnonzero(test[fold])
        retained = aligned(shares.similarities(weight, pairs), human[pairs])
        assert found.retained[0, fold] == pytest.approx(retained) and found.n_retained[0, fold] == (weight > 0).sum()
        assert found.full[0, fold] == pytest.approx(aligned(readout.full()[pairs], human[pairs]))


def test_subsets_that_overlap_and_grids_that_stop_early_are_refused():
    pooled, human, left, right = treacherous.case("plain")
    train, test = folds.split_pairs(len(pooled), 4, 111)
    readout = masking.Pooled(pooled, "cosine", left, right)
    with pytest.raises(ValueError, match="overlap"):
        procedure.run(readout, [human], train, train, GRID)
    with pytest.raises(ValueError, match="all 9 maps, not at 5"):
        procedure.run(readout, [human], train, test, [1, 5])


def test_gain_is_taken_over_folds_that_have_both():
    """Folds .1, NaN (no full), NaN (nothing retained), .3: mean .2; a world without any: NaN."""
    full = np.array([[0.5, np.nan, 0.5, 0.4], [np.nan] * 4])
    retained = np.array([[0.6, 0.9, np.nan, 0.7], [0.1] * 4])
    np.testing.assert_allclose(Outcome(full, retained, np.ones((2, 4), int)).gain, [0.2, np.nan])


@pytest.mark.parametrize("maps", [1, 2, 9, 34, 35, 36, 50, 512, 1280, 2208])
def test_the_grid_is_geometric_and_has_both_ends(maps):
    grid = procedure.prefix_grid(maps)
    assert grid[0] == 1 and grid[-1] == maps and grid.size == min(35, maps) and (np.diff(grid) >= 1).all()
    ratio = grid[1:] / grid[:-1]
    assert maps < 100 or np.ptp(ratio[-8:]) < 0.02
