"""Odd-one-out triplets: which of three images people found least like the other two."""

from collections.abc import Sequence
from dataclasses import dataclass

import h5py
import numpy as np

from ais.artifacts import store
from ais.stimuli.folds import pair_numbers, parts


@dataclass(frozen=True)
class OddOnes:
    """People's answers: ``images`` (triplets, 3), image numbers of which the third is the odd one.

    ``rater`` (triplets,) tells who answered, numbered from 0 without gaps; None where nobody knows.
    """

    images: np.ndarray
    rater: np.ndarray | None = None

    @property
    def raters(self) -> int:
        """How many raters there are; 1 where they are not known."""
        return 1 if self.rater is None else int(self.rater.max(initial=-1)) + 1

    def pairs(self) -> np.ndarray:
        """The three pairs of each triplet, (triplets, 3, 2): the one that people found alike, and those of the odd."""
        a, b, odd = self.images.T
        return np.stack([np.stack(pair, axis=1) for pair in ((a, b), (a, odd), (b, odd))], axis=1)


def joined(tables: Sequence[OddOnes]) -> OddOnes:
    """The triplets of several files, each file's raters being others than any other's."""
    first = np.cumsum([0, *(table.raters for table in tables)])
    images = np.concatenate([table.images for table in tables])
    if len(tables) == 1 and tables[0].rater is None:
        return tables[0]
    known = [np.zeros(len(table.images), int) if table.rater is None else table.rater for table in tables]
    return OddOnes(images, np.concatenate([own + start for own, start in zip(known, first, strict=False)]))


def shares(odd_ones: OddOnes, images: int) -> tuple[np.ndarray, np.ndarray]:
    """Of each pair that is in a triplet, the share of its triplets in which people found these two the most alike.

    A similarity by pairs, for what asks for one (Hebart et al. 2020): numbers of pairs, increasing, and shares, (n,)
    each.
    """
    pairs = odd_ones.pairs()
    numbers = pair_numbers(pairs[..., 0], pairs[..., 1], images)
    found, place = np.unique(numbers, return_inverse=True)
    place = place.reshape(numbers.shape)
    return found, np.bincount(place[:, 0], minlength=found.size) / np.bincount(place.ravel(), minlength=found.size)


def write(file: h5py.File, odd_ones: OddOnes) -> None:
    """Write ``triplets/images`` (triplets, 3), the third the odd one, and, where known, ``triplets/rater``."""
    store.write_array(file, "triplets/images", odd_ones.images.astype(np.int32))
    if odd_ones.rater is not None:
        store.write_array(file, "triplets/rater", odd_ones.rater.astype(np.int32))


def read(file: h5py.File) -> OddOnes:
    """The triplets of an artifact of judgments."""
    rater = file["triplets/rater"][:].astype(np.int64) if "triplets/rater" in file else None
    return OddOnes(file["triplets/images"][:].astype(np.int64), rater)


def splits(odd_ones: OddOnes) -> dict:
    """What deals triplets into folds, by the name of the split, as :data:`ais.stimuli.folds.SPLITS`."""
    return {
        "pairs": lambda images, number, seed: split_triplets(odd_ones, number, seed),
        "images": lambda images, number, seed: split_images(odd_ones, images, number, seed),
    }


def split_triplets(odd_ones: OddOnes, number: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Triplets are dealt into folds, so train and test share images: ``train`` and ``test`` (number, triplets).

    Equal triplets, in whatever order and whatever the answer, are dealt together: no question is in both.
    """
    _, question = np.unique(np.sort(odd_ones.images, axis=1), axis=0, return_inverse=True)
    question = question.ravel()
    fold = np.empty(question.max() + 1, dtype=int)
    for at, members in enumerate(parts(fold.size, number, seed)):
        fold[members] = at
    test = fold[question] == np.arange(number)[:, None]
    return ~test, test


def split_images(odd_ones: OddOnes, images: int, number: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Images are dealt into folds: a test triplet lies inside the held-out ones, a train triplet inside the others."""
    train, test = [], []
    for members in parts(images, number, seed):
        held_out = np.isin(np.arange(images), members)[odd_ones.images].sum(axis=1)
        train.append(held_out == 0)
        test.append(held_out == 3)
    return np.array(train), np.array(test)
