"""Covariance: does this cell make the image alike to those that people find it alike to, and unlike the rest?

As for :mod:`ais.heatmaps.gradient`, what is here are directions of the embedding.
"""

import numpy as np

from ais.engine.similarity import similarity_matrix, unit


def directions(own: np.ndarray, others: np.ndarray, human: np.ndarray, similarity: str = "cosine") -> np.ndarray:
    """Σ_j (H_ij − mean_j H_ij) u_j over the judged others: (worlds, m); arguments as for the gradient.

    u_j is the unit embedding of image j, centred for ``correlation``, so that a cell's part is its part in S_ij but for
    a factor common to all cells. A negated distance has no such parts: for ``euclidean`` u_j points from the image
    to j, and a cell's part is how far it lessens their distance to first order. NaN where an image's similarities
    are undefined, or the human ones are all the same.
    """
    undefined = np.isnan(similarity_matrix(own[None], similarity, others)[0])
    if similarity == "euclidean":
        towards = others - own
        distance = np.linalg.norm(towards, axis=1, keepdims=True)
        units = np.divide(towards, distance, out=np.zeros_like(towards), where=distance > 0)
    else:
        units = unit(others, similarity)
    found = np.full((len(human), own.size), np.nan)
    for world, row in enumerate(human):
        judged = ~np.isnan(row)
        if judged.any() and not undefined[judged].any() and np.ptp(row[judged]) > 0:
            found[world] = (row[judged] - row[judged].mean()) @ units[judged]
    return found
