"""Which maps matter: tests, intervals and shares of each map's importance on all pairs of a set.

*Label null* (METHOD): the image labels of the judgments are permuted, rows and columns together, which leaves
no relation to the network. The network's midranks with a map masked are the same in every such world, so that
the importance of all maps in all worlds is one matrix product. What is significant is so for *these* images.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from ais.engine import importance
from ais.engine.alignment import MEMORY, TIED, batched, midranks
from ais.engine.resampling import Resamples
from ais.inference.nulls import permutation
from ais.stimuli.folds import pairs_of

# The rounding of a matrix product depends on its shape: that must not depend on how worlds are dealt out.
WORLDS_AT_ONCE = 128
FACTOR = 1 << 28  # bytes of either factor of a product, maps or worlds by pairs
WALKED_AT_ONCE = 256  # worlds that one sort of the similarities serves: few enough for a processor's cache
ROUNDING = 1e-12  # importance that differs by less is the same


def permuted_pairs(images: int, seed: int, numbers: Iterable[int]) -> np.ndarray:
    """Which pair takes the place of each when images are permuted: (worlds, pairs), pairs row-major.

    Pair (i, j) gives way to (π(i), π(j)).
    """
    left, right = pairs_of(images)
    pair = np.zeros((images, images), np.int32)
    pair[left, right] = pair[right, left] = np.arange(left.size)
    order = (permutation(images, seed, number) for number in numbers)
    return np.array([pair[world[left], world[right]] for world in order]).reshape(-1, left.size)


def under_label_null(
    masking,
    human: np.ndarray,
    images: int,
    seed: int,
    numbers: Sequence[int],
    measure: str = "spearman",
    threads: int = 1,
    memory: int = MEMORY,
) -> np.ndarray:
    """Importance of every map in the permuted worlds ``numbers``: (worlds, maps).

    ``masking`` is one of :mod:`ais.engine.masking` on all pairs of ``images``, ``human`` (pairs,) their
    similarity. A pair nobody judged takes its gap along: each world lacks other pairs, which are left out of
    the network's ranks too. That takes a walk along the sorted pairs for every map and world (about 20 times as
    long) instead of a product. NaN where an alignment is undefined. The numbers of a world do not depend
    on which others are asked for. ``threads`` and ``memory`` (bytes, in which the worlds' pairs are held) serve
    the sets with gaps.
    """
    complete = not np.isnan(human).any()
    worlds = _worlds_by_product if complete else _worlds_by_walk
    return worlds(masking, human, images, seed, numbers, measure, threads, memory)


def _worlds_by_product(masking, human, images, seed, numbers, measure, *_):
    """AIS = r(S, H) − r(S without k, H) = (s − s_k) · h, of standardised vectors: (worlds, maps)."""
    fit = max(1, FACTOR // (8 * human.size))
    full = _standardised(masking.full(), measure)
    own = stats.rankdata(human) if measure == "spearman" else human
    own = own - own.mean()
    with np.errstate(invalid="ignore"):
        own = own / np.sqrt((own**2).sum())
    found = np.empty((len(numbers), masking.maps))
    for maps in batched(range(masking.maps), fit):
        drop = np.array([full - _standardised(masking.without(k), measure) for k in maps])
        for places in batched(range(len(numbers)), min(fit, WORLDS_AT_ONCE)):
            labelled = np.zeros((min(fit, WORLDS_AT_ONCE), human.size))
            labelled[: len(places)] = own[permuted_pairs(images, seed, [numbers[place] for place in places])]
            score = labelled @ drop.T
            if measure == "pearson_squared":  # r² − r_k² = (r − r_k)(r + r_k)
                score *= 2 * (labelled * full).sum(axis=1, keepdims=True) - score
            found[np.ix_(places, maps)] = score[: len(places)]
    return found


def _standardised(similarities: np.ndarray, measure: str) -> np.ndarray:
    """The network's side of a correlation, centred and of length one; NaN where it is undefined or constant."""
    if np.isnan(similarities).any() or np.ptp(similarities) <= TIED * np.abs(similarities).max():
        return np.full(similarities.size, np.nan)
    values = midranks(similarities) if measure == "spearman" else similarities
    centred = values - values.mean()
    return centred / np.sqrt((centred**2).sum())


def _worlds_by_walk(masking, human, images, seed, numbers, measure, threads, memory):
    """The same where pairs are missing: in every world other pairs come once, the rest not at all."""
    itself = Resamples.of(human, masking.left, masking.right, np.ones((1, images), int), measure)
    at_once = max(1, min(WALKED_AT_ONCE, memory // (4 * 8 * human.size)))
    found = [np.empty((0, masking.maps))]
    for first in range(0, len(numbers), at_once):
        pairs = np.ascontiguousarray(permuted_pairs(images, seed, numbers[first : first + at_once]).T)
        scale, size = np.repeat(itself.scale, pairs.shape[1]), np.repeat(itself.size, pairs.shape[1])
        worlds = Resamples(itself.count[pairs, 0], itself.human[pairs, 0], scale, size, measure)
        found.append(importance.score_maps(masking, worlds, range(masking.maps), threads, memory).score)
    return np.concatenate(found)


@dataclass(frozen=True)
class MapTests:
    """Is the importance of each map larger than without any relation to the judgments? (maps,) each.

    One-sided, as a map is important where it helps; a map that harms has p near 1. ``p``: share of worlds, the
    observed one among them, in which the map scores as much. ``q`` (Benjamini & Hochberg 1995): the share of false
    finds to expect among the maps with a q as small. ``t``: importance by its SD over the worlds, and ``p_max``
    (Westfall & Young 1993): share of worlds in which *any* map has as large a t, so that it holds for all maps
    at once. NaN where the map's importance is undefined.
    """

    p: np.ndarray
    q: np.ndarray
    t: np.ndarray
    p_max: np.ndarray


def compare_maps(score: np.ndarray, null: np.ndarray) -> MapTests:
    """Test the importance ``score`` (maps,) against that in permuted worlds, ``null`` (worlds, maps).

    Undefined values (NaN) of a permuted world do not count. The smallest p that can be had is 1/(1 + worlds), and a
    q is at least maps/(1 + worlds)/(maps with a q as small): tests of many maps take thousands of worlds.
    """
    undefined = np.isnan(score)
    with np.errstate(invalid="ignore"):
        at_least = (null >= score - ROUNDING).sum(axis=0)
    p = np.where(undefined, np.nan, (1 + at_least) / (1 + (~np.isnan(null)).sum(axis=0)))
    q = np.full(score.size, np.nan)
    q[~undefined] = stats.false_discovery_control(p[~undefined])
    # The observed world is one of those that the spread is taken over: all are treated alike.
    worlds = np.vstack([score, null])
    count = np.maximum(1, (~np.isnan(worlds)).sum(axis=0))
    spread = np.sqrt(np.nansum((worlds - np.nansum(worlds, axis=0) / count) ** 2, axis=0) / count)
    varies = (spread > ROUNDING) & ~undefined
    t = np.where(undefined, np.nan, 0.0)  # a dead map's is 0 in every world
    t[varies] = score[varies] / spread[varies]
    largest = np.fmax.reduce(null[:, varies] / spread[varies], axis=1, initial=-np.inf)
    largest = np.sort(np.maximum(largest, 0.0) if (~varies & ~undefined).any() else largest)
    as_large = len(null) - np.searchsorted(largest, t - ROUNDING * np.abs(t))
    return MapTests(p, q, t, np.where(undefined, np.nan, (1 + as_large) / (1 + len(null))))


def interval(values: np.ndarray, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Percentile interval over resamples of ``values`` (resamples, …), undefined ones left out: low, high."""
    tail = (1 - level) / 2
    defined = ~np.isnan(values).all(axis=0)
    ends = np.full((2, *values.shape[1:]), np.nan)
    ends[:, defined] = np.nanquantile(values[:, defined], [tail, 1 - tail], axis=0)
    return ends[0], ends[1]
