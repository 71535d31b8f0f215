"""Rating files: the forms in which people keep judgments of image pairs.

Tables of text are read by :mod:`ais.stimuli.tables`, arrays by :mod:`ais.stimuli.containers`; here it is found
out what they are. What the numbers mean, and whether they make sense, is for :mod:`ais.stimuli.judgments`.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from ais.errors import InputError, some
from ais.stimuli import containers, long_tables, matrices, rating_values, tables
from ais.stimuli.image_names import ImageNames, spelled_alike
from ais.stimuli.ratings import Ratings


@dataclass
class RatingFile:
    """What a file holds.

    ``ids`` are the images' names in it; ``values`` the ratings, as matrices (raters, images, images) with NaN where
    not judged, or of a long table as :class:`Ratings`; ``written`` (n,) the numbers as they stand in it, without the
    diagonal; ``notes`` what was taken for what, for the log.
    """

    ids: list[str]
    values: np.ndarray | Ratings
    form: str  # square, long, triangle, dist, or as :func:`matrices.readings` tells
    notes: list[str] = field(default_factory=list)
    written: np.ndarray = field(default_factory=lambda: np.empty(0))

    @property
    def has_diagonal(self) -> bool:
        """Whether the form has a place for it; forms without are how distances are kept."""
        return self.form not in ("vector", "raters × pairs", "pairs × raters", "dist")


@dataclass
class _Source:
    """A file, and what the study says of it."""

    path: Path
    images: ImageNames
    order: list[str] | None
    notes: list[str]

    def ids(self, own: list[str] | None, count: int | None = None) -> list[str]:
        """The ids of a matrix's rows: those that the file names, or else the order file's.

        Names in the file of which none is an image's yield to an order file. Raises :class:`InputError`.
        """
        meant = own is not None and self.images.share(own) > 0
        if meant or (own is not None and self.order is None and not _generic(own)):
            if self.order is not None and own != self.order:
                self.notes.append("the order file is not used: this file names its own images")
            return own
        if self.order is None:
            rows = f" for its {count} rows" if count else ""
            raise InputError(
                f"{self.path}: holds no image ids; expected judgments.order, a text file with one id a line{rows}, in "
                "their order."
            )
        if own is not None:
            self.notes.append(f"its own names, as {some(own, 2)}, are no images of the set: the order file's are used")
        if count is not None and len(self.order) != count:
            first = "" if self.images.find(self.order[0]) else f" (its first line, {self.order[0]!r}, is no image)"
            raise InputError(
                f"{self.path}: found {count} rows, but {len(self.order)} ids in the order file{first}; expected "
                "as many. Is it the order of this file?"
            )
        return self.order


def read(
    path: str | Path,
    images: Sequence[str],
    order: list[str] | None = None,
    columns: dict | None = None,
    matrix: str | None = None,
    missing: Sequence[float] = (),
) -> RatingFile:
    """Read one file of judgments of a set's ``images``.

    ``order``: the ids of its rows, for files that hold none. ``columns``: how a long table calls image_a,
    image_b, rating and rater. ``matrix``: which variable, field or sheet holds the ratings. ``missing``: numbers
    that stand for a pair that nobody judged. Raises :class:`InputError` for what is no such file, and where two
    ways to read it differ.
    """
    source = _Source(Path(path), ImageNames(images), order, [])
    if source.path.suffix.lower() in containers.LOADERS:
        file = _from_arrays(source, matrix)
    else:
        table = tables.read(path, matrix)
        source.notes += table.notes
        if _names_its_columns(table, columns):
            return _long(table, columns, source, missing)
        file = _from_table(table, source)
    file.values, dropped = rating_values.without(file.values, missing)
    file.notes += [rating_values.dropped(dropped)] * (dropped > 0)
    completed = [matrices.completed(each) for each in file.values]
    file.values = np.array([each for each, _ in completed])
    file.notes += sorted({note for _, note in completed if note})
    off_diagonal = file.values[:, np.triu(np.ones(file.values.shape[1:], dtype=bool), 1)]
    file.written = off_diagonal[~np.isnan(off_diagonal)]
    return file


def _names_its_columns(table: tables.Table, columns: dict | None) -> bool:
    return columns is not None or any(cell.lower() == "image_a" for row in table.rows[:1] for cell in row)


def _long(table: tables.Table, columns: dict | None, source: _Source, missing: Sequence[float]) -> RatingFile:
    frame, notes = long_tables.frame_of(table, columns, source.path)
    rating, dropped = rating_values.without(frame["rating"].to_numpy(), missing)
    notes += [rating_values.dropped(dropped)] * (dropped > 0)
    ids = sorted({*frame["image_a"], *frame["image_b"]})
    one, other = (pd.Index(ids).get_indexer(frame[side]) for side in ("image_a", "image_b"))
    values = Ratings.of_rows(frame["rater"], one, other, rating, len(ids))
    return RatingFile(ids, values, "long", source.notes + notes, rating[~np.isnan(rating) & (one != other)])


def read_order(path: str | Path) -> list[str]:
    """The ids of a matrix's rows, one a line."""
    lines = tables.decode(Path(path).read_bytes(), path).splitlines()
    ids = [unicodedata.normalize("NFC", line.strip().strip('"')) for line in lines if line.strip()]
    _refuse_repeated(ids, path, "line")
    return ids


def _refuse_repeated(ids: list[str], path: str | Path, place: str) -> None:
    seen = {}
    for number, name in enumerate(ids, start=1):
        if name in seen:
            raise InputError(
                f"{path}, {place} {number}: found {name!r} a second time, as in {place.split()[-1]} {seen[name]}; "
                "expected each id once. Correct the one that is wrong."
            )
        seen[name] = number


# Tables.


def _from_table(table: tables.Table, source: _Source) -> RatingFile:
    rows = table.rows
    if len(rows) == 0 or (len(rows) < 2 and len(rows[0]) < 3) or (max(map(len, rows)) < 2 and len(rows) < 3):
        raise InputError(
            f"{source.path}: found {len(rows)} lines and {len(rows[0]) if rows else 0} columns; expected a square "
            "matrix with ids in its header and first column, or a long table image_a, image_b, rating."
        )
    if long_tables.is_long(table, source.images):
        raise long_tables.unnamed(table, source.images, source.path)
    if all(table.is_number(cell) for row in rows for cell in row) and not _labelled_by_numbers(table, source):
        return _plain(table, source)
    return _labelled(table, source)


def _labelled_by_numbers(table: tables.Table, source: _Source) -> bool:
    """Whether the first row and column of a table of numbers are ids: images' names, or a count of rows."""
    across, down = table.rows[0], [row[0] for row in table.rows]
    as_names = source.images.holds(across[1:]) and source.images.holds(down[1:])
    if as_names and len(table.rows) == len(across) and source.order is not None and len(source.order) == len(across):
        raise InputError(
            f"{source.path}: found {len(across)} rows of numbers, and an order of as many, but the first row and "
            "column are images' names too; expected one reading. Leave the order or the names out."
        )
    counted = _counts(across[1:]) and _counts(down[1:])
    header_only = source.images.holds(across) and len(table.rows) == len(across) + 1
    return (as_names and len(across) > 2) or counted or header_only


def _counts(cells: list[str]) -> bool:
    return len(cells) > 1 and any(cells == [str(n) for n in range(first, first + len(cells))] for first in (0, 1))


def _plain(table: tables.Table, source: _Source) -> RatingFile:
    """Numbers alone: a matrix, a triangle or a vector, whose ids the order file tells."""
    numbers = [
        [table.number(cell, f"{source.path}, line {line}, cell {n}") for n, cell in enumerate(row, start=1)]
        for line, row in zip(table.lines, table.rows, strict=True)
    ]
    lengths = {len(row) for row in numbers}
    ids = source.ids(None, len(numbers) if lengths == {len(numbers)} else None)
    if len(lengths) == 1:
        values, form = matrices.stacked(np.array(numbers), len(ids), str(source.path))
        return RatingFile(ids, values, form, source.notes + _of_vectors(form))
    matrix = matrices.ragged(numbers, len(ids))
    if matrix is None:
        raise InputError(
            f"{source.path}: found {len(numbers)} rows of {min(lengths)} to {max(lengths)} numbers; expected a square "
            f"matrix, or one triangle of it, of the {len(ids)} ids in the order file. Complete the rows."
        )
    return RatingFile(ids, matrix[None], "triangle", source.notes)


def _of_vectors(form: str) -> list[str]:
    read_as = [] if form in ("square", "vector") else [f"read as {form}"]
    return read_as + ([matrices.PDIST] if form in ("vector", "raters × pairs", "pairs × raters") else [])


def _labelled(table: tables.Table, source: _Source) -> RatingFile:
    """A matrix with names in its header, its first column, or both."""
    rows, lines = table.rows, table.lines
    kept = [n for n, row in enumerate(rows) if any(row)]
    rows, lines = [rows[n] for n in kept], [lines[n] for n in kept]
    header = rows[0]
    if len(rows) < 2:
        raise _not_square(0, len(header) - 1, source.path)
    lengths = {len(row) for row in rows[1:]}
    if lengths == {len(header) + 1}:  # as R writes it
        header = ["", *header]
    names_rows = not all(table.is_number(row[0]) for row in rows[1:]) or _names(
        [row[0] for row in rows[1:]], table, source
    )
    if not _names(header[1:], table, source) and names_rows and lengths == {len(header)} == {len(rows) + 1}:
        # Names in the first column alone.
        across, down, body, lines = None, [row[0] for row in rows], [row[1:] for row in rows], [0, *lines]
    elif names_rows:
        across, down, body = header[1:], [row[0] for row in rows[1:]], _padded(rows, len(header), lines, source)
    else:
        across, down, body = header, None, _padded([header, *rows[1:]], len(header), lines, source, names_rows=False)
    own, cells = _placed(across, down, body, source)
    numbers = [
        [table.number(cell, f"{source.path}, row {down[n] if down else lines[n + 1]!r}, column {name!r}")
         for name, cell in zip(across or down, row, strict=True)]
        for n, row in enumerate(body)
    ]  # fmt: skip
    values = np.full((len(own), len(own)), np.nan)
    values[np.ix_(*cells)] = numbers
    ids = source.ids(own, len(own))
    return RatingFile(ids, values[None], "dist" if len(own) > len(body) else "square", source.notes)


def _names(cells: list[str], table: tables.Table, source: _Source) -> bool:
    return not all(table.is_number(cell) for cell in cells) or source.images.holds(cells) or _counts(cells)


def _padded(rows, width: int, lines: list[int], source: _Source, names_rows: bool = True) -> list[list[str]]:
    """The cells below the header, in rows of its length: a lower triangle's may end sooner."""
    body = rows[1:]
    lengths = [len(row) for row in body]
    first = 1 + names_rows - (lengths[0] == names_rows)
    triangle = len(set(lengths)) > 1 and lengths == list(range(first, first + len(body))) and max(lengths) <= width
    for line, row in zip(lines[1:], body, strict=True):
        if len(row) != width and not triangle:
            raise InputError(
                f"{source.path}, line {line} ({row[0]!r}): found {len(row)} cells; expected {width}, as in "
                "the header. Complete it: an empty cell is a pair that nobody judged. If its numbers have decimal "
                "commas, write semicolons between them."
            )
    return [[*row, *[""] * (width - len(row))][names_rows:] for row in body]


def _placed(across: list[str] | None, down: list[str] | None, body: list, source: _Source):
    """The ids that a matrix names, and where its rows and columns stand among them."""
    path, images = source.path, source.images
    if across is not None:
        _refuse_repeated(across, path, "header, column")
    if down is not None:
        _refuse_repeated(down, path, "first column, row")
    if across is None or down is None:
        own = across or down
        if len(body) != len(own) or any(len(row) != len(own) for row in body):
            raise _not_square(len(body), len(body[0]) if body else 0, path)
        return own, (range(len(own)), range(len(own)))
    # Row numbers, or R's and pandas' names of columns, beside names of images: those alone are ids.
    if len(across) == len(down) and set(across) != set(down):
        if images.share(across) > 0 and (_counts(down) or not images.share(down)) and _generic(down):
            return across, (range(len(across)), range(len(across)))
        if images.share(down) > 0 and (_counts(across) or not images.share(across)) and _generic(across):
            return down, (range(len(down)), range(len(down)))
        if _generic(down) and _generic(across):
            return down, (range(len(down)), range(len(down)))
    dist = None  # of R: the first image has no row, the last no column, or the other way round
    if across[1:] == down[:-1] and across[0] not in down:
        dist = [*across, down[-1]]
    elif down[1:] == across[:-1] and down[0] not in across:
        dist = [*down, across[-1]]
    if len(across) != len(down):
        raise _not_square(len(down), len(across), path)
    if set(across) != set(down) and dist is None:
        only = [some(set(one) - set(other), 3) for one, other in ((across, down), (down, across))]
        raise InputError(
            f"{path}: found {only[0]} in the header but not in the first column, and {only[1]} in the first column but "
            "not in the header; expected the same ids in both. "
            f"{spelled_alike(set(across) - set(down), ImageNames(down))}Correct them."
        )
    own = dist or down
    place = {name: number for number, name in enumerate(own)}
    return own, ([place[name] for name in down], [place[name] for name in across])


def _generic(names: list[str]) -> bool:
    """Whether names are those that software gives to what has none: 1, 2, …; V1, V2, …; X1, X2, …"""
    return _counts(names) or any(_counts([name.removeprefix(first) for name in names]) and
                                 all(name.startswith(first) for name in names)
                                 for first in ("V", "X", "Var", "Column", "Unnamed: "))  # fmt: skip


def _not_square(rows: int, columns: int, path: Path) -> InputError:
    return InputError(
        f"{path}: found {rows} rows and {columns} columns of ratings; expected a square matrix, ids in its header and "
        "first column (or a long table image_a, image_b, rating)."
    )


# Arrays.


def _from_arrays(source: _Source, matrix: str | None) -> RatingFile:
    content = containers.load(source.path)
    nodes = [("", content)] if matrix is None else containers.chosen(content, matrix, source.path)
    several = len(nodes) > 1
    if matrix is None and (of_raters := _meadows(content)):
        nodes, several = [(name, content[name]) for name in of_raters], True
    read_each = [_one_array(name, node, content, source, matrix, several) for name, node in nodes]
    ids = read_each[0].ids
    for each in read_each[1:]:
        if set(each.ids) != set(ids):
            raise InputError(
                f"{source.path}: found other images in {nodes[1][0]} than in {nodes[0][0]}: "
                f"{some(set(each.ids) ^ set(ids))}; expected the same in all. Save a file for each."
            )
        place = [each.ids.index(name) for name in ids]
        each.values = each.values[:, place][:, :, place]
    notes = list(dict.fromkeys([*source.notes, *(note for each in read_each for note in each.notes)]))
    return RatingFile(ids, np.concatenate([each.values for each in read_each]), read_each[0].form, notes)


def _meadows(content: dict) -> list[str]:
    """The variables of a file of several participants, as Meadows writes it: rdmutv_NAME beside stimuli_NAME."""
    found = [name for name in content if name.startswith("rdmutv_")]
    return found if len(found) > 1 and all(f"stimuli_{name[7:]}" in content for name in found) else []


def _one_array(name: str, node, content: dict, source: _Source, matrix: str | None, several: bool) -> RatingFile:
    own = _own_names(content, source, of=name if several else None)
    found = {path: (array, grid) for path, array, grid in containers.arrays(node, name)}
    if len(found) == 1 and source.order is None and own is None:
        (array, _), = found.values()  # fmt: skip
        source.ids(None, array.shape[-1] if array.ndim > 1 else None)
    ids = source.ids(own)
    fitting = {path: each for path, each in found.items() if matrices.readings(each[0].shape, len(ids))}
    if len(found) == 1:
        fitting = found
    if len(fitting) != 1:
        raise InputError(_several(fitting, found, len(ids), source.path))
    ((path, (array, grid)),) = fitting.items()
    if len(grid) > 1 and (matrix is None or (path != matrix and "(" not in matrix)):
        variable, _, rest = path.partition(".")
        raise InputError(
            f"{source.path}: found {path} in an array of {' × '.join(map(str, grid))} elements; expected raters along "
            f"one axis. Name what to take in the study: judgments.matrix: {path} for all as raters, or "
            f"judgments.matrix: {variable}(1,:){'.' + rest if rest else ''} for a row of them."
        )
    values, form = matrices.stacked(array, len(ids), str(source.path))
    notes = [f"ratings are {path}"] * (len(found) > 1) + _of_vectors(form)
    return RatingFile(ids, values, form, notes)


def _several(fitting: dict, found: dict, count: int, path: Path) -> str:
    """What to say where not just one array can be the ratings."""
    shown = ", ".join(
        f"{name} ({' × '.join(map(str, array.shape))})" for name, (array, _) in (fitting or found).items()
    )
    expected = f"{count} × {count} ratings, or {matrices.pairs(count)} pairs, of the {count} ids"
    if not fitting:
        return f"{path}: found {shown or 'no numbers'}; expected {expected}, as numbers. Is it the right file or order?"
    names = " or ".join(list(fitting)[:3])
    return f"{path}: found {shown}; expected one array of {expected}. Name it: judgments.matrix: {names}."


def _own_names(content: dict, source: _Source, of: str | None) -> list[str] | None:
    """The images that a file of arrays names: a list of texts, half of which or more are images' names.

    Raises :class:`InputError` where two lists name them in different orders.
    """
    lists = {path: names for path, names in containers.texts(content) if len(names) > 2}
    if of is not None and f"stimuli_{of.removeprefix('rdmutv_')}" in lists:
        return lists[f"stimuli_{of.removeprefix('rdmutv_')}"]
    lists = {path: names for path, names in lists.items() if source.images.share(names) >= 0.5}
    orders = {tuple(names): path for path, names in lists.items()}
    if len(orders) > 1:
        raise InputError(
            f"{source.path}: found the images named in {' and in '.join(list(orders.values())[:2])}, in different "
            "orders; expected one. Save the ratings with one list of names, or with an order file alone."
        )
    return list(next(iter(orders))) if orders else None
