"""Alignment: how well the network's similarities of image pairs agree with people's.

The plain definition is one line (:func:`alignment`). The engine needs it for every masked map on
many overlapping subsets of pairs: all pairs, each fold's, each image's row. :class:`Subsets`
ranks the human side of each subset once; one sort of the network's similarities then serves them
all, because walking the sorted pairs, a subset's midranks are running counts of its own members.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numba
import numpy as np
from scipy import sparse, stats

MEASURES = ("spearman", "pearson", "pearson_squared")

# Network similarities that are equal in exact arithmetic (duplicate images, maps that are whole
# numbers) come out a few rounding errors apart, differently on every path and device. Neighbours in
# the sorted order that differ by no more than this share of the largest magnitude are therefore
# ties. Rounding stays below 1e-13 of it (see ais.masking.CANCELLED); values truly this close trade
# half a rank, which moves ρ by less than 1/pairs².
TIED = 1e-12

ROWS_AT_ONCE = 64  # vectors of similarities that are ranked, and held in memory, together


def midranks(values: np.ndarray) -> np.ndarray:
    """Ranks of ``values`` (n,) from 1, ties (see ``TIED``) sharing their mean rank."""
    order = np.argsort(values)
    ordered = values[order]
    starts_group = np.diff(ordered, prepend=-np.inf) > TIED * np.abs(values).max()
    group = np.cumsum(starts_group) - 1
    mean_rank = np.bincount(group, np.arange(1, values.size + 1)) / np.bincount(group)
    ranks = np.empty(values.size)
    ranks[order] = mean_rank[group]
    return ranks


def alignment(similarity: np.ndarray, human: np.ndarray, measure: str = "spearman") -> float:
    """Correlation of the network's similarities (pairs,) with the human ones (pairs,).

    ``spearman`` uses midranks for ties. Pairs nobody judged (NaN in ``human``) are left out. NaN
    where either side is constant or a network similarity is undefined.
    """
    judged = ~np.isnan(human)
    x, y = similarity[judged], human[judged]
    if x.size < 2 or np.isnan(x).any() or np.ptp(x) <= TIED * np.abs(x).max() or np.ptp(y) == 0:
        return float("nan")
    if measure == "spearman":
        x, y = midranks(x), stats.rankdata(y)
    r = float(np.corrcoef(x, y)[0, 1])
    return r * r if measure == "pearson_squared" else r


@dataclass(frozen=True)
class Subsets:
    """Subsets of the pairs, each with its human side ranked (or centred) once.

    Compressed by pair: pair p belongs to the subsets ``member[start[p]:start[p + 1]]``, and ``human``
    there is its centred human rank (or value) within each, scaled so that a subset's squares sum
    to one. ``size`` (subsets,) counts the judged pairs of each.
    """

    start: np.ndarray
    member: np.ndarray
    human: np.ndarray
    size: np.ndarray
    measure: str

    @classmethod
    def of(cls, human: np.ndarray, subsets: Sequence[np.ndarray], measure: str = "spearman") -> "Subsets":
        """Prepare ``subsets``, each an array of pair numbers, of the human similarities (pairs,)."""
        judged = [np.asarray(pairs)[~np.isnan(human[pairs])] for pairs in subsets]
        sides = [_standardised(human[pairs], measure) for pairs in judged]
        size = np.array([pairs.size for pairs in judged])
        by_pair = sparse.coo_array(
            (np.concatenate(sides), (np.concatenate(judged), np.repeat(np.arange(len(judged)), size))),
            shape=(human.size, len(judged)),
        ).tocsr()
        return cls(by_pair.indptr, by_pair.indices, by_pair.data, size, measure)

    def alignments(self, similarities: np.ndarray) -> np.ndarray:
        """Alignment of each row of ``similarities`` (rows, pairs) on each subset: (rows, subsets)."""
        values = np.ascontiguousarray(similarities, dtype=np.float64)
        if self.measure == "spearman":
            order = np.argsort(values, axis=1)
            return _rank_correlations(values, order, self.start, self.member, self.human, self.size)
        r = _correlations(values, self.start, self.member, self.human, self.size)
        return r**2 if self.measure == "pearson_squared" else r

    def each(self, similarities: Iterable[np.ndarray]) -> np.ndarray:
        """As :meth:`alignments` for a stream of vectors (pairs,), of which few are held at once."""
        done = [np.empty((0, self.size.size))]
        for batch in batched(similarities, ROWS_AT_ONCE):
            done.append(self.alignments(np.array(batch)))
        return np.concatenate(done)


def batched(items: Iterable, size: int) -> Iterator[list]:
    """Lists of up to ``size`` successive items (``itertools.batched`` of Python 3.12)."""
    items = iter(items)
    while batch := list(islice(items, size)):
        yield batch


def _standardised(human: np.ndarray, measure: str) -> np.ndarray:
    if human.size == 0 or np.ptp(human) == 0:
        return np.full(human.size, np.nan)
    values = stats.rankdata(human) if measure == "spearman" else human
    centred = values - values.mean()
    return centred / np.sqrt((centred**2).sum())


@numba.njit(parallel=True, cache=True)
def _rank_correlations(values, order, start, member, human, size):
    """Spearman's ρ of each row on each subset, from one sort of the row."""
    rows, pairs = values.shape
    subsets = size.size
    rho = np.empty((rows, subsets))
    for row in numba.prange(rows):
        seen = np.zeros(subsets)  # members of the subset passed so far, that is, their last rank
        product = np.zeros(subsets)  # Σ centred network rank × human side
        ties = np.zeros(subsets)  # Σ (t³ − t) over the groups of t equal values
        group = np.zeros(subsets)  # members of the subset within the group of equal values at hand
        tolerance = 0.0
        for pair in range(pairs):
            magnitude = abs(values[row, pair])
            if magnitude > tolerance:
                tolerance = magnitude
        tolerance *= TIED
        first = 0
        while first < pairs:
            value = values[row, order[row, first]]
            if np.isnan(value):  # sorted last: every subset with a member from here on is undefined
                for place in range(first, pairs):
                    pair = order[row, place]
                    for entry in range(start[pair], start[pair + 1]):
                        product[member[entry]] = np.nan
                break
            last = first + 1
            while last < pairs:
                following = values[row, order[row, last]]
                if not following - value <= tolerance:
                    break
                value = following
                last += 1
            if last == first + 1:
                pair = order[row, first]
                for entry in range(start[pair], start[pair + 1]):
                    subset = member[entry]
                    seen[subset] += 1
                    product[subset] += (seen[subset] - 0.5 * (size[subset] + 1)) * human[entry]
            else:
                for place in range(first, last):
                    pair = order[row, place]
                    for entry in range(start[pair], start[pair + 1]):
                        group[member[entry]] += 1
                for place in range(first, last):
                    pair = order[row, place]
                    for entry in range(start[pair], start[pair + 1]):
                        subset = member[entry]
                        midrank = seen[subset] + 0.5 * (group[subset] + 1)
                        product[subset] += (midrank - 0.5 * (size[subset] + 1)) * human[entry]
                for subset in range(subsets):
                    t = group[subset]
                    seen[subset] += t
                    ties[subset] += t * t * t - t
                    group[subset] = 0
            first = last
        for subset in range(subsets):
            n = float(size[subset])
            squares = (n * n * n - n - ties[subset]) / 12  # Σ (rank − mean rank)², ties included
            rho[row, subset] = product[subset] / np.sqrt(squares) if squares > 0 else np.nan
    return rho


@numba.njit(parallel=True, cache=True)
def _correlations(values, start, member, human, size):
    """Pearson's r of each row on each subset."""
    rows, pairs = values.shape
    subsets = size.size
    r = np.empty((rows, subsets))
    for row in numba.prange(rows):
        mean = np.zeros(subsets)
        lowest = np.full(subsets, np.inf)
        highest = np.full(subsets, -np.inf)
        for pair in range(pairs):
            for entry in range(start[pair], start[pair + 1]):
                subset = member[entry]
                mean[subset] += values[row, pair] / size[subset]
                lowest[subset] = min(lowest[subset], values[row, pair])
                highest[subset] = max(highest[subset], values[row, pair])
        product = np.zeros(subsets)
        squares = np.zeros(subsets)
        for pair in range(pairs):
            for entry in range(start[pair], start[pair + 1]):
                subset = member[entry]
                centred = values[row, pair] - mean[subset]
                product[subset] += centred * human[entry]
                squares[subset] += centred * centred
        for subset in range(subsets):
            largest = max(abs(lowest[subset]), abs(highest[subset]))
            constant = highest[subset] - lowest[subset] <= TIED * largest
            r[row, subset] = np.nan if constant else product[subset] / np.sqrt(squares[subset])
    return r
