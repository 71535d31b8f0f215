"""Judgments: people's similarity of image pairs, checked, and brought into the order of the images."""

import unicodedata
from dataclasses import replace

import numpy as np

from ais.errors import InputError, some
from ais.stimuli.folds import pairs_of
from ais.stimuli.image_files import is_image
from ais.stimuli.ratings import Ratings

SYMMETRIC = 1e-6  # how far (a, b) and (b, a) may differ, as a share of the ratings' range
FEWEST = 3  # judged pairs


def check(ids: list[str], ratings: np.ndarray | Ratings, kind: str, source: str) -> None:
    """Refuse ratings, matrices (raters, images, images) or a table, that cannot be what they are declared to be.

    Matrices must be symmetric, ratings not all equal, and those of images beside themselves (a diagonal), where there
    are any, must say that an image is most similar to itself. Raises :class:`InputError`.
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
    diagonal = table.own
    if diagonal.size == 0:
        return
    if kind == "similarity" and diagonal.max() <= lowest:
        raise InputError(
            f"{source}: found {diagonal.max():g} on the diagonal, the smallest value, as in a distance; "
            "expected a similarity. Declare judgments.kind: dissimilarity."
        )
    if kind == "dissimilarity" and diagonal.min() >= highest:
        raise InputError(
            f"{source}: found {diagonal.min():g} on the diagonal, the largest value, as in a similarity; "
            "expected a distance. Declare judgments.kind: similarity."
        )


def _check_symmetric(ids: list[str], ratings: np.ndarray, tolerance: float, source: str) -> None:
    one_sided = np.isnan(ratings) != np.isnan(ratings.T)
    difference = np.where(one_sided, np.inf, np.nan_to_num(np.abs(ratings - ratings.T)))
    a, b = np.unravel_index(difference.argmax(), difference.shape)
    if difference[a, b] > tolerance:
        raise InputError(
            f"{source}, row {ids[a]!r}, column {ids[b]!r}: found {ratings[a, b]:g}, but {ratings[b, a]:g} the "
            "other way round; expected a symmetric matrix. Correct it, or average both halves."
        )


def matched(ids: list[str], images: list[str], source: str) -> np.ndarray:
    """Where each of ``images`` stands in ``ids``: (images,) indices.

    Ids may carry an image's file extension. Raises :class:`InputError` for an id without an image, an
    image without an id, or an id that comes twice.
    """
    known = set(images)
    names = [unicodedata.normalize("NFC", name) for name in ids]
    names = [name.rsplit(".", 1)[0] if name not in known and is_image(name) else name for name in names]
    repeated = {name for name in names if names.count(name) > 1}
    if repeated:
        raise InputError(f"{source}: found {some(repeated)} twice; expected each id once. Remove one.")
    without_image = set(names) - known
    if without_image:
        raise InputError(
            f"{source}: found judgments of {some(without_image)}, of which there is no image "
            f"({len(without_image)} of {len(names)} ids); expected image ids. Add the images, or remove them."
        )
    without_judgments = known - set(names)
    if without_judgments:
        raise InputError(
            f"{source}: found no judgments of the images {some(without_judgments)} ({len(without_judgments)} "
            f"of {len(images)}); expected all images of the set. Remove the images, or add judgments."
        )
    place = {name: number for number, name in enumerate(names)}
    return np.array([place[image] for image in images])


def in_order(ratings: np.ndarray | Ratings, place: np.ndarray) -> Ratings:
    """The table of ratings in the images' order, ``place`` (images,) as :func:`matched` gives it.

    Of a matrix whose two halves differ by rounding, the half above the diagonal counts in that order.
    """
    if isinstance(ratings, Ratings):
        return ratings.placed(place)
    return Ratings.of_matrices(ratings[:, place][:, :, place])


def as_similarity(ratings: Ratings, kind: str) -> Ratings:
    """Ratings so that larger is more alike: a dissimilarity d becomes max(d) − d, which keeps the order."""
    if kind == "similarity":
        return ratings
    largest = max(ratings.rating.max(), ratings.own.max(initial=-np.inf))
    return replace(ratings, rating=largest - ratings.rating, own=largest - ratings.own)


def mean_over_raters(ratings: Ratings, images: int) -> np.ndarray:
    """Mean (images, images) of the raters; NaN where no rater judged a pair, and on the diagonal."""
    left, right = pairs_of(images)
    total, count = np.zeros((2, images, images))
    total[left, right] = total[right, left] = np.bincount(ratings.pair, ratings.rating, ratings.pairs)
    count[left, right] = count[right, left] = np.bincount(ratings.pair, minlength=ratings.pairs)
    with np.errstate(invalid="ignore"):
        return total / count
