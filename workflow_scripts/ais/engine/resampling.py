"""Bootstrap over images: alignment on resamples of the images, without ranking any similarity twice.

A resample draws as many images as there are, with replacement, and takes the pairs of what it drew: a pair
of images that were drawn a and b times comes a·b times; pairs of an image with itself are left out (METHOD,
stability selection). Midranks in that multiset are running sums of the counts along the sorted pairs, so that
one sort serves all resamples. :class:`Resamples` stands where :class:`ais.engine.alignment.Subsets` does.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numba
import numpy as np

from ais.engine import importance
from ais.engine.alignment import MEMORY, ROWS_AT_ONCE, after_run, batched, rho
from ais.engine.sorting import ONE, TIED, Orders


def draws(images: np.ndarray, total: int, seed: int, numbers: Iterable[int]) -> np.ndarray:
    """How often each image comes in the resamples ``numbers``: (resamples, total) whole numbers.

    ``images`` are the numbers (0 … total−1) of those to draw from. Resample i depends on ``seed`` and i alone.
    """
    drawn = [np.random.default_rng([seed, number]).choice(images, images.size) for number in numbers]
    return np.array([np.bincount(one, minlength=total) for one in drawn]).reshape(-1, total)


@dataclass(frozen=True)
class Resamples:
    """Multisets of the pairs, each with its human side ranked (or centred) once.

    ``count[p]`` (resamples,) says how often pair p comes, 0 where nobody judged it; ``human[p]`` is that count
    times its human side: for Spearman twice its centred midrank in the multiset, a whole number. ``scale``
    (resamples,) makes the squares of the human side sum to one (NaN where it is constant); ``size``
    (resamples,) counts pairs, repeats included.
    """

    count: np.ndarray
    human: np.ndarray
    scale: np.ndarray
    size: np.ndarray
    measure: str

    @classmethod
    def of(
        cls, human: np.ndarray, left: np.ndarray, right: np.ndarray, draws: np.ndarray, measure: str = "spearman"
    ) -> "Resamples":
        """Prepare resamples of the pairs' human similarities (pairs,); ``draws`` (resamples, images).

        ``left`` and ``right`` (pairs,) name the images of each pair, which differ. By ``triplets``, ``human`` are
        :class:`ais.engine.triplets.Triplets`.
        """
        if measure == "triplets":
            return human.resamples(draws)
        judged = ~np.isnan(human)
        count = np.ascontiguousarray((draws[:, left] * draws[:, right] * judged).T, dtype=np.int32)
        size = count.sum(axis=0)
        value = np.where(judged, human, 0.0)
        if measure == "spearman":
            order = np.argsort(value)
            starts = np.flatnonzero(np.diff(value[order], prepend=-np.inf))
            in_group = np.add.reduceat(count[order], starts, axis=0)
            twice_rank = 2 * (np.cumsum(in_group, axis=0) - in_group) + in_group + 1
            group = np.empty(human.size, int)
            group[order] = np.repeat(np.arange(starts.size), np.diff(starts, append=human.size))
            centred = (twice_rank - (size + 1))[group]
        else:
            with np.errstate(invalid="ignore"):
                centred = value[:, None] - (value @ count) / size
        squares = (count * centred.astype(float) ** 2).sum(axis=0)
        drawn = count > 0
        lowest = np.where(drawn, value[:, None], np.inf).min(axis=0)
        highest = np.where(drawn, value[:, None], -np.inf).max(axis=0)
        scale = np.full(size.size, np.nan)
        varies = (size > 1) & (highest > lowest)
        scale[varies] = 1 / np.sqrt(squares[varies])
        return cls(count, np.ascontiguousarray(count * centred, dtype=np.float64), scale, size, measure)

    def alignments(self, similarities: np.ndarray) -> np.ndarray:
        """Alignment of each row of ``similarities`` (rows, pairs) on each resample: (rows, resamples).

        NaN where either side is constant there, or a similarity that was drawn is undefined.
        """
        values = np.ascontiguousarray(similarities, dtype=np.float64)
        if self.measure == "spearman":
            network = Orders.of(values)
            return _rank_correlations(network.code, network.defined, self.count, self.human, self.size) * self.scale
        found = _correlations(values, self.count, self.human, self.size) * self.scale
        return found**2 if self.measure == "pearson_squared" else found

    def each(self, similarities: Iterable[np.ndarray], memory: int = MEMORY) -> np.ndarray:
        """As :meth:`alignments` for a stream of vectors (pairs,), of which few are held at once.

        ``memory`` bounds, in bytes, what is held with what ranking takes. It does not change the result.
        """
        rows = max(1, min(ROWS_AT_ONCE, memory // (4 * 8 * max(1, len(self.count)))))
        found = [self.alignments(np.array(block)) for block in batched(similarities, rows)]
        return np.concatenate([np.empty((0, self.size.size)), *found])

    @classmethod
    def blocks(
        cls, human: np.ndarray, left: np.ndarray, right: np.ndarray, draws: np.ndarray, measure: str, memory: int
    ) -> Iterator["Resamples"]:
        """As :meth:`of`, some of the resamples at a time, so that they take about ``memory`` bytes."""
        at_once = max(1, memory // (8 * 8 * max(1, human.size)))
        for first in range(0, len(draws), at_once):
            yield cls.of(human, left, right, draws[first : first + at_once], measure)


def score_resamples(
    masking,
    human: np.ndarray,
    draws: np.ndarray,
    measure: str = "spearman",
    threads: int = 1,
    memory: int = MEMORY,
) -> np.ndarray:
    """Importance of every map on resamples of the images, ``draws`` (resamples, images): (resamples, maps)."""
    blocks = Resamples.blocks(human, masking.left, masking.right, draws, measure, memory)
    maps = range(masking.maps)
    scores = [importance.score_maps(masking, block, maps, threads, memory).score for block in blocks]
    return np.concatenate([np.empty((0, masking.maps)), *scores])


def selection_frequency(scores: np.ndarray) -> np.ndarray:
    """Share of resamples in which each map helps: (resamples, maps) → (maps,). Undefined is not helping."""
    return (scores > 0).mean(axis=0)


@numba.njit(nogil=True, cache=True)
def _rank_correlations(code, defined, count, human, size):
    """Spearman's ρ of each row on each resample, but for the scale of the human side, from the row's order."""
    found = np.empty((len(code), size.size))
    for row in range(len(code)):
        order, undefined = code[row, : defined[row]], code[row, defined[row] :]
        found[row] = _on_resamples(order, undefined, count, human, size)
    return found


@numba.njit(nogil=True, cache=True)
def _on_resamples(order, undefined, count, human, size):
    """As the engine's walk over large subsets, where a pair belongs any number of times."""
    resamples = size.size
    below = -0.5 * size  # pairs passed, less half of all: a run of t ranks below + t/2 from the mean rank
    product = np.zeros(resamples)  # Σ centred network rank × human side
    ties = np.zeros(resamples)  # Σ (t³ − t) over the runs of t equal values
    group = np.zeros(resamples)
    human_of_group = np.zeros(resamples)
    first = 0
    while first < order.size:
        last = after_run(order, first)
        if last == first + 1:
            pair = order[first] >> ONE
            for one in range(resamples):
                t = float(count[pair, one])
                product[one] += (below[one] + 0.5 * t) * human[pair, one]
                below[one] += t
                ties[one] += t * t * t - t
        else:
            group[:] = 0
            human_of_group[:] = 0
            for entry in order[first:last]:
                pair = entry >> ONE
                for one in range(resamples):
                    group[one] += count[pair, one]
                    human_of_group[one] += human[pair, one]
            for one in range(resamples):
                t = group[one]
                product[one] += (below[one] + 0.5 * t) * human_of_group[one]
                below[one] += t
                ties[one] += t * t * t - t
        first = last
    for entry in undefined:
        for one in range(resamples):
            if count[entry >> ONE, one] > 0:
                product[one] = np.nan
    return rho(product, ties, size)


@numba.njit(nogil=True, cache=True)
def _correlations(values, count, human, size):
    """Pearson's r of each row on each resample, but for the scale of the human side."""
    rows, pairs = values.shape
    resamples = size.size
    r = np.empty((rows, resamples))
    for row in range(rows):
        mean = np.zeros(resamples)
        lowest = np.full(resamples, np.inf)
        highest = np.full(resamples, -np.inf)
        for pair in range(pairs):
            for one in range(resamples):
                if count[pair, one] > 0:
                    value = values[row, pair]
                    mean[one] += count[pair, one] * value / size[one]
                    lowest[one] = min(lowest[one], value)
                    highest[one] = max(highest[one], value)
        product = np.zeros(resamples)
        squares = np.zeros(resamples)
        for pair in range(pairs):
            for one in range(resamples):
                if count[pair, one] > 0:
                    centred = values[row, pair] - mean[one]
                    product[one] += centred * human[pair, one]
                    squares[one] += count[pair, one] * centred * centred
        for one in range(resamples):
            largest = max(abs(lowest[one]), abs(highest[one]))
            constant = highest[one] - lowest[one] <= TIED * largest
            r[row, one] = np.nan if constant or squares[one] == 0 else product[one] / np.sqrt(squares[one])
    return r
