"""Orders of maps by each strategy, against plain loops and by hand."""

import numpy as np
import pytest
from unit import plain_loop, treacherous

from ais.engine import masking, strategies
from ais.engine.resampling import draws, score_resamples, selection_frequency
from ais.engine.similarity import MEASURES as SIMILARITIES
from ais.engine.strategies import STRATEGIES, Train

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::scipy.stats.ConstantInputWarning")


def train_on(name, similarity="cosine", **options):
    """Two thirds of the pairs to learn from, and what the plain loop needs."""
    pooled, human, left, right = treacherous.case(name)
    pairs = np.flatnonzero(np.arange(left.size) % 3 > 0)
    human, left, right = human[pairs], left[pairs], right[pairs]
    train = Train.of(masking.Pooled(pooled, similarity, left, right), human, **options)
    return train, pooled, (left, right)


def aligned(train, pooled, sides, similarity, kept):
    """Alignment with only the maps ``kept`` (list), by the plain loop."""
    some = np.zeros_like(pooled)
    some[:, kept] = pooled[:, kept]
    return plain_loop.alignment(plain_loop.similarity(some, similarity, *sides), train.human, "spearman")


@pytest.mark.parametrize("similarity", SIMILARITIES)
@pytest.mark.parametrize("name", treacherous.NAMES)
def test_keeping_and_adding_equal_masking_and_comparing(name, similarity):
    pooled, _, left, right = treacherous.case(name)
    readout = masking.Pooled(pooled, similarity, left, right)
    maps = pooled.shape[1]
    kept = np.arange(maps) % 3 > 0

    def similarities(kept):
        return plain_loop.similarity(pooled * kept, similarity, left, right)

    tolerance = {"rtol": 1e-12, "atol": 1e-12 * (np.abs(pooled).max() if similarity == "euclidean" else 1)}
    fewer = readout.keeping(kept)
    np.testing.assert_allclose(fewer.full(), similarities(kept), **tolerance)
    for k, added in zip(range(maps), readout.adding(kept, range(maps)), strict=True):
        if kept[k]:
            np.testing.assert_allclose(fewer.without(k), similarities(kept & (np.arange(maps) != k)), **tolerance)
        else:
            np.testing.assert_allclose(added, similarities(kept | (np.arange(maps) == k)), **tolerance)


@pytest.mark.parametrize("name", treacherous.NAMES)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_map_comes_once(name, strategy):
    train, pooled, _ = train_on(name)
    found = STRATEGIES[strategy](train)
    assert sorted(found.order) == list(range(pooled.shape[1]))
    assert found.kept is None or 1 <= found.kept <= pooled.shape[1]


@pytest.mark.parametrize("similarity", SIMILARITIES)
@pytest.mark.parametrize("name", ["plain", "dead and duplicate maps", "duplicate images, whole numbers"])
def test_greedy_equals_the_plain_loop(name, similarity, monkeypatch):
    monkeypatch.setattr(strategies, "GREEDY", 5)
    train, pooled, sides = train_on(name, similarity)
    by_score = STRATEGIES["one_shot"](train).order.tolist()
    picked = []
    for _ in range(5):
        rest = [k for k in by_score if k not in picked]
        values = [aligned(train, pooled, sides, similarity, [*picked, k]) for k in rest]
        best = 0 if np.isnan(values).all() else int(np.nanargmax(np.round(values, 12)))
        picked.append(rest[best])
    expected = picked + [k for k in by_score if k not in picked]
    assert STRATEGIES["greedy"](train).order.tolist() == expected


@pytest.mark.parametrize("similarity", SIMILARITIES)
def test_iterative_equals_the_plain_loop(similarity, monkeypatch):
    """A quarter of nine maps: 2, then 1 of 7, 6, 5, 4, …, scored anew in between."""
    monkeypatch.setattr(strategies, "REMOVED", 0.25)
    train, pooled, sides = train_on("dead and duplicate maps", similarity)
    left = STRATEGIES["one_shot"](train).order.tolist()
    removed = []
    for number in (2, 1, 1, 1, 1, 1, 1):
        full = aligned(train, pooled, sides, similarity, left)
        drop = {k: full - aligned(train, pooled, sides, similarity, [j for j in left if j != k]) for k in left}
        left.sort(key=lambda k: -np.inf if np.isnan(drop[k]) else -np.round(drop[k], 12))
        removed[:0] = left[len(left) - number :]
        left = left[: len(left) - number]
    assert STRATEGIES["iterative"](train).order.tolist() == left + removed


def test_a_map_without_which_nothing_is_defined_is_not_removed_first():
    train, _, _ = train_on("an image with one active map")
    assert np.isnan(train.score[3])
    assert STRATEGIES["one_shot"](train).order[-1] == 3
    assert STRATEGIES["iterative"](train).order[0] == 3


def test_stability_is_by_share_then_by_importance():
    train, _, _ = train_on("plain", seed=4)
    found = STRATEGIES["stability"](train)
    drawn = draws(np.arange(12), 12, 4, range(200))
    share = selection_frequency(score_resamples(train.masking, train.human, drawn))
    expected = sorted(range(9), key=lambda k: (-share[k], np.isnan(train.score[k]), -train.score[k], k))
    assert found.order.tolist() == expected
    assert found.kept == ((share >= 0.75).sum() or None)
    assert share.max() > 0 and len(set(share)) > 2


def test_stability_draws_from_the_train_images_alone(monkeypatch):
    asked = []
    monkeypatch.setattr(strategies, "draws", lambda images, *rest: asked.append(images) or draws(images, *rest))
    pooled, human, left, right = treacherous.case("plain")
    inside = np.flatnonzero((left > 2) & (left != 7) & (right != 7))
    STRATEGIES["stability"](Train.of(masking.Pooled(pooled, "cosine", left, right).on(inside), human[inside]))
    assert asked[0].tolist() == [3, 4, 5, 6, 8, 9, 10, 11]


def test_by_hand():
    score = np.array([0.1, -0.2, np.nan, 0.3, 0.0])
    train = Train(masking.Pooled(np.ones((3, 5)), "cosine", *np.triu_indices(3, 1)), np.arange(3.0), score, seed=2)
    assert STRATEGIES["one_shot"](train).order.tolist() == [3, 0, 4, 1, 2]
    assert STRATEGIES["reversed"](train).order.tolist() == [2, 1, 4, 0, 3]
    assert STRATEGIES["positive"](train).kept == 2
    assert STRATEGIES["random"](train).order.tolist() == np.random.default_rng(2).permutation(5).tolist()
    none = Train(train.masking, train.human, -np.ones(5))
    assert STRATEGIES["positive"](none).kept is None
