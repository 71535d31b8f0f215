"""Pictures in whatever mode come out as upright 8-bit RGB; broken ones are named."""

import io

import numpy as np
import pytest
from PIL import Image

from ais.errors import InputError
from ais.stimuli import decoding

GRADIENT = np.arange(12, dtype=np.uint8).reshape(3, 4) * 20  # 4 wide, 3 high
COLOURS = np.stack([GRADIENT, GRADIENT[::-1], 255 - GRADIENT], axis=-1)


def read(path):
    return np.asarray(decoding.read_rgb(path))


def grey(values):
    return np.repeat(values[..., None], 3, axis=-1)


def test_rgb_is_left_alone(tmp_path):
    Image.fromarray(COLOURS).save(tmp_path / "a.png")
    assert np.array_equal(read(tmp_path / "a.png"), COLOURS)


def test_greyscale_is_repeated(tmp_path):
    Image.fromarray(GRADIENT).save(tmp_path / "a.png")
    assert np.array_equal(read(tmp_path / "a.png"), grey(GRADIENT))


def test_transparency_is_dropped_not_blended(tmp_path):
    alpha = np.zeros_like(GRADIENT)
    Image.fromarray(np.dstack([COLOURS, alpha])).save(tmp_path / "a.png")
    Image.fromarray(np.dstack([GRADIENT, alpha]), "LA").save(tmp_path / "b.png")
    assert np.array_equal(read(tmp_path / "a.png"), COLOURS)
    assert np.array_equal(read(tmp_path / "b.png"), grey(GRADIENT))


def test_palette(tmp_path):
    picture = Image.fromarray(COLOURS).quantize(16)
    picture.save(tmp_path / "a.png")
    assert np.array_equal(read(tmp_path / "a.png"), np.asarray(picture.convert("RGB")))


def test_palette_with_transparency(tmp_path):
    picture = Image.fromarray(COLOURS).quantize(16)
    picture.save(tmp_path / "a.png", transparency=0)
    assert np.array_equal(read(tmp_path / "a.png"), np.asarray(picture.convert("RGB")))


def test_cmyk(tmp_path):
    Image.new("CMYK", (8, 8), (0, 255, 255, 0)).save(tmp_path / "a.jpg", quality=100)
    assert read(tmp_path / "a.jpg") == pytest.approx(np.full((8, 8, 3), [255, 0, 0]), abs=3)


def test_one_bit(tmp_path):
    Image.fromarray(GRADIENT > 100).save(tmp_path / "a.png")
    assert np.array_equal(read(tmp_path / "a.png"), grey(np.where(GRADIENT > 100, 255, 0)))


def test_sixteen_bit_keeps_its_range(tmp_path):
    deep = GRADIENT.astype(np.uint16) * 257
    Image.fromarray(deep).save(tmp_path / "a.png")
    Image.fromarray(deep).save(tmp_path / "b.tif")
    assert np.array_equal(read(tmp_path / "a.png"), grey(GRADIENT))
    assert np.array_equal(read(tmp_path / "b.tif"), grey(GRADIENT))


def test_floating_point(tmp_path):
    Image.fromarray(GRADIENT.astype(np.float32) / 255).save(tmp_path / "a.tif")
    assert np.array_equal(read(tmp_path / "a.tif"), grey(GRADIENT))


def test_exif_rotation_is_applied(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera lay on its side: turn clockwise
    Image.fromarray(COLOURS).save(tmp_path / "a.png", exif=exif)
    assert np.array_equal(read(tmp_path / "a.png"), np.rot90(COLOURS, -1))


def test_first_frame_of_an_animation(tmp_path):
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert np.array_equal(read(tmp_path / "a.gif"), np.full((4, 4, 3), [255, 0, 0]))


def damaged(name):
    whole = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)).save(
        whole, format="JPEG" if name == "truncated" else "PNG"
    )
    return {
        "truncated": whole.getvalue()[:700],
        "empty": b"",
        "text": b"<html>404</html>",
        "cut PNG": whole.getvalue()[:300],
    }[name]


@pytest.mark.parametrize("name", ["truncated", "empty", "text", "cut PNG"])
def test_damaged_files_are_named_in_one_line(tmp_path, name):
    (tmp_path / "cat.jpg").write_bytes(damaged(name))
    with pytest.raises(InputError, match=r"cat\.jpg: not a readable image .*Replace or remove it") as caught:
        decoding.read_rgb(tmp_path / "cat.jpg")
    assert "\n" not in str(caught.value)
    assert "BytesIO" not in str(caught.value)


def test_one_pixel_is_refused(tmp_path):
    Image.new("RGB", (1, 1)).save(tmp_path / "dot.png")
    with pytest.raises(InputError, match=r"dot\.png: found 1 × 1 pixels; expected at least 2 × 2"):
        decoding.read_rgb(tmp_path / "dot.png")


def test_a_changed_file_is_refused(tmp_path):
    Image.fromarray(COLOURS).save(tmp_path / "a.png")
    with pytest.raises(InputError, match="changed since the images were listed"):
        decoding.read_checked(tmp_path / "a.png", "0" * 64)
