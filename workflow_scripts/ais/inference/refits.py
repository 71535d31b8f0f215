"""The whole procedure without some of the images, for :func:`ais.inference.intervals.leave_out`."""

from collections.abc import Sequence

import numpy as np

from ais.inference import procedure
from ais.inference.outcomes import Outcome
from ais.stimuli.folds import PUBLISHED_SEEDS, pairs_of, parts, split_images


def refit(
    masking,
    human: np.ndarray,
    images: int,
    grid: Sequence[int],
    groups: int = 5,
    dealings: Sequence[int] = PUBLISHED_SEEDS,
    number: int = 5,
    seeds: Sequence[int] = PUBLISHED_SEEDS[:2],
    **options,
) -> np.ndarray:
    """Gains (dealings × groups, seeds) of the procedure without one group of images each.

    Images are dealt into ``groups`` with each seed of ``dealings``; the others are split into ``number`` folds by
    images with each of ``seeds``. ``options`` as :func:`ais.inference.procedure.run` takes them.
    """
    kept = [np.setdiff1d(np.arange(images), left_out) for seed in dealings for left_out in parts(images, groups, seed)]
    sides = [folds_within(some, images, number, seed) for some in kept for seed in seeds]
    train, test = (np.concatenate(side) for side in zip(*sides, strict=True))
    outcome = procedure.run(masking, [human], train, test, grid, **options)
    return Outcome(
        outcome.full.reshape(len(kept), len(seeds), number),
        outcome.retained.reshape(len(kept), len(seeds), number),
        outcome.n_retained.reshape(len(kept), len(seeds), number),
    ).gain


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
