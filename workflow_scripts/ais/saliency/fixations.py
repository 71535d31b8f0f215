"""Fixations: from a table of where observers looked to a density over each image."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.ndimage import gaussian_filter

from ais.errors import InputError, some
from ais.stimuli.manifests import image_id

COLUMNS = ["image", "subject", "x", "y"]
SPREAD = 0.03  # standard deviation of a fixation, as a share of the image's width: about 1° of a screen


def read(path: str | Path, image_ids: Sequence[str]) -> pd.DataFrame:
    """Read a table of fixations (CSV, or TSV by its name): image, subject, x, y; further columns are left out.

    ``x`` and ``y`` in the image's pixels, from its top left. ``image`` may carry the file's extension.
    Rows about other images are left out. Raises :class:`InputError` for missing columns, positions
    that are no numbers, and a table in which none of the images occurs.
    """
    path = Path(path)
    try:
        table = pd.read_csv(path, sep="\t" if path.suffix == ".tsv" else ",", dtype=str, keep_default_na=False)
    except (ValueError, UnicodeDecodeError) as error:  # pandas' own errors are ValueErrors
        raise InputError(f"{path}: not a readable table ({str(error).strip()}). Save it as CSV, UTF-8.") from None
    missing = [column for column in COLUMNS if column not in table]
    if missing:
        raise InputError(
            f"{path}: found the columns {some(table.columns)}; expected {', '.join(COLUMNS)}. Add {', '.join(missing)}."
        )
    table = table[COLUMNS]
    for column in ("x", "y"):
        numbers = pd.to_numeric(table[column], errors="coerce")
        if not np.isfinite(numbers).all():
            row = int((~np.isfinite(numbers)).idxmax())
            raise InputError(
                f"{path}, line {row + 2}, column {column}: found {table[column][row]!r}; expected pixels. Correct it."
            )
        table = table.assign(**{column: numbers})
    known = set(image_ids)
    table = table.assign(image=[name if name in known else image_id(name) for name in table["image"]])
    mine = table[table["image"].isin(known)]
    if mine.empty:
        raise InputError(
            f"{path}: found fixations on {some(set(table['image']), 2)}; expected some on the images of the set, like "
            f"{some(image_ids, 2)}. Name the images as their files."
        )
    return mine.reset_index(drop=True)


def inside(x: np.ndarray, y: np.ndarray, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of the pixels of fixations at ``x`` and ``y`` (fixations,), those outside the image left out.

    ``size`` (height, width) of the image.
    """
    columns, rows = np.floor(x).astype(int), np.floor(y).astype(int)
    within = (columns >= 0) & (columns < size[1]) & (rows >= 0) & (rows < size[0])
    return rows[within], columns[within]


def density(x: np.ndarray, y: np.ndarray, size: tuple[int, int]) -> np.ndarray | None:
    """Density (height, width) float32 of fixations at ``x`` and ``y`` (fixations,) in pixels; it sums to 1.

    ``size`` (height, width) of the image. Each fixation is spread by a Gaussian of :data:`SPREAD` × width;
    those outside the image are left out. None where none is left.
    """
    rows, columns = inside(x, y, size)
    if not rows.size:
        return None
    count = np.zeros(size)
    np.add.at(count, (rows, columns), 1.0)
    spread = gaussian_filter(count, SPREAD * size[1], mode="constant")
    return (spread / spread.sum()).astype(np.float32)
