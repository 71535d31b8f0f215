"""Does importance hold for other images? The maps that one set keeps, tried on another.

A set keeps the prefix of its own ranking that has the largest alignment on all of its own pairs. Another set took no
part in that: the change there is held out. On the set itself it is in-sample, and never below zero.
Two controls: as many maps drawn at random, which tell what keeping so few does by itself, and the label null of
the tested set's importance, which tells how far two rankings agree by the network alone.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from ais.engine.alignment import MEMORY, Subsets, midranks
from ais.inference.shapley import order


def alignment_with(
    masking, human: np.ndarray, chosen: Iterable[Sequence[int]], measure: str = "spearman", memory: int = MEMORY
) -> np.ndarray:
    """Alignment on all pairs with only the maps of each of ``chosen`` kept, the others masked: (chosen,).

    NaN where it is undefined, as with no map or where an image has none of them active.
    """
    subsets = Subsets.of(human, [np.arange(human.size)], measure)
    return subsets.each((_keeping(masking, maps) for maps in chosen), memory)[:, 0]


def _keeping(masking, maps: Sequence[int]) -> np.ndarray:
    """Similarities (pairs,) with only ``maps`` kept."""
    if not len(maps):
        return np.full(len(masking.left), np.nan)
    return next(masking.growing(maps, [len(maps)]))


def random_maps(number: int, maps: int, seed: int, draws: Iterable[int]) -> Iterator[np.ndarray]:
    """``number`` of ``maps`` at random, for each of ``draws``; a draw depends on ``seed`` and its number alone."""
    for draw in draws:
        yield order(maps, seed, draw)[:number]


def agreement(score: np.ndarray, other: np.ndarray) -> dict[str, float]:
    """``spearman`` and ``pearson`` correlation of two sets' importance (maps,), over the maps defined in both.

    NaN where these are fewer than three, or either side is constant.
    """
    both = ~np.isnan(score) & ~np.isnan(other)
    a, b = score[both], other[both]
    if a.size < 3 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return {"spearman": np.nan, "pearson": np.nan}
    ranks = midranks(a, tied=0.0), midranks(b, tied=0.0)
    return {"spearman": float(np.corrcoef(*ranks)[0, 1]), "pearson": float(np.corrcoef(a, b)[0, 1])}


def middle(values: np.ndarray, level: float = 0.95) -> dict[str, float]:
    """``mean``, ``low`` and ``high`` of the middle ``level`` of some values, undefined ones (NaN) left out."""
    defined = np.asarray(values, dtype=float)
    defined = defined[~np.isnan(defined)]
    if not defined.size:
        return {"mean": np.nan, "low": np.nan, "high": np.nan}
    low, high = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    return {"mean": float(defined.mean()), "low": float(low), "high": float(high)}
