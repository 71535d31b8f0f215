"""Noise ceilings of odd-one-out triplets, from those that were asked more than once.

``halves``: how often two answers to one question agree. ``panel``: how often an answer is the one most frequent among
the other answers to its question, ties by one over their number. ``model``: the share of the most frequent answer (as
Hebart et al. 2020), which nothing that answers a question always alike can exceed; with few answers a question it is
too high.
"""

from collections.abc import Sequence

import numpy as np

from ais.inference.ceiling import Ceiling


def ceilings(images: np.ndarray, subsets: Sequence[np.ndarray]) -> Ceiling:
    """Ceilings on subsets of the triplets, numbers or masks; NaN where no question was asked twice.

    ``images`` (triplets, 3), the third the odd one.
    """
    position = np.argsort(np.argsort(images, axis=1), axis=1)[:, 2]  # of the odd one among the three in order
    _, question = np.unique(np.sort(images, axis=1), axis=0, return_inverse=True)
    question = question.ravel()
    counts = np.zeros((question.max(initial=-1) + 1, 3))
    np.add.at(counts, (question, position), 1)
    counts = counts[question]
    rows, asked = np.arange(len(images)), counts.sum(axis=1)
    own = counts[rows, position]
    others = counts.copy()
    others[rows, position] -= 1
    most = others.max(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        agree = (own - 1) / (asked - 1)
        by_others = (others[rows, position] == most) / (others == most[:, None]).sum(axis=1)
    values = np.stack([agree, by_others, counts.max(axis=1) / asked])
    values[:, asked < 2] = np.nan
    found = np.full((3, len(subsets)), np.nan)
    for at, subset in enumerate(subsets):
        mine = values[:, subset]
        mine = mine[:, ~np.isnan(mine[0])]
        if mine.shape[1]:
            found[:, at] = mine.mean(axis=1)
    return Ceiling(*found)
