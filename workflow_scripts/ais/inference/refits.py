"""The whole procedure without some of the images, for :func:`ais.inference.intervals.leave_out`."""

from collections.abc import Sequence

import numpy as np

from ais.engine import reweighting
from ais.engine.alignment import MEMORY
from ais.errors import InputError
from ais.inference import procedure
from ais.inference.outcomes import mean_over_folds
from ais.stimuli.folds import PUBLISHED_SEEDS, pairs_of, parts, split_images

# Bytes of folds in refits that share a pass over the masked maps. It does not follow the machine's memory: strategies
# that draw do so by a fold's place in the pass.
ROOM = 1 << 28


def refit(
    masking,
    human: np.ndarray,
    images: int,
    grid: Sequence[int],
    groups: int = 5,
    dealings: Sequence[int] = PUBLISHED_SEEDS,
    number: int = 5,
    seeds: Sequence[int] = PUBLISHED_SEEDS[:2],
    strategy: str = "one_shot",
    measure: str = "spearman",
    memory: int = MEMORY,
) -> np.ndarray:
    """Gains (dealings × groups, seeds) of the procedure without one group of images each.

    Images are dealt into ``groups`` with each seed of ``dealings``; the others are split into ``number`` folds by
    images with each of ``seeds``. ``strategy`` (or ``nonnegative_ridge``), ``measure`` and ``memory`` (bytes) as
    :func:`ais.inference.procedure.run` takes them. Raises :class:`InputError` where a test fold would hold fewer than
    three pairs.
    """
    kept = [np.setdiff1d(np.arange(images), left_out) for seed in dealings for left_out in parts(images, groups, seed)]
    fewest = min(some.size for some in kept) // number
    if fewest < 3:
        raise InputError(
            f"folds: found {images} images, so that without one of {groups} groups of them the smallest of {number} "
            f"test folds by images holds {fewest * (fewest - 1) // 2} pairs; expected at least 3. Add images, set "
            "folds: number lower, or interval: nadeau_bengio."
        )
    at_once = max(1, ROOM // (32 * human.size * number * len(seeds)))  # a fold's pairs take some 32 bytes each
    gains = []
    for first in range(0, len(kept), at_once):
        sides = [folds_within(some, images, number, seed) for some in kept[first : first + at_once] for seed in seeds]
        train, test = (np.concatenate(side) for side in zip(*sides, strict=True))
        if strategy == reweighting.NAME:
            outcome = procedure.run_reweighted(masking, [human], train, test, measure)
        else:
            outcome = procedure.run(masking, [human], train, test, grid, measure, strategy, memory=memory)
        gains.append(mean_over_folds((outcome.retained - outcome.full).reshape(-1, len(seeds), number)))
    return np.concatenate(gains)


def folds_within(kept: np.ndarray, images: int, number: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Folds by images of some of the images, ``kept`` increasing: ``train`` and ``test`` (number, pairs) of all."""
    left, right = pairs_of(images)
    inside = np.isin(left, kept) & np.isin(right, kept)
    found = []
    for side in split_images(kept.size, number, seed):
        whole = np.zeros((number, left.size), dtype=bool)
        whole[:, inside] = side  # pairs of the kept stand in the same order among all
        found.append(whole)
    return found[0], found[1]
