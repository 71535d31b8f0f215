"""Noise ceilings: how well any model can agree with mean ratings that other raters would have given otherwise.

Raters are split into halves; r is the correlation of the halves' mean ratings on the pairs that both judged.
Spearman & Brown's 2r / (1 + r) is what another panel of the same size as the whole one reaches, its square root
what a model without noise reaches (METHOD, noise ceiling).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from math import comb

import numba
import numpy as np

from ais.engine.alignment import TIED, midranks
from ais.engine.resampling import Resamples
from ais.errors import InputError
from ais.stimuli.folds import pairs_of
from ais.stimuli.ratings import Ratings

FEWEST = 3  # pairs that both halves judged
SPLITS = 100


def halves(raters: int, splits: int = SPLITS, seed: int = 0) -> Iterator[np.ndarray]:
    """Which raters make up one half, (raters,) bool: all ways where there are no more than ``splits``.

    Else as many random ones, each depending on ``seed`` and its number alone. Of an odd number of raters, this half
    has the one more.
    """
    size = (raters + 1) // 2
    # Of an even number, a half and the rest are the same split: the first rater stays in it.
    ways = (
        combinations(range(raters), size) if raters % 2 else ((0, *w) for w in combinations(range(1, raters), size - 1))
    )
    number = comb(raters, size) if raters % 2 else comb(raters - 1, size - 1)
    if number > splits:
        ways = (np.random.default_rng([seed, split]).permutation(raters)[:size] for split in range(splits))
    for way in islice(ways, splits):
        half = np.zeros(raters, dtype=bool)
        half[list(way)] = True
        yield half


def half_means(ratings: Ratings, half: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean ratings by either half of the raters, on the pairs that both judged: numbers, means, means, (n,) each."""
    ours = half[ratings.rater]
    sums, counts = [], []
    for side in (ours, ~ours):
        sums.append(np.bincount(ratings.pair[side], ratings.rating[side], ratings.pairs))
        counts.append(np.bincount(ratings.pair[side], minlength=ratings.pairs))
    common = np.flatnonzero((counts[0] > 0) & (counts[1] > 0))
    return common, sums[0][common] / counts[0][common], sums[1][common] / counts[1][common]


def split_half(
    ratings: Ratings,
    subsets: Sequence[np.ndarray],
    measure: str = "spearman",
    splits: int = SPLITS,
    seed: int = 0,
) -> np.ndarray:
    """Correlation of the mean ratings by two halves of the raters on each subset of the pairs: (splits, subsets).

    ``subsets`` are arrays of pair numbers, or say of every pair whether it belongs (pairs,) bool: all pairs, each
    fold's test pairs, each image's row. Spearman's ρ (midranks), else Pearson's r; of a squared measure, the
    r that it squares. NaN where fewer than three pairs of a subset were judged by both halves, or a half's
    ratings are all the same. Raises :class:`InputError` with one rater, or where no split has pairs in common.
    """
    if ratings.raters < 2:
        raise InputError(
            f"judgments: found {ratings.raters} rater(s); expected two or more, whose halves make a noise ceiling. "
            "Give ratings by rater, or do without a ceiling."
        )
    judged = np.unique(ratings.pair)
    ratings = Ratings(ratings.rater, np.searchsorted(judged, ratings.pair), ratings.rating, judged.size)
    pair, subset = _memberships(subsets, judged)
    found = []
    most = 0
    for half in halves(ratings.raters, splits, seed):
        common, *means = half_means(ratings, half)
        most = max(most, common.size)
        place = np.full(judged.size, -1)
        place[common] = np.arange(common.size)
        inside = place[pair] >= 0
        found.append(_correlations(*means, place[pair[inside]], subset[inside], len(subsets), measure))
    if most < FEWEST:
        raise InputError(
            f"judgments: found at most {most} pairs that both halves of the raters judged; expected {FEWEST} or more. "
            "Without pairs judged by several raters, no noise ceiling can be given."
        )
    return np.array(found)


def _memberships(subsets: Sequence[np.ndarray], judged: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which of the ``judged`` pairs belongs to which subset: places among them and subsets, by place."""
    members = [np.flatnonzero(subset) if subset.dtype == bool else subset for subset in subsets]
    place = np.full(max((int(own.max(initial=-1)) for own in (judged, *members)), default=-1) + 1, -1)
    place[judged] = np.arange(judged.size)
    members = [np.unique(place[subset][place[subset] >= 0]) for subset in members]
    pair = np.concatenate([*members, np.empty(0, int)])
    subset = np.repeat(np.arange(len(members)), [own.size for own in members])
    by_pair = np.argsort(pair, kind="stable")
    return pair[by_pair], subset[by_pair]


def _correlations(one, other, pair, subset, subsets, measure) -> np.ndarray:
    """Correlation (subsets,) of two means (pairs,) on subsets, to which ``pair`` belongs (entries by pair)."""
    kind, *values = _comparable(one, other, measure)
    size = np.bincount(subset, minlength=subsets)
    centred = []
    for own in values:
        x = _midranks_within(own, np.argsort(own), pair, subset, subsets) if kind == "spearman" else own[pair]
        with np.errstate(invalid="ignore"):
            mean = np.bincount(subset, x, subsets) / size
        x = x - mean[subset]
        x[np.abs(x) <= TIED * np.abs(own).max(initial=0.0)] = 0.0  # equal but for rounding
        centred.append(x)
    x, y = centred
    squares = np.bincount(subset, x * x, subsets) * np.bincount(subset, y * y, subsets)
    defined = (size >= FEWEST) & (squares > 0)
    r = np.full(subsets, np.nan)
    r[defined] = np.bincount(subset, x * y, subsets)[defined] / np.sqrt(squares[defined])
    return r


@numba.njit(nogil=True, cache=True)
def _midranks_within(values, order, pair, subset, subsets):
    """Midrank of each entry within its subset (entries,), from one sort of all ``values`` (pairs,).

    Entries stand by pair; the engine's walk (ais.engine.alignment) for values whose ties are exact.
    """
    start = np.searchsorted(pair, np.arange(values.size + 1))
    below = np.zeros(subsets)
    group = np.zeros(subsets)
    ranks = np.empty(pair.size)
    first = 0
    while first < order.size:
        last = first + 1
        while last < order.size and values[order[last]] == values[order[first]]:
            last += 1
        for place in order[first:last]:
            for entry in range(start[place], start[place + 1]):
                group[subset[entry]] += 1
        for place in order[first:last]:
            for entry in range(start[place], start[place + 1]):
                ranks[entry] = below[subset[entry]] + 0.5 * (group[subset[entry]] + 1)
        for place in order[first:last]:
            for entry in range(start[place], start[place + 1]):
                below[subset[entry]] += group[subset[entry]]  # 0 once the run is passed
                group[subset[entry]] = 0
        first = last
    return ranks


def _comparable(one: np.ndarray, other: np.ndarray, measure: str) -> tuple[str, np.ndarray, np.ndarray]:
    """The correlation to take, and of what: for ranks, means that differ by rounding are made equal on both sides."""
    if measure == "spearman" and one.size:
        return measure, midranks(one), midranks(other)
    return "pearson", one, other


def resampled(
    ratings: Ratings,
    images: int,
    draws: Iterable[np.ndarray],
    measure: str = "spearman",
    splits: int = SPLITS,
    seed: int = 0,
) -> np.ndarray:
    """The mean over splits of :func:`split_half` on all pairs, on resamples of the images: (resamples,).

    ``draws`` (resamples, images) as :func:`ais.engine.resampling.draws`. NaN where no split defines it.
    """
    left, right = pairs_of(images)
    found = []
    for half in halves(ratings.raters, splits, seed):
        common, *means = half_means(ratings, half)
        if common.size < FEWEST:
            continue
        kind, one, other = _comparable(*means, measure)
        resamples = Resamples.of(one, left[common], right[common], np.asarray(draws), kind)
        found.append(resamples.alignments(other[None])[0])
    return mean_defined(np.array(found).reshape(-1, len(draws)))


@dataclass(frozen=True)
class Ceiling:
    """Noise ceilings on subsets of pairs, (subsets,) each; NaN where they are undefined.

    ``halves``: r between two halves of the raters, mean over the splits; ``panel``: what another panel as large as the
    whole one reaches; ``model``: what a model without noise reaches.
    """

    halves: np.ndarray
    panel: np.ndarray
    model: np.ndarray

    def mean(self) -> "Ceiling":
        """Means over the subsets (folds, images) in which it is defined: single numbers."""
        return Ceiling(*(float(mean_defined(own)) for own in (self.halves, self.panel, self.model)))


def ceiling(r: np.ndarray, measure: str = "spearman") -> Ceiling:
    """Noise ceilings from split-half correlations ``r`` (splits, subsets), the mean taken over splits first.

    ``panel`` = 2r / (1 + r) (Spearman 1910; Brown 1910), ``model`` its square root. Halves that disagree (r < 0)
    have no reliability: 0. All three are squared for an alignment that is.
    """
    r = mean_defined(r)
    positive = np.maximum(r, 0.0)
    panel = 2 * positive / (1 + positive)
    lines = r, panel, np.sqrt(panel)
    return Ceiling(*(line**2 if measure == "pearson_squared" else line for line in lines))


def mean_defined(values: np.ndarray) -> np.ndarray:
    """Mean over the first axis, NaN left out; NaN where nothing is left."""
    count = (~np.isnan(values)).sum(axis=0)
    with np.errstate(invalid="ignore"):
        return np.nansum(values, axis=0) / count
