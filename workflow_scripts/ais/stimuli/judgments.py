"""Judgments: people's similarity of image pairs, checked, and brought into the order of the images."""

from collections.abc import Sequence
from dataclasses import replace

import h5py
import numpy as np

from ais.artifacts import store
from ais.errors import InputError
from ais.stimuli.folds import pairs_of
from ais.stimuli.ratings import Ratings

SYMMETRIC = 1e-6  # how far (a, b) and (b, a) may differ, as a share of the ratings' range
FEWEST = 3  # judged pairs


def check(
    ids: list[str], ratings: np.ndarray | Ratings, kind: str | None, source: str, has_diagonal: bool = True
) -> str:
    """Refuse ratings, matrices (raters, images, images) or a table, that cannot be what they are declared to be.

    Matrices must be symmetric, ratings not all equal. Returns the ``kind``; None is a similarity, unless the
    numbers leave open whether they are distances: by their diagonal, or as they are kept without one. Raises
    :class:`InputError`.
    """
    table = ratings if isinstance(ratings, Ratings) else Ratings.of_matrices(ratings)
    for matrix in () if table is ratings else ratings:
        _check_symmetric(ids, matrix, SYMMETRIC * np.ptp(table.rating) if table.rating.size else 0.0, source)
    if table.rating.size < FEWEST:
        raise InputError(
            f"{source}: found {table.rating.size} judged pairs; expected at least {FEWEST}. Is it the right file?"
        )
    lowest, highest = table.rating.min(), table.rating.max()
    if lowest == highest:
        raise InputError(f"{source}: found the rating {lowest:g} for every pair; expected ratings that differ.")
    return _kind(kind, table.own, lowest, highest, has_diagonal, source)


BY_KIND = "Say in the study which: judgments.kind: similarity (larger is more alike) or dissimilarity (larger is less)."


def _kind(
    kind: str | None, diagonal: np.ndarray, lowest: float, highest: float, has_diagonal: bool, source: str
) -> str:
    """What the ratings are: as declared, unless the diagonal belies it; a constant one may have been filled in."""
    if diagonal.size == 0:
        if kind is None and not has_diagonal:
            raise InputError(
                f"{source}: found pairs without a diagonal, by which a distance is told from a similarity; expected "
                f"to be told. {BY_KIND}"
            )
        return kind or "similarity"
    filled = np.ptp(diagonal) == 0
    if diagonal.max() <= lowest and (kind is None or (kind == "similarity" and not filled)):
        raise InputError(
            f"{source}: found {diagonal.max():g} on the diagonal, the smallest value: either a distance, or a "
            f"similarity whose diagonal was filled with {diagonal.max():g}; expected to be told. {BY_KIND}"
            + ("" if filled else " If what is on the diagonal is no judgment, leave it empty.")
        )
    if kind == "dissimilarity" and diagonal.min() >= highest:
        raise InputError(
            f"{source}: found {diagonal.min():g} on the diagonal, the largest value, as in a similarity; "
            "expected a distance. If larger is more alike, declare judgments.kind: similarity; if it is a distance "
            "indeed and its diagonal was filled in, leave the diagonal empty."
        )
    return kind or "similarity"


def _check_symmetric(ids: list[str], ratings: np.ndarray, tolerance: float, source: str) -> None:
    one_sided = np.isnan(ratings) != np.isnan(ratings.T)
    difference = np.where(one_sided, np.inf, np.nan_to_num(np.abs(ratings - ratings.T)))
    a, b = np.unravel_index(difference.argmax(), difference.shape)
    if not difference[a, b] > tolerance:
        return
    if one_sided[a, b]:
        a, b = (a, b) if np.isnan(ratings[a, b]) else (b, a)
        judged = ~np.isnan(ratings) & ~np.eye(len(ids), dtype=bool)
        pairs, both = int((judged | judged.T).sum()) // 2, int((judged & judged.T).sum()) // 2
        raise InputError(
            f"{source}, row {ids[a]!r}, column {ids[b]!r}: found nothing, but {ratings[b, a]:g} the other way round "
            f"({pairs - both} of {pairs} pairs so); expected each pair in both halves, or in one half alone. If it was "
            "judged, write its rating in both places; if not, leave both empty."
        )
    raise InputError(
        f"{source}, row {ids[a]!r}, column {ids[b]!r}: found {ratings[a, b]:g}, but {ratings[b, a]:g} the "
        "other way round; expected a symmetric matrix. If one is a slip, correct it; if each order was judged by "
        "itself, put the mean of the two in both places; if one half holds no judgments, empty it."
    )


def in_order(ratings: np.ndarray | Ratings, place: Sequence[int]) -> Ratings:
    """The table of ratings in the images' order; ``place`` (images,) as :func:`ais.stimuli.image_names.matched`'s.

    Of a matrix whose two halves differ by rounding, the half above the diagonal counts in that order.
    """
    if isinstance(ratings, Ratings):
        return ratings.placed(np.asarray(place))
    return Ratings.of_matrices(ratings[:, place][:, :, place])


def as_similarity(ratings: Ratings, kind: str) -> Ratings:
    """Ratings so that larger is more alike: a dissimilarity d becomes max(d) − d, which keeps the order."""
    if kind == "similarity":
        return ratings
    largest = max(ratings.rating.max(), ratings.own.max(initial=-np.inf))
    return replace(ratings, rating=largest - ratings.rating, own=largest - ratings.own)


# Where fewer than a tenth of the pairs of more than a thousand images were judged, only these are kept and computed.
FEW, MANY = 0.1, 1000


def mean_of_pairs(ratings: Ratings) -> tuple[np.ndarray, np.ndarray]:
    """The pairs that anybody judged, by their numbers, and the mean of the raters: (judged,) each."""
    numbers, place = np.unique(ratings.pair, return_inverse=True)
    return numbers, np.bincount(place, ratings.rating) / np.bincount(place)


def are_few(judged: int, images: int) -> bool:
    """Whether the judged pairs of so many images are kept as a list, in place of a matrix of all."""
    return images > MANY and judged < FEW * images * (images - 1) / 2


def write(file: h5py.File, ratings: Ratings, images: int) -> None:
    """Write ``similarity`` (images, images); of few pairs ``pairs/number``, ``pairs/similarity`` (judged,) instead."""
    numbers, means = mean_of_pairs(ratings)
    if are_few(numbers.size, images):
        store.write_array(file, "pairs/number", numbers.astype(np.int64))
        store.write_array(file, "pairs/similarity", means)
    else:
        store.write_array(file, "similarity", mean_over_raters(ratings, images))


def mean_over_raters(ratings: Ratings, images: int) -> np.ndarray:
    """Mean (images, images) of the raters; NaN where no rater judged a pair, and on the diagonal."""
    left, right = pairs_of(images)
    total, count = np.zeros((2, images, images))
    total[left, right] = total[right, left] = np.bincount(ratings.pair, ratings.rating, ratings.pairs)
    count[left, right] = count[right, left] = np.bincount(ratings.pair, minlength=ratings.pairs)
    with np.errstate(invalid="ignore"):
        return total / count
