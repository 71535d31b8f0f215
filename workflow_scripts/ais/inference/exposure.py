"""The leak of folds by pairs, laid open: what pruning gains on pairs whose images it has seen in other pairs.

For one set of training pairs, the other pairs are told apart by how many of their two images occur in it. A gain that
is about the maps is there for pairs of unseen images too; a gain on seen images alone is the images' own
(their mean similarity), and is there in a null world as well.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from ais.inference import procedure
from ais.inference.outcomes import Outcome
from ais.stimuli.folds import PUBLISHED_SEEDS, pairs_of, parts

SEEN = ("both", "one", "none")  # of a test pair's two images


def training_pairs(images: int, number: int, seed: int) -> np.ndarray:
    """Training pairs (number, pairs), True where a pair belongs, that leave test pairs of every kind.

    Images are dealt into ``number`` folds as in :func:`ais.stimuli.folds.split_images`, and so, with the same seed, are
    the pairs inside the images of a fold's training side: of those, its own part is held out as well.
    """
    left, right = pairs_of(images)
    train = np.zeros((number, left.size), dtype=bool)
    for fold, held_out in enumerate(parts(images, number, seed)):
        inside = np.flatnonzero(~np.isin(left, held_out) & ~np.isin(right, held_out))
        train[fold, np.delete(inside, parts(inside.size, number, seed)[fold])] = True
    return train


def by_exposure(train: np.ndarray, images: int) -> np.ndarray:
    """The pairs that are not in ``train`` (folds, pairs), by how many of their images are: (3, folds, pairs) bool.

    In the order of ``SEEN``: both, one, none.
    """
    left, right = pairs_of(images)
    seen = np.zeros((len(train), images), dtype=np.int8)
    for fold, own in enumerate(train):
        seen[fold, left[own]] = seen[fold, right[own]] = 1
    number = seen[:, left] + seen[:, right]
    return np.array([~train & (number == images_seen) for images_seen in (2, 1, 0)])


def run(
    masking,
    worlds: Iterable[np.ndarray],
    images: int,
    grid: Sequence[int],
    number: int = 5,
    seeds: Sequence[int] = PUBLISHED_SEEDS,
    **options,
) -> Outcome:
    """The procedure in every one of ``worlds`` (pairs,), tested by exposure: (3, worlds, seeds × number).

    As :func:`ais.inference.procedure.run`, whose ``options`` it takes.
    """
    train = np.concatenate([training_pairs(images, number, seed) for seed in seeds])
    return procedure.run(masking, worlds, train, by_exposure(train, images), grid, **options)
