"""Rating files: the forms in which people keep judgments of image pairs.

Each reader returns the image ids and the ratings: of matrices (raters, images, images) float64, NaN where a
pair was not judged; of long tables a row a rating (:class:`ais.stimuli.ratings.Ratings`). What the numbers mean, and
whether they make sense, is for :mod:`ais.stimuli.judgments`.
"""

import csv
import io
import unicodedata
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import pandas as pd
from scipy.io import loadmat
from scipy.io.matlab import MatReadError

from ais.errors import InputError, some
from ais.stimuli.ratings import Ratings

MISSING = {"", "nan", "na", "n/a", "null", "none"}
LONG = ("image_a", "image_b", "rating")


def read(path: str | Path, order: list[str] | None = None) -> tuple[list[str], np.ndarray | Ratings]:
    """Read one file; ``order`` are the ids of its rows, for the formats that hold none."""
    path = Path(path)
    if path.suffix.lower() in ARRAYS:
        if order is None:
            raise InputError(f"{path}: holds no image ids; expected judgments.order, a text file with one id a line.")
        ratings = _stacked(_array(path), path)
        if len(order) != ratings.shape[1]:
            raise InputError(
                f"{path}: found {ratings.shape[1]} rows, but {len(order)} ids in the order file; expected "
                "as many. Is it the order of this file?"
            )
        return order, ratings
    rows = _table(path)
    if set(LONG) <= set(rows[0]):
        return _long(rows, path)
    if rows[0][0].strip().lower() in LONG:
        missing = [name for name in LONG if name not in rows[0]]
        raise InputError(
            f"{path}, header: found {', '.join(rows[0])}; expected {', '.join(LONG)}[, rater] "
            f"(missing: {', '.join(missing)}). Rename the columns."
        )
    ids, matrix = _square(rows, path)
    return ids, matrix[None]


def read_order(path: str | Path) -> list[str]:
    """The ids of a matrix's rows, one a line."""
    lines = [line.strip() for line in _text(Path(path)).splitlines()]
    ids = [unicodedata.normalize("NFC", line) for line in lines if line]
    _refuse_repeated(ids, path, "line")
    return ids


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}, byte {error.start}: found what is no UTF-8 text; expected CSV or TSV in UTF-8. "
            "Save it anew as such."
        ) from None


def _table(path: Path) -> list[list[str]]:
    """The cells of a CSV or TSV; comma, semicolon or tab, whichever its header has most of."""
    text = unicodedata.normalize("NFC", _text(path))
    header = text.split("\n", 1)[0]
    delimiter = max("\t,;", key=header.count)
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(row)]
    if len(rows) < 2 or len(rows[0]) < 2:
        raise InputError(
            f"{path}: found {len(rows)} lines and {len(rows[0]) if rows else 0} columns; expected a square "
            "matrix with ids in its header and first column, or a long table image_a, image_b, rating."
        )
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(rows[0]):
            raise InputError(
                f"{path}, line {number} ({row[0]!r}): found {len(row)} cells; expected {len(rows[0])}, as in "
                "the header. Complete it: an empty cell is a pair that nobody judged."
            )
    return [[cell.strip() for cell in row] for row in rows]


def _number(cell: str, path: Path, place: str) -> float:
    if cell.lower() in MISSING:
        return np.nan
    try:
        number = float(cell)
    except ValueError:
        raise InputError(
            f"{path}, {place}: found {cell!r}; expected a number, or nothing for a pair that nobody judged."
        ) from None
    if np.isinf(number):
        raise InputError(f"{path}, {place}: found {cell!r}; expected a finite number.")
    return number


def _refuse_repeated(ids: list[str], path: str | Path, place: str) -> None:
    seen = set()
    for number, name in enumerate(ids, start=1):
        if name in seen:
            raise InputError(
                f"{path}, {place} {number}: found {name!r} a second time; expected each id once. Remove one."
            )
        seen.add(name)


def _square(rows: list[list[str]], path: Path) -> tuple[list[str], np.ndarray]:
    across, down = rows[0][1:], [row[0] for row in rows[1:]]
    _refuse_repeated(across, path, "header, column")
    _refuse_repeated(down, path, "first column, row")
    if len(across) != len(down):
        raise InputError(
            f"{path}: found {len(down)} rows and {len(across)} columns of ratings; expected a square matrix, "
            "ids in its header and first column (or a long table image_a, image_b, rating)."
        )
    if set(across) != set(down):
        raise InputError(
            f"{path}: found {some(set(across) - set(down))} in the header but not in the first column; "
            "expected the same ids in both. Correct them."
        )
    cells = [
        [_number(cell, path, f"row {row[0]!r}, column {name!r}") for name, cell in zip(across, row[1:], strict=True)]
        for row in rows[1:]
    ]
    column = [across.index(name) for name in down]
    return down, np.array(cells)[:, column]


def _long(rows: list[list[str]], path: Path) -> tuple[list[str], Ratings]:
    unknown = set(rows[0]) - {*LONG, "rater"}
    if unknown:
        raise InputError(
            f"{path}, header: found the column {some(unknown)}; expected {', '.join(LONG)}[, rater]. Remove it."
        )
    table = pd.DataFrame(rows[1:], columns=rows[0])
    table["rating"] = [
        _number(cell, path, f"line {number} ({a!r}, {b!r})")
        for number, (a, b, cell) in enumerate(table[list(LONG)].itertuples(index=False), start=2)
    ]
    if "rater" not in table:
        table["rater"] = ""
    elif (table["rater"] == "").any():
        line = int((table["rater"] == "").idxmax()) + 2
        raise InputError(f"{path}, line {line}: found no rater; expected one in every row, or no such column.")
    ids = sorted({*table["image_a"], *table["image_b"]})
    one, other = (pd.Index(ids).get_indexer(table[side]) for side in ("image_a", "image_b"))
    return ids, Ratings.of_rows(table["rater"], one, other, table["rating"].to_numpy(), len(ids))


def _npy(path: Path) -> np.ndarray:
    return np.load(path, allow_pickle=False)


def _npz(path: Path) -> np.ndarray:
    with np.load(path, allow_pickle=False) as file:
        return _only({name: file[name] for name in file.files}, path)


def _mat(path: Path) -> np.ndarray:
    try:
        content = loadmat(path)
    except NotImplementedError:  # MATLAB 7.3 is HDF5, its axes the other way round
        import h5py

        with h5py.File(path, "r") as file:
            content = {name: item[:].T for name, item in file.items() if isinstance(item, h5py.Dataset)}
    return _only({name: value for name, value in content.items() if not name.startswith("__")}, path)


ARRAYS = {".npy": _npy, ".npz": _npz, ".mat": _mat}


def _array(path: Path) -> np.ndarray:
    try:
        return ARRAYS[path.suffix.lower()](path)
    except (ValueError, TypeError, EOFError, OSError, BadZipFile, MatReadError) as error:
        if isinstance(error, OSError) and error.filename is not None:
            raise
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(
            f"{path}: not a readable array ({reason}); expected numbers alone. Save the matrix again."
        ) from None


def _only(arrays: dict[str, np.ndarray], path: Path) -> np.ndarray:
    matrices = {name: array for name, array in arrays.items() if np.ndim(array) >= 2 and min(np.shape(array)[-2:]) > 1}
    if len(matrices) != 1:
        raise InputError(
            f"{path}: found the matrices {some(matrices) or 'none'}; expected one. Save the ratings alone."
        )
    return next(iter(matrices.values()))


def _stacked(array: np.ndarray, path: Path) -> np.ndarray:
    if not (np.issubdtype(array.dtype, np.number) or array.dtype == bool) or np.iscomplexobj(array):
        raise InputError(f"{path}: found values of type {array.dtype}; expected numbers.")
    array = np.asarray(array, dtype=np.float64)
    if array.ndim == 2:
        array = array[None]
    if array.ndim != 3 or array.shape[1] != array.shape[2]:
        raise InputError(
            f"{path}: found an array of shape {array.shape}; expected (images, images), or (raters, images, images)."
        )
    if np.isinf(array).any():
        raise InputError(f"{path}: found an infinite value; expected numbers, NaN for a pair nobody judged.")
    return array
