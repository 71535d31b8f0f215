"""Ratings as a long table, a row a rating: those of thousands who each judged a few pairs take no more than that.

As matrices, 2,000 raters of 1,000 images would take 15 GB, whatever they judged.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import h5py
import numpy as np

from ais.artifacts import store
from ais.stimuli.folds import members_of, pair_numbers, pairs_of


@dataclass(frozen=True)
class Ratings:
    """Ratings (n,) of the pairs ``pair`` (n,), of which there are ``pairs``, by the raters ``rater`` (n,).

    One row a rater and pair; raters are numbered from 0, without gaps. ``names`` (raters,) are theirs where they are
    known, else none. ``own`` are ratings of images beside themselves, where there are any: they tell which way the
    numbers run, and are no judgments of pairs.
    """

    rater: np.ndarray
    pair: np.ndarray
    rating: np.ndarray
    pairs: int
    names: tuple[str, ...] = ()
    own: np.ndarray = field(default_factory=lambda: np.empty(0))

    @classmethod
    def of_matrices(cls, matrices: np.ndarray) -> "Ratings":
        """From symmetric ratings (raters, images, images), NaN where a rater did not judge a pair.

        Who judged none is no rater.
        """
        left, right = pairs_of(matrices.shape[1])
        by_pair = [matrix[left, right] for matrix in matrices]
        judged = [np.flatnonzero(~np.isnan(own)) for own in by_pair]
        rater = np.repeat(np.cumsum([0, *(pairs.size > 0 for pairs in judged)])[:-1], [pairs.size for pairs in judged])
        rating = [own[pairs] for own, pairs in zip(by_pair, judged, strict=True)]
        diagonal = np.diagonal(matrices, axis1=1, axis2=2)
        return cls(
            rater,
            np.concatenate([*judged, np.empty(0, int)]),
            np.concatenate([*rating, []]),
            left.size,
            own=diagonal[~np.isnan(diagonal)],
        )

    @classmethod
    def of_rows(
        cls, raters: Sequence[str], one: np.ndarray, other: np.ndarray, rating: np.ndarray, images: int
    ) -> "Ratings":
        """From a rater's name (or ""), two images (numbers) and a rating (n,) each, in any order; NaN is left out.

        A pair that one rater judged several times, in either order, counts once, by the mean. Raters are numbered in
        the order of their names.
        """
        judged = ~np.isnan(rating)
        names, rater = np.unique(np.asarray(raters, dtype=str)[judged], return_inverse=True)
        one, other, rating = one[judged], other[judged], rating[judged]
        # The pairs of an image with itself come after all pairs.
        same = one == other
        pairs = images * (images - 1) // 2
        pair = np.where(same, pairs + one, 0)
        pair[~same] = pair_numbers(one[~same], other[~same], images)
        # Sums are taken in the order of the rows, those that name the first image first before the others.
        order = np.argsort(one > other, kind="stable")
        key, group = np.unique((rater * (pairs + images) + pair)[order], return_inverse=True)
        mean = np.bincount(group, rating[order]) / np.bincount(group)
        rater, pair = key // (pairs + images), key % (pairs + images)
        between = pair < pairs
        who, rater = np.unique(rater[between], return_inverse=True)
        return cls(rater, pair[between], mean[between], pairs, tuple(filter(None, names[who].tolist())), mean[~between])

    @property
    def raters(self) -> int:
        """How many raters there are."""
        return int(self.rater.max(initial=-1)) + 1

    def placed(self, place: np.ndarray) -> "Ratings":
        """The same in another order of the images, of which ``place`` (images,) tells where each stands in this one."""
        images = place.size
        new = np.argsort(place)
        left, right = members_of(self.pair, images)
        pair = pair_numbers(new[left], new[right], images)
        order = np.lexsort((pair, self.rater))
        return Ratings(self.rater[order], pair[order], self.rating[order], self.pairs, self.names, self.own)


def joined(tables: Sequence[Ratings]) -> Ratings:
    """The ratings of several files of the same images, each file's raters being others than any other's."""
    first = np.cumsum([0, *(table.raters for table in tables)])
    named = all(table.names for table in tables)
    return Ratings(
        np.concatenate([table.rater + start for table, start in zip(tables, first, strict=False)]),
        np.concatenate([table.pair for table in tables]),
        np.concatenate([table.rating for table in tables]),
        tables[0].pairs,
        sum((table.names for table in tables), ()) if named else (),
        np.concatenate([table.own for table in tables]),
    )


def write(file: h5py.File, ratings: Ratings) -> None:
    """Write ``ratings/pair``, ``ratings/rater`` and ``ratings/value`` (n,); no names, which may be people's."""
    store.write_array(file, "ratings/pair", ratings.pair.astype(np.int64))
    store.write_array(file, "ratings/rater", ratings.rater.astype(np.int32))
    store.write_array(file, "ratings/value", ratings.rating.astype(np.float64))


def read(file: h5py.File) -> Ratings:
    """The ratings of an artifact of judgments; those of a single rater are the similarity itself."""
    images = len(file["image_ids"])
    if "ratings" not in file and "pairs" in file:
        pair = file["pairs/number"][:]
        return Ratings(np.zeros(pair.size, int), pair, file["pairs/similarity"][:], images * (images - 1) // 2)
    if "ratings" not in file:
        return Ratings.of_matrices(file["similarity"][:][None])
    rater, pair, value = (file[f"ratings/{name}"][:] for name in ("rater", "pair", "value"))
    return Ratings(rater, pair, value, images * (images - 1) // 2)
