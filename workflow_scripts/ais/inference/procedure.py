"""The whole procedure in many worlds: order the maps, prune, and read the retained set on test pairs, in every fold.

A world is a set of human similarities: the observed ones, or those of a null. The network is the same in all, and
with it the masked similarities and their orders; what a world changes is ranked, multiplied and walked anew
(:mod:`ais.engine.partition`). The pruning curve is taken at some prefixes of the ranking only (:func:`prefix_grid`):
the observed world must be read on the grid that its null is read on.
"""

from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np

from ais.engine import partition, reweighting
from ais.engine.alignment import MEMORY, Subsets, alignment, batched
from ais.engine.strategies import STRATEGIES, Train
from ais.inference.outcomes import Outcome

PREFIXES = 35
# Worlds that share one pass over the masked maps, which costs as much as ten worlds of 120 images × 1,280 maps.
WORLDS_AT_ONCE = 128


def prefix_grid(maps: int, number: int = PREFIXES) -> np.ndarray:
    """Numbers of maps from 1 to ``maps``, both included, ``number`` of them if there are as many: increasing ints.

    In equal ratios, but where these fall below the next whole number: what that costs is made up for above.
    """
    grid = [1]
    for left in range(min(number, maps) - 1, 0, -1):
        grid.append(max(grid[-1] + 1, round(grid[-1] * (maps / grid[-1]) ** (1 / left))))
    return np.array(grid)


def run(
    masking,
    worlds: Iterable[np.ndarray],
    train: np.ndarray,
    test: np.ndarray,
    grid: Sequence[int],
    measure: str = "spearman",
    strategy: str = "one_shot",
    at_once: int = WORLDS_AT_ONCE,
    memory: int = MEMORY,
) -> Outcome:
    """Order, prune and test in every one of ``worlds``, each the human similarities (pairs,), NaN where missing.

    ``masking`` is one of :mod:`ais.engine.masking`; ``train`` (folds, pairs) and ``test`` (folds, pairs), or several
    kinds of test pairs (…, folds, pairs), are True where a pair belongs; ``grid`` the prefixes of the curve, the last
    of all maps; ``strategy`` one of :data:`ais.engine.strategies.STRATEGIES`, which learns from a fold's train pairs
    and draws, if it does, by the fold's number. Worlds may be a stream: ``at_once`` of them are held. ``memory``
    bounds, in bytes, the similarities held with their ranks. Neither changes a bit of the result. Raises ValueError
    where the subsets of a fold share a pair, or the grid has another end.
    """
    if grid[-1] != masking.maps:
        raise ValueError(f"a grid of prefixes ends at all {masking.maps} maps, not at {grid[-1]}")
    tests = test.reshape(-1, *train.shape)
    part = _parts(train, tests)
    grid = np.asarray(grid)
    blocks = [
        _block(masking, np.array(block), part, len(tests), grid, measure, strategy, memory)
        for block in batched(worlds, at_once)
    ]
    full, retained, n_retained = (np.concatenate(side) for side in zip(*blocks, strict=True))
    shape = (*test.shape[:-2], *n_retained.shape)
    return Outcome(np.moveaxis(full, -1, 0).reshape(shape), np.moveaxis(retained, -1, 0).reshape(shape), n_retained)


def run_reweighted(
    masking, worlds: Iterable[np.ndarray], train: np.ndarray, test: np.ndarray, measure: str = "spearman", **options
) -> Outcome:
    """The same where all maps get weights (:mod:`ais.engine.reweighting`) in place of some being kept.

    ``masking`` is a pooled one, ``train`` and ``test`` (folds, pairs); the number retained is that of weights above 0.
    """
    shares = reweighting.Shares(masking.features, masking.measure, masking.left, masking.right, **options)
    network = masking.full()
    full, retained, n_retained = [], [], []
    for human in worlds:
        for fold, (in_train, in_test) in enumerate(zip(train, test, strict=True)):
            found = reweighting.nonnegative_ridge(shares, human, in_train, measure, seed=fold)
            pairs = np.flatnonzero(in_test)
            full.append(alignment(network[pairs], human[pairs], measure))
            retained.append(alignment(shares.similarities(found.weight, pairs), human[pairs], measure))
            n_retained.append(np.count_nonzero(found.weight))
    return Outcome(*(np.reshape(each, (-1, len(train))) for each in (full, retained, n_retained)))


def _parts(train: np.ndarray, tests: np.ndarray) -> np.ndarray:
    """The subset of every pair in every fold, (folds, pairs): 0 train, 1 … the tests, −1 none."""
    subsets = np.concatenate([train[None], tests])
    if (subsets.sum(axis=0) > 1).any():
        raise ValueError("train and test pairs, or two kinds of test pairs, overlap")
    return (subsets * np.arange(1, len(subsets) + 1)[:, None, None]).sum(axis=0).astype(np.int8) - 1


def _block(masking, human, part, tests: int, grid, measure: str, strategy: str, memory: int):
    """Full and retained (worlds, folds, tests), number retained (worlds, folds), of some worlds (worlds, pairs)."""
    score = _scores(masking, human, part == 0, measure, memory)
    orders = partition.human_orders(human)
    full = np.full((len(human), len(part), tests), np.nan)
    retained = np.full_like(full, np.nan)
    n_retained = np.zeros(full.shape[:2], int)
    for fold, own in enumerate(part):
        used = np.flatnonzero(own >= 0)
        masked, learnt_from = masking.on(used), np.flatnonzero(own == 0)
        learnt_on = masking.on(learnt_from)
        if measure == "spearman":
            ranks = partition.HumanRanks.of(orders, own, 1 + tests).on(used)
        for world in range(len(human)):
            learn = Train(learnt_on, human[world, learnt_from], score[world, fold], measure, fold, memory)
            ordered = STRATEGIES[strategy](learn)
            kept = grid if ordered.kept is None else np.unique([ordered.kept, grid[-1]])
            prefixes = masked.growing(ordered.order, kept)
            if measure == "spearman":
                curves = partition.Disjoint(ranks, world).each(prefixes, memory)
            else:
                subsets = [own[used] == number for number in range(1 + tests)]
                curves = Subsets.of(human[world, used], subsets, measure).each(prefixes, memory)
            train, test = curves[:, 0], curves[:, 1:]
            full[world, fold] = test[-1]
            if ordered.kept is not None or not np.isnan(train).all():
                best = np.nanargmax(train) if ordered.kept is None else 0  # the first maximum
                retained[world, fold] = test[best]
                n_retained[world, fold] = kept[best]
    return full, retained, n_retained


def _scores(masking, human, train, measure: str, memory: int) -> np.ndarray:
    """Importance (worlds, folds, maps) of every map on the train pairs (folds, pairs) of every world (worlds, pairs).

    Worlds with missing pairs are ranked one by one, and other measures are: theirs is the plain path.
    """
    shared = ~np.isnan(human).any(axis=1) if measure == "spearman" else np.zeros(len(human), bool)
    alone = [Subsets.of(human[world], list(train), measure) for world in np.flatnonzero(~shared)]
    orders = partition.human_orders(human[shared])

    def aligned(similarities: np.ndarray) -> np.ndarray:
        """Alignment (worlds, folds, rows) of some vectors (rows, pairs)."""
        found = np.empty((len(human), len(train), len(similarities)))
        if alone:
            found[~shared] = np.moveaxis([subsets.alignments(similarities) for subsets in alone], 1, 2)
        if shared.any():
            network = partition.Orders.of(similarities)
            for fold, own in enumerate(train):
                ranks = partition.HumanRanks.of(orders, np.where(own, 0, 1), 1)
                found[shared, fold] = partition.alignments_of_worlds(network, ranks)
        return found

    # All and each masked in one stream: the human side is ranked in every fold once a block.
    similarities = chain([masking.full()], (masking.without(k) for k in range(masking.maps)))
    rows = max(1, memory // (28 * human.shape[1]))  # bytes: similarities twice, ranks, orders
    found = np.concatenate([aligned(np.array(some)) for some in batched(similarities, rows)], axis=2)
    return found[:, :, :1] - found[:, :, 1:]
