"""Fixations: from a table of where observers looked to a density over each image."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.ndimage import gaussian_filter

from ais.errors import InputError, some
from ais.saliency import gaze_files
from ais.stimuli import tables
from ais.stimuli.image_names import ImageNames, spelled_alike

COLUMNS = ["image", "subject", "x", "y"]
SPREAD = 0.03  # standard deviation of a fixation, as a share of the image's width: about 1° of a screen


def read(path: str | Path, image_ids: Sequence[str]) -> pd.DataFrame:
    """Read fixations: a table image, subject, x, y (further columns are left out), or gaze of :mod:`.gaze_files`.

    ``x`` and ``y`` in the image's pixels, from its top left. ``image`` may carry folders and an extension.
    Rows about other images are left out. Raises :class:`InputError` for missing columns, positions
    that are no numbers, and a table in which none of the images occurs.
    """
    path = Path(path)
    by_file = path.is_dir() or path.suffix.lower() == ".mat"
    table = gaze_files.read(path) if by_file else _table(path)
    names, images = table["image"].unique(), ImageNames(image_ids)
    meant = {name: images.find(name) for name in names}
    for name, found in meant.items():
        if len(found) > 1:
            raise InputError(
                f"{path}: found fixations on {name!r}, by which {some(found)} can be meant; expected one image a name. "
                "Write the folder before the name."
            )
    table = table.assign(image=[meant[name][0] if meant[name] else None for name in table["image"]])
    mine = table[table["image"].notna()]
    if mine.empty:
        raise InputError(
            f"{path}: found fixations on {some(names, 2)}; expected some on the images of the set, like "
            f"{some(image_ids, 2)}. {spelled_alike(names, images)}Name the images as their files."
        )
    return mine.reset_index(drop=True)


def _table(path: Path) -> pd.DataFrame:
    table = tables.read(path)
    header = table.rows[0] if table.rows else []
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        raise InputError(
            f"{path}: found the columns {some(header) if header else 'none'}; expected {', '.join(COLUMNS)}. "
            f"Add {', '.join(missing)}, or give the column of that meaning this name."
        )
    place = {column: header.index(column) for column in COLUMNS}
    rows = []
    for line, row in zip(table.lines[1:], table.rows[1:], strict=True):
        if len(row) != len(header):
            raise InputError(f"{path}, line {line}: found {len(row)} cells; expected {len(header)}, as in the header.")
        x, y = (_pixels(table, row[place[axis]], f"{path}, line {line}, column {axis}") for axis in ("x", "y"))
        rows.append((row[place["image"]], row[place["subject"]], x, y, None))
    return pd.DataFrame(rows, columns=[*COLUMNS, "recorded"])


def _pixels(table: tables.Table, cell: str, place: str) -> float:
    number = table.number(cell, place) if table.is_number(cell) else np.nan
    if np.isnan(number):
        raise InputError(f"{place}: found {cell!r}; expected pixels. Correct it, or leave the row out.")
    return number


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
