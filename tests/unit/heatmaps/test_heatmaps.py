"""Heatmaps by hand, and in the right place at the image's size."""

import tracemalloc

import numpy as np
import pytest

from ais.heatmaps import upsampling
from ais.heatmaps.upsampling import at_image_size, at_working_size, working_size
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


@pytest.mark.parametrize(
    ("size", "expected"),
    [((300, 200), (300, 200)), ((6000, 9000), (683, 1024)), ((9000, 6), (1024, 1)), ((1024, 1024),) * 2],
)
def test_the_working_size_keeps_the_shape(size, expected):
    assert working_size(size, 1024) == expected


def test_at_the_working_size_a_heatmap_lies_where_it_does_at_the_images():
    """Half the size: each pixel is the mean of four, since the map is bilinear, but for where it bends."""
    small, window = np.random.default_rng(0).random((5, 7)), (40, 0, 360, 280)
    whole = at_image_size(small, (5, 7), window, (280, 400))
    half = at_working_size(small, (5, 7), window, (280, 400), 200)
    assert half.shape == (140, 200)
    assert np.array_equal(np.isnan(half), np.isnan(whole[::2, ::2]))
    means = whole.reshape(140, 2, 200, 2).mean(axis=(1, 3))
    assert np.nanmax(np.abs(half - means)) < 0.01


def test_rows_in_blocks_are_the_rows_at_once_and_take_no_memory(monkeypatch):
    small, size = np.random.default_rng(0).random((13, 13)), (1100, 900)
    tracemalloc.start()
    found = at_image_size(small, (13, 13), (0, 0, 900, 1100), size)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * found.nbytes
    monkeypatch.setattr(upsampling, "ROWS", size[0])
    assert np.array_equal(found, at_image_size(small, (13, 13), (0, 0, 900, 1100), size))
