"""Judgments: people's similarity of image pairs, checked, and brought into the order of the images."""

import unicodedata

import numpy as np

from ais.errors import InputError, some
from ais.stimuli.image_files import is_image

SYMMETRIC = 1e-6  # how far (a, b) and (b, a) may differ, as a share of the ratings' range
FEWEST = 3  # judged pairs


def check(ids: list[str], ratings: np.ndarray, kind: str, source: str) -> None:
    """Refuse ratings (raters, images, images) that cannot be what they are declared to be.

    They must be symmetric, not all equal, and their diagonal, where there is one, must say that an
    image is most similar to itself. Raises :class:`InputError`.
    """
    off_diagonal = ratings[:, ~np.eye(len(ids), dtype=bool)]
    judged = off_diagonal[~np.isnan(off_diagonal)]
    if judged.size < 2 * FEWEST:
        raise InputError(
            f"{source}: found {judged.size // 2} judged pairs; expected at least {FEWEST}. Is it the right file?"
        )
    lowest, highest = judged.min(), judged.max()
    if lowest == highest:
        raise InputError(f"{source}: found the rating {lowest:g} for every pair; expected ratings that differ.")
    for rater in ratings:
        _check_symmetric(ids, rater, SYMMETRIC * (highest - lowest), source)
    diagonal = np.diagonal(ratings, axis1=1, axis2=2)
    diagonal = diagonal[~np.isnan(diagonal)]
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


def as_similarity(ratings: np.ndarray, kind: str) -> np.ndarray:
    """Ratings so that larger is more alike: a dissimilarity d becomes max(d) − d, which keeps the order."""
    return np.nanmax(ratings) - ratings if kind == "dissimilarity" else ratings


def mean_over_raters(ratings: np.ndarray) -> np.ndarray:
    """Mean (images, images) of ratings (raters, images, images); NaN where no rater judged a pair."""
    count = (~np.isnan(ratings)).sum(axis=0)
    with np.errstate(invalid="ignore"):
        return np.nansum(ratings, axis=0) / count
