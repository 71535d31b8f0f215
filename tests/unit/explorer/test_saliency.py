"""Small saliency: means over cells, each image's own shape."""

import numpy as np

from ais.explorer import saliency


def test_cells_are_means_over_their_pixels():
    values = np.random.default_rng(6).random((64, 96)).astype(np.float32)
    found = saliency.small(values)
    assert found.shape == (21, 32)
    tall = np.random.default_rng(6).random((96, 48))
    np.testing.assert_allclose(saliency.small(tall), tall.reshape(32, 3, 16, 3).mean(axis=(1, 3)), rtol=1e-6)


def test_what_is_small_stays_as_it_is():
    values = np.arange(12.0).reshape(3, 4)
    np.testing.assert_array_equal(saliency.small(values), values)


def test_images_of_other_shapes_and_without_saliency_are_padded():
    found, grid = saliency.padded([np.ones((2, 3)), None, np.zeros((4, 1))])
    assert found.shape == (3, 4, 3) and grid.tolist() == [[2, 3], [0, 0], [4, 1]]
    assert np.isnan(found).sum() == 36 - 6 - 4
    assert saliency.padded([None])[0].shape == (1, 1, 1)
