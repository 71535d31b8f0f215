"""What is white in deep pixels: found from a set, told where it is odd, refused where it has two readings."""

import logging
import tracemalloc

import numpy as np
import pytest
from PIL import Image
from unit.stimuli import tiff

from ais.errors import InputError
from ais.stimuli import decoding, depths, manifests

# A set of four greys as 8-bit files would hold them; its brightest pixel is 230 of 255.
SET = np.random.default_rng(0).integers(0, 231, (4, 6, 8))
SET[2, 0, 0] = 230


def write(folder, pictures):
    for number, values in enumerate(pictures):
        Image.fromarray(values).save(folder / f"{number}.tif")


def read_set(folder, **settings):
    """The set as the workflow reads it: listed, written, read back, and each picture read by its row."""
    manifests.write_manifest(folder / "set.tsv", manifests.scan(folder, **settings))
    rows = manifests.read_manifest(folder / "set.tsv").itertuples()
    return np.stack([np.asarray(decoding.read_listed(folder, row)) for row in rows])


STORED = {
    "8 bits in 16": (SET.astype(np.uint16), 255),
    "10 bits in 16": (np.round(SET * (1023 / 255)).astype(np.uint16), 1023),
    "12 bits in 16": (np.round(SET * (4095 / 255)).astype(np.uint16), 4095),
    "14 bits in 16": (np.round(SET * (16383 / 255)).astype(np.uint16), 16383),
    "16 bits": ((SET * 257).astype(np.uint16), 65535),
    "8 bits in 32": (SET.astype(np.int32), 255),
    "16 bits in 32": ((SET * 257).astype(np.int32), 65535),
    "31 bits": (np.round(SET * ((2**31 - 1) / 255)).astype(np.int32), 2**31 - 1),
    "fractions of 1": ((SET / 255).astype(np.float32), 1),
    "floating point up to 255": (SET.astype(np.float32), 255),
    "floating point up to 65535": ((SET * 257).astype(np.float32), 65535),
}


@pytest.mark.parametrize("stored", STORED)
def test_a_set_is_the_same_however_it_is_stored(tmp_path, stored, caplog):
    caplog.set_level(logging.INFO)
    values, white = STORED[stored]
    write(tmp_path, values)
    assert np.array_equal(read_set(tmp_path), np.repeat(SET[..., None], 3, axis=-1))
    assert f": {white:g} is white" in caplog.text
    text = (tmp_path / "set.tsv").read_text()
    assert ("white" in text) == (white not in (1, 65535)), "what was read rightly before is listed as before"


def test_32_bits_without_sign(tmp_path):
    for number, picture in enumerate(np.round(SET * ((2**32 - 1) / 255)).astype(np.uint32)):
        (tmp_path / f"{number}.tif").write_bytes(tiff.content(picture[..., None]))
    assert np.array_equal(read_set(tmp_path), np.repeat(SET[..., None], 3, axis=-1))


def test_16_bits_with_zero_for_white(tmp_path):
    for number, picture in enumerate(((255 - SET) * 257).astype(np.uint16)):
        Image.fromarray(picture).save(tmp_path / f"{number}.tif", tiffinfo={262: 0})
    assert np.array_equal(read_set(tmp_path), np.repeat(SET[..., None], 3, axis=-1))


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_colours_of_12_bits_in_16(tmp_path, suffix):
    import cv2

    colours = np.stack([SET, SET[::-1], 230 - SET], axis=-1)
    for number, picture in enumerate(np.round(colours * (4095 / 255)).astype(np.uint16)):
        cv2.imwrite(str(tmp_path / f"{number}{suffix}"), np.ascontiguousarray(picture[..., ::-1]))
    assert np.array_equal(read_set(tmp_path), colours)


def test_resizing_that_overshoots_is_cut_off_and_told(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    values = np.tile((SET / 255).astype(np.float32), (1, 8, 8))
    values[0, 0, :2] = 1.004, -0.003
    write(tmp_path, values)
    assert np.array_equal(read_set(tmp_path)[..., 0], np.round(np.clip(values, 0, 1).astype(float) * 255))
    assert "1 is white; what lies beyond is cut off" in caplog.text


REFUSED = {
    "floating point up to 100": (SET / 230 * 100, np.float32, "found floating point .*values from 0 to 100.; expected"),
    "fractions from -1 to 1": (SET / 115 - 1, np.float32, "found floating point down to -1; expected 0 for black"),
    "standard scores": (SET / 50 - 2, np.float32, "expected the brightest near a white in use"),
    "half above 1": (SET / 230 * 1.4, np.float32, "found floating point"),
    "two to the 20th": (SET * 4096, np.int32, "found 32-bit integers .* Set white"),
    "5 bits": (SET // 8, np.uint16, "found 16-bit integers .* from 0 to 28.; .* Set white to what is white in them"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_has_two_readings_is_refused_in_a_line(tmp_path, what):
    values, dtype, message = REFUSED[what]
    write(tmp_path, values.astype(dtype))
    with pytest.raises(InputError, match=message) as told:
        manifests.scan(tmp_path)
    assert "\n" not in str(told.value)


def test_the_study_may_say_what_is_white(tmp_path):
    write(tmp_path, (SET / 255 * 100).astype(np.float32))
    assert np.abs(read_set(tmp_path, white=100)[..., 0].astype(int) - SET).max() <= 1


def test_two_scales_in_one_set(tmp_path):
    write(tmp_path, [*SET[:3].astype(np.float32), (SET[3] / 255).astype(np.float32)])
    with pytest.raises(
        InputError, match=r"3\.tif: found values up to .*, and up to 230 in .*tif; expected .* one scale"
    ):
        manifests.scan(tmp_path)


def test_no_numbers(tmp_path):
    values = (SET / 255).astype(np.float32)
    values[1, 2, 3] = np.nan
    write(tmp_path, values)
    with pytest.raises(InputError, match=r"1\.tif: found NaN or infinity"):
        manifests.scan(tmp_path)


def test_a_dark_picture_among_bright_ones_is_told(tmp_path, caplog):
    values = (SET * 257).astype(np.uint16)
    values[3] //= 16
    write(tmp_path, values)
    (note,) = manifests.scan(tmp_path).attrs["notes"]
    for told in (caplog.text, note):
        assert "dark if so: 1 images, the brightest pixel below an eighth of white: '3.tif'" in told


@pytest.mark.parametrize("declared", [4095, 1023])
def test_what_the_file_tells_goes_before_how_bright_it_is(declared):
    dim = depths.Deep("16-bit integers", 0, 700, declared=declared)
    assert depths.white_of([("a", dim)]) == declared


@pytest.mark.parametrize("shape", [(4000, 100), (3000, 50, 3), (3,)])
def test_pixels_are_scaled_in_rows_and_take_no_memory(shape):
    values = np.random.default_rng(0).integers(0, 5000, shape).astype(np.uint16)
    tracemalloc.start()
    found = depths.eight_bit(values, 4095)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert np.array_equal(found, np.round(np.clip(values.astype(float), 0, 4095) * (255 / 4095)).astype(np.uint8))
    assert shape == (3,) or peak < 4 * values.nbytes
