"""Categories: which category each image of a set is of, from a table that people keep."""

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ais.errors import InputError, some
from ais.stimuli.image_files import is_image

COLUMNS = ("image", "category")


def read(path: str | Path, images: Sequence[str]) -> list[str]:
    """The category of each of ``images``, from a CSV or TSV with the columns image, category; others are left out.

    An image may carry its file's extension. Raises :class:`InputError` for a column that is missing, an image that is
    not in the table, comes twice or is none of the set, a row without a category, and categories of which no two
    images, or all, are the same.
    """
    path = Path(path)
    found: dict[str, str] = {}
    known = set(images)
    for line, name, category in _rows(path):
        name = name.rsplit(".", 1)[0] if name not in known and is_image(name) else name
        if name not in known:
            raise InputError(
                f"{path}, line {line}: found {name!r}, of which there is no image; expected images of the set, like "
                f"{some(images, 2)}. Remove the row, or add the image."
            )
        if name in found:
            raise InputError(
                f"{path}, line {line}: found {name!r} a second time; expected each image once. Remove one."
            )
        if not category:
            raise InputError(f"{path}, line {line}: found no category of {name!r}; expected one. Complete it.")
        found[name] = category
    missing = known - set(found)
    if missing:
        raise InputError(
            f"{path}: found no category of the images {some(missing)} ({len(missing)} of {len(images)}); expected one "
            "of each image of the set. Add them."
        )
    count = Counter(found.values())
    if len(count) == 1:
        raise InputError(
            f"{path}: found the category {next(iter(count))!r} for every image; expected two or more. "
            "Leave categories out of the study: there is nothing across them."
        )
    if max(count.values()) == 1:
        raise InputError(
            f"{path}: found {len(count)} categories of one image each; expected some of two images or more. "
            "Take wider categories: there is nothing within these."
        )
    return [found[image] for image in images]


def _rows(path: Path):
    """Line number, image and category of each row; tab, semicolon or comma, whichever its header has most of."""
    try:
        text = unicodedata.normalize("NFC", path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}, byte {error.start}: found what is no UTF-8 text; expected CSV or TSV in UTF-8. "
            "Save it anew as such."
        ) from None
    delimiter = max("\t,;", key=text.split("\n", 1)[0].count)
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    header = [cell.strip() for cell in next(rows, [])]
    missing = [column for column in COLUMNS if header.count(column) != 1]
    if missing:
        raise InputError(
            f"{path}, header: found the columns {some(header) or 'none'}; expected {', '.join(COLUMNS)}, once each. "
            f"Correct {', '.join(missing)}."
        )
    image, category = (header.index(column) for column in COLUMNS)
    for row in rows:
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if len(cells) != len(header):
            raise InputError(
                f"{path}, line {rows.line_num}: found {len(cells)} cells; expected {len(header)}, as in the header. "
                "Correct it."
            )
        yield rows.line_num, cells[image], cells[category]


def same_category(categories: Sequence[str], left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Whether both images of a pair are of one category: (pairs,) bool; ``left`` and ``right`` (pairs,) name them."""
    number = np.unique(categories, return_inverse=True)[1]
    return number[left] == number[right]
