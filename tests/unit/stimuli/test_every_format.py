"""Every mode in every format that Pillow writes: read as the values written by hand, or refused in one line."""

import io

import numpy as np
import pytest
from PIL import Image

from ais.errors import InputError
from ais.stimuli import decoding, depths

Image.init()
SIDE = 32
# Four flat quarters, which lossy formats keep: their colours, and how opaque they are.
COLOURS = np.array([[[250, 20, 30], [10, 200, 60]], [[40, 60, 220], [128, 128, 128]]], np.uint8)
GREYS = np.array([[0, 90], [180, 255]], np.uint8)
OPAQUE = np.array([[255, 0], [51, 204]], np.uint8)


def spread(quarters):
    return quarters.repeat(SIDE // 2, axis=0).repeat(SIDE // 2, axis=1)


def on_white(values, alpha):
    """Worked by hand: each pixel's share of itself, the rest white."""
    share = alpha[..., None] / 255
    return values * share + 255 * (1 - share)


C, G, A = spread(COLOURS), spread(GREYS), spread(OPAQUE)
RGB, GREY = C.astype(float), np.repeat(G[..., None], 3, axis=-1).astype(float)
YCC = np.array([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])


def palette(alpha=None):
    picture = Image.fromarray(spread(np.arange(4, dtype=np.uint8).reshape(2, 2)), "P")
    picture.putpalette(COLOURS.reshape(-1).tolist())
    if alpha is None:
        return picture
    whole = Image.new("PA", (SIDE, SIDE))
    whole.putpalette(COLOURS.reshape(-1).tolist())
    whole.putdata(list(zip(np.asarray(picture).flatten().tolist(), alpha.flatten().tolist(), strict=True)))
    return whole


def transparent_palette():
    picture = palette()
    picture.info["transparency"] = 1
    return picture


def lab(colours):
    """CIE L*a*b* (D50) of sRGB, as 8-bit files store it."""
    linear = np.where(colours <= 10.31475, colours / 255 / 12.92, ((colours / 255 + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array([[0.4360, 0.3851, 0.1431], [0.2225, 0.7169, 0.0606], [0.0139, 0.0971, 0.7142]])
    ratio = linear @ to_xyz.T / np.array([0.9642, 1, 0.8249])
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    scaled = [255 / 100 * (116 * f[..., 1] - 16), 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])]
    return np.round(scaled).astype(int).transpose(1, 2, 0).astype(np.uint8)  # a and b wrap: they are signed


PREMULTIPLIED = np.dstack([np.round(RGB * A[..., None] / 255), A]).astype(np.uint8)
MODES = {
    "1": (Image.fromarray(G > 100), np.where(GREY > 100, 255.0, 0)),
    "L": (Image.fromarray(G), GREY),
    "LA": (Image.fromarray(np.dstack([G, A])), on_white(GREY, A)),
    "P": (palette(), RGB),
    "P with a transparent colour": (transparent_palette(), on_white(RGB, np.where(A == 0, 0, 255))),
    "PA": (palette(A), on_white(RGB, A)),
    "RGB": (Image.fromarray(C), RGB),
    "RGBA": (Image.fromarray(np.dstack([C, A])), on_white(RGB, A)),
    "RGBX": (Image.fromarray(np.dstack([C, A]), "RGBX"), RGB),
    "RGBa": (Image.fromarray(PREMULTIPLIED, "RGBa"), on_white(RGB, A)),
    "CMYK": (Image.fromarray(np.dstack([255 - C, np.zeros_like(G)]), "CMYK"), RGB),
    "YCbCr": (Image.fromarray(np.round(RGB @ YCC.T + [0, 128, 128]).astype(np.uint8), "YCbCr"), RGB),
    "LAB": (Image.fromarray(lab(RGB), "LAB"), RGB),
    "HSV": (Image.fromarray(C).convert("HSV"), RGB),
    "I;16": (Image.fromarray(G.astype(np.uint16) * 257), GREY),
    "I;16, 12 bits": (Image.fromarray(np.round(G * (4095 / 255)).astype(np.uint16)), GREY),
    "I": (Image.fromarray(G.astype(np.int32)), GREY),
    "I, 16 bits": (Image.fromarray(G.astype(np.int32) * 257), GREY),
    "F up to 1": (Image.fromarray(G.astype(np.float32) / 255), GREY),
    "F up to 255": (Image.fromarray(G.astype(np.float32)), GREY),
}
FORMATS = [*sorted(set(Image.SAVE) & set(Image.OPEN) - {"EPS", "WMF"}), "MPO"]
WHITE = {"I": 255, "I, 16 bits": 65535, "I;16, 12 bits": 4095, "F up to 1": 1, "F up to 255": 255}


def by_hand(picture, white):
    """The colours (height, width, 3) that a picture as Pillow reads it stands for, by each mode's definition."""
    values, mode, hidden = np.asarray(picture).astype(float), picture.mode, picture.info.get("transparency")
    if mode == "1":
        return np.repeat(255 * values[..., None], 3, axis=-1)
    if mode in ("L", "F") or mode.startswith("I"):
        return np.repeat(np.clip(values, 0, white)[..., None] * (255 / white), 3, axis=-1)
    if mode in ("P", "PA"):
        colours = np.array(picture.getpalette("RGB"), float).reshape(-1, 3)
        index = np.asarray(picture if mode == "P" else picture.getchannel("P")).astype(int)
        if mode == "PA":
            return on_white(colours[index], np.asarray(picture.getchannel("A")).astype(float))
        opaque = np.full(256, 255.0)
        if isinstance(hidden, bytes):
            opaque[: len(hidden)] = list(hidden)
        elif hidden is not None:
            opaque[hidden] = 0
        return on_white(colours[index], opaque[index])
    if mode in ("LA", "RGBA"):
        return on_white(np.broadcast_to(values[..., :-1], (*values.shape[:2], 3)), values[..., -1])
    if mode == "CMYK":
        return (255 - values[..., :3]) * (255 - values[..., 3:]) / 255
    if mode == "YCbCr":
        return np.clip((values - [0, 128, 128]) @ np.linalg.inv(YCC).T, 0, 255)
    if mode == "LAB":
        return RGB
    assert mode in ("RGB", "RGBX"), mode
    return values[..., :3]


def written(format, picture):
    """The picture's bytes in a format; None where Pillow does not write this mode of it."""
    file = io.BytesIO()
    try:
        picture.save(file, format)
    except (OSError, ValueError, KeyError, TypeError, SystemError, AttributeError):
        return None
    return file.getvalue()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_every_mode_of_every_format(tmp_path):
    path, read, refused = tmp_path / "picture", [], []
    for format in FORMATS:
        for mode, (picture, _) in MODES.items():
            content = written(format, picture.copy())
            if content is None:
                continue
            path.write_bytes(content)
            try:
                found = np.asarray(decoding.read_rgb(path), float)
            except InputError as error:
                assert "\n" not in str(error)
                refused.append((format, mode))
                continue
            with Image.open(path) as raw:
                raw.load()
                deep = raw.mode == "F" or raw.mode.startswith("I")
                expected = by_hand(
                    raw, 255 if not deep else WHITE.get(mode, 65535 if np.asarray(raw).max() > 255 else 255)
                )
            tolerance = 10 if "LAB" in (raw.mode, mode) and format == "TIFF" else 1.01
            assert np.abs(found - expected).max() <= tolerance, (format, mode, raw.mode)
            read.append((format, mode))
    assert len(read) > 190
    # Pillow resizes 12 bits for an icon, beyond their white; a premultiplied grey ends at half of any.
    assert set(refused) <= {("ICNS", "I;16, 12 bits"), ("SPIDER", "RGBa")}


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_as_tiff_or_png_is_what_was_drawn(mode):
    """The same values as were written, where the format keeps them."""
    picture, expected = MODES[mode]
    format = "PNG" if mode.startswith("P") or mode == "LA" else "TIFF"
    content = written(format, picture.copy())
    if content is None:
        assert mode in ("HSV", "RGBa", "PA")
        return
    deep = decoding.examine(content, "it").deep
    found = decoding.decode(content, "it", deep and depths.white_of([("it", deep)]), "#ffffff")
    assert np.abs(np.asarray(found, float) - expected).max() <= (10 if mode == "LAB" else 2)
