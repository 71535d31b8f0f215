"""Ratings of six images, written and read as the tests of their forms want them."""

import io

import numpy as np
import openpyxl

from ais.stimuli import image_names, judgments, rating_files, rating_values

IMAGES = ["ant", "bee", "cat", "dog", "eel", "fox"]
ORDER = ["dog", "ant", "fox", "eel", "cat", "bee"]
N = len(IMAGES)


def similarity():
    """Similarities in ORDER, with ties and a pair that nobody judged; the diagonal is 1."""
    random = np.random.default_rng(3)
    matrix = np.tril(np.round(random.random((N, N)) * 0.8 + 0.1, 1), -1)
    matrix = matrix + matrix.T + np.eye(N)
    matrix[1, 4] = matrix[4, 1] = np.nan
    return matrix


S = similarity()
D = np.round(1 - np.where(np.isnan(S), 0.5, S), 1)  # distances, all judged, the diagonal 0


def read(path, order=ORDER, kind=None, images=IMAGES, **how):
    """The mean over raters (images, images) in the images' order, as the script makes it; and the notes."""
    file = rating_files.read(path, images, order, **how)
    kind = judgments.check(file.ids, file.values, kind, str(path), file.has_diagonal)
    if how.get("missing") is None:
        file.notes += rating_values.looked_at(file.written, str(path))
    table = judgments.in_order(file.values, image_names.matched(file.ids, images, str(path)))
    return judgments.mean_over_raters(judgments.as_similarity(table, kind), len(images)), file.notes


def expected(matrix, order=ORDER):
    place = [order.index(name) for name in IMAGES]
    matrix = matrix[np.ix_(place, place)].copy()
    matrix[np.eye(N, dtype=bool)] = np.nan
    return matrix


def text(rows, separator=",", decimal="."):
    """Cells as text: numbers without an end of zeros, NaN as nothing."""

    def cell(value):
        shown = "" if isinstance(value, float) and np.isnan(value) else str(value)
        return shown.replace(".", decimal) if isinstance(value, float) else shown

    return "\n".join(separator.join(cell(value) for value in row) for row in rows) + "\n"


def named_rows(rows):
    return [[name, *row] for name, row in zip(ORDER, rows, strict=True)]


def filled(matrix):
    """Rows in which a pair that nobody judged is −9."""
    return np.nan_to_num(matrix, nan=-9.0).tolist()


def labelled(matrix, across=ORDER, down=ORDER, corner=""):
    return [[corner, *across], *([name, *row] for name, row in zip(down, np.asarray(matrix).tolist(), strict=True))]


def half(matrix, lower=True, diagonal=True, fill=np.nan):
    keep = np.tri(N, k=0 if diagonal else -1, dtype=bool)
    return np.where(keep if lower else keep.T, matrix, fill)


def workbook(*sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([None if isinstance(cell, float) and np.isnan(cell) else cell for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


LONG = [
    ("ant", "bee", 7, "p", 1.25),
    ("cat", "ant", 5, "p", 0.5),
    ("bee", "cat", 1, "q", 1.5),
    ("bee", "ant", 3, "q", 2),
]
LONG += [("dog", "eel", 2, "q", 1), ("fox", "ant", 4, "q", 3), ("ant", "bee", 5, "p", 1)]
OWN = {"image_a": "image1", "image_b": "image2", "rating": "response", "rater": "subject"}


def long(*header, rows=LONG):
    return text([header, *(row[: len(header)] for row in rows)])


def struct(*matrices, shape=None):
    """A struct array of an RDM and a name each."""
    array = np.zeros(len(matrices), dtype=[("RDM", object), ("name", object)])
    for number, matrix in enumerate(matrices):
        array[number] = (matrix, f"subject {number}")
    return array.reshape(shape or (1, -1))
