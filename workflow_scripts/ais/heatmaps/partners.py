"""Whose judgments make a heatmap: an image's partners, all or a random half of them, in this world or another."""

from dataclasses import dataclass

import numpy as np


def halves(human: np.ndarray, number: int, seed: int) -> np.ndarray:
    """The partners that make each image's heatmap, in each of ``number`` halvings: (number, images, images) bool.

    ``human`` (images, images), NaN where a pair was not judged: only partners that were are dealt. Row i holds the
    random half of image i's, the larger one of an odd number; the others of them judge. Each row depends on
    ``seed``, the halving's number and i alone.
    """
    judged = ~np.isnan(human)
    found = np.zeros((number, *human.shape), dtype=bool)
    for half in range(number):
        for image, row in enumerate(judged):
            partners = np.random.default_rng([seed, half, image]).permutation(np.flatnonzero(row))
            found[half, image, partners[: (partners.size + 1) // 2]] = True
    return found


@dataclass(frozen=True)
class World:
    """Judgments that make heatmaps: those of each image's row of ``human`` (images, images), NaN on the diagonal.

    ``among`` (images, images) bool leaves in each row only some partners.
    """

    human: np.ndarray
    among: np.ndarray | None = None

    def row(self, image: int) -> np.ndarray:
        """The judgments (images,) that make this image's heatmap, NaN for all others."""
        row = self.human[image]
        return row if self.among is None else np.where(self.among[image], row, np.nan)


def square(values: np.ndarray, images: int) -> np.ndarray:
    """Values of all pairs (pairs,) as a symmetric matrix (images, images), NaN on the diagonal."""
    found = np.full((images, images), np.nan)
    left, right = np.triu_indices(images, k=1)
    found[left, right] = found[right, left] = values
    return found
