"""Alignment with odd-one-out triplets: the share of them whose most similar pair, to the network, is people's.

A triplet asks for three similarities only. Those of all judged pairs are computed once for a masked map; the share is
then a gather and a comparison for every subset of the triplets at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numba
import numpy as np

from ais.engine.alignment import LARGE, MEMORY, ROWS_AT_ONCE, TIED, batched, compressed

MEASURE = "triplets"
# A hit counts 6 / (number of pairs tied for the most similar): whole numbers, which add up exactly in any order.
WHOLE = 6


@dataclass(frozen=True)
class Triplets:
    """What people answered, by the numbers of the pairs at hand.

    ``pairs`` (triplets, 3): the pair that people found the most alike, and the two of the odd one. ``images``
    (triplets, 3): their images, the odd one last. It stands where human similarities (pairs,) do, triplet by triplet.
    """

    pairs: np.ndarray
    images: np.ndarray

    @classmethod
    def of(cls, images: np.ndarray) -> tuple["Triplets", np.ndarray, np.ndarray]:
        """From images (triplets, 3), the odd one last: with both members of each pair that any asks for, in order."""
        a, b, odd = images.T
        one, other = np.stack([a, a, b], axis=1), np.stack([b, odd, odd], axis=1)
        low, high = np.minimum(one, other).astype(np.int64), np.maximum(one, other)
        most = int(images.max(initial=0)) + 1
        keys, place = np.unique(low * most + high, return_inverse=True)
        return cls(place.reshape(low.shape), images), keys // most, keys % most

    @property
    def size(self) -> int:
        """How many triplets there are."""
        return len(self.pairs)

    def __getitem__(self, chosen) -> "Triplets":
        """Some of the triplets, by their numbers or a mask, among the same pairs."""
        return Triplets(self.pairs[chosen], self.images[chosen])

    def answered(self, chosen: np.ndarray) -> "Triplets":
        """The same questions with other answers: which of three ``pairs`` is most alike (triplets,), 0 to 2."""
        order = np.array([[0, 1, 2], [1, 0, 2], [2, 0, 1]])[chosen]
        images = np.array([[0, 1, 2], [0, 2, 1], [1, 2, 0]])[chosen]
        return Triplets(np.take_along_axis(self.pairs, order, 1), np.take_along_axis(self.images, images, 1))

    def on(self, masking) -> tuple:
        """``masking`` (:mod:`ais.engine.masking`) on the pairs of these triplets alone, and these triplets there."""
        used, place = np.unique(self.pairs, return_inverse=True)
        return masking.on(used), Triplets(place.reshape(self.pairs.shape), self.images)

    def image_rows(self, images: int) -> list[np.ndarray]:
        """For each image, the numbers of the triplets that it is in."""
        return rows_by_image(self.images.T, images)

    def subsets(self, subsets: Sequence[np.ndarray]) -> "TripletSubsets":
        """Subsets of the triplets: arrays of numbers, or masks (triplets,) bool."""
        members = [np.flatnonzero(subset) if subset.dtype == bool else subset for subset in subsets]
        return TripletSubsets.of(self.pairs, members, [np.ones(own.size, np.uint8) for own in members])

    def resamples(self, draws: np.ndarray) -> "TripletSubsets":
        """Bootstrap over images: ``draws`` (resamples, images) say how often each image was drawn.

        A triplet of images that were drawn a, b and c times comes a·b·c times.
        """
        members, times = [], []
        for drawn in draws:
            count = drawn[self.images].prod(axis=1)
            members.append(np.flatnonzero(count))
            times.append(count[members[-1]])
        return TripletSubsets.of(self.pairs, members, times)


def rows_by_image(members: np.ndarray, images: int) -> list[np.ndarray]:
    """For each image, the numbers of the judgments that it is in; ``members`` (2 or 3, judgments) are theirs."""
    member = members.ravel()
    by_image = np.argsort(member, kind="stable") % max(1, members.shape[1])
    return np.split(by_image, np.searchsorted(np.sort(member), np.arange(1, images)))


@dataclass(frozen=True)
class TripletSubsets:
    """Subsets of the triplets; it answers what :class:`ais.engine.alignment.Subsets` does.

    ``times`` (triplets, large) says how often a triplet comes in each of the subsets that hold many; those that hold
    few are compressed by triplet (``start``, ``small_member``, ``small_times``). ``size`` counts the large subsets'
    triplets, then the small ones'; ``place`` says where each stood.
    """

    pairs: np.ndarray
    times: np.ndarray
    start: np.ndarray
    small_member: np.ndarray
    small_times: np.ndarray
    size: np.ndarray
    place: np.ndarray

    @classmethod
    def of(cls, pairs: np.ndarray, members: Sequence[np.ndarray], times: Sequence[np.ndarray]) -> "TripletSubsets":
        """Prepare subsets, each by the numbers of its triplets and how often they come."""
        count = len(pairs)
        is_large = np.array([own.size > LARGE * count for own in members], dtype=bool)
        large, small = np.flatnonzero(is_large), np.flatnonzero(~is_large)
        most = max((int(own.max(initial=0)) for own in times), default=0)
        dense = np.zeros((count, large.size), np.uint8 if most < 256 else np.int64)
        for column, number in enumerate(large):
            dense[members[number], column] = times[number]
        triplet = np.concatenate([*(members[number] for number in small), np.empty(0, np.int64)])
        entries = np.concatenate([*(times[number] for number in small), np.empty(0, np.int64)])
        sizes = np.array([members[number].size for number in small], dtype=np.int64)
        by_triplet = compressed(triplet, entries, sizes, count)
        place = np.concatenate([large, small])
        size = np.array([int(own.sum()) for own in times], dtype=np.int64)[place]
        return cls(pairs, dense, *by_triplet, size, place)

    def alignments(self, similarities: np.ndarray) -> np.ndarray:
        """Share of the triplets decided as people did, of each row of ``similarities`` (rows, pairs): (rows, subsets).

        A pair that ties with others for the most similar (see ``TIED``) is a hit by one over their number. NaN for a
        subset without triplets, or in which a similarity is undefined.
        """
        values = np.ascontiguousarray(similarities, dtype=np.float64)
        found = np.empty((len(values), self.size.size))
        arrays = self.pairs, self.times, self.start, self.small_member, self.small_times
        found[:, self.place] = _shares(values, *arrays, self.size, TIED, WHOLE)
        return found

    def each(self, similarities: Iterable[np.ndarray], memory: int = MEMORY) -> np.ndarray:
        """As :meth:`alignments` for a stream of vectors (pairs,), of which few are held at once."""
        blocks, rows = [np.empty((0, self.size.size))], ROWS_AT_ONCE
        similarities = iter(similarities)
        for first in similarities:
            rows = max(1, min(ROWS_AT_ONCE, memory // (2 * 8 * max(1, first.size))))
            blocks.append(self.alignments(first[None]))
            break
        return np.concatenate([*blocks, *(self.alignments(np.array(some)) for some in batched(similarities, rows))])


def hits(similarities: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """What each triplet counts, 6 over the number tied where people's pair is among the most similar, else 0.

    ``similarities`` (pairs,), ``pairs`` (triplets, 3), people's first; −1 where a similarity is undefined.
    """
    return _hits(np.asarray(similarities, dtype=np.float64), pairs, TIED, WHOLE)


@numba.njit(nogil=True, cache=True)
def _hits(values, pairs, tied, whole):
    largest = 0.0
    for value in values:
        if abs(value) > largest:  # never for NaN
            largest = abs(value)
    tolerance = tied * largest
    found = np.empty(len(pairs), np.int8)
    for triplet in range(len(pairs)):
        a = values[pairs[triplet, 0]]
        b = values[pairs[triplet, 1]]
        c = values[pairs[triplet, 2]]
        if not (a == a and b == b and c == c):
            found[triplet] = -1
            continue
        least = max(a, b, c) - tolerance
        if a >= least:
            found[triplet] = whole // (1 + (b >= least) + (c >= least))
        else:
            found[triplet] = 0
    return found


@numba.njit(nogil=True, cache=True)
def _shares(values, pairs, times, start, member, small_times, size, tied, whole):
    large = times.shape[1]
    found = np.empty((len(values), size.size))
    sums = np.zeros(size.size, np.int64)
    undefined = np.zeros(size.size, np.bool_)
    for row in range(len(values)):
        counts = _hits(values[row], pairs, tied, whole)
        sums[:] = 0
        undefined[:] = False
        for triplet in range(len(pairs)):
            hit = counts[triplet]
            if hit == 0:
                continue
            if hit < 0:
                for subset in range(large):
                    undefined[subset] |= times[triplet, subset] > 0
                for entry in range(start[triplet], start[triplet + 1]):
                    undefined[large + member[entry]] = True
                continue
            for subset in range(large):
                sums[subset] += hit * np.int64(times[triplet, subset])
            for entry in range(start[triplet], start[triplet + 1]):
                sums[large + member[entry]] += hit * small_times[entry]
        for subset in range(size.size):
            if undefined[subset] or size[subset] == 0:
                found[row, subset] = np.nan
            else:
                found[row, subset] = sums[subset] / (whole * size[subset])
    return found


def in_self(triplets: Triplets, images: int) -> tuple[np.ndarray, list[np.ndarray]]:
    """Each image's triplets where a map is masked in that image alone: pairs (entries, 3), and whose entries they are.

    The pairs are numbered among the ordered pairs (images × images), the first image masked, and after these the
    unmasked ones: of a triplet, two similarities have the image in them and one has not.
    """
    rows = triplets.image_rows(images)
    found = []
    for image, own in enumerate(rows):
        one = np.stack([triplets.images[own, n] for n in (0, 0, 1)], axis=1)
        other = np.stack([triplets.images[own, n] for n in (1, 2, 2)], axis=1)
        partner = np.where(one == image, other, one)
        holds = (one == image) | (other == image)
        found.append(np.where(holds, image * images + partner, images * images + triplets.pairs[own]))
    starts = np.cumsum([0, *(own.size for own in rows)])
    members = [np.arange(first, last) for first, last in pairwise(starts)]
    return np.concatenate([*found, np.empty((0, 3), np.int64)]), members
