"""Pruning: keep the most important maps, and see whether they predict held-out pairs better.

One-shot ranking followed by cumulative insertion (METHOD, cross-validation and pruning): the maps
are ranked by their importance on a fold's train pairs, then kept from the best one on. The retained
set is the prefix with the largest train alignment; what it gains is read on the test pairs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ais.engine.alignment import MEMORY, Subsets


def ranking(score: np.ndarray) -> np.ndarray:
    """Maps from the most to the least important; ties: lower index first; undefined (NaN) last."""
    return np.argsort(-score, kind="stable")


@dataclass(frozen=True)
class Curve:
    """Alignment with the best 1, 2, … K maps kept, (maps,) each; NaN where it is undefined."""

    train: np.ndarray
    test: np.ndarray

    @property
    def retained(self) -> int:
        """How many maps the retained set has: the first maximum of the train curve, NaN ignored."""
        return int(np.nanargmax(self.train)) + 1


def curve(masking, order: Sequence[int], subsets: Subsets, memory: int = MEMORY) -> Curve:
    """The pruning curve along ``order``; ``subsets`` are the fold's train and test pairs.

    ``masking`` is one of :mod:`ais.engine.masking`; ``memory`` bounds the similarities held at once, in bytes.
    """
    train, test = subsets.each(masking.growing(order), memory).T
    return Curve(train, test)


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
