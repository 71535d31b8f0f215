"""Saliency: where people look, or a model says they would, as a map over each image."""

from pathlib import Path

import numpy as np
from PIL import Image

from ais.errors import InputError
from ais.saliency.map_files import ARRAYS, MapFile, read_array

COLOURLESS = 10.0  # of 255: how far the channels of a grey pixel may be apart, as JPEG leaves them
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


def read_map(file: MapFile | str | Path, size: tuple[int, int], squashed: bool = False) -> np.ndarray:
    """Read a saliency map, and bring it to an image's ``size`` (height, width) in pixels: float32, bilinear.

    As :func:`read_values`.
    """
    return brought_to(read_values(file, size, squashed), size, size)


def read_values(file: MapFile | str | Path, size: tuple[int, int], squashed: bool = False) -> np.ndarray:
    """Read a saliency map of an image of a ``size`` (height, width) in pixels: (h, w) float32, as the file has it.

    Grey values of 8 or 16 bit or floating point, or an array. ``squashed``: a map of another aspect
    ratio shows the whole image all the same. Raises :class:`InputError` for a file that is no map, whose colours
    are no grey or whose transparency holds something, and for another aspect ratio than the image's.
    """
    file = file if isinstance(file, MapFile) else MapFile(Path(file))
    as_array = file.array is not None or file.path.suffix.lower() in ARRAYS
    values = (read_array(file) if as_array else _read_grey(file.path)).astype(np.float32)
    if not np.isfinite(values).all():
        raise InputError(f"{file}: found NaN or infinity; expected a number in every pixel. Make the map again.")
    (height, width), (h, w) = size, values.shape
    if abs(w - h * width / height) > max(1.0, SAME_ASPECT * w) and not squashed:
        raise InputError(
            f"{file}: found {w} × {h} pixels for an image of {width} × {height}; expected the same aspect ratio. "
            "If the map shows the whole image, squashed into this shape (as networks of a fixed input give it), say "
            "saliency.squashed: true; if it shows a part, make the map of the whole image."
        )
    return values


def brought_to(values: np.ndarray, size: tuple[int, int], own: tuple[int, int]) -> np.ndarray:
    """A map (h, w) float32 at a ``size`` (height, width), that of its image, ``own``, or a smaller one.

    Bilinear at the image's own size. At a smaller one each pixel is the mean over the area that it covers, if the map
    has more of them; a map that has fewer is bilinear all the same.

    >>> brought_to(np.array([[1, 3, 5, 7], [1, 3, 5, 7]], np.float32), (1, 2), (2, 4))
    array([[2., 6.]], dtype=float32)
    """
    if size != own:
        import cv2

        height, width = np.minimum(values.shape, size).tolist()
        values = cv2.resize(values, (width, height), interpolation=cv2.INTER_AREA)
    if values.shape == size:
        return values
    return np.asarray(Image.fromarray(values).resize(size[::-1], Image.Resampling.BILINEAR))


def _read_grey(path: Path) -> np.ndarray:
    try:
        with Image.open(path) as picture:
            deep = picture.mode.startswith("I") or picture.mode == "F"
            if deep or picture.mode in ("1", "L"):
                return np.asarray(picture if deep else picture.convert("L")).astype(np.float32)
            _refuse_colours(np.asarray(picture.convert("RGBA")), path)
            return np.asarray(picture.convert("L")).astype(np.float32)
    except Image.DecompressionBombError:
        raise InputError(f"{path}: found more pixels than any photograph has. Make a smaller map.") from None
    except (OSError, SyntaxError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"{path}: not a readable map ({reason}). Make the map again.") from None


def _refuse_colours(pixels: np.ndarray, path: Path) -> None:
    """Refuse pixels (height, width, 4) uint8 whose grey values are not what the picture shows."""
    colours, opacity = pixels[..., :3], pixels[..., 3]
    red, green, blue = np.moveaxis(colours, 2, 0)  # of 100 megapixels, ten times as fast as by the last axis
    spread = np.maximum(np.maximum(red, green), blue) - np.minimum(np.minimum(red, green), blue)
    if np.percentile(spread, 99) > COLOURLESS:
        raise InputError(
            f"{path}: found colours (a colour map, or an overlay on the picture), whose brightness is no saliency; "
            "expected grey values. Save the map's numbers themselves: as .npy, or as a greyscale picture."
        )
    if np.ptp(opacity) > 0:
        where = "in its transparency alone" if np.ptp(colours) == 0 else "in its grey values and in its transparency"
        raise InputError(
            f"{path}: found that the map differs from pixel to pixel {where}; expected it in the grey values. Save it "
            "as a greyscale picture without transparency."
        )


def has_two_values(values: np.ndarray) -> bool:
    """Whether a map (height, width) holds two values alone, as one of fixated pixels does."""
    lowest, highest = values.min(), values.max()
    return bool(lowest < highest and np.isin(values, (lowest, highest)).all())


def centre_bias(size: tuple[int, int]) -> np.ndarray:
    """The map of someone who looks at the middle: a Gaussian over an image's (height, width), float32.

    Its standard deviations are a quarter of the sides.
    """
    y, x = (np.linspace(-2, 2, length, endpoint=False) + 2 / length for length in size)
    return np.exp(-(y[:, None] ** 2 + x**2) / 2).astype(np.float32)
