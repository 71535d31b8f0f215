"""Units of fixations: whether positions can be pixels of their images, and what would make them fit."""

import numpy as np
import pandas as pd

from ais.errors import InputError

OUTSIDE = 0.1  # the largest share of fixations that may lie outside their images
SWAPPED = 0.02  # the same, where they lie inside once x and y are exchanged
FITS = 0.02  # how many may lie outside for something to fit
CORNER = 1 / 3  # of an image's sides: where all fixations lie in this corner, they are in another unit
FEW = 20  # fixations, from which that can be said
UNIT = 1.5  # what fractions and a screen's own units (heights of it, from the centre) do not exceed
MIRRORED = -4.0  # t over images, below which gaze falls on what stands out only once it is turned upside down


def checked(table: pd.DataFrame, sizes: dict[str, tuple[int, int]], source: str) -> tuple[pd.DataFrame, list[str]]:
    """Fixations (image, x, y, recorded) in the pixels of their images of ``sizes`` (height, width); and notes.

    Those that were recorded for another size of the same shape are scaled to the image's. Raises
    :class:`InputError` where they cannot be pixels of the images from the top left: fractions, exchanged,
    coordinates of a screen, and whatever else puts more than :data:`OUTSIDE` of them outside.
    """
    table, notes = _scaled(table, sizes, source)
    x, y = table["x"].to_numpy(), table["y"].to_numpy()
    height, width = np.array([sizes[image] for image in table["image"]], dtype=float).T
    _refuse_fractions(x, y, height, width, source)
    out = _outside(x, y, height, width)
    share, exchanged = out.mean(), _outside(y, x, height, width).mean()
    if share > OUTSIDE or (share > SWAPPED and exchanged < share / 4):
        raise InputError(
            f"{source}: found {out.sum()} of {out.size} fixations ({share:.0%}) outside their images (x from "
            f"{x.min():g} to {x.max():g}, y from {y.min():g} to {y.max():g}; {_size(height, width)}); expected pixels "
            f"of the image, from its top left. {_would_fit(x, y, height, width)}"
        )
    return table, [*notes, f"{out.sum()} of {out.size} fixations lie outside their image, and are left out"]


def _outside(x, y, height, width) -> np.ndarray:
    return (x < 0) | (x >= width) | (y < 0) | (y >= height)


def _size(height: np.ndarray, width: np.ndarray) -> str:
    if np.ptp(height) == 0 and np.ptp(width) == 0:
        return f"images of {width[0]:g} × {height[0]:g}"
    return f"images of up to {width.max():g} × {height.max():g}"


def _scaled(table: pd.DataFrame, sizes: dict, source: str) -> tuple[pd.DataFrame, list[str]]:
    """Fixations that were recorded for another size, scaled to the image's if it has the same shape."""
    factors, scaled = np.ones(len(table)), {}
    for image, recorded in table[["image", "recorded"]].drop_duplicates().itertuples(index=False):
        height, width = sizes[image]
        if not isinstance(recorded, tuple) or recorded == (height, width):
            continue
        if abs(width - height * recorded[1] / recorded[0]) > 1:
            raise InputError(
                f"{source}: found fixations on {image!r} recorded for {recorded[1]} × {recorded[0]} pixels; expected "
                f"the image's {width} × {height}, or the same shape. Use the pictures that were shown."
            )
        scaled[image] = width / recorded[1]
        factors[(table["image"] == image).to_numpy()] = width / recorded[1]
    notes = [f"fixations on {len(scaled)} images are scaled from the size they were recorded for"] if scaled else []
    return table.assign(x=table["x"] * factors, y=table["y"] * factors), notes


def _refuse_fractions(x, y, height, width, source: str) -> None:
    broken = (x % 1 != 0).any() or (y % 1 != 0).any()
    lowest, highest = min(x.min(), y.min()), max(x.max(), y.max())
    if max(-lowest, highest) <= UNIT < min(height.min(), width.min()) and (broken or x.size >= FEW):
        raise InputError(
            f"{source}: found all {x.size} fixations between {lowest:g} and {highest:g}: fractions of the images' "
            "sides? Expected pixels. If so, multiply x by the image's width and y by its height; if 0, 0 is the "
            "centre, first add a half."
        )
    shares = (x / width).max(), (y / height).max()
    if max(shares) < CORNER and min(x.min(), y.min()) >= 0 and x.size >= FEW:
        percent = "percents of the sides, or " if max(x.max(), y.max()) <= 100 else ""
        raise InputError(
            f"{source}: found all {x.size} fixations in the top left corner, within {shares[0]:.0%} of the width and "
            f"{shares[1]:.0%} of the height ({_size(height, width)}): {percent}pixels of smaller pictures? Expected "
            "pixels of the image. Scale them to the images' sizes."
        )


def _would_fit(x, y, height, width) -> str:
    """What would bring nearly all fixations into their images."""
    ways = {
        "x and y exchanged": (y, x),
        "positions from the image's centre (add half its width and height)": (x + width / 2, y + height / 2),
        "positions from the image's centre, y upwards": (x + width / 2, height / 2 - y),
        "fractions (multiply by the image's width and height)": (x * width, y * height),
    }
    fitting = [way for way, moved in ways.items() if _outside(*moved, height, width).mean() <= FITS]
    if fitting:
        return f"They would fit as {'; or as '.join(fitting)}. Correct the positions."
    by = [_shift(values, lengths) for values, lengths in ((x, width), (y, height))]
    if None not in by:
        return (
            f"They would fit if {by[0][0]:g} to {by[0][1]:g} were subtracted from x, {by[1][0]:g} to {by[1][1]:g} from "
            "y: coordinates of a screen? Then subtract where the image's top left corner was; or were pictures shown "
            "larger? Then divide by as much."
        )
    return "Are they of other images, of a screen, or of pictures shown larger? Bring them to the images' pixels."


def _shift(values: np.ndarray, lengths: np.ndarray) -> tuple[float, float] | None:
    """By how much positions must be lessened to lie in the images, at least and at most; None where nothing does."""
    least, most = np.quantile(values - lengths, 1 - FITS / 2), np.quantile(values, FITS / 2)
    return (float(np.ceil(least)), float(np.floor(most))) if least <= most else None


def uprightness(saliency: np.ndarray, x: np.ndarray, y: np.ndarray, size: tuple[int, int]) -> float:
    """How much more of an image's ``saliency`` (h, w) there is at fixations than at the same with y from the bottom.

    In standard deviations of the saliency; fixations in pixels of the image's ``size`` (height, width). NaN where
    none lies inside, or the saliency is the same everywhere.
    """
    rows, columns = (y * saliency.shape[0] / size[0]).astype(int), (x * saliency.shape[1] / size[1]).astype(int)
    inside = (rows >= 0) & (rows < saliency.shape[0]) & (columns >= 0) & (columns < saliency.shape[1])
    if not inside.any() or saliency.std() == 0:
        return float("nan")
    rows, columns = rows[inside], columns[inside]
    return float((saliency[rows, columns] - saliency[-1 - rows, columns]).mean() / saliency.std())


def upside_down(uprightness: np.ndarray) -> str | None:
    """What to say where the :func:`uprightness` of a set's images (images,) tells that y runs from the bottom."""
    found = uprightness[np.isfinite(uprightness)]
    if found.size < FEW or found.std() == 0:
        return None
    t = found.mean() / (found.std(ddof=1) / np.sqrt(found.size))
    if t > MIRRORED:
        return None
    return (
        f"gaze falls on what stands out in the pictures only if y is counted from the bottom (t = {t:.1f} over "
        f"{found.size} images): expected y from the top. If so, take y from the image's height"
    )
