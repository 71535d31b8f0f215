"""Saliency: where people look, or a model says they would, as a map at each image's own size."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from ais.errors import InputError, some
from ais.stimuli.image_files import is_image

PREDICTORS = ("spectral_residual",)
SAME_ASPECT = 0.01  # by which share a map's width may differ from what its height and the image tell


def spectral_residual(picture: np.ndarray) -> np.ndarray:
    """Saliency (height, width) float32 of a picture (height, width, 3) uint8 RGB, without weights.

    Spectral residual of Hou & Zhang (2007), CVPR, as OpenCV computes it.
    """
    import cv2

    computed, saliency = cv2.saliency.StaticSaliencySpectralResidual_create().computeSaliency(
        np.ascontiguousarray(picture[..., ::-1])
    )
    assert computed
    return saliency.astype(np.float32)


def files_of(folder: str | Path, image_ids: Sequence[str]) -> dict[str, Path]:
    """The saliency map of each image that has one: image id → file of the same name.

    Raises :class:`InputError` where no file is an image's, or two are the same one's.
    """
    found: dict[str, Path] = {}
    wanted = set(image_ids)
    files = [path for path in sorted(Path(folder).iterdir()) if is_image(path) or path.suffix == ".npy"]
    for path in files:
        image = unicodedata.normalize("NFC", path.stem)
        if image in found:
            raise InputError(
                f"{folder}: found {found[image].name} and {path.name}, both of the image {image!r}; expected one map "
                "an image. Remove one."
            )
        if image in wanted:
            found[image] = path
    if not found:
        raise InputError(
            f"{folder}: found {len(files)} maps, none named as an image of the set; expected names like "
            f"{some(image_ids, 2)}. Correct the path, or rename the maps."
        )
    return found


def read_map(path: str | Path, size: tuple[int, int]) -> np.ndarray:
    """Read a saliency map, and bring it to an image's ``size`` (height, width) in pixels: float32.

    Grey values of 8 or 16 bit or floating point, or ``.npy``; colours count by their brightness. Bilinear.
    Raises :class:`InputError` for a file that is no map, or has another aspect ratio than the image.
    """
    values = _read_array(path) if Path(path).suffix == ".npy" else _read_grey(path)
    if not np.isfinite(values).all():
        raise InputError(f"{path}: found NaN or infinity; expected a number in every pixel. Make the map again.")
    (height, width), (h, w) = size, values.shape
    if abs(w - h * width / height) > max(1.0, SAME_ASPECT * w):
        raise InputError(
            f"{path}: found {w} × {h} pixels for an image of {width} × {height}; expected the same aspect ratio. "
            "Make the map of the whole image."
        )
    if (h, w) == (height, width):
        return values
    return np.asarray(Image.fromarray(values).resize((width, height), Image.Resampling.BILINEAR))


def _read_array(path: str | Path) -> np.ndarray:
    try:
        values = np.load(path, allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise InputError(f"{path}: not a readable array ({error}). Make the map again.") from None
    if values.ndim != 2 or values.dtype.kind not in "fiub":
        raise InputError(
            f"{path}: found an array of {values.dtype} of the shape {values.shape}; expected numbers (height, width). "
            "Save one map a file."
        )
    return values.astype(np.float32)


def _read_grey(path: str | Path) -> np.ndarray:
    try:
        with Image.open(path) as picture:
            deep = picture.mode.startswith("I") or picture.mode == "F"
            return np.asarray(picture if deep else picture.convert("L")).astype(np.float32)
    except (OSError, SyntaxError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"{path}: not a readable map ({reason}). Make the map again.") from None


def centre_bias(size: tuple[int, int]) -> np.ndarray:
    """The map of someone who looks at the middle: a Gaussian over an image's (height, width), float32.

    Its standard deviations are a quarter of the sides.
    """
    y, x = (np.linspace(-2, 2, length, endpoint=False) + 2 / length for length in size)
    return np.exp(-(y[:, None] ** 2 + x**2) / 2).astype(np.float32)
