"""How additive is importance? Masking several maps together against the sum of what each costs alone.

Maps are scored one by one while all others stay. What stands in for a map can be masked with it: then together they
cost more than their scores add up to (METHOD, open questions).
"""

from dataclasses import dataclass

import numpy as np

from ais.engine import importance
from ais.engine.alignment import MEMORY, Subsets
from ais.engine.pruning import ranking


@dataclass(frozen=True)
class Additivity:
    """The ``top`` 1, 2, 5, … maps masked together (n,), and alone.

    ``joint``: what the alignment loses without all of them; ``total``: the sum of what it loses without each.
    NaN where an alignment is undefined.
    """

    top: np.ndarray
    joint: np.ndarray
    total: np.ndarray

    @property
    def ratio(self) -> np.ndarray:
        """``joint`` by ``total`` (n,): 1 where importance adds up; NaN where ``total`` is not positive."""
        positive = self.total > 0
        return np.where(positive, self.joint / np.where(positive, self.total, 1.0), np.nan)


def grid(maps: int) -> np.ndarray:
    """1, 2, 5, 10, 20, 50, … up to ``maps``: how many maps to mask."""
    steps = [step * 10**power for power in range(len(str(maps))) for step in (1, 2, 5)]
    return np.array([step for step in steps if step <= maps], dtype=int)


def joint_drops(
    masking,
    human: np.ndarray,
    score: np.ndarray | None = None,
    measure: str = "spearman",
    memory: int = MEMORY,
) -> Additivity:
    """Mask the most important 1, 2, 5, … maps together, on pairs with the similarity ``human`` (pairs,).

    Of the maps that help: the sum over others falls, and has no ratio to speak of. One map always stays.

    ``masking`` is one of :mod:`ais.engine.masking` on these pairs, ``score`` (maps,) the importance there, worked
    out where it is not given. ``memory`` bounds the similarities held at once, in bytes.
    """
    subsets = Subsets.of(human, [np.arange(human.size)], measure)
    if score is None:
        score = importance.score_maps(masking, subsets, range(masking.maps), memory=memory).score[0]
    order = ranking(score)
    top = grid(min(np.count_nonzero(score > 0), masking.maps - 1))
    # All but the top m are the first K − m of the reversed order.
    wanted = set((masking.maps - top).tolist())
    growing = masking.growing(order[::-1])
    kept = (similarities for number, similarities in enumerate(growing, start=1) if number in wanted)
    without = subsets.each(kept, memory)[::-1, 0]
    joint = subsets.alignments(masking.full()[None])[0, 0] - without
    return Additivity(top, joint, np.cumsum(score[order])[top - 1])
