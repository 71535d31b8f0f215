"""Pruning: keep the most important maps, and see whether they predict held-out pairs better.

One-shot ranking followed by cumulative insertion (METHOD, cross-validation and pruning): the maps
are ranked by their importance on a fold's train pairs, then kept from the best one on. The retained
set is the prefix with the largest train alignment; what it gains is read on the test pairs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ais.engine import partition, ranking_device
from ais.engine.alignment import MEMORY, Subsets


def ranking(score: np.ndarray) -> np.ndarray:
    """Maps from the most to the least important; ties: lower index first; undefined (NaN) last."""
    return np.argsort(-score, kind="stable")


def search_grid(maps: int, number: int) -> np.ndarray:
    """``number`` numbers of maps up to all ``maps``, increasing: doubled from 1 to about a step, then in equal steps.

    All of them where ``number`` is as large. Between neighbours lie the same few wherever the best is: refined around
    it (:func:`curve`), a curve takes about number + 2 · maps / number prefixes.
    """
    if number >= maps:
        return np.arange(1, maps + 1)
    doubled = 2 ** np.arange(np.ceil(np.log2(maps / number)), dtype=int)
    steps = max(1, number - doubled.size)
    return np.union1d(doubled, np.round(np.arange(1, steps + 1) * maps / steps).astype(int))


@dataclass(frozen=True)
class Curve:
    """Alignment with the best 1, 2, … K maps kept, (maps,) each; NaN where it is undefined, or was not asked for."""

    train: np.ndarray
    test: np.ndarray

    @property
    def retained(self) -> int:
        """How many maps the retained set has: the first maximum of the train curve, NaN ignored."""
        return int(np.nanargmax(self.train)) + 1


def fold_sides(human, in_train: np.ndarray, in_test: np.ndarray, measure: str = "spearman", device: str = "cpu"):
    """A fold's train and test pairs (pairs,) bool, ready for :func:`curve`; ``device`` ranks.

    ``human`` (pairs,) are their similarities, or :class:`ais.engine.triplets.Triplets`.
    """
    if measure == "spearman" and device == "cpu":
        return partition.Disjoint.of(human, [in_train, in_test])
    return ranking_device.ranked_on(device, Subsets.of(human, [in_train, in_test], measure))


def curve(
    masking,
    order: Sequence[int],
    subsets: Subsets,
    memory: int = MEMORY,
    prefixes: int | None = None,
    kept: int | None = None,
) -> Curve:
    """The pruning curve along ``order``; ``subsets`` are the fold's train and test pairs (:func:`fold_sides`).

    ``masking`` is one of :mod:`ais.engine.masking`; ``memory`` bounds the similarities held at once, in bytes. With
    ``prefixes``, so many numbers of maps are tried (:func:`search_grid`), then all between the neighbours of the best
    of these: the maximum of the whole curve wherever it lies there. All, where none of them has an alignment. Where it
    is known how many maps are ``kept``, that number is tried in place of those neighbours.
    """
    found = np.full((len(order), 2), np.nan)

    def tried(at: np.ndarray) -> None:
        found[at - 1] = subsets.each(masking.growing(order, None if at.size == len(order) else at), memory)

    grid = search_grid(len(order), len(order) if prefixes is None else prefixes)
    tried(grid if kept is None else np.union1d(grid, kept))
    train = found[grid - 1, 0]
    if kept is None:
        ends = grid[[0, -1]]
        if not np.isnan(train).all():
            best = np.nanargmax(train)
            ends = grid[[max(best - 1, 0), min(best + 1, grid.size - 1)]]
        between = np.setdiff1d(np.arange(*ends), grid)
        if between.size:
            tried(between)
    return Curve(*found.T)


def kept_maps(
    masking,
    human: np.ndarray,
    score: np.ndarray,
    measure: str = "spearman",
    memory: int = MEMORY,
    at: Sequence[int] | None = None,
) -> np.ndarray:
    """The maps that a set keeps by its importance ``score`` (maps,): their numbers, the most important first.

    ``masking`` is one of :mod:`ais.engine.masking` on all pairs of the set, ``human`` (pairs,) their similarity. The
    first maximum of the curve over all numbers of maps, or those of ``at`` (increasing); no map where the alignment is
    undefined however many are kept. ``memory`` bounds the similarities held at once, in bytes.
    """
    ranked = ranking(score)
    numbers = np.arange(1, ranked.size + 1) if at is None else np.asarray(at)
    subsets = Subsets.of(human, [np.arange(human.size)], measure)
    curve = subsets.each(masking.growing(ranked, at), memory)[:, 0]
    return ranked[:0] if np.isnan(curve).all() else ranked[: numbers[np.nanargmax(curve)]]
