"""Reading pictures: whatever the file's mode, out comes 8-bit RGB, upright."""

import hashlib
import io
import re
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms

from ais.errors import InputError
from ais.stimuli import depths

# Photographs of 100 megapixels are no attack; beyond twice Pillow's bound they are refused.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
SMALLEST_SIDE = 2
ORIENTATION, SAMPLE_FORMAT, BITS, PHOTOMETRIC, LARGEST = 0x0112, 339, 258, 262, 281  # tags of EXIF and TIFF
TURNS = {  # what brings a picture upright, by its orientation
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SIDEWAYS = (5, 6, 7, 8)
UNSIGNED, WHITE_IS_ZERO = 1, 0
HEIF = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}
WHITE = "#ffffff"


@dataclass(frozen=True)
class Contents:
    """What a picture file holds: ``size`` (width, height), upright; its depth beyond 8 bits, if any; whether some of
    it is transparent."""

    size: tuple[int, int]
    deep: depths.Deep | None
    transparent: bool


def read_rgb(path: str | Path, background: str | None = WHITE) -> Image.Image:
    """Read an image file as upright 8-bit RGB.

    Greyscale is repeated, palettes and CMYK are converted, deeper pixels scaled to 8 bit from what is white in this
    picture, EXIF rotation applied; what is transparent shows the ``background`` (``#rrggbb``), or with None the pixels
    that lie hidden. Raises :class:`InputError` for a file that is no image, is cut short, has a side below two
    pixels, or whose white cannot be known.
    """
    content = Path(path).read_bytes()
    deep = examine(content, path).deep
    return decode(content, path, deep and depths.white_of([(str(path), deep)]), background)


def read_checked(path: str | Path, sha256: str, white: float | None = None, background: str | None = None):
    """As :func:`decode`, but only if the file is still the one whose digest the manifest recorded."""
    content = Path(path).read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise InputError(
            f"{path}: changed since the images were listed (digest {found[:12]}…, expected {sha256[:12]}…). "
            "Run snakemake again: it lists them anew."
        )
    return decode(content, path, white, background)


def read_listed(folder: str | Path, row) -> Image.Image:
    """The picture of a manifest's ``row`` (:func:`ais.stimuli.manifests.read_manifest`), as :func:`read_checked`."""
    white = float(row.white) if row.white else None
    return read_checked(Path(folder) / row.file, row.sha256, white, row.background or None)


def decode(content: bytes, path: str | Path, white: float | None = None, background: str | None = None) -> Image.Image:
    """A file's bytes as upright 8-bit RGB; ``path`` is its name for messages.

    ``white``: what is white in pixels deeper than 8 bits, by default 1 of fractions up to 1, else 65535.
    ``background`` (``#rrggbb``) is laid below what is transparent; without one, transparency is dropped.
    """
    with _told(path):
        picture, colours = _opened(content, path)
        alpha = _alpha(picture) if background else None
        if white is None:
            deep = None if colours else _deep(picture, colours, content)
            white = deep.default_white if deep else 65535
        rgb = _on(_rgb(picture, colours, content, white), alpha, background)
        turn = TURNS.get(picture.getexif().get(ORIENTATION))
        return rgb if turn is None else rgb.transpose(turn)


def examine(content: bytes, path: str | Path) -> Contents:
    """Read a file's bytes whole, and say what is in it; raises :class:`InputError` as :func:`read_rgb` does."""
    with _told(path):
        picture, colours = _opened(content, path)
        alpha = _alpha(picture)
        transparent = alpha is not None and alpha.getextrema()[0] < 255
        width, height = picture.size
        size = (height, width) if picture.getexif().get(ORIENTATION) in SIDEWAYS else (width, height)
        return Contents(size, _deep(picture, colours, content), transparent)


class _told:
    """What a decoder raises becomes a line about the file."""

    def __init__(self, path):
        self.path = path

    def __enter__(self):
        pass

    def __exit__(self, kind, error, trace):
        if error is None or isinstance(error, InputError | MemoryError) or not isinstance(error, Exception):
            return
        if isinstance(error, Image.DecompressionBombError):
            raise InputError(f"{self.path}: found more pixels than any photograph has. Scale it down.") from None
        # Pillow's decoders raise whatever their format's damage provokes. It names the buffer that it read from;
        # the user knows the file.
        reason = re.sub(r"\s*<_io\.BytesIO.*?>", " it", " ".join(str(error).split()))
        raise InputError(
            f"{self.path}: not a readable image ({reason or type(error).__name__}); expected a whole picture "
            "file. Replace or remove it."
        ) from None


def _opened(content: bytes, path: str | Path) -> tuple[Image.Image, bool]:
    """The picture as Pillow has it, and whether it has colours of 16 bits, of which Pillow keeps the upper 8."""
    if content[4:8] == b"ftyp" and content[8:12] in HEIF:
        import pillow_heif

        pillow_heif.register_heif_opener()
    picture = Image.open(io.BytesIO(content))
    colours = picture.mode in ("RGB", "RGBA", "LA", "RGBX") and any(";16" in str(tile[3]) for tile in picture.tile)
    picture.load()
    if min(picture.size) < SMALLEST_SIDE:
        raise InputError(
            f"{path}: found {picture.width} × {picture.height} pixels; expected at least "
            f"{SMALLEST_SIDE} × {SMALLEST_SIDE}. Replace or remove it."
        )
    return picture, colours


# Depth.


def _deep(picture: Image.Image, colours: bool, content: bytes) -> depths.Deep | None:
    if colours:
        highest = max(high for _, high in picture.convert("RGB").getextrema())
        if highest >= 64:  # above 14 bits: the upper 8 tell enough
            return depths.Deep("16-bit integers", 0, highest * 257)
        if "A" in picture.getbands() and picture.getchannel("A").getextrema()[1] < 64:
            raise ValueError("its transparency fills fewer bits than it has")
        return depths.measured(_colours(content), "16-bit integers", _declared(picture, content))
    if not (picture.mode.startswith("I") or picture.mode == "F"):
        return None
    stored = {"F": "floating point", "I": "32-bit integers"}.get(picture.mode, "16-bit integers")
    return depths.measured(_values(picture), stored, _declared(picture, content))


def _values(picture: Image.Image) -> np.ndarray:
    values = np.asarray(picture)
    tags = getattr(picture, "tag_v2", {})
    if picture.mode == "I" and tags.get(BITS) == (32,) and tags.get(SAMPLE_FORMAT, (UNSIGNED,))[0] == UNSIGNED:
        return values.view(np.uint32)  # Pillow takes them for signed
    return values


def _declared(picture: Image.Image, content: bytes) -> int | None:
    """The white that a file tells: fewer bits than it stores, or the largest value that it allows for."""
    if picture.format == "PNG":
        at = content.find(b"sBIT", 0, content.find(b"IDAT"))
        bits = max(content[at + 4 : at + 4 + struct.unpack(">I", content[at - 4 : at])[0]]) if at > 0 else 16
        return 2**bits - 1 if bits < 16 else None
    if picture.format == "PPM" and picture.mode == "I":
        written = [word for line in content[:4096].split(b"\n") for word in line.partition(b"#")[0].split()][3]
        return 65535 if int(written) < 65535 else None  # Pillow has scaled it
    tags = getattr(picture, "tag_v2", {})
    bits, largest = max(tags.get(BITS, (16,))), max(np.atleast_1d(tags.get(LARGEST, 0)))
    if bits < 16:
        return 2**bits - 1
    return int(largest) if largest in depths.WHITES and largest > 1 else None


def _colours(content: bytes) -> np.ndarray:
    """Colours of 16 bits, (height, width, 3 or, of greys, 1). As Pillow does, it turns a TIFF upright and no PNG."""
    import cv2

    pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None or pixels.dtype != np.uint16:
        raise ValueError("its 16-bit colours are in a form that is not known")
    return (
        pixels[..., 2::-1]
        if pixels.ndim == 3 and pixels.shape[2] > 2
        else pixels.reshape(*pixels.shape[:2], -1)[..., :1]
    )


# Colour and transparency.


def _rgb(picture: Image.Image, colours: bool, content: bytes, white: float) -> Image.Image:
    if picture.mode.startswith("I") or picture.mode == "F":
        grey = depths.eight_bit(_values(picture), white)
        inverted = getattr(picture, "tag_v2", {}).get(PHOTOMETRIC) == WHITE_IS_ZERO
        return Image.fromarray(255 - grey if inverted else grey).convert("RGB")
    if colours and white != 65535:
        pixels = depths.eight_bit(_colours(content), white)
        return Image.fromarray(np.broadcast_to(pixels, (*pixels.shape[:2], 3)).copy())
    if picture.mode == "LAB":
        lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, lab, srgb, outputMode="RGB")
    if picture.mode in ("P", "PA", "RGBa"):
        picture = picture.convert("RGBA")
    if picture.mode == "La":
        picture = picture.convert("LA")
    if picture.mode in ("RGBA", "RGBX"):
        return Image.merge("RGB", picture.split()[:3])
    if picture.mode == "LA":
        return picture.getchannel("L").convert("RGB")
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _alpha(picture: Image.Image) -> Image.Image | None:
    """How opaque each pixel is, 0–255; None where the file does not tell."""
    if picture.mode in ("RGBA", "LA", "PA", "RGBa", "La"):
        return picture.getchannel(picture.getbands()[-1])
    hidden = picture.info.get("transparency")
    if hidden is None:
        return None
    if picture.mode.startswith("I"):
        return Image.fromarray(np.where(np.asarray(picture) == hidden, 0, 255).astype(np.uint8))
    return picture.convert("RGBA").getchannel("A") if picture.mode in ("1", "L", "P", "RGB") else None


def _on(picture: Image.Image, alpha: Image.Image | None, background: str | None) -> Image.Image:
    """The picture on a background, where it is transparent."""
    if alpha is None or background is None:
        return picture
    ground = Image.new("RGB", picture.size, background)
    ground.paste(picture, mask=alpha)
    return ground
