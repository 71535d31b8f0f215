"""Across categories: is an alignment more than the border between them?

In a set of mixed objects two animals are more alike than an animal and a car, to people and to any network. An
alignment on all pairs can be nothing but that. So it is taken apart:

- ``within`` and ``across``: the pairs of one category, and those of two. Neither holds the border itself, as no
  pair of the one is compared with one of the other: what is found there is the order inside, or among, categories.
- ``border``: the network's similarities against the border alone, 1 for two images of a category and 0 else, in
  people's place. A map that carries the border is one without which the network tells categories apart less well.
- :func:`beyond_border`: what is left of the alignment on all pairs where both sides' means within and across
  categories are taken out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ais.engine import importance
from ais.engine.alignment import MEMORY, TIED, Subsets, alignment, midranks

NAMES = ("all", "within", "across", "border")
FEWEST = 3  # judged pairs: fewer have no correlation worth the name


@dataclass(frozen=True)
class Scope:
    """Some of the pairs, ``member`` (pairs,) bool, and what similarities are compared with there, ``human`` (pairs,).

    NaN in ``human`` where nobody judged the pair, for the border as well: every scope has the same pairs.
    """

    member: np.ndarray
    human: np.ndarray

    @property
    def pairs(self) -> int:
        """How many judged pairs it has."""
        return int((self.member & ~np.isnan(self.human)).sum())

    def alignment(self, network: np.ndarray, chosen: np.ndarray, measure: str = "spearman") -> float:
        """Alignment of ``network`` (pairs,) on the ``chosen`` pairs (pairs,) bool of this scope.

        NaN where it is undefined, and where fewer than ``FEWEST`` of them are judged.
        """
        pairs = self.member & chosen & ~np.isnan(self.human)
        return alignment(network[pairs], self.human[pairs], measure) if pairs.sum() >= FEWEST else float("nan")


def scopes_of(human: np.ndarray, same: np.ndarray) -> dict[str, Scope]:
    """The scopes of ``NAMES``; ``human`` (pairs,), and ``same`` (pairs,) True for two images of one category."""
    everything = np.ones(human.size, dtype=bool)
    border = np.where(np.isnan(human), np.nan, same)
    return {
        "all": Scope(everything, human),
        "within": Scope(same, human),
        "across": Scope(~same, human),
        "border": Scope(everything, border),
    }


def score_maps(
    masking, scopes: Mapping[str, Scope], measure: str = "spearman", threads: int = 1, memory: int = MEMORY
) -> dict[str, np.ndarray]:
    """Importance (maps,) of every map in each scope; NaN where the alignment is undefined there, or pairs too few.

    ``masking`` is one of :mod:`ais.engine.masking` on all pairs. ``threads`` and ``memory`` (bytes) change no result.
    """
    found = {}
    of_people = [name for name in scopes if name != "border"]
    for names in (of_people, ["border"]):
        members = [np.flatnonzero(scopes[name].member) for name in names]
        subsets = Subsets.of(scopes[names[0]].human, members, measure)
        score = importance.score_maps(masking, subsets, range(masking.maps), threads, memory).score
        score[[scopes[name].pairs < FEWEST for name in names]] = np.nan
        found |= dict(zip(names, score, strict=True))
    return found


def in_folds(
    masking, scopes: Mapping[str, Scope], test: np.ndarray, kept: Sequence[np.ndarray], measure: str = "spearman"
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Alignment on each fold's test pairs within each scope: name → with all maps (folds,), with the kept (folds,).

    ``test`` (folds, pairs) bool; ``kept`` are the numbers of each fold's retained maps. NaN where undefined.
    """
    network = masking.full()
    full, retained = (np.full((len(scopes), len(test)), np.nan) for _ in range(2))
    for fold, (chosen, maps) in enumerate(zip(test, kept, strict=True)):
        fewer = next(masking.growing(maps, [len(maps)]))
        for place, scope in enumerate(scopes.values()):
            full[place, fold] = scope.alignment(network, chosen, measure)
            retained[place, fold] = scope.alignment(fewer, chosen, measure)
    return {name: (full[place], retained[place]) for place, name in enumerate(scopes)}


def border_alone(scopes: Mapping[str, Scope], chosen: np.ndarray, measure: str = "spearman") -> float:
    """What the border alone reaches with people on the ``chosen`` pairs (pairs,): a network that is nothing else."""
    return scopes["all"].alignment(scopes["within"].member.astype(float), chosen, measure)


def beyond_border(network: np.ndarray, scopes: Mapping[str, Scope], measure: str = "spearman") -> float:
    """Alignment on all pairs with the border taken out: the partial correlation given same category or not.

    Of ranks (spearman) or values, less their mean within and their mean across categories. NaN where either side
    is then constant, or a network similarity is undefined.
    """
    judged = ~np.isnan(scopes["all"].human)
    x, y, same = network[judged], scopes["all"].human[judged], scopes["within"].member[judged]
    if np.isnan(x).any():
        return float("nan")
    if measure == "spearman":
        x, y = midranks(x), midranks(y, tied=0.0)
    sides = []
    for values in (x, y):
        left = values.astype(float)
        for group in (same, ~same):
            if group.any():
                left[group] -= left[group].mean()
        if left.size == 0 or np.abs(left).max() <= TIED * np.abs(values).max():
            return float("nan")
        sides.append(left / np.linalg.norm(left))
    r = float(sides[0] @ sides[1])
    return r * r if measure == "pearson_squared" else r
