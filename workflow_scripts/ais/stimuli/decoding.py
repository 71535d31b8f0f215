"""Reading pictures: whatever the file's mode, out comes 8-bit RGB, upright."""

import hashlib
import io
import re
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from ais.errors import InputError

SMALLEST_SIDE = 2


def read_rgb(path: str | Path) -> Image.Image:
    """Read an image file as upright 8-bit RGB.

    Greyscale is repeated, transparency dropped (not blended), palettes and CMYK are converted, 16-bit
    and floating-point values scaled to 8 bit, EXIF rotation applied. Raises :class:`InputError` for a
    file that is no image, is cut short, or has a side below two pixels.
    """
    return decode(Path(path).read_bytes(), path)


def read_checked(path: str | Path, sha256: str) -> Image.Image:
    """As :func:`read_rgb`, but only if the file is still the one whose digest the manifest recorded."""
    content = Path(path).read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise InputError(
            f"{path}: changed since the images were listed (digest {found[:12]}…, expected {sha256[:12]}…). "
            "Run snakemake again: it lists them anew."
        )
    return decode(content, path)


def decode(content: bytes, path: str | Path) -> Image.Image:
    """As :func:`read_rgb`, from a file's bytes; ``path`` is its name for messages."""
    try:
        picture = Image.open(io.BytesIO(content))
        picture.load()
        picture = ImageOps.exif_transpose(picture)
    except Image.DecompressionBombError:
        raise InputError(f"{path}: found more pixels than any photograph has. Scale it down.") from None
    except Exception as error:  # Pillow's decoders raise whatever their format's damage provokes
        # Pillow names the buffer that it read from; the user knows the file.
        reason = re.sub(r"\s*<_io\.BytesIO.*?>", " it", " ".join(str(error).split()))
        raise InputError(
            f"{path}: not a readable image ({reason or type(error).__name__}); expected a whole picture "
            "file. Replace or remove it."
        ) from None
    if min(picture.size) < SMALLEST_SIDE:
        raise InputError(
            f"{path}: found {picture.width} × {picture.height} pixels; expected at least "
            f"{SMALLEST_SIDE} × {SMALLEST_SIDE}. Replace or remove it."
        )
    return _rgb(picture)


def _rgb(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I") or picture.mode == "F":
        return Image.fromarray(_eight_bit(np.asarray(picture))).convert("RGB")
    if picture.mode in ("P", "PA"):
        picture = picture.convert("RGBA")
    if picture.mode in ("RGBA", "RGBX"):
        return Image.merge("RGB", picture.split()[:3])
    if picture.mode == "LA":
        picture = picture.getchannel("L")
    return picture.convert("RGB")


def _eight_bit(values: np.ndarray) -> np.ndarray:
    """Scale deeper pixels to 0–255: from 0–1 if they are fractions up to 1, else from 0–65535."""
    values = values.astype(np.float64)
    fractions = values.max() <= 1 and (values % 1).any()
    largest = 1 if fractions else 65535
    return np.round(np.clip(values, 0, largest) * (255 / largest)).astype(np.uint8)
