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

from ais.engine.sorting import ONE, TIED, Orders

MEASURES = ("spearman", "pearson", "pearson_squared")
ALIGNMENTS = (*MEASURES, "triplets")  # the last of odd-one-out triplets alone (ais.engine.triplets)

ROWS_AT_ONCE = 16  # vectors of similarities that are ranked together: few enough for a processor's cache
MEMORY = 1 << 28  # bytes that they may take, unless told otherwise
LARGE = 0.1  # share of all pairs above which a subset is held as a row of every pair
LANES = 16  # columns that a processor counts on at once
FEW_PAIRS = 10_000  # up to which ranks and doubled ranks fit 16 bits, and the sum of 20 of their products 32


def midranks(values: np.ndarray, tied: float = TIED) -> np.ndarray:
    """Ranks of ``values`` (n,) from 1, ties sharing their mean rank: what differs by the share ``tied`` of the largest.

    With ``tied`` 0 only equal values tie, as what people say does.
    """
    return _midranks(Orders.of(values[None], tied).code[0])


@numba.njit(nogil=True, cache=True)
def _midranks(order):
    ranks = np.empty(order.size)
    first = 0
    while first < order.size:
        last = after_run(order, first)
        for entry in order[first:last]:
            ranks[entry >> ONE] = 0.5 * (first + last + 1)
        first = last
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
        x, y = midranks(x), midranks(y, tied=0.0)
    r = float(np.corrcoef(x, y)[0, 1])
    return r * r if measure == "pearson_squared" else r


@dataclass(frozen=True)
class Subsets:
    """Subsets of the pairs, each with its human side ranked (or centred) once.

    Large subsets (folds) are held by pair as rows: ``coded[p]`` is, for each of them, 1 where pair p belongs, plus
    twice ``human``, its doubled and centred human midrank there, a whole number; else 0, as in the columns that fill up
    ``LANES``. ``scale`` (large,) makes the squares of the doubled ranks sum to one. Small ones (an image's pairs) are
    compressed by pair: pair p belongs to ``small_member[start[p]:start[p + 1]]``, with its human side, so scaled, at
    the same entries of ``small_human``. ``size`` counts the judged pairs of the large subsets, then of the small;
    ``place`` says where each stood.
    """

    coded: np.ndarray
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
        return cls.of_judgments(human.size, _Chosen(human, subsets), measure)

    @classmethod
    def of_judgments(
        cls, pairs: int, judgments: Sequence[tuple[np.ndarray, np.ndarray]], measure: str = "spearman"
    ) -> "Subsets":
        """Prepare subsets of ``pairs`` pairs, each with human similarities of its own: pair numbers, values (n,).

        NaN is a pair that nobody judged.
        """
        size = np.array([np.count_nonzero(~np.isnan(values)) for _, values in judgments], dtype=int)

        def judged(number: int) -> tuple[np.ndarray, np.ndarray]:
            numbers, values = judgments[number]
            there = ~np.isnan(values)
            return numbers[there], values[there]

        is_large = (size > LARGE * pairs) & (measure == "spearman")
        large, small = np.flatnonzero(is_large), np.flatnonzero(~is_large)
        columns = large.size if large.size < LANES else -(-large.size // LANES) * LANES
        coded = np.zeros((pairs, columns), np.int16 if pairs <= FEW_PAIRS else np.int32)
        scale = np.full(large.size, np.nan)
        for column, number in enumerate(large):
            numbers, values = judged(number)
            centred = np.zeros(values.size)
            if np.ptp(values) > 0:
                centred = 2 * midranks(values, tied=0.0) - (values.size + 1)
                scale[column] = 1 / np.sqrt((centred**2).sum())
            coded[numbers, column] = 2 * centred + 1
        pair, human = np.empty(size[small].sum(), np.uint32), np.empty(size[small].sum())
        ends = np.cumsum(size[small])
        for number, last in zip(small, ends, strict=True):
            own = slice(last - size[number], last)
            pair[own], values = judged(number)
            human[own] = _standardised(values, measure)
        by_pair = compressed(pair, human, size[small], pairs)
        place = np.concatenate([large, small])
        return cls(coded, scale, *by_pair, size[place], place, measure)

    @property
    def member(self) -> np.ndarray:
        """Which pairs belong to which large subsets, (pairs, large) of 0 and 1."""
        return (self.coded[:, : self.scale.size] & 1).astype(np.uint8)

    @property
    def human(self) -> np.ndarray:
        """Twice the centred human midrank of each pair in each large subset, (pairs, large)."""
        return self.coded[:, : self.scale.size] >> 1

    def alignments(self, similarities: np.ndarray) -> np.ndarray:
        """Alignment of each row of ``similarities`` (rows, pairs) on each subset: (rows, subsets)."""
        values = np.ascontiguousarray(similarities, dtype=np.float64)
        found = np.empty((len(values), self.size.size))
        small = self.start, self.small_member, self.small_human
        if self.measure == "spearman":
            network = Orders.of(values)
            large = self.coded, self.scale, np.int32(0) if self.coded.dtype == np.int16 else np.int64(0)
            found[:, self.place] = _rank_correlations(network.code, network.defined, *large, *small, self.size)
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


@dataclass(frozen=True)
class _Chosen(Sequence):
    """Pair numbers and human similarities of some subsets, each made when it is asked for: many at once are large."""

    human: np.ndarray
    subsets: Sequence[np.ndarray]

    def __len__(self) -> int:
        return len(self.subsets)

    def __getitem__(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        subset = self.subsets[number]
        pairs = np.flatnonzero(subset) if subset.dtype == bool else subset
        return pairs, self.human[pairs]


def batched(items: Iterable, size: int) -> Iterator[list]:
    """Lists of up to ``size`` successive items (``itertools.batched`` of Python 3.12)."""
    items = iter(items)
    while batch := list(islice(items, size)):
        yield batch


def _standardised(human: np.ndarray, measure: str) -> np.ndarray:
    if human.size == 0 or np.ptp(human) == 0:
        return np.full(human.size, np.nan)
    values = midranks(human, tied=0.0) if measure == "spearman" else human
    centred = values - values.mean()
    return centred / np.sqrt((centred**2).sum())


@numba.njit(nogil=True, cache=True)
def compressed(pair, human, size, pairs):
    """Subsets of ``size`` (subsets,) members, one after the other in ``pair`` and ``human``, compressed by pair.

    Where the entries of each pair start (pairs + 1,), and of every entry its subset and its own of ``human``.
    """
    start = np.zeros(pairs + 1, np.uint32)
    for own in pair:
        start[own + 1] += ONE
    for own in range(pairs):
        start[own + 1] += start[own]
    member, value = np.empty(pair.size, np.uint32), np.empty_like(human)
    following = start.copy()
    entry = 0
    for subset in range(size.size):
        for _ in range(size[subset]):
            place = following[pair[entry]]
            member[place], value[place] = subset, human[entry]
            following[pair[entry]] = place + ONE
            entry += 1
    return start, member, value


@numba.njit(nogil=True, cache=True)
def _rank_correlations(code, defined, coded, scale, nothing, start, small_member, small_human, size):
    """Spearman's ρ of each row on each subset, from the row's order."""
    large = scale.size
    found = np.empty((len(code), size.size))
    for row in range(len(code)):
        order, undefined = code[row, : defined[row]], code[row, defined[row] :]
        found[row, :large] = _on_large(order, undefined, coded, nothing, size[:large]) * scale
        found[row, large:] = _on_small(order, undefined, start, small_member, small_human, size[large:])
    return found


@numba.njit(nogil=True, cache=True)
def after_run(order, first):
    """Where the run of values ends that tie with the one at ``first`` (see :class:`ais.engine.sorting.Orders`)."""
    last = first + 1
    while last < order.size and order[last] & ONE:
        last += 1
    return last


@numba.njit(nogil=True, cache=True)
def _on_large(order, undefined, coded, nothing, size):
    """ρ on subsets that hold many of the pairs: all of them are counted on at every pair.

    Whole numbers throughout. Ranks are not centred: the human side is, so that what a mean rank adds is zero.
    ``nothing`` is a zero as wide as the sums that are gathered before they are added up.
    """
    subsets = coded.shape[1]
    rank = np.zeros(subsets, np.int32)  # of the last member passed, in each subset
    gathered = np.full(subsets, nothing)
    at_once = 20 if gathered.itemsize == 4 else 1000
    product = np.zeros(subsets)  # Σ network rank × human side
    ties = np.zeros(subsets)  # Σ (t³ − t) over the runs of t equal values
    group = np.zeros(subsets, np.int64)
    human = np.zeros(subsets, np.int64)
    first = 0
    since = 0
    while first < order.size:
        last = after_run(order, first)
        if last == first + 1:
            own = coded[order[first] >> ONE]
            for subset in range(subsets):
                rank[subset] += own[subset] & 1
                gathered[subset] += rank[subset] * (own[subset] >> 1)
            since += 1
        else:
            group[:] = 0
            human[:] = 0
            for entry in order[first:last]:
                own = coded[entry >> ONE]
                for subset in range(subsets):
                    group[subset] += own[subset] & 1
                    human[subset] += own[subset] >> 1
            for subset in range(subsets):
                t = float(group[subset])
                product[subset] += (rank[subset] + 0.5 * (t + 1)) * human[subset]
                rank[subset] += group[subset]
                ties[subset] += t * t * t - t
        if since == at_once or last == order.size:
            for subset in range(subsets):
                product[subset] += gathered[subset]
            gathered[:] = 0
            since = 0
        first = last
    for entry in undefined:
        for subset in range(subsets):
            if coded[entry >> ONE, subset] & 1:
                product[subset] = np.nan
    return rho(product[: size.size], ties, size)


@numba.njit(nogil=True, cache=True)
def _on_small(order, undefined, start, member, human, size):
    """ρ on subsets that hold few of the pairs: at every pair, those that it belongs to are counted on."""
    subsets = size.size
    rank = -0.5 * (size + 1.0)  # of the last member passed, in each subset, less its mean rank
    product = np.zeros(subsets)
    ties = np.zeros(subsets)
    group = np.zeros(subsets)  # members of the subset within the run of equal values at hand
    first = 0
    while first < order.size and subsets:
        last = after_run(order, first)
        if last == first + 1:
            pair = order[first] >> ONE
            for entry in range(start[pair], start[pair + ONE]):
                subset = member[entry]
                own = rank[subset] + 1
                rank[subset] = own
                product[subset] += own * human[entry]
            first = last
            continue
        for place in order[first:last]:
            pair = place >> ONE
            for entry in range(start[pair], start[pair + ONE]):
                group[member[entry]] += 1
        for place in order[first:last]:
            pair = place >> ONE
            for entry in range(start[pair], start[pair + ONE]):
                subset = member[entry]
                product[subset] += (rank[subset] + 0.5 * (group[subset] + 1)) * human[entry]
        for place in order[first:last]:
            pair = place >> ONE
            for entry in range(start[pair], start[pair + ONE]):
                subset = member[entry]
                t = group[subset]  # 0 once the run is counted
                rank[subset] += t
                ties[subset] += t * t * t - t
                group[subset] = 0
        first = last
    for place in undefined:
        pair = place >> ONE
        for entry in range(start[pair], start[pair + ONE]):
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
