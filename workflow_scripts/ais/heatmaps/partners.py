"""An image's partners: the other images that people compared it with, and random halves of them."""

import numpy as np


def halves(judged: np.ndarray, number: int, seed: int) -> np.ndarray:
    """A random half of each image's partners, in each of ``number`` halvings: (number, images, images) bool.

    ``judged`` (images, images) bool: which pairs were; only these are dealt. Row i holds the half of image i's, the
    larger one of an odd number; it depends on ``seed``, the halving's number and i alone.
    """
    found = np.zeros((number, *judged.shape), dtype=bool)
    for half in range(number):
        for image, row in enumerate(judged):
            partners = np.random.default_rng([seed, half, image]).permutation(np.flatnonzero(row))
            found[half, image, partners[: (partners.size + 1) // 2]] = True
    return found


def alignment_with(alignment: str) -> str:
    """How an image's row is aligned with its partners': of triplets, with the shares that they give its pairs, by rank.

    (:func:`ais.stimuli.triplets.shares`; an image and its partners have no triplets, in which two partners meet.)
    """
    return "spearman" if alignment == "triplets" else alignment


def square(values: np.ndarray, images: int) -> np.ndarray:
    """Values of all pairs (pairs,) as a symmetric matrix (images, images), NaN on the diagonal."""
    found = np.full((images, images), np.nan)
    left, right = np.triu_indices(images, k=1)
    found[left, right] = found[right, left] = values
    return found
