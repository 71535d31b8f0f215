"""Alignment on disjoint subsets of the pairs (a fold's train and test pairs), for many worlds of human similarity.

A null asks for the same alignments in a thousand worlds. What :class:`ais.engine.alignment.Subsets` does for any
subsets of one world is done here for subsets that share no pair: one walk along the sorted similarities counts in
all of them at once, and where every pair was judged, the network's ranks are the same in every world, so that
their alignments are one matrix product. Spearman's ρ only; ties as there.
"""

from dataclasses import dataclass

import numba
import numpy as np

from ais.engine import sorting
from ais.engine.alignment import TIED

EXACT = 53  # bits of a float64's whole numbers


@dataclass(frozen=True)
class Orders:
    """The order of every row of some values, held so that walking it asks for no value again.

    ``code`` (rows, pairs) int32: 2 × pair, plus 1 where it ties with the one before; undefined ones (NaN) last;
    ``defined`` (rows,): how many are not.
    """

    code: np.ndarray
    defined: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray, tied: float = TIED) -> "Orders":
        """Order ``values`` (rows, pairs); neighbours tie that differ by up to the share ``tied`` of the largest."""
        values = np.ascontiguousarray(values, dtype=np.float64)
        return cls(*_codes(values, sorting.argsort(values), tied))


@dataclass(frozen=True)
class HumanRanks:
    """The human side of several worlds, ranked within each of some subsets.

    ``part`` (worlds, pairs): the subset of each pair, one more than the last where it is in none or was not judged;
    ``twice`` (worlds, pairs) int32: twice its centred midrank there, a whole number, else 0; ``size``
    (worlds, parts); ``scale`` (worlds, parts) makes the squares of ``twice`` sum to one, NaN where it is constant.
    """

    part: np.ndarray
    twice: np.ndarray
    size: np.ndarray
    scale: np.ndarray

    @classmethod
    def of(cls, human: Orders, part: np.ndarray, parts: int) -> "HumanRanks":
        """Rank every world of ``human`` (:func:`human_orders`) in the subsets ``part`` (pairs,) of 0 … parts−1.

        Pairs of any other number are in none. Equal values share their mean rank.
        """
        placed = np.where((part < 0) | (part >= parts), parts, part).astype(np.int8)
        return cls(*_human_ranks(human.code, human.defined, placed, parts))

    def on(self, pairs: np.ndarray) -> "HumanRanks":
        """The same where no other pairs are in any subset, held for ``pairs`` only, by their numbers."""
        return HumanRanks(self.part[:, pairs], self.twice[:, pairs], self.size, self.scale)


def human_orders(human: np.ndarray) -> Orders:
    """The order of every world's human similarities (worlds, pairs), NaN where missing; only equal ones tie."""
    return Orders.of(human, tied=0.0)


def alignments(similarities: np.ndarray, ranks: HumanRanks, world: int) -> np.ndarray:
    """ρ of each row of ``similarities`` (rows, pairs) with one world's ranks, in every subset: (rows, parts)."""
    network = Orders.of(similarities)
    return _correlations(
        network.code, network.defined, ranks.part[world], ranks.twice[world], ranks.size[world], ranks.scale[world]
    )


def alignments_of_worlds(network: Orders, ranks: HumanRanks) -> np.ndarray:
    """ρ of each row of the ``network`` with every world's ranks in subset 0: (worlds, rows).

    In all worlds the subset holds the same pairs: raises ValueError where not.
    """
    members = ranks.part == 0
    if (members != members[0]).any():
        raise ValueError("the worlds have judged different pairs: their subsets share no ranks")
    chosen = np.flatnonzero(members[0])
    column = np.full(members.shape[1], chosen.size, np.int32)
    column[chosen] = np.arange(chosen.size)
    twice, squares = _network_ranks(network.code, network.defined, column, chosen.size)
    product = whole_products(ranks.twice[:, chosen], twice) / 2
    return product / np.sqrt(squares) * ranks.scale[:, :1]


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
def _codes(values, order, tied):
    rows, pairs = values.shape
    code = np.empty((rows, pairs), np.int32)
    defined = np.empty(rows, np.int64)
    for row in range(rows):
        largest = 0.0
        for value in values[row]:
            if abs(value) > largest:  # never for NaN
                largest = abs(value)
        tolerance = tied * largest
        count = pairs
        while count and np.isnan(values[row, order[row, count - 1]]):
            count -= 1
            code[row, count] = 2 * order[row, count]
        defined[row] = count
        before = 0.0
        for place in range(count):
            value = values[row, order[row, place]]
            ties = place > 0 and not value - before > tolerance
            code[row, place] = 2 * order[row, place] + ties
            before = value
    return code, defined


@numba.njit(nogil=True, cache=True)
def _human_ranks(code, defined, part, parts):
    worlds, pairs = code.shape
    own = np.full((worlds, pairs), parts, np.int8)
    twice = np.zeros((worlds, pairs), np.int32)
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
            pair = entry >> 1
            own[world, pair] = part[pair]
            size[part[pair]] += 1
        sizes[world] = size[:parts]
        before[:] = 0
        squares[:] = 0
        first = 0
        while first < judged.size:
            group[:] = 0
            group[part[judged[first] >> 1]] = 1
            last = first + 1
            while last < judged.size and judged[last] & 1:
                group[part[judged[last] >> 1]] += 1
                last += 1
            for entry in judged[first:last]:
                pair = entry >> 1
                subset = part[pair]
                if subset < parts:
                    centred = 2 * before[subset] + group[subset] - size[subset]
                    twice[world, pair] = centred
                    squares[subset] += float(centred) * float(centred)
            before += group
            first = last
        for subset in range(parts):
            scale[world, subset] = 1 / np.sqrt(squares[subset]) if squares[subset] > 0 else np.nan
    return own, twice, sizes, scale


@numba.njit(nogil=True, cache=True)
def _correlations(code, defined, part, human, size, scale):
    """Spearman's ρ of each row in each subset, from one walk along the row's order."""
    rows, parts = len(code), size.size
    found = np.empty((rows, parts))
    rank = np.empty(parts + 1)  # of the last member passed, in each subset, less its mean rank; last: of the others
    product = np.empty(parts + 1)  # Σ centred network rank × human side
    ties = np.empty(parts + 1)  # Σ (t³ − t) over the runs of t equal values
    group = np.empty(parts + 1)
    for row in range(rows):
        order = code[row, : defined[row]]
        rank[:parts] = -0.5 * (size + 1.0)
        rank[parts] = 0
        product[:] = 0
        ties[:] = 0
        for entry in code[row, defined[row] :]:
            product[part[entry >> 1]] = np.nan
        first = 0
        while first < order.size:
            last = first + 1
            while last < order.size and order[last] & 1:
                last += 1
            if last == first + 1:
                pair = order[first] >> 1
                subset = part[pair]
                rank[subset] += 1
                product[subset] += rank[subset] * human[pair]
            else:
                group[:] = 0
                for entry in order[first:last]:
                    group[part[entry >> 1]] += 1
                for entry in order[first:last]:
                    pair = entry >> 1
                    subset = part[pair]
                    product[subset] += (rank[subset] + 0.5 * (group[subset] + 1)) * human[pair]
                for subset in range(parts):
                    t = group[subset]
                    rank[subset] += t
                    ties[subset] += t * t * t - t
            first = last
        for subset in range(parts):
            n = float(size[subset])
            squares = (n * n * n - n - ties[subset]) / 12
            rho = product[subset] / np.sqrt(squares) * scale[subset] if squares > 0 else np.nan
            found[row, subset] = rho
    return found


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
            missing |= column[entry >> 1] < members
        rank = -n - 1
        ties = 0.0
        first = 0
        while first < order.size:
            last = first + 1
            while last < order.size and order[last] & 1:
                last += 1
            if last == first + 1:
                to = column[order[first] >> 1]
                rank += 2.0 * (to < members)
                own[to] = rank
            else:
                t = 0.0
                for entry in order[first:last]:
                    t += column[entry >> 1] < members
                for entry in order[first:last]:
                    own[column[entry >> 1]] = rank + t + 1
                rank += 2 * t
                ties += t * t * t - t
            first = last
        squares[row] = (n * n * n - n - ties) / 12
        if missing or not squares[row] > 0:
            squares[row] = np.nan
            own[:] = 0
        twice[row] = own[:members]
    return twice, squares
