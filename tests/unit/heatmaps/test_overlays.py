"""Overlays: nothing at zero, full colour at the scale's end; an undefined heatmap leaves its image grey."""

import numpy as np
import pytest

from ais.heatmaps import overlays
from ais.heatmaps.overlays import Scale

IMAGE = np.full((20, 30, 3), [200, 100, 0], np.uint8)  # grey 100


def heatmap_with(value, at=(5, 7)):
    heatmap = np.zeros((20, 30), np.float32)
    heatmap[at] = value
    return heatmap


@pytest.mark.parametrize("colours", ["viridis", "cividis", "inferno"])
def test_zero_shows_the_picture_and_the_largest_value_the_last_colour(colours):
    found = overlays.overlay(IMAGE, heatmap_with(2.0), Scale(2.0, colours=colours))
    last = {"viridis": (253, 231, 36), "cividis": (253, 231, 55), "inferno": (252, 254, 164)}[colours]
    assert found[0, 0].tolist() == [100, 100, 100]
    np.testing.assert_allclose(found[5, 7], 0.15 * 100 + 0.85 * np.array(last), atol=1.5)


def test_both_ways_are_told_apart_and_equally_strong():
    scale = Scale(2.0, both_ways=True)
    above, below = (overlays.overlay(IMAGE, heatmap_with(value), scale)[5, 7].astype(int) for value in (2.0, -2.0))
    assert above[0] > above[2] and below[2] > below[1]  # orange, violet
    assert overlays.overlay(IMAGE, heatmap_with(9.0), scale)[5, 7].tolist() == above.tolist()  # full is full


def test_opacity_rises_with_the_value():
    strength = [np.abs(overlays.overlay(IMAGE, heatmap_with(v), Scale(1.0))[5, 7] - 100.0).max() for v in (0.2, 0.5, 1)]
    assert strength == sorted(strength)


def test_a_scale_of_a_set_leaves_one_odd_cell_out():
    heatmaps = np.ones((10, 7, 7))
    heatmaps[3, 2, 2], heatmaps[4] = 1000.0, np.nan
    assert Scale.of(heatmaps).largest == 1.0
    heatmaps[:4] *= -1
    assert Scale.of(heatmaps, both_ways=True).largest == 1.0
    for empty in (np.zeros((2, 3, 3)), np.full((2, 3, 3), np.nan)):
        assert (overlays.overlay(IMAGE, heatmap_with(1.0), Scale.of(empty)) == 100).all()


def test_undefined_pixels_show_the_image_in_grey():
    heatmap = np.random.default_rng(0).random((20, 30)).astype(np.float32)
    heatmap[:, 20:] = np.nan
    for colours in overlays.COLOURS:
        scale = Scale.of(heatmap, colours=colours)
        assert (overlays.overlay(IMAGE, heatmap, scale)[:, 20:] == 100).all()
        assert (overlays.overlay(IMAGE, np.full((20, 30), np.nan), scale) == 100).all()


def test_jet_is_as_published_red_for_the_images_own_largest_value():
    found = overlays.overlay(IMAGE, heatmap_with(1e-9), Scale(5.0, colours="jet"))
    assert found[5, 7].tolist() == [164, 50, 0]  # half the image, half jet's dark red
    assert found[0, 0].tolist() == [100, 50, 64]  # half jet's dark blue


def test_file_names_are_safe_and_sorted_by_position():
    assert overlays.file_name("a/b c", 3) == "0003_a_b_c.png"


def test_equal_pictures_are_equal_files(tmp_path):
    for name in ("a.png", "b.png"):
        overlays.save(IMAGE, tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
