"""Heatmaps by hand, and in the right place at the image's size."""

import numpy as np
import pytest

from ais.heatmaps.upsampling import at_image_size
from ais.heatmaps.weighting import activation, harm, heatmap, signed


def test_weighted_mean_of_the_maps_that_help():
    """Scores 3, −1, 1: weights 3/4, 0, 1/4."""
    maps = np.array([[[4.0, 0]], [[100, 100]], [[0, 8]]], dtype=np.float32)
    assert heatmap(maps, np.array([3.0, -1, 1])).tolist() == [[3, 2]]
    assert heatmap(maps, np.array([3.0, np.nan, 1])).tolist() == [[3, 2]]


@pytest.mark.parametrize("score", [[0.0, -1, -2], [np.nan, 0, 0]])
def test_undefined_without_a_positive_score(score):
    assert np.isnan(heatmap(np.ones((3, 2, 2), np.float32), np.array(score))).all()


def test_the_others_by_hand():
    """Scores 3, −1, 1, as above; an undefined score is none."""
    maps = np.array([[[4.0, 0]], [[100, 100]], [[0, 8]]], dtype=np.float32)
    assert signed(maps, np.array([3.0, -1, 1])).tolist() == [[-88, -92]]
    assert signed(maps, np.array([3.0, np.nan, 1])).tolist() == [[12, 8]]
    assert harm(maps, np.array([3.0, -1, -3])).tolist() == [[25, 31]]
    assert activation(maps[:2]).tolist() == [[52, 50]]


def test_the_others_where_they_are_undefined():
    maps = np.ones((3, 2, 2), np.float32)
    assert np.isnan(harm(maps, np.array([0.0, np.nan, 1]))).all()
    assert np.isnan(signed(maps, np.array([0.0, np.nan, 0]))).all()
    maps[:, 1] = np.nan  # padding
    for found in (signed(maps, np.ones(3)), harm(maps, -np.ones(3)), activation(maps)):
        assert np.isnan(found[1]).all() and not np.isnan(found[0]).any()


def test_bilinear_by_hand():
    """A row 0, 4 over 4 pixels: centres at −.25, .25, .75, 1.25 cells, clamped at the edge."""
    at_size = at_image_size(np.array([[0.0, 4]]), (1, 2), (0, 0, 4, 3), (3, 4))
    assert at_size.tolist() == [[0, 1, 3, 4]] * 3


def test_equals_torch():
    torch = pytest.importorskip("torch")
    small = np.random.default_rng(0).random((7, 5)).astype(np.float32)
    expected = torch.nn.functional.interpolate(
        torch.from_numpy(small)[None, None], size=(90, 61), mode="bilinear", align_corners=False
    )[0, 0]
    np.testing.assert_allclose(at_image_size(small, (7, 5), (0, 0, 61, 90), (90, 61)), expected, atol=1e-5)


def test_padding_is_cut_and_the_window_respected():
    padded = np.array([[1.0, 2, np.nan], [3, 4, np.nan], [np.nan] * 3])
    at_size = at_image_size(padded, (2, 2), (2, 0, 6, 4), (4, 8))
    assert np.isnan(at_size[:, :2]).all() and np.isnan(at_size[:, 6:]).all()
    assert not np.isnan(at_size[:, 2:6]).any()
    assert at_size[0, 2] == 1 and at_size[3, 5] == 4
