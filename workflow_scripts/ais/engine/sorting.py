"""The order of many similarities, faster than a comparison sort and as exact.

Similarities of one vector span a narrow range. Cut into 2²⁰ steps over it (2²² of many), they are ordered by two
passes of 10 bits (11), least significant first, and what one step still holds in the wrong order is put right by
insertion.
"""

from dataclasses import dataclass

import numba
import numpy as np

# Network similarities that are equal in exact arithmetic (duplicate images, maps that are whole
# numbers) come out a few rounding errors apart, differently on every path and device. Neighbours in
# the sorted order that differ by no more than this share of the largest magnitude are therefore
# ties. Rounding stays below 1e-13 of it (see ais.engine.masking.CANCELLED); values truly this close trade
# half a rank, which moves ρ by less than 1/pairs².
TIED = 1e-12

DIGITS = 10, 11  # bits of a pass, in rows of few and of many values: its counters fit the nearest cache
MANY = 1 << 15
FEW = 300  # values below which NumPy's own sort is as fast
# Moves a value that insertion may take before the steps are called crowded (one outlier squeezes the rest
# together) and NumPy's stable sort takes over: time stays within n log n whatever the values.
CROWDED = 8
ONE = np.uint32(1)  # indices without a sign spare the compiled loops a look at each


@dataclass(frozen=True)
class Orders:
    """The order of every row of some values, held so that walking it asks for no value again.

    ``code`` (rows, n) uint32: 2 × place, plus 1 where it ties with the one before; ascending, undefined ones (NaN)
    last; ``defined`` (rows,): how many are not.
    """

    code: np.ndarray
    defined: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray, tied: float = TIED) -> "Orders":
        """Order ``values`` (rows, n); neighbours tie that differ by up to the share ``tied`` of the largest.

        Equal values stand in the order they came in, but in rows of fewer than ``FEW``, where they stand in any.
        """
        values = np.ascontiguousarray(values, dtype=np.float64)
        rows, n = values.shape
        code, defined = np.empty((rows, n), np.uint32), np.empty(rows, np.int64)
        lowest, highest = np.fmin.reduce(values, 1, initial=np.inf), np.fmax.reduce(values, 1, initial=-np.inf)
        tolerance = tied * np.maximum(np.abs(lowest), np.abs(highest))
        if n < FEW:
            _by_order(values, np.argsort(values, axis=1), tolerance, code, defined)
            return cls(code, defined)
        crowded = _by_steps(values, lowest, highest, tolerance, DIGITS[n >= MANY], code, defined)
        for row in np.flatnonzero(crowded):
            own = slice(row, row + 1)
            _by_order(values[own], np.argsort(values[own], kind="stable"), tolerance[own], code[own], defined[own])
        return cls(code, defined)


def argsort(values: np.ndarray) -> np.ndarray:
    """Order of each row of ``values`` (rows, n) float64, (rows, n): ascending, NaN last, as NumPy's.

    Equal values stand as in :meth:`Orders.of`.
    """
    return (Orders.of(values).code >> 1).astype(np.int64)


@numba.njit(nogil=True, cache=True)
def _by_order(values, order, tolerance, code, defined):
    """Write ``code`` and ``defined`` of rows whose ``order`` is known."""
    for row in range(len(values)):
        defined[row] = np.count_nonzero(values[row] == values[row])
        before = 0.0
        for place in range(order.shape[1]):
            value = values[row, order[row, place]]
            ties = 0 < place < defined[row] and not value - before > tolerance[row]
            code[row, place] = 2 * order[row, place] + ties
            before = value


@numba.njit(nogil=True, cache=True)
def _by_steps(values, lowest, highest, tolerance, digit, code, defined):
    """Write ``code`` and ``defined`` of each row; which rows (rows,) bool are too crowded, and were left out."""
    rows, n = values.shape
    crowded = np.ones(rows, np.bool_)
    counts = np.empty((2, 1 << digit), np.uint32)
    packed = np.empty((2, n), np.uint64)
    ordered = np.empty(n)
    for row in range(rows):
        span = max(highest[row] - lowest[row], 0.0)  # negative where nothing is defined
        scale = ((1 << 2 * digit) - 2) / span if span > 0 else 0.0
        if not (span < np.inf and scale < np.inf):
            continue
        defined[row] = _steps(values[row], lowest[row], scale, digit, packed[0])
        _two_passes(packed, counts, digit)
        if _inserted(values[row], packed[0], defined[row], ordered, code[row]):
            _mark_ties(ordered[: defined[row]], tolerance[row], code[row])
            crowded[row] = False
    return crowded


@numba.njit(nogil=True, cache=True)
def _steps(values, lowest, scale, digit, packed):
    """Each value's step above the place it came from, one word to move; NaN in the last step. How many are not NaN."""
    last = (1 << 2 * digit) - 1
    defined = 0
    for place in range(values.size):
        value = values[place]
        defined += value == value
        step = np.int64((value - lowest) * scale) if value == value else last  # rounding is monotone: order stays
        packed[place] = np.uint64(step << 32 | place)
    return defined


@numba.njit(nogil=True, cache=True)
def _two_passes(packed, counts, digit):
    """Order ``packed[0]`` by its steps, by way of ``packed[1]``; what is in one step keeps its order."""
    mask = np.uint64((1 << digit) - 1)
    low, high = np.uint64(32), np.uint64(32 + digit)
    counts[:] = 0
    for entry in packed[0]:
        counts[0, entry >> low & mask] += ONE
        counts[1, entry >> high & mask] += ONE
    for one in range(2):
        before = np.uint32(0)
        for bucket in range(counts.shape[1]):
            here = counts[one, bucket]
            counts[one, bucket] = before
            before += here
    _distribute(packed[0], low, mask, counts[0], packed[1])
    _distribute(packed[1], high, mask, counts[1], packed[0])


@numba.njit(nogil=True, cache=True)
def _distribute(entries, shift, mask, next_place, to):
    for entry in entries:
        bucket = entry >> shift & mask
        place = next_place[bucket]
        to[place] = entry
        next_place[bucket] = place + ONE


@numba.njit(nogil=True, cache=True)
def _inserted(values, packed, defined, ordered, code):
    """Write twice the place of all values in order to ``code``, the defined ones in order to ``ordered``.

    They come in the order of their steps. False where that took too many moves.
    """
    for place in range(packed.size):
        source = np.uint32(packed[place])
        ordered[place] = values[source]
        code[place] = source << ONE
    moves_left = CROWDED * defined
    last = -np.inf
    for place in range(defined):
        value = ordered[place]
        if value >= last:
            last = value
            continue
        moved = code[place]
        target = place
        while target > 0 and ordered[target - 1] > value:
            ordered[target] = ordered[target - 1]
            code[target] = code[target - 1]
            target -= 1
            moves_left -= 1
            if moves_left < 0:
                return False
        ordered[target] = value
        code[target] = moved
    return True


@numba.njit(nogil=True, cache=True)
def _mark_ties(ordered, tolerance, code):
    for place in range(1, ordered.size):
        code[place] |= np.uint32(not ordered[place] - ordered[place - 1] > tolerance)
