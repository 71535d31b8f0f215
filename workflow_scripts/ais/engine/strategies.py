"""Strategies of pruning: in which order maps are kept, learnt on a fold's train pairs.

The paper ranks once and keeps maps from the best one on (``one_shot``). The others are its open question (METHOD,
cross-validation and pruning), and controls. Along the order of any, :func:`ais.engine.pruning.curve` says what
the first maps are worth on train and test pairs.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ais.engine import importance
from ais.engine.alignment import MEMORY, Subsets
from ais.engine.pruning import ranking
from ais.engine.resampling import draws, score_resamples, selection_frequency

RESAMPLES = 200
STABLE = 0.75  # share of resamples in which a map must help
REMOVED = 0.1  # share of the maps left that iterative removal takes at once
GREEDY = 60  # maps that forward selection picks


@dataclass(frozen=True)
class Ordered:
    """An order of all maps, (maps,), from the first to keep on.

    ``kept``: how many the strategy itself keeps; None where the prefix with the best train alignment is kept.
    """

    order: np.ndarray
    kept: int | None = None


@dataclass(frozen=True)
class Train:
    """A fold's train pairs: what a strategy may learn from.

    ``masking`` is one of :mod:`ais.engine.masking` on these pairs, ``human`` (pairs,) their similarity, or the
    :class:`ais.engine.triplets.Triplets` among them; ``score`` (maps,) the importance on them. ``seed`` is for the
    strategies that draw; ``memory`` (bytes) changes no result.
    """

    masking: object
    human: np.ndarray
    score: np.ndarray
    measure: str = "spearman"
    seed: int = 0
    memory: int = MEMORY

    @classmethod
    def of(cls, masking, human: np.ndarray, measure: str = "spearman", seed: int = 0, memory: int = MEMORY) -> "Train":
        """The same where importance is still to be worked out."""
        subsets = Subsets.of(human, [np.arange(human.size)], measure)
        score = importance.score_maps(masking, subsets, range(masking.maps), memory=memory).score[0]
        return cls(masking, human, score, measure, seed, memory)

    @property
    def subsets(self) -> Subsets:
        """All of the train pairs."""
        return Subsets.of(self.human, [np.arange(self.human.size)], self.measure)

    @property
    def images(self) -> np.ndarray:
        """The images that people judged in them."""
        if self.measure == "triplets":
            return np.unique(self.human.images)
        judged = ~np.isnan(self.human)
        return np.union1d(self.masking.left[judged], self.masking.right[judged])


def one_shot(train: Train) -> Ordered:
    """The paper's: by importance, scored once."""
    return Ordered(ranking(train.score))


def positive(train: Train) -> Ordered:
    """By importance; every map that helps is kept."""
    return Ordered(ranking(train.score), np.count_nonzero(train.score > 0) or None)


def stability(train: Train) -> Ordered:
    """By how often a map helps in 200 resamples of the train images, then by importance.

    Kept are those that help in three of four (METHOD, stability selection; Meinshausen & Bühlmann 2010). Where there
    is none, it is the prefix with the best train alignment.
    """
    left, right = train.masking.left, train.masking.right
    drawn = draws(train.images, int(max(left.max(), right.max())) + 1, train.seed, range(RESAMPLES))
    scores = score_resamples(train.masking, train.human, drawn, train.measure, memory=train.memory)
    share = selection_frequency(scores)
    by_score = ranking(train.score)
    order = by_score[np.argsort(-share[by_score], kind="stable")]
    return Ordered(order, np.count_nonzero(share >= STABLE) or None)


def iterative(train: Train) -> Ordered:
    """From all maps, a tenth of those left is removed at a time, the least important, and the rest scored anew.

    What was removed last comes first. A map without which the alignment is undefined stays; where nothing
    distinguishes two maps, the round before does.
    """
    subsets = train.subsets
    left = ranking(train.score)
    score = train.score[left]
    removed = []
    while left.size > 1:
        left = left[np.argsort(-np.where(np.isnan(score), np.inf, score), kind="stable")]
        stay = left.size - max(1, int(REMOVED * left.size))
        removed.append(left[stay:])
        left = left[:stay]
        masking = train.masking.keeping(np.isin(np.arange(train.masking.maps), left))
        score = importance.score_maps(masking, subsets, left, memory=train.memory).score[0]
    return Ordered(np.concatenate([left, *removed[::-1]]))


def greedy(train: Train) -> Ordered:
    """Forward selection: the map that raises train alignment most beside those picked, up to 60; then by importance.

    Kept is the best prefix of those picked. Ties, and steps at which no map gives a defined alignment, go to the more
    important map.
    """
    subsets = train.subsets
    rest = ranking(train.score)
    kept = np.zeros(rest.size, dtype=bool)
    picked, reached = [], []
    while rest.size and len(picked) < GREEDY:
        aligned = subsets.each(train.masking.adding(kept, rest), train.memory)[:, 0]
        best = 0 if np.isnan(aligned).all() else int(np.nanargmax(aligned))
        picked.append(rest[best])
        reached.append(aligned[best])
        kept[rest[best]] = True
        rest = np.delete(rest, best)
    number = None if np.isnan(reached).all() else int(np.nanargmax(reached)) + 1
    return Ordered(np.concatenate([np.array(picked, dtype=int), rest]), number)


def random(train: Train) -> Ordered:
    """A control: in random order."""
    return Ordered(np.random.default_rng(train.seed).permutation(train.masking.maps))


def reversed_ranking(train: Train) -> Ordered:
    """A control: from the least important map on."""
    return Ordered(ranking(train.score)[::-1])


STRATEGIES: dict[str, Callable[[Train], Ordered]] = {
    "one_shot": one_shot,
    "positive": positive,
    "stability": stability,
    "iterative": iterative,
    "greedy": greedy,
    "random": random,
    "reversed": reversed_ranking,
}

# Those that themselves say how many maps they keep.
KEEPS = ("positive", "stability", "greedy")
