"""Pictures in whatever mode come out as upright 8-bit RGB; broken ones are named."""

import io
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps
from unit.stimuli import tiff

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


@pytest.mark.parametrize(("background", "seen"), [("#ffffff", [255] * 3), ("#0a141e", [10, 20, 30])])
def test_what_is_transparent_shows_the_background(tmp_path, background, seen):
    alpha = np.zeros_like(GRADIENT)
    alpha[1:] = 255
    Image.fromarray(np.dstack([COLOURS, alpha])).save(tmp_path / "a.png")
    Image.fromarray(np.dstack([GRADIENT, alpha]), "LA").save(tmp_path / "b.png")
    for name, hidden in (("a.png", COLOURS), ("b.png", grey(GRADIENT))):
        found = np.asarray(decoding.read_rgb(tmp_path / name, background))
        assert (found[0] == seen).all()
        assert np.array_equal(found[1:], hidden[1:])
        assert np.array_equal(np.asarray(decoding.read_rgb(tmp_path / name, None)), hidden)


def test_a_transparent_grey_level_of_16_bits(tmp_path):
    deep = GRADIENT.astype(np.uint16) * 257
    Image.fromarray(deep).save(tmp_path / "a.png", transparency=int(deep[0, 1]))
    assert read(tmp_path / "a.png")[0, :3].tolist() == [[0] * 3, [255] * 3, [40] * 3]


def test_palette(tmp_path):
    picture = Image.fromarray(COLOURS).quantize(16)
    picture.save(tmp_path / "a.png")
    assert np.array_equal(read(tmp_path / "a.png"), np.asarray(picture.convert("RGB")))


def test_palette_with_transparency(tmp_path):
    picture = Image.fromarray(COLOURS).quantize(16)
    picture.save(tmp_path / "a.png", transparency=0)
    hidden = np.asarray(picture)[..., None] == 0
    assert hidden.any() and not hidden.all()
    assert np.array_equal(read(tmp_path / "a.png"), np.where(hidden, 255, np.asarray(picture.convert("RGB"))))


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


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif", "deep.png", "deep.tif"])
def test_every_orientation(tmp_path, name, orientation):
    """As Pillow turns the picture itself; of 16-bit colours that fill 12 bits, another reader's pixels are turned."""
    quarters = np.kron(COLOURS[:2, :3], np.ones((8, 8, 1), np.uint8)) // 2 + 100
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"quality": 100, "subsampling": 0} if name.endswith("jpg") else {}
    Image.fromarray(quarters).save(tmp_path / f"shallow{name}", exif=exif, **options)
    expected = np.asarray(ImageOps.exif_transpose(Image.open(tmp_path / f"shallow{name}")).convert("RGB"))
    assert np.array_equal(read(tmp_path / f"shallow{name}"), expected)
    assert decoding.examine((tmp_path / f"shallow{name}").read_bytes(), name).size == expected.shape[1::-1]
    if name.startswith("deep"):
        deep = np.round(quarters * (4095 / 255)).astype(np.uint16)
        if name == "deep.tif":
            content = tiff.content(deep, orientation)
        else:
            content = oriented(cv2.imencode(".png", np.ascontiguousarray(deep[..., ::-1]))[1].tobytes(), orientation)
        (tmp_path / name).write_bytes(content)
        assert np.abs(read(tmp_path / name).astype(int) - expected).max() <= 1


def oriented(png, orientation):
    """A PNG with its orientation told, in a chunk before the pixels."""
    exif = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0" + bytes([orientation]) + b"\0\0\0\0\0\0"
    chunk = len(exif).to_bytes(4, "big") + b"eXIf" + exif + zlib.crc32(b"eXIf" + exif).to_bytes(4, "big")
    return png[:33] + chunk + png[33:]


def test_heic_and_avif(tmp_path):
    pillow_heif = pytest.importorskip("pillow_heif")
    whole = np.kron(COLOURS, np.ones((16, 16, 1), np.uint8))
    pillow_heif.from_pillow(Image.fromarray(whole)).save(tmp_path / "a.heic", quality=-1, chroma=444)
    Image.fromarray(whole).save(tmp_path / "a.avif", quality=100, subsampling="4:4:4")
    for name in ("a.heic", "a.avif"):
        assert np.abs(read(tmp_path / name).astype(int) - whole).mean() < 3


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
