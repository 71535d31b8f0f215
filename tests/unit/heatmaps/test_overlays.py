"""Overlays: the heatmap's peak is red where it lies; an undefined one leaves its image grey."""

import numpy as np
from PIL import Image

from ais.heatmaps import overlays

IMAGE = np.full((20, 30, 3), [200, 100, 0], np.uint8)


def test_the_largest_value_is_red_and_the_smallest_blue():
    heatmap = np.zeros((20, 30), np.float32)
    heatmap[5, 7] = 1e-9  # normalised: scale does not matter
    found = overlays.overlay(IMAGE, heatmap)
    assert found[5, 7].tolist() == [164, 50, 0]  # half the image, half jet's dark red
    assert found[0, 0].tolist() == [100, 50, 64]  # half jet's dark blue


def test_undefined_pixels_show_the_image_in_grey():
    heatmap = np.random.default_rng(0).random((20, 30)).astype(np.float32)
    heatmap[:, 20:] = np.nan
    assert (overlays.overlay(IMAGE, heatmap)[:, 20:] == 100).all()
    assert (overlays.overlay(IMAGE, np.full((20, 30), np.nan)) == 100).all()


def test_a_constant_heatmap_is_drawn():
    assert overlays.overlay(IMAGE, np.ones((20, 30))).shape == IMAGE.shape


def test_sheet_places_thumbnails_row_by_row():
    tiles = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
    whole = np.asarray(overlays.sheet([tiles[:2], tiles[2:]], gap=2))
    assert whole.shape == (22, 22, 3)
    assert whole[4, 4].tolist() == [255, 0, 0]
    assert whole[4, 14].tolist() == [0, 255, 0]
    assert whole[14, 4].tolist() == [0, 0, 255]


def test_thumbnails_keep_the_aspect_ratio():
    small = np.asarray(overlays.thumbnail(np.zeros((40, 80, 3), np.uint8), 20))
    assert small.shape == (20, 20, 3)
    assert (small[10] == 0).all()
    assert (small[:4] == 255).all()


def test_file_names_are_safe_and_sorted_by_position():
    assert overlays.file_name("a/b c", 3) == "0003_a_b_c.png"


def test_equal_pictures_are_equal_files(tmp_path):
    for name in ("a.png", "b.png"):
        overlays.save(IMAGE, tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
