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

from ais.engine import sorting

MEASURES = ("spearman", "pearson", "pearson_squared")
ALIGNMENTS = (*MEASURES, "triplets")  # the last of odd-one-out triplets alone (ais.engine.triplets)

# Network similarities that are equal in exact arithmetic (duplicate images, maps that are whole
# numbers) come out a few rounding errors apart, differently on every path and device. Neighbours in
# the sorted order that differ by no more than this share of the largest magnitude are therefore
# ties. Rounding stays below 1e-13 of it (see ais.engine.masking.CANCELLED); values truly this close trade
# half a rank, which moves ρ by less than 1/pairs².
TIED = 1e-12

ROWS_AT_ONCE = 16  # vectors of similarities that are ranked together: few enough for a processor's cache
MEMORY = 1 << 28  # bytes that they may take, unless told otherwise
LARGE = 0.1  # share of all pairs above which a subset is held as a row of every pair


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

    Large subsets (folds) are held by pair as rows: ``member[p]`` (large,) is 1 where pair p belongs, and
    ``human[p]`` is twice its centred human midrank there, a whole number, else 0; ``scale`` (large,)
    makes the squares of these sum to one. Small ones (an image's pairs) are compressed by pair: pair p
    belongs to ``small_member[start[p]:start[p + 1]]``, with its human side, so scaled, at the same entries
    of ``small_human``. ``size`` counts the judged pairs of the large subsets, then of the small;
    ``place`` says where each stood.
    """

    member: np.ndarray
    human: np.ndarray
    scale: np.ndarray
    start: np.ndarray
    small_member: np.ndarray
    small_human: np.ndarray
    size: np.ndarray
    place: np.ndarray
    measure: str

    @classmethod
    def of(cls, human: np.ndarray, subsets: Sequence[np.ndarray], measure: str = "spearman") -> "Subsets":
        """Prepare ``subsets`` of the human similarities (pairs,).

        Each is an array of pair numbers, or says of every pair whether it belongs (pairs,) bool. By ``triplets``,
        ``human`` are :class:`ais.engine.triplets.Triplets`, and so are what subsets are made of.
        """
        if measure == "triplets":
            return human.subsets(subsets)
        members = [np.flatnonzero(subset) if subset.dtype == bool else subset for subset in subsets]
        return cls.of_judgments(human.size, [(pairs, human[pairs]) for pairs in members], measure)

    @classmethod
    def of_judgments(
        cls, pairs: int, judgments: Sequence[tuple[np.ndarray, np.ndarray]], measure: str = "spearman"
    ) -> "Subsets":
        """Prepare subsets of ``pairs`` pairs, each with human similarities of its own: pair numbers, values (n,).

        NaN is a pair that nobody judged.
        """
        judged = [(numbers[~np.isnan(values)], values[~np.isnan(values)]) for numbers, values in judgments]
        size = np.array([values.size for _, values in judged], dtype=int)
        is_large = (size > LARGE * pairs) & (measure == "spearman")
        large, small = np.flatnonzero(is_large), np.flatnonzero(~is_large)
        member = np.zeros((pairs, large.size), np.uint8)
        twice_ranks = np.zeros((pairs, large.size), np.int32)
        scale = np.full(large.size, np.nan)
        for column, number in enumerate(large):
            numbers, values = judged[number]
            member[numbers, column] = 1
            if np.ptp(values) > 0:
                centred = 2 * stats.rankdata(values) - (values.size + 1)
                twice_ranks[numbers, column] = centred
                scale[column] = 1 / np.sqrt((centred**2).sum())
        entries = np.concatenate([*(_standardised(judged[number][1], measure) for number in small), np.empty(0)])
        pair = np.concatenate([*(judged[number][0] for number in small), np.empty(0, int)])
        by_pair = sparse.coo_array(
            (entries, (pair, np.repeat(np.arange(small.size), size[small]))), shape=(pairs, small.size)
        ).tocsr()
        place = np.concatenate([large, small])
        compressed = by_pair.indptr, by_pair.indices, by_pair.data
        return cls(member, twice_ranks, scale, *compressed, size[place], place, measure)

    def alignments(self, similarities: np.ndarray) -> np.ndarray:
        """Alignment of each row of ``similarities`` (rows, pairs) on each subset: (rows, subsets)."""
        values = np.ascontiguousarray(similarities, dtype=np.float64)
        found = np.empty((len(values), self.size.size))
        small = self.start, self.small_member, self.small_human
        if self.measure == "spearman":
            order = sorting.argsort(values)
            large = self.member, self.human, self.scale
            found[:, self.place] = _rank_correlations(values, order, *large, *small, self.size)
            return found
        found[:, self.place] = _correlations(values, *small, self.size)
        return found**2 if self.measure == "pearson_squared" else found

    def each(self, similarities: Iterable[np.ndarray], memory: int = MEMORY) -> np.ndarray:
        """As :meth:`alignments` for a stream of vectors (pairs,), of which few are held at once.

        ``memory`` bounds, in bytes, what is held with what ranking takes. It does not change the result.
        """
        a_row = 4 * 8 * max(1, self.start.size - 1)  # similarities twice, order, and room to sort
        rows = max(1, min(ROWS_AT_ONCE, memory // a_row))
        found = [self.alignments(np.array(block)) for block in batched(similarities, rows)]
        return np.concatenate([np.empty((0, self.size.size)), *found])


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


@numba.njit(nogil=True, cache=True)
def _rank_correlations(values, order, member, human, scale, start, small_member, small_human, size):
    """Spearman's ρ of each row on each subset, from one sort of the row."""
    large = member.shape[1]
    found = np.empty((len(values), size.size))
    for row in range(len(values)):
        ends, defined = runs(values[row], order[row])
        found[row, :large] = _on_large(order[row], ends, defined, member, human, size[:large]) * scale
        found[row, large:] = _on_small(order[row], ends, defined, start, small_member, small_human, size[large:])
    return found


@numba.njit(nogil=True, cache=True)
def runs(values, order):
    """Runs of equal values (see ``TIED``) in sorted order: where the one that begins at a place ends.

    The second result is the number of values that are defined; NaN are sorted last.
    """
    largest = 0.0
    for value in values:
        if abs(value) > largest:  # never for NaN
            largest = abs(value)
    tolerance = TIED * largest
    ends = np.empty(order.size, np.int64)
    defined = order.size
    while defined and np.isnan(values[order[defined - 1]]):
        defined -= 1
    first = 0
    for last in range(1, defined + 1):
        if last == defined or values[order[last]] - values[order[last - 1]] > tolerance:
            ends[first] = last
            first = last
    return ends, defined


@numba.njit(nogil=True, cache=True)
def _on_large(order, ends, defined, member, human, size):
    """ρ on subsets that hold many of the pairs: all of them are counted on at every pair."""
    subsets = size.size
    rank = -0.5 * (size + 1.0)  # of the last member passed, in each subset, less its mean rank
    product = np.zeros(subsets)  # Σ centred network rank × human side
    ties = np.zeros(subsets)  # Σ (t³ − t) over the runs of t equal values
    group = np.zeros(subsets)
    first = 0
    while first < defined:
        last = ends[first]
        if last == first + 1:
            pair = order[first]
            for subset in range(subsets):
                rank[subset] += member[pair, subset]
                product[subset] += rank[subset] * human[pair, subset]
        else:
            group[:] = 0
            for pair in order[first:last]:
                for subset in range(subsets):
                    group[subset] += member[pair, subset]
            for pair in order[first:last]:
                for subset in range(subsets):
                    product[subset] += (rank[subset] + 0.5 * (group[subset] + 1)) * human[pair, subset]
            for subset in range(subsets):
                t = group[subset]
                rank[subset] += t
                ties[subset] += t * t * t - t
        first = last
    for pair in order[defined:]:
        for subset in range(subsets):
            if member[pair, subset]:
                product[subset] = np.nan
    return rho(product, ties, size)


@numba.njit(nogil=True, cache=True)
def _on_small(order, ends, defined, start, member, human, size):
    """ρ on subsets that hold few of the pairs: at every pair, those that it belongs to are counted on."""
    subsets = size.size
    rank = -0.5 * (size + 1.0)
    product = np.zeros(subsets)
    ties = np.zeros(subsets)
    group = np.zeros(subsets)  # members of the subset within the run of equal values at hand
    first = 0
    while first < defined and subsets:
        last = ends[first]
        if last == first + 1:
            pair = order[first]
            for entry in range(start[pair], start[pair + 1]):
                subset = member[entry]
                rank[subset] += 1
                product[subset] += rank[subset] * human[entry]
            first = last
            continue
        for place in range(first, last):
            pair = order[place]
            for entry in range(start[pair], start[pair + 1]):
                group[member[entry]] += 1
        for place in range(first, last):
            pair = order[place]
            for entry in range(start[pair], start[pair + 1]):
                subset = member[entry]
                product[subset] += (rank[subset] + 0.5 * (group[subset] + 1)) * human[entry]
        for place in range(first, last):
            pair = order[place]
            for entry in range(start[pair], start[pair + 1]):
                subset = member[entry]
                t = group[subset]  # 0 once the run is counted
                rank[subset] += t
                ties[subset] += t * t * t - t
                group[subset] = 0
        first = last
    for pair in order[defined:]:
        for entry in range(start[pair], start[pair + 1]):
            product[member[entry]] = np.nan
    return rho(product, ties, size)


@numba.njit(nogil=True, cache=True)
def rho(product, ties, size):
    """Spearman's ρ on each subset (subsets,), from sums over its pairs; NaN where all its values tie.

    ``product``: centred network rank × human side, whose squares sum to one; ``ties``: t³ − t over the runs of
    t equal values; ``size``: of the subset.
    """
    found = np.empty(size.size)
    for subset in range(size.size):
        n = float(size[subset])
        squares = (n * n * n - n - ties[subset]) / 12  # Σ (rank − mean rank)², ties included
        found[subset] = product[subset] / np.sqrt(squares) if squares > 0 else np.nan
    return found


@numba.njit(nogil=True, cache=True)
def _correlations(values, start, member, human, size):
    """Pearson's r of each row on each subset."""
    rows, pairs = values.shape
    subsets = size.size
    r = np.empty((rows, subsets))
    for row in range(rows):
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
