"""Files of odd-one-out triplets: three images a line, or named columns; by name, or by number with an order file."""

import io
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ais.errors import InputError, some
from ais.stimuli import containers, tables
from ais.stimuli.image_names import ImageNames, spelled_alike
from ais.stimuli.triplets import OddOnes

ODD = ("image_a", "image_b", "odd")
CHOICE = ("image_a", "image_b", "image_c", "choice")
THINGS = {"image_a": "image1", "image_b": "image2", "image_c": "image3", "choice": "choice", "rater": "subject_id"}
FEWEST = 3  # triplets
FORM = (
    "three images a line, the third the odd one; or the columns image_a, image_b, odd[, rater], or "
    "image_a, image_b, image_c, choice[, rater]"
)


def read(
    path: str | Path,
    images: Sequence[str],
    order: list[str] | None = None,
    columns: dict | None = None,
    base: int | None = None,
    odd: str = "third",
    matrix: str | None = None,
) -> tuple[OddOnes, list[str]]:
    """The triplets of a file, and what was taken for what, for the log.

    ``images`` are the set's; ``order`` tells which image each number means, counted from ``base`` (0 or 1; None: as
    the numbers themselves tell). ``columns``: what the file calls its columns. ``odd``: in files without names of
    columns, which of the three is the odd one, ``first`` or ``third``. ``matrix``: which variable of a ``.npz`` or
    ``.mat``. Raises :class:`InputError` for what is no such file, and where two ways to read it differ.
    """
    path = Path(path)
    three, rater, notes = _cells(path, columns, odd, matrix)
    numbers = _image_numbers(three, ImageNames(images), images, order, base, path, notes)
    alike = (numbers[:, 0] == numbers[:, 1]) | (numbers[:, 0] == numbers[:, 2]) | (numbers[:, 1] == numbers[:, 2])
    if alike.any():
        row = int(alike.argmax())
        raise InputError(
            f"{path}, triplet {row + 1}: found {images[_twice(numbers[row])]!r} twice ({int(alike.sum())} of "
            f"{len(numbers)} triplets so); expected three different images. Correct or remove it."
        )
    if len(numbers) < FEWEST:
        raise InputError(f"{path}: found {len(numbers)} triplets; expected at least {FEWEST}. Is it the right file?")
    unseen = np.setdiff1d(np.arange(len(images)), numbers)
    if unseen.size:
        notes.append(f"in no triplet: {some([images[n] for n in unseen])} ({unseen.size} of {len(images)} images)")
    return OddOnes(numbers, rater), notes


def _twice(row: np.ndarray) -> int:
    return int(row[0] if row[0] in row[1:] else row[1])


def _cells(path: Path, columns: dict | None, odd: str, matrix: str | None):
    """The three images of each triplet, the odd one last, as categories of text; who answered; notes."""
    if path.suffix.lower() in containers.LOADERS:
        return _from_arrays(path, odd, matrix)
    frame, named = _table(path, columns)
    if named:
        return _named(frame, columns, path)
    if frame.shape[1] != 3:
        raise InputError(
            f"{path}: found {frame.shape[1]} columns without names; expected {FORM}. Name them in a first line."
        )
    last = [1, 2, 0] if odd == "first" else [0, 1, 2]
    return [frame.iloc[:, n] for n in last], None, [f"the {odd} of three is taken for the odd one"]


def _table(path: Path, columns: dict | None) -> tuple[pd.DataFrame, bool]:
    """A table of text as categories, and whether its first line names columns."""
    text = unicodedata.normalize("NFC", tables.decode(path.read_bytes(), path))
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max("\t;,", key=lambda each: first.count(each))
    separator = delimiter if first.count(delimiter) >= 2 else r"\s+"
    known = {*ODD, *CHOICE, *THINGS.values(), "rater", *filter(None, (columns or {}).values())}
    cells = first.split(delimiter) if separator == delimiter else first.split()
    try:
        named = columns is not None or len({cell.strip().strip('"').lower() for cell in cells} & known) >= 3
        named = named or len(cells) > 3
        frame = pd.read_csv(
            io.StringIO(text), sep=separator, header=0 if named else None, dtype="category", keep_default_na=False,
            skipinitialspace=True,
        )  # fmt: skip
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise InputError(f"{path}: not a readable table ({' '.join(str(error).split())}); expected {FORM}.") from None
    for name in frame:
        if (frame[name] == "").any() and (not named or name in known):
            line = int((frame[name] == "").to_numpy().argmax()) + 1 + named
            raise InputError(f"{path}, line {line}: found an empty cell; expected {FORM}. Complete the line.")
    return frame, named


def _named(frame: pd.DataFrame, columns: dict | None, path: Path):
    """By the names of the columns: the odd one has a column of its own, or a choice from 1 to 3 tells it."""
    frame.columns = [str(name).strip() for name in frame.columns]
    by_choice = "choice" in (columns or ()) or ("odd" not in (columns or ()) and "odd" not in frame)
    wanted = CHOICE if by_choice else ODD
    things = THINGS if by_choice and columns is None and "image_a" not in frame else {}
    called = {name: things.get(name, name) for name in wanted} | (columns or {})
    missing = [f"{key}: {name}" if key != name else key for key, name in called.items() if name not in (None, *frame)]
    if missing:
        raise InputError(
            f"{path}, header: found {', '.join(frame.columns)}; expected {FORM} (missing: {', '.join(missing)}). "
            "Rename the columns, or name them in the study: judgments.columns."
        )
    rater = called.get("rater", next((name for name in ("rater", things.get("rater")) if name in frame), None))
    notes = [f"columns left out: {some(left)}"] if (left := set(frame) - {*called.values(), rater}) else []
    who = None if rater is None else np.unique(frame[rater].astype(str), return_inverse=True)[1]
    if not by_choice:
        return [frame[called[name]] for name in ODD], who, notes
    position = _positions(frame[called["choice"]], path)
    three = _together([frame[called[name]] for name in CHOICE[:3]])
    codes = np.stack([column.cat.codes for column in three], axis=1)
    rows = np.arange(len(codes))
    others = np.array([[1, 2], [0, 2], [0, 1]])[position]
    last = np.column_stack([codes[rows[:, None], others], codes[rows, position]])
    kinds = three[0].cat.categories
    return [pd.Series(pd.Categorical.from_codes(own, kinds)) for own in last.T], who, notes


def _positions(column: pd.Series, path: Path) -> np.ndarray:
    """Which of three images was chosen, 0 to 2, of numbers counted from 0 or 1."""
    found = sorted(map(str, column.cat.categories))
    for first in (1, 0):
        counted = [str(n) for n in range(first, first + 3)]
        if set(found) <= set(counted) and (counted[2 * first] in found):
            return column.astype(str).astype(int).to_numpy() - first
    raise InputError(
        f"{path}, column {column.name!r}: found {some(found)}; expected which of the three is the odd one, 1, 2 "
        "or 3 (or 0, 1 or 2), each of them somewhere. Name another column for "
        "choice, or write the odd one into a column odd."
    )


def _together(three: list[pd.Series]) -> list[pd.Series]:
    """The same with one set of categories."""
    kinds = sorted(set().union(*(set(column.cat.categories) for column in three)))
    return [column.cat.set_categories(kinds) for column in three]


def _from_arrays(path: Path, odd: str, matrix: str | None):
    """An array of numbers (triplets, 3)."""
    content = containers.load(path)
    if matrix is not None:
        content = dict(containers.chosen(content, matrix, path))
    found = {name: array for own, node in content.items() for name, array, _ in containers.arrays(node, own)}
    fitting = {name: array for name, array in found.items() if array.ndim == 2 and array.shape[1] == 3}
    if len(fitting) != 1:
        shapes = ", ".join(f"{name or 'an array'} {array.shape}" for name, array in found.items()) or "no array"
        raise InputError(
            f"{path}: found {shapes}; expected one of triplets × 3, image numbers. Name it: judgments.matrix: VARIABLE."
        )
    (values,) = fitting.values()
    if not (np.isfinite(values).all() and (values == np.round(values)).all()):
        raise InputError(f"{path}: found numbers that are not whole; expected triplets × 3 image numbers.")
    last = [1, 2, 0] if odd == "first" else [0, 1, 2]
    columns = [pd.Series(values[:, n].astype(np.int64).astype(str)).astype("category") for n in last]
    return columns, None, [f"the {odd} of three is taken for the odd one"]


def _image_numbers(three, names: ImageNames, images, order, base, path: Path, notes: list[str]) -> np.ndarray:
    """The images (triplets, 3) that the cells name or count."""
    three = _together(three)
    kinds = [str(kind).strip() for kind in three[0].cat.categories]
    codes = np.stack([column.cat.codes for column in three], axis=1)
    whole = all(kind.removesuffix(".0").isdigit() for kind in kinds)
    are_names = names.holds(kinds)
    if whole and order is not None and (base is not None or not are_names):
        place = _counted([int(kind.removesuffix(".0")) for kind in kinds], order, base, path, notes)
        kinds = [order[n] for n in place]
    elif whole and order is not None:
        raise InputError(
            f"{path}: found numbers that are images' names, and an order file by which they can be counted; expected "
            "one reading. Leave judgments.order out, or say judgments.base: 0 or 1."
        )
    elif whole and not are_names:
        raise InputError(
            f"{path}: found numbers such as {some(kinds, 3)}, which are no images' names; expected judgments.order, a "
            "text file with one id a line, by which they are counted."
        )
    elif order is not None:
        notes.append("the order file is not used: this file names its images")
    unknown = [kind for kind in kinds if len(names.find(kind)) != 1]
    if unknown:
        several = [kind for kind in unknown if names.find(kind)]
        what = "by which several images can be meant" if several else "of which there is no image"
        raise InputError(
            f"{path}: found triplets with {some(several or unknown)}, {what} ({len(unknown)} of {len(kinds)} ids); "
            f"expected the images' ids, as {some(images, 3)}. {spelled_alike(unknown, names)}Correct the names, or "
            "leave these triplets out."
        )
    number = {image: n for n, image in enumerate(images)}
    return np.array([number[names.find(kind)[0]] for kind in kinds])[codes]


def _counted(numbers: list[int], order: list[str], base: int | None, path: Path, notes: list[str]) -> list[int]:
    """The places in the order file of image numbers, which are counted from 0 or 1."""
    lowest, highest = min(numbers), max(numbers)
    fits = [first for first in (0, 1) if first <= lowest and highest < len(order) + first]
    told = fits if base is None else [first for first in fits if first == base]
    if len(told) == 2:
        raise InputError(
            f"{path}: found image numbers from {lowest} to {highest} for {len(order)} ids in the order file, which may "
            "be counted from 0 or from 1; expected to be told. Say in the study: judgments.base: 0, or 1."
        )
    if not told:
        counted = "from 0 or 1" if base is None else f"from {base}, as judgments.base says"
        raise InputError(
            f"{path}: found image numbers from {lowest} to {highest}; expected them counted {counted} over the "
            f"{len(order)} ids in the order file. Is it the order of this file?"
        )
    notes.append(f"images are counted from {told[0]}")
    return [n - told[0] for n in numbers]
