"""Test pairs by how many of their images training has seen."""

import numpy as np
import pytest

from ais.engine import masking
from ais.inference import exposure, nulls, procedure
from ais.stimuli.folds import pairs_of, split_images


def test_by_exposure_by_hand():
    """Four images, trained on pair 0–1 alone: 2–3 has none of them, the pairs across have one."""
    train = np.array([[True, False, False, False, False, False], [True, True, False, False, False, False]])
    both, one, none = exposure.by_exposure(train, 4)
    assert both.tolist() == [[False] * 6, [False, False, False, True, False, False]]  # 1–2, with 0–1 and 0–2 trained
    assert one[0].tolist() == [False, True, True, True, True, False]
    assert none.tolist() == [[False] * 5 + [True], [False] * 6]


def test_training_pairs_leave_test_pairs_of_every_kind():
    images, number = 20, 5
    train = exposure.training_pairs(images, number, 111)
    both, one, none = exposure.by_exposure(train, images)
    assert (train + both + one + none == 1).all()
    inside, held_out = split_images(images, number, 111)
    assert np.array_equal(none, held_out) and np.array_equal(train | both, inside)
    assert both.sum(axis=1).tolist() == [24] * 5 and train.sum(axis=1).tolist() == [96] * 5  # of 120
    assert np.array_equal(train, exposure.training_pairs(images, number, 111))
    assert not np.array_equal(train, exposure.training_pairs(images, number, 222))


@pytest.mark.parametrize("null", [False, True])
def test_a_gain_on_images_that_are_alike_to_all_is_a_gain_on_seen_images_only(null):
    """People find an image alike to all others or to none: that is no map's, and pruning learns it image by image."""
    rng = np.random.default_rng(0)
    images, maps = 40, 200
    left, right = pairs_of(images)
    pooled = np.maximum(rng.normal(size=(images, maps)), 0)
    popular = rng.normal(size=images)
    human = popular[left] + popular[right] + 0.3 * rng.normal(size=left.size)
    worlds = [nulls.permuted_labels(human, nulls.permutation(images, 1, n)) for n in range(10)] if null else [human]
    readout = masking.Pooled(pooled, "cosine", left, right)
    found = exposure.run(readout, worlds, images, procedure.prefix_grid(maps), seeds=[111, 222])
    assert found.full.shape == (3, len(worlds), 10) and found.n_retained.shape == (len(worlds), 10)
    both, one, none = found.gain.mean(axis=1)
    assert both > 0.2 and both > one > none and abs(none) < 0.1
