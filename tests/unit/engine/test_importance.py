"""Importance scores and pruning curves from shortcuts, against the plain loop."""

import numpy as np
import pytest
from unit import plain_loop, treacherous

from ais.artifacts.shards import shard_of
from ais.engine import importance, masking, pruning
from ais.engine.alignment import MEASURES as ALIGNMENTS
from ais.engine.alignment import Subsets
from ais.engine.similarity import MEASURES as SIMILARITIES
from ais.engine.similarity import similarity_matrix

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::scipy.stats.ConstantInputWarning")


def subsets_of(left, right, images):
    """The set, two overlapping 'folds', and every image's row."""
    pairs = np.arange(left.size)
    return [
        pairs,
        pairs[pairs % 3 != 0],
        pairs[pairs % 2 == 0],
        *importance.image_rows(left, right, images),
    ]


@pytest.mark.parametrize("alignment", ALIGNMENTS)
@pytest.mark.parametrize("similarity", SIMILARITIES)
@pytest.mark.parametrize("name", treacherous.NAMES)
def test_scores_equal_the_plain_loop(name, similarity, alignment):
    pooled, human, left, right = treacherous.case(name)
    subsets = subsets_of(left, right, len(pooled))
    scores = importance.score_maps(
        masking.Pooled(pooled, similarity, left, right),
        Subsets.of(human, subsets, alignment),
        range(pooled.shape[1]),
    )
    for row, subset in enumerate(subsets):
        baseline, score = plain_loop.importance(pooled, human, similarity, alignment, left, right, subset)
        np.testing.assert_allclose(scores.baseline[row], baseline, rtol=0, atol=1e-12)
        np.testing.assert_allclose(scores.score[row], score, rtol=0, atol=1e-12)


@pytest.mark.parametrize("similarity", SIMILARITIES)
@pytest.mark.parametrize("name", treacherous.NAMES)
def test_curves_equal_the_plain_loop(name, similarity):
    pooled, human, left, right = treacherous.case(name)
    pairs = np.arange(left.size)
    train, test = pairs[pairs % 4 != 1], pairs[pairs % 4 == 1]
    order = np.random.default_rng(1).permutation(pooled.shape[1])
    curve = pruning.curve(masking.Pooled(pooled, similarity, left, right), order, Subsets.of(human, [train, test]))
    for side, subset in ((curve.train, train), (curve.test, test)):
        expected = plain_loop.curve(pooled, human, similarity, "spearman", left, right, subset, order)
        np.testing.assert_allclose(side, expected, rtol=0, atol=1e-12)


def test_a_dead_map_scores_exactly_zero_and_a_duplicate_the_same():
    pooled, human, left, right = treacherous.case("dead and duplicate maps")
    subsets = Subsets.of(human, subsets_of(left, right, len(pooled)))
    score = importance.score_maps(masking.Pooled(pooled, "cosine", left, right), subsets, range(9)).score
    assert (score[:, 2] == 0).all()
    assert np.array_equal(score[:, 4], score[:, 5])
    assert (score != 0).any()


@pytest.mark.parametrize("shards", [2, 3, 7, 9])
def test_scores_do_not_depend_on_shards(shards):
    pooled, human, left, right = treacherous.case("plain")
    subsets = Subsets.of(human, subsets_of(left, right, len(pooled)))
    whole = importance.score_maps(masking.Pooled(pooled, "cosine", left, right), subsets, range(9))
    parts = [
        importance.score_maps(masking.Pooled(pooled, "cosine", left, right), subsets, shard_of(9, shard, shards)).score
        for shard in range(1, shards + 1)
    ]
    assert np.array_equal(np.concatenate(parts, axis=1), whole.score)


@pytest.mark.parametrize(("threads", "memory"), [(2, 1), (3, 1 << 30)])
def test_scores_do_not_depend_on_threads_and_memory(threads, memory):
    pooled, human, left, right = treacherous.case("plain")
    subsets = Subsets.of(human, subsets_of(left, right, len(pooled)))
    readout = masking.Pooled(np.tile(pooled, 7), "cosine", left, right)
    one = importance.score_maps(readout, subsets, range(63))
    other = importance.score_maps(readout, subsets, range(63), threads, memory)
    assert np.array_equal(one.score, other.score)


@pytest.mark.parametrize("scale", [1e-12, 3e-150, 1e12])
def test_scores_do_not_depend_on_the_scale_of_the_features(scale):
    pooled, human, left, right = treacherous.case("plain")
    subsets = Subsets.of(human, subsets_of(left, right, len(pooled)))
    for similarity in SIMILARITIES:
        one = importance.score_maps(masking.Pooled(pooled, similarity, left, right), subsets, range(9))
        other = importance.score_maps(masking.Pooled(scale * pooled, similarity, left, right), subsets, range(9))
        np.testing.assert_allclose(other.score, one.score, rtol=0, atol=1e-12)


@pytest.mark.parametrize("similarity", SIMILARITIES)
def test_masking_in_one_image_alone_equals_the_plain_loop(similarity):
    pooled, human, left, right = treacherous.case("dead and duplicate maps")
    images = len(pooled)
    square = np.full((images, images), np.nan)
    square[left, right] = square[right, left] = human
    scores = importance.score_maps_in_self(
        masking.Pooled(pooled, similarity, left, right), square, "spearman", range(9)
    )
    for i in range(images):
        others = np.array([j for j in range(images) if j != i])
        ours = np.full(others.size, i)
        full = plain_loop.similarity(pooled, similarity, ours, others)
        baseline = plain_loop.alignment(full, square[i, others], "spearman")
        np.testing.assert_allclose(scores.baseline[i], baseline, atol=1e-12)
        for k in range(9):
            masked = pooled.copy()
            masked[i, k] = 0  # in image i alone
            network = plain_loop.similarity(masked, similarity, ours, others)
            expected = baseline - plain_loop.alignment(network, square[i, others], "spearman")
            np.testing.assert_allclose(scores.score[i, k], expected, atol=1e-12)


@pytest.mark.parametrize("similarity", SIMILARITIES)
def test_masked_similarities_equal_masking_and_comparing(similarity):
    pooled, _, left, right = treacherous.case("an image with almost one active map")
    readout = masking.Pooled(pooled, similarity, left, right)
    np.testing.assert_allclose(
        readout.full(), similarity_matrix(pooled, similarity)[left, right], rtol=1e-13, atol=1e-13
    )
    for k in range(pooled.shape[1]):
        masked = pooled * (np.arange(pooled.shape[1]) != k)
        expected = similarity_matrix(masked, similarity)[left, right]
        np.testing.assert_allclose(readout.without(k), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("similarity", SIMILARITIES)
@pytest.mark.parametrize("name", treacherous.NAMES)
def test_growing_at_some_prefixes_is_growing_there(name, similarity):
    pooled, _, left, right = treacherous.case(name)
    readout = masking.Pooled(pooled, similarity, left, right).on(np.arange(left.size)[::-2])
    order = np.random.default_rng(1).permutation(readout.maps)
    at = sorted({1, max(1, readout.maps - 5), readout.maps})
    expected = np.array(list(readout.growing(order)))[np.array(at) - 1]
    scale = np.nanmax(np.abs(expected), initial=1e-300)
    np.testing.assert_allclose(list(readout.growing(order, at)), expected, rtol=0, atol=1e-13 * scale)


def test_image_rows_hold_each_images_pairs():
    left, right = np.triu_indices(5, 1)
    for image, pairs in enumerate(importance.image_rows(left, right, 5)):
        assert sorted(pairs) == [p for p in range(10) if image in (left[p], right[p])]
