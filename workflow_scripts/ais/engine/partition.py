"""Alignment on disjoint subsets of the pairs (a fold's train and test pairs), for many worlds of human similarity.

A null asks for the same alignments in a thousand worlds. What :class:`ais.engine.alignment.Subsets` does for any
subsets of one world is done here for subsets that share no pair: their members are gathered in sorted order, in which
their ranks are their places but for ties. Where every pair was judged, the network's ranks are the same in every
world, so that their alignments are one matrix product. Spearman's ρ only; ties as there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numba
import numpy as np

from ais.engine.alignment import MEMORY, after_run, batched
from ais.engine.alignment import ROWS_AT_ONCE as ROWS_IN_CACHE
from ais.engine.sorting import ONE, Orders

EXACT = 53  # bits of a float64's whole numbers
PART = 3  # bits that say in which subset a pair is
ROWS_AT_ONCE = 256  # vectors of similarities whose ranks are multiplied at once: few enough for a processor's cache
AT_ONCE = 1000  # products of ranks whose sum fits 64 bits, whatever the number of pairs


@dataclass(frozen=True)
class HumanRanks:
    """The human side of several worlds, ranked within each of some subsets.

    ``coded`` (worlds, pairs) int32: the subset of each pair, one more than the last where it is in none or was not
    judged, plus ``1 << PART`` times twice its centred midrank there, a whole number, else 0; ``size`` (worlds, parts);
    ``scale`` (worlds, parts) makes the squares of the doubled ranks sum to one, NaN where they are constant.
    """

    coded: np.ndarray
    size: np.ndarray
    scale: np.ndarray

    @classmethod
    def of(cls, human: Orders, part: np.ndarray, parts: int) -> "HumanRanks":
        """Rank every world of ``human`` (:func:`human_orders`) in the subsets ``part`` (pairs,) of 0 … parts−1.

        Pairs of any other number are in none. Equal values share their mean rank. Raises ValueError for more parts
        than can be told apart.
        """
        if parts >= 1 << PART:
            raise ValueError(f"{parts} subsets; up to {(1 << PART) - 1} can be told apart")
        placed = np.where((part < 0) | (part >= parts), parts, part).astype(np.uint8)
        return cls(*_human_ranks(human.code, human.defined, placed, parts))

    def on(self, pairs: np.ndarray) -> "HumanRanks":
        """The same where no other pairs are in any subset, held for ``pairs`` only, by their numbers."""
        return HumanRanks(self.coded.take(pairs, axis=1), self.size, self.scale)  # each world in one piece

    @property
    def part(self) -> np.ndarray:
        """The subset of each pair, (worlds, pairs); one more than the last where it is in none."""
        return self.coded & (1 << PART) - 1

    @property
    def twice(self) -> np.ndarray:
        """Twice the centred midrank of each pair in its subset, (worlds, pairs)."""
        return self.coded >> PART


def human_orders(human: np.ndarray) -> Orders:
    """The order of every world's human similarities (worlds, pairs), NaN where missing; only equal ones tie."""
    return Orders.of(human, tied=0.0)


def alignments(similarities: np.ndarray, ranks: HumanRanks, world: int) -> np.ndarray:
    """ρ of each row of ``similarities`` (rows, pairs) with one world's ranks, in every subset: (rows, parts)."""
    network = Orders.of(similarities)
    return _correlations(network.code, network.defined, ranks.coded[world], ranks.size[world], ranks.scale[world])


@dataclass(frozen=True)
class Disjoint:
    """Subsets that share no pair, in one of some worlds; it answers what :class:`ais.engine.alignment.Subsets` does.

    The same to 1e-14, in a third of the time that is not spent on sorting.
    """

    ranks: HumanRanks
    world: int = 0

    @classmethod
    def of(cls, human: np.ndarray, subsets: Sequence[np.ndarray]) -> "Disjoint":
        """Prepare ``subsets`` (pairs,) bool of the human similarities (pairs,), NaN where nobody judged a pair.

        Raises ValueError where two of them share a pair.
        """
        if np.sum(subsets, axis=0).max(initial=0) > 1:
            raise ValueError("subsets share a pair; they cannot be told apart")
        part = np.select(subsets, range(len(subsets)), -1)
        return cls(HumanRanks.of(human_orders(human[None]), part, len(subsets)))

    def alignments(self, similarities: np.ndarray) -> np.ndarray:
        """Alignment of each row of ``similarities`` (rows, pairs) on each subset: (rows, subsets)."""
        return alignments(similarities, self.ranks, self.world)

    def each(self, similarities: Iterable[np.ndarray], memory: int = MEMORY) -> np.ndarray:
        """As :meth:`alignments` for a stream of vectors (pairs,); ``memory`` (bytes) does not change the result."""
        parts, pairs = self.ranks.size.shape[1], self.ranks.coded.shape[1]
        rows = max(1, min(ROWS_IN_CACHE, memory // (5 * 8 * max(1, pairs))))
        blocks = [self.alignments(np.array(some)) for some in batched(similarities, rows)]
        return np.concatenate([np.empty((0, parts)), *blocks])


def alignments_of_worlds(network: Orders, ranks: HumanRanks) -> np.ndarray:
    """ρ of each row of the ``network`` with every world's ranks in subset 0: (worlds, rows).

    In all worlds the subset holds the same pairs: raises ValueError where not.
    """
    chosen = np.flatnonzero(ranks.part[0] == 0)
    own = ranks.coded.take(chosen, axis=1)
    if (ranks.size[:, 0] != chosen.size).any() or (own & (1 << PART) - 1).any():
        raise ValueError("the worlds have judged different pairs: their subsets share no ranks")
    column = np.full(ranks.coded.shape[1], chosen.size, np.uint32)
    column[chosen] = np.arange(chosen.size)
    human = own >> PART
    found = np.empty((len(human), len(network.code)))
    for first in range(0, len(network.code), ROWS_AT_ONCE):
        rows = slice(first, first + ROWS_AT_ONCE)
        twice, squares = _network_ranks(network.code[rows], network.defined[rows], column, chosen.size)
        found[:, rows] = whole_products(human, twice) / 2 / np.sqrt(squares) * ranks.scale[:, :1]
    return found


def whole_products(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a · bᵀ of centred doubled ranks (…, n), in float64: the same bits however many rows are taken at once.

    Whole numbers below 2⁵³ add up exactly in any order, so that a matrix product has but one result. With more
    than about 500 images the sums grow longer: then ``a`` is taken in digits short enough, and rounded once each.
    """
    bits = int(b.shape[1]).bit_length()  # each factor is below 2^bits, and so is the number of terms
    digit = EXACT - 2 * bits
    if digit >= bits:
        return a.astype(np.float64) @ b.T
    found = np.zeros((len(a), len(b)))
    sign, rest, shift = np.sign(a), np.abs(a), 0
    while rest.any():
        found += np.ldexp((sign * (rest & (1 << digit) - 1)).astype(np.float64) @ b.T, shift)
        rest, shift = rest >> digit, shift + digit
    return found


@numba.njit(nogil=True, cache=True)
def _human_ranks(code, defined, part, parts):
    worlds, pairs = code.shape
    coded = np.full((worlds, pairs), parts, np.int32)
    sizes = np.zeros((worlds, parts), np.int64)
    scale = np.empty((worlds, parts))
    squares = np.zeros(parts + 1)
    size = np.zeros(parts + 1, np.int64)
    before = np.zeros(parts + 1, np.int64)
    group = np.zeros(parts + 1, np.int64)
    for world in range(worlds):
        judged = code[world, : defined[world]]
        size[:] = 0
        for entry in judged:
            size[part[entry >> ONE]] += 1
        sizes[world] = size[:parts]
        before[:] = 0
        squares[:] = 0
        first = 0
        while first < judged.size:
            last = after_run(judged, first)
            if last == first + 1:
                subset = part[judged[first] >> ONE]
                if subset < parts:
                    centred = 2 * before[subset] + 1 - size[subset]
                    coded[world, judged[first] >> ONE] = centred << PART | subset
                    squares[subset] += float(centred) * float(centred)
                before[subset] += 1
                first = last
                continue
            group[:] = 0
            for entry in judged[first:last]:
                group[part[entry >> ONE]] += 1
            for entry in judged[first:last]:
                pair = entry >> ONE
                subset = part[pair]
                if subset < parts:
                    centred = 2 * before[subset] + group[subset] - size[subset]
                    coded[world, pair] = centred << PART | subset
                    squares[subset] += float(centred) * float(centred)
            before += group
            first = last
        for subset in range(parts):
            scale[world, subset] = 1 / np.sqrt(squares[subset]) if squares[subset] > 0 else np.nan
    return coded, sizes, scale


@numba.njit(nogil=True, cache=True)
def _correlations(code, defined, coded, size, scale):
    """Spearman's ρ of each row in each subset, from one pass over the row's order for each."""
    rows, parts = len(code), size.size
    found = np.empty((rows, parts))
    members = np.empty(code.shape[1] + 1, np.int32)
    for row in range(rows):
        order = code[row, : defined[row]]
        runs = _runs(order)
        for subset in range(parts):
            product, ties = _on_part(order, coded, runs, subset, members)
            n = float(size[subset])
            squares = (n * n * n - n - ties) / 12
            found[row, subset] = product / np.sqrt(squares) * scale[subset] if squares > 0 else np.nan
        for entry in code[row, defined[row] :]:
            subset = coded[entry >> ONE] & (1 << PART) - 1
            if subset < parts:
                found[row, subset] = np.nan
    return found


@numba.njit(nogil=True, cache=True)
def _runs(order):
    """Where runs of several equal values begin and end, (runs, 2)."""
    tied = 0
    for entry in order:
        tied += entry & ONE
    runs = np.empty((tied, 2), np.int64)
    found = 0
    for place in range(1, order.size if tied else 0):
        if order[place] & ONE:
            if not order[place - 1] & ONE:
                runs[found, 0] = place - 1
                found += 1
            runs[found - 1, 1] = place + 1
    return runs[:found]


@numba.njit(nogil=True, cache=True)
def _on_part(order, coded, runs, subset, members):
    """Σ network rank × human side in one subset, and Σ (t³ − t) over its runs of t equal values.

    Ranks are not centred: the human side is, so that what a mean rank adds is zero. ``members`` (n + 1,) is room
    for the human side of the subset's members, of which the i-th has rank i but for ties.
    """
    count = np.uint32(0)
    product = 0.0
    ties = 0.0
    first = 0
    for run in range(len(runs)):
        before = np.int64(_gather(order[first : runs[run, 0]], coded, subset, members, count))
        first = runs[run, 1]
        count = _gather(order[runs[run, 0] : first], coded, subset, members, np.uint32(before))
        t = np.int64(count) - before
        for place in range(t):
            product += (0.5 * (t - 1) - place) * members[before + place]
        ties += float(t) * t * t - t
    count = _gather(order[first:], coded, subset, members, count)
    for begin in range(0, np.int64(count), AT_ONCE):
        total = 0
        for place in range(begin, min(begin + AT_ONCE, np.int64(count))):
            total += (place + 1) * members[place]
        product += total
    return product, ties


@numba.njit(nogil=True, cache=True)
def _gather(order, coded, subset, members, count):
    """Add the human side of those in the subset to the ``count`` members; how many there are then."""
    for entry in order:
        human = coded[entry >> ONE]
        members[count] = human >> PART  # without a branch: overwritten by the next where it is none
        count += np.uint32(human & (1 << PART) - 1 == subset)
    return np.uint32(count)


@numba.njit(nogil=True, cache=True)
def _network_ranks(code, defined, column, members):
    """Twice the centred midrank of each member of one subset, by its ``column`` (others: ``members``).

    (rows, members) float64, and Σ (rank − mean rank)² of each row (rows,): NaN where its ρ is undefined.
    """
    rows = len(code)
    twice = np.empty((rows, members))
    squares = np.empty(rows)
    own = np.empty(members + 1)
    n = float(members)
    for row in range(rows):
        order = code[row, : defined[row]]
        missing = False
        for entry in code[row, defined[row] :]:
            missing |= column[entry >> ONE] < members
        rank = -members - 1
        ties = 0.0
        first = 0
        while first < order.size:
            last = after_run(order, first)
            if last == first + 1:
                to = column[order[first] >> ONE]
                rank += 2 * np.int64(to < members)
                own[to] = rank
            else:
                t = 0
                for entry in order[first:last]:
                    t += column[entry >> ONE] < members
                for entry in order[first:last]:
                    own[column[entry >> ONE]] = rank + t + 1
                rank += 2 * t
                ties += float(t) * t * t - t
            first = last
        squares[row] = (n * n * n - n - ties) / 12
        if missing or not squares[row] > 0:
            squares[row] = np.nan
            own[:] = 0
        twice[row] = own[:members]
    return twice, squares
