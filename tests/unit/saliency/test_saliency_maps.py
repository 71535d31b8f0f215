"""Saliency maps from files: whatever their depth, at the image's size, the wrong ones refused."""

import numpy as np
import pytest
from PIL import Image

from ais.errors import InputError
from ais.saliency import saliency_maps

RAMP = np.tile(np.arange(40, dtype=np.float32), (30, 1))  # 40 wide, 30 high


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("eight.png", RAMP.astype(np.uint8)),
        ("sixteen.png", (RAMP * 1000).astype(np.uint16)),
        ("float.tif", RAMP / 39),
        ("array.npy", RAMP.astype(np.float64)),
    ],
)
def test_every_depth_is_read(tmp_path, name, array):
    path = tmp_path / name
    np.save(path, array) if path.suffix == ".npy" else Image.fromarray(array).save(path)
    found = saliency_maps.read_map(path, (30, 40))
    assert found.shape == (30, 40)
    assert found.dtype == np.float32
    assert found / found.max() == pytest.approx(RAMP / 39, abs=1e-6)


def picture(mode, *bands):
    return Image.merge(mode, [Image.fromarray(band.astype(np.uint8)) for band in bands])


FULL = np.full_like(RAMP, 255)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "P", "JPEG"])
def test_grey_in_colours_and_opaque_maps_are_grey(tmp_path, mode):
    bands = [RAMP] * 3 if mode in ("RGB", "P", "JPEG") else [RAMP] * (len(mode) - 1) + [FULL]
    name = "a.jpg" if mode == "JPEG" else "a.png"
    made = picture("RGB" if mode in ("P", "JPEG") else mode, *bands)
    (made.convert("P", palette=Image.Palette.ADAPTIVE) if mode == "P" else made).save(tmp_path / name)
    assert saliency_maps.read_map(tmp_path / name, (30, 40)) == pytest.approx(
        RAMP, abs=3 if mode in ("JPEG", "P") else 0
    )


def jet(values):
    """A colour map from blue by green to red."""
    share = values / values.max()
    return picture("RGB", 255 * share, 255 * (1 - abs(2 * share - 1)), 255 * (1 - share))


NO_GREY = {
    "a colour map": (lambda: jet(RAMP), "found colours .a colour map, or an overlay"),
    "a colour map in a palette": (lambda: jet(RAMP).convert("P", palette=Image.Palette.ADAPTIVE), "found colours"),
    "an overlay": (lambda: Image.blend(jet(RAMP), picture("RGB", *[RAMP.T.reshape(30, 40)] * 3), 0.5), "found colours"),
    "one colour, transparent": (lambda: picture("RGBA", FULL, 0 * FULL, 0 * FULL, RAMP), "found colours"),
    "the map in its transparency": (lambda: picture("LA", FULL, RAMP), "in its transparency alone"),
    "black, the map in its transparency": (lambda: picture("RGBA", *[0 * FULL] * 3, RAMP), "in its transparency alone"),
    "a map in both": (lambda: picture("LA", RAMP, RAMP[::-1, ::-1]), "in its grey values and in its transparency"),
}


@pytest.mark.parametrize("case", NO_GREY)
def test_maps_whose_grey_is_not_what_they_show(tmp_path, case):
    make, message = NO_GREY[case]
    make().save(tmp_path / "a.png")
    with pytest.raises(InputError, match=message) as caught:
        saliency_maps.read_map(tmp_path / "a.png", (30, 40))
    assert "\n" not in str(caught.value)


def test_a_networks_square_output_is_the_whole_image_if_the_study_says_so(tmp_path):
    square = np.tile(np.arange(20, dtype=np.float32), (20, 1))
    np.save(tmp_path / "a.npy", square)
    with pytest.raises(InputError, match=r"found 20 × 20 pixels for an image of 40 × 30.*saliency\.squashed: true"):
        saliency_maps.read_map(tmp_path / "a.npy", (30, 40))
    found = saliency_maps.read_map(tmp_path / "a.npy", (30, 40), squashed=True)
    assert found.shape == (30, 40) and found[0, 20] == pytest.approx(9.75)  # columns' centres stay where they are


@pytest.mark.parametrize("shape", [(30, 40), (27, 36), (61, 80), (6, 8), (30, 30), (5, 40)])
def test_at_a_smaller_size_than_its_images_a_map_is_means_over_areas(shape):
    """Each pixel by hand: how much of each of the map's pixels lies in it. Sides with fewer pixels are bilinear."""
    values, size = np.random.default_rng(0).random(shape).astype(np.float32), (7, 9)
    expected = values.astype(float)
    for axis, fewer in enumerate(size):
        pixels = expected.shape[axis]
        if pixels > fewer:
            edges = np.arange(fewer + 1) * pixels / fewer
            place = np.arange(pixels)
            inside = np.minimum(place + 1, edges[1:, None]) - np.maximum(place, edges[:-1, None])
            expected = (
                np.moveaxis(np.tensordot(np.clip(inside, 0, None), expected, (1, axis)), 0, axis) * fewer / pixels
            )
    if expected.shape != size:
        expected = np.asarray(
            Image.fromarray(expected.astype(np.float32)).resize(size[::-1], Image.Resampling.BILINEAR)
        )
    found = saliency_maps.brought_to(values, size, (3000, 4000))
    assert found == pytest.approx(expected, rel=1e-5) and found.dtype == np.float32


def test_at_its_images_own_size_a_map_is_bilinear(tmp_path):
    values = np.random.default_rng(0).random((60, 80)).astype(np.float32)
    np.save(tmp_path / "a.npy", values)
    expected = np.asarray(Image.fromarray(values).resize((40, 30), Image.Resampling.BILINEAR))
    assert np.array_equal(saliency_maps.read_map(tmp_path / "a.npy", (30, 40)), expected)


def test_more_pixels_than_pillow_reads_are_told(tmp_path, monkeypatch):
    Image.fromarray(RAMP.astype(np.uint8)).save(tmp_path / "a.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 500)
    with pytest.raises(InputError, match=r"a.png: found more pixels than any photograph has\. Make a smaller map"):
        saliency_maps.read_map(tmp_path / "a.png", (30, 40))


def test_maps_of_two_values():
    assert saliency_maps.has_two_values(RAMP == 3)
    assert not saliency_maps.has_two_values(RAMP) and not saliency_maps.has_two_values(FULL)


def test_the_predictor_finds_what_stands_out():
    picture = np.full((120, 160, 3), 100, np.uint8)
    picture[:, (np.arange(160) // 8) % 2 == 0] = 140
    picture[40:60, 100:120] = [250, 20, 20]
    found = saliency_maps.spectral_residual(picture)
    assert found.shape == (120, 160)
    elsewhere = found.copy()
    elsewhere[30:70, 90:130] = np.nan
    assert found[30:70, 90:130].mean() > 2 * np.nanmean(elsewhere)


def test_centre_bias_is_highest_in_the_middle():
    found = saliency_maps.centre_bias((31, 51))
    assert np.unravel_index(found.argmax(), found.shape) == (15, 25)
    assert np.allclose(found, found[::-1, ::-1])
    # A quarter of the width from the centre is one standard deviation.
    assert saliency_maps.centre_bias((41, 81))[20, 40 + 20] == pytest.approx(np.exp(-0.5), abs=0.02)
