"""The order of many similarities, faster than a comparison sort and as exact.

Similarities of one vector span a narrow range. Cut into 2²² steps over it, they are ordered by two passes of
11 bits, least significant first, and what one step still holds in the wrong order is put right by insertion.
"""

import numba
import numpy as np

DIGIT = 11  # bits of a pass: its counters fit the nearest cache
STEPS = 1 << 2 * DIGIT
FEW = 300  # values below which NumPy's own sort is as fast
# Moves a value that insertion may take before the steps are called crowded (one outlier squeezes the rest
# together) and NumPy's stable sort takes over: time stays within n log n whatever the values.
CROWDED = 8


def argsort(values: np.ndarray) -> np.ndarray:
    """Order of each row of ``values`` (rows, n) float64, (rows, n): ascending, NaN last, as NumPy's.

    Equal values stand in the order they came in, but in rows of fewer than ``FEW``, where they stand in any.
    """
    values = np.ascontiguousarray(values, dtype=np.float64)
    if values.shape[1] < FEW:
        return np.argsort(values, axis=1)
    order, crowded = _orders(values)
    for row in np.flatnonzero(crowded):
        order[row] = np.argsort(values[row], kind="stable")
    return order


@numba.njit(nogil=True, cache=True)
def _orders(values):
    rows, n = values.shape
    order = np.empty((rows, n), np.int64)
    crowded = np.empty(rows, np.bool_)
    counts = np.empty((2, 1 << DIGIT), np.int64)
    packed = np.empty((2, n), np.int64)
    for row in range(rows):
        crowded[row] = not _in_order(values[row], order[row], counts, packed)
    return order, crowded


@numba.njit(nogil=True, cache=True)
def _in_order(values, order, counts, packed):
    """Whether the order of ``values`` (n,) could be written to ``order`` before it took too many moves.

    ``counts`` and ``packed`` (2, …) are room to work in.
    """
    n = values.size
    lowest, highest = np.inf, -np.inf
    defined = 0
    for value in values:
        if value == value:
            defined += 1
            lowest = min(lowest, value)
            highest = max(highest, value)
    scale = 0.0
    if highest > lowest:
        scale = (STEPS - 1) / (highest - lowest)  # 0 for an infinite range, infinite for a vanishing one
    if not (0 < scale < np.inf):
        return False
    # Each step is a number of 22 bits above the place that its value came from: one word to move.
    mask = (1 << DIGIT) - 1
    counts[:] = 0
    taken, undefined = 0, defined
    for place in range(n):
        value = values[place]
        if value == value:
            step = np.int64((value - lowest) * scale)  # rounding keeps the order: it is monotone
            counts[0, step & mask] += 1
            counts[1, step >> DIGIT] += 1
            packed[0, taken] = step << 32 | place
            taken += 1
        else:
            order[undefined] = place
            undefined += 1
    for digit in range(2):
        before = 0
        for bucket in range(1 << DIGIT):
            here = counts[digit, bucket]
            counts[digit, bucket] = before
            before += here
    for entry in packed[0, :defined]:
        bucket = entry >> 32 & mask
        packed[1, counts[0, bucket]] = entry
        counts[0, bucket] += 1
    for entry in packed[1, :defined]:
        bucket = entry >> 32 + DIGIT
        order[counts[1, bucket]] = entry & 0xFFFFFFFF
        counts[1, bucket] += 1
    moves_left = CROWDED * defined
    last = values[order[0]]
    for place in range(1, defined):
        moved = order[place]
        value = values[moved]
        if value >= last:
            last = value
            continue
        target = place
        while target > 0 and values[order[target - 1]] > value:
            order[target] = order[target - 1]
            target -= 1
            moves_left -= 1
            if moves_left < 0:
                return False
        order[target] = moved
    return True
