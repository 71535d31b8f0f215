"""Alignment with triplets against a plain loop: ties, undefined similarities, dead maps, empty subsets."""

from itertools import chain

import numpy as np
import pytest
from unit import plain_triplets as plain
from unit import treacherous

from ais.engine import alignment, importance, masking, pruning, triplets
from ais.engine.judged import part
from ais.engine.resampling import draws
from ais.engine.similarity import MEASURES as SIMILARITIES
from ais.engine.similarity import similarity_matrix
from ais.engine.strategies import STRATEGIES, Train

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

CASES = [name for name in treacherous.NAMES if name != "four images, one map"]


def asked(images, number=60, seed=3):
    """Triplets of random images, some asked again with other answers."""
    random = np.random.default_rng(seed)
    some = np.array([random.permutation(images)[:3] for _ in range(number)])
    return np.concatenate([some, random.permuted(some[:15], axis=1)])


def case(name, similarity):
    features = treacherous.features(name)
    answers = asked(len(features))
    judged, left, right = triplets.Triplets.of(answers)
    return features, answers, judged, masking.Pooled(features, similarity, left, right)


def subsets_of(answers, images):
    random = np.random.default_rng(0)
    folds = random.random((3, len(answers))) < 0.7
    rows = [np.flatnonzero((answers == image).any(axis=1)) for image in range(images)]
    return [np.arange(len(answers)), *folds, *rows, np.array([], int), np.array([2])]


@pytest.mark.parametrize("similarity", SIMILARITIES)
@pytest.mark.parametrize("name", CASES)
def test_importance_is_what_a_plain_loop_finds(name, similarity):
    features, answers, judged, masked = case(name, similarity)
    chosen = subsets_of(answers, len(features))
    found = importance.score_maps(masked, judged.subsets(chosen), range(masked.maps), threads=2)
    for at, subset in enumerate(chosen):
        baseline, score = plain.importance(features, answers[subset], similarity)
        np.testing.assert_allclose(found.baseline[at], baseline, atol=1e-12)
        np.testing.assert_allclose(found.score[at], score, atol=1e-12)


@pytest.mark.parametrize("similarity", SIMILARITIES)
@pytest.mark.parametrize("name", ["plain", "an image with one active map", "duplicate images, whole numbers"])
def test_curves_are_what_a_plain_loop_finds(name, similarity):
    features, answers, judged, masked = case(name, similarity)
    train = np.random.default_rng(1).random(len(answers)) < 0.6
    order = np.random.default_rng(2).permutation(masked.maps)
    on, some = part(masked, judged, np.arange(len(answers)))
    found = pruning.curve(on, order, some.subsets([train, ~train]))
    for side, own in ((found.train, train), (found.test, ~train)):
        expected = [plain.share(features * np.isin(range(masked.maps), order[:m]), answers[own], similarity)
                    for m in range(1, masked.maps + 1)]  # fmt: skip
        np.testing.assert_allclose(side, expected, atol=1e-12)


def test_ties_count_by_one_over_their_number():
    answers = np.array([[0, 1, 2], [0, 2, 1], [1, 2, 0]])
    judged, left, right = triplets.Triplets.of(answers)
    one = judged.subsets([np.array([0]), np.array([1]), np.array([2]), np.arange(3)])
    for values, expected in [
        ([3.0, 2.0, 1.0], [1, 0, 0, 1 / 3]),
        ([2.0, 2.0, 1.0], [1 / 2, 1 / 2, 0, 1 / 3]),
        ([2.0, 2.0 + 1e-15, 2.0 - 1e-15], [1 / 3, 1 / 3, 1 / 3, 1 / 3]),
        ([np.nan, 2.0, 1.0], [np.nan] * 4),
    ]:
        assert list(zip(left, right, strict=True)) == [(0, 1), (0, 2), (1, 2)]
        np.testing.assert_allclose(one.alignments(np.array([values]))[0], expected)


@pytest.mark.parametrize("similarity", SIMILARITIES)
def test_a_map_masked_in_one_image_alone(similarity):
    features, answers, judged, masked = case("dead and duplicate maps", similarity)
    found = importance.score_triplets_in_self(masked, judged, len(features), range(masked.maps))
    for image in range(len(features)):
        own = answers[(answers == image).any(axis=1)]
        for k in range(masked.maps):
            masked_in_self = features.copy()
            masked_in_self[image, k] = 0
            square = similarity_matrix(features, similarity)
            row = similarity_matrix(masked_in_self[image : image + 1], similarity, features)[0]
            square[image], square[:, image] = row, row
            expected = plain.share_of(lambda a, b, square=square: square[a, b], own)
            np.testing.assert_allclose(found.baseline[image] - found.score[image, k], expected, atol=1e-12)


def test_resamples_are_what_drawing_images_gives():
    features, answers, judged, masked = case("plain", "cosine")
    drawn = draws(np.arange(12), 12, 1, range(6))
    found = judged.resamples(drawn).alignments(masked.full()[None])[0]
    for own, times in zip(found, drawn, strict=True):
        copies = np.repeat(answers, times[answers].prod(axis=1), axis=0)
        np.testing.assert_allclose(own, plain.share(features, copies, "cosine"), atol=1e-12)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_orders_all_maps(strategy):
    *_, judged, masked = case("dead and duplicate maps", "cosine")
    score = importance.score_maps(masked, judged.subsets([np.arange(judged.size)]), range(masked.maps)).score[0]
    ordered = STRATEGIES[strategy](Train(masked, judged, score, triplets.MEASURE, 1))
    assert sorted(ordered.order) == list(range(masked.maps))


def test_a_stream_is_as_all_at_once():
    *_, judged, masked = case("plain", "cosine")
    subsets = judged.subsets([np.arange(judged.size), np.arange(9)])
    rows = np.array([masked.without(k) for k in range(masked.maps)])
    assert np.array_equal(subsets.each(iter(rows), memory=1), subsets.alignments(rows))
    assert subsets.each(iter([])).shape == (0, 2)
    assert alignment.Subsets.of(judged, [np.arange(9)], "triplets").alignments(rows).shape == (masked.maps, 1)


def test_other_answers_keep_the_questions():
    answers = asked(9)
    judged, left, right = triplets.Triplets.of(answers)
    for choice in range(3):
        other = judged.answered(np.full(judged.size, choice))
        assert np.array_equal(other.pairs[:, 0], judged.pairs[:, choice])
        assert np.array_equal(np.sort(other.images, axis=1), np.sort(answers, axis=1))
        for column, (one, two) in enumerate(((0, 1), (0, 2), (1, 2))):
            of_pair = np.sort(np.stack([left[other.pairs[:, column]], right[other.pairs[:, column]]], axis=1), axis=1)
            assert np.array_equal(of_pair, np.sort(other.images[:, [one, two]], axis=1))


@pytest.mark.parametrize("similarity", SIMILARITIES)
@pytest.mark.parametrize("name", CASES)
def test_without_any_square_the_same(name, similarity, monkeypatch):
    features, _answers, _judged, masked = case(name, similarity)
    kept = np.arange(masked.maps) % 2 == 0
    order = range(masked.maps)

    def everything(masked):
        other = masked.between(masked.right, masked.left)
        some = masked.on(np.arange(4)).without(2), other.full(), masked.keeping(kept).full()
        kinds = (masked.without(k) for k in order), masked.growing(order, [2, 5]), masked.adding(kept, [1, 3])
        return [masked.full(), *some, *chain(*kinds)]

    by_square = everything(masked)
    monkeypatch.setattr(masking, "SQUARE", 0)
    alone = everything(masking.Pooled(features, similarity, masked.left, masked.right))
    for one, other in zip(by_square, alone, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-10 * max(1e-300, np.nanmax(np.abs(one))))
