"""Matrices of ratings in the shapes that people keep them: squares, triangles, vectors of pairs, stacks of raters."""

import numpy as np

from ais.errors import InputError

PDIST = "pairs are taken in the order of pdist and of R's dist: 1-2, 1-3, …, 2-3, …"


def pairs(count: int) -> int:
    """How many pairs ``count`` images have."""
    return count * (count - 1) // 2


def readings(shape: tuple[int, ...], count: int) -> list[str]:
    """The ways in which an array of this shape, axes of length 1 left out, can hold ratings of ``count`` images."""
    shape = tuple(length for length in shape if length != 1)
    known = {
        (count, count): "square",
        (pairs(count),): "vector",
    }
    ways = [known[shape]] if shape in known else []
    if len(shape) == 2 and shape != (count, count):
        ways += ["raters × pairs"] * (shape[1] == pairs(count)) + ["pairs × raters"] * (shape[0] == pairs(count))
    if len(shape) == 3:
        ways += ["raters first"] * (shape[1:] == (count, count)) + ["raters last"] * (shape[:2] == (count, count))
    return ways


def stacked(array: np.ndarray, count: int, source: str) -> tuple[np.ndarray, str]:
    """Ratings (raters, images, images) float64 of an array, and how it was read (:func:`readings`).

    A matrix, a vector of the pairs, or several of either along a first or last axis. Raises
    :class:`InputError` for other shapes, and where two readings differ.
    """
    if not (np.issubdtype(array.dtype, np.number) or array.dtype == bool) or np.iscomplexobj(array):
        raise InputError(f"{source}: found values of type {array.dtype}; expected numbers.")
    ways = readings(array.shape, count)
    squeezed = np.asarray(array, dtype=np.float64).squeeze()
    if len(ways) == 2 and squeezed.ndim == 3:
        symmetric = {"raters first": squeezed, "raters last": np.moveaxis(squeezed, 2, 0)}
        alike = [way for way, each in symmetric.items() if np.array_equal(each, each.swapaxes(1, 2), equal_nan=True)]
        ways = alike or ways
    if len(ways) > 1:
        raise InputError(
            f"{source}: found an array of shape {array.shape}, which can be read as {ways[0]} and as {ways[1]}; "
            "expected one reading. Save a file for each rater, and name them all."
        )
    if not ways:
        raise InputError(_unfit(array.shape, count, source))
    if np.isinf(squeezed).any():
        raise InputError(f"{source}: found an infinite value; expected numbers, NaN for a pair nobody judged.")
    (way,) = ways
    if way in ("vector", "raters × pairs", "pairs × raters"):
        vectors = np.atleast_2d(squeezed if way != "pairs × raters" else squeezed.T)
        return np.array([from_vector(each, count) for each in vectors]), way
    if way == "raters last":
        squeezed = np.moveaxis(squeezed, 2, 0)
    return squeezed.reshape(-1, count, count), way


def _unfit(shape: tuple[int, ...], count: int, source: str) -> str:
    advice = "Is it the order of this file?"
    if pairs(count + 1) in shape:
        advice = f"{pairs(count + 1)} are the pairs with the diagonal: leave the diagonal out."
    square = len(shape) >= 2 and shape[-1] == shape[-2]
    found = f"{shape[-1]} rows, but {count} ids" if square else f"an array of shape {shape} for {count} ids"
    return (
        f"{source}: found {found} in the order file; expected ({count}, {count}) or {pairs(count)} pairs, or several "
        f"of these, a rater each. {advice}"
    )


def from_vector(vector: np.ndarray, count: int) -> np.ndarray:
    """The symmetric matrix (images, images) of a vector of its pairs, row by row above the diagonal; that is NaN."""
    matrix = np.full((count, count), np.nan)
    matrix[np.triu_indices(count, 1)] = vector
    return np.where(np.isnan(matrix), matrix.T, matrix)


def completed(matrix: np.ndarray) -> tuple[np.ndarray, str | None]:
    """A matrix (images, images) of which one half is left empty or 0, with both halves; and what was done.

    Half: no pair is given in both directions, or all that stands in one triangle is 0. Any other matrix comes
    back as it is.
    """
    given = ~np.isnan(matrix) & ~np.eye(len(matrix), dtype=bool)
    if given.any() and not (given & given.T).any():
        return np.where(np.isnan(matrix), matrix.T, matrix), "each pair stands in it once: taken for half of a matrix"
    triangles = {"upper": np.triu(given, 1), "lower": np.tril(given, -1)}
    empty = [name for name, part in triangles.items() if part.any() and not matrix[part].any()]
    if len(empty) == 1:
        rest = np.where(triangles[empty[0]], np.nan, matrix)
        return np.where(np.isnan(rest), rest.T, rest), f"its {empty[0]} triangle holds only 0: taken for empty"
    return matrix, None


def ragged(rows: list[list[float]], count: int) -> np.ndarray | None:
    """The matrix of a triangle's rows, written without what is not in it; None for rows of other lengths.

    Rows of 1 … n−1 or 1 … n numbers are the lower triangle, n−1 … 1 or n … 1 the upper one, as a text file
    of them has it.
    """
    lengths = [len(row) for row in rows]
    matrix = np.full((count, count), np.nan)
    for diagonal in (0, 1):
        size = count - 1 + diagonal
        if lengths == list(range(1, size + 1)):
            for number, row in enumerate(rows, start=1 - diagonal):
                matrix[number, : len(row)] = row
            return matrix
        if lengths == list(range(size, 0, -1)):
            for number, row in enumerate(rows):
                matrix[number, count - len(row) :] = row
            return matrix
    return None
