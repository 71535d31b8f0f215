"""Gradient: would more of this cell make the image's similarities agree better with people's?

What is here says in which directions of the embedding r rises; each cell's part in these is the readout's
(:mod:`ais.engine.cells`).
"""

import numpy as np

from ais.engine.alignment import TIED
from ais.engine.similarity import similarity_matrix, unit


def directions(own: np.ndarray, others: np.ndarray, human: np.ndarray, similarity: str = "cosine") -> np.ndarray:
    """∂r/∂z of r, Pearson's between an image's similarities and the human ones: (worlds, m).

    ``own`` (m,) is the image's embedding z, ``others`` (others, m) the other images', ``human`` (worlds, others) the
    human similarities to them, NaN where a pair was not judged. NaN where r is undefined. A distance of zero has no
    slope: such a pair moves nothing.
    """
    similarities = similarity_matrix(own[None], similarity, others)[0]
    slopes = _slopes(own, others, similarities, similarity)
    found = np.full((len(human), own.size), np.nan)
    for world, row in enumerate(human):
        judged = ~np.isnan(row)
        weights = _weights(similarities[judged], row[judged])
        if weights is not None:
            found[world] = weights @ slopes[judged]
    return found


def _weights(s: np.ndarray, h: np.ndarray) -> np.ndarray | None:
    """∂r/∂s (n,) of Pearson's r of s and h, both (n,); None where it is undefined."""
    if s.size < 2 or np.isnan(s).any() or np.ptp(s) <= TIED * np.abs(s).max() or np.ptp(h) == 0:
        return None
    s, h = s - s.mean(), h - h.mean()
    length = np.linalg.norm(s)
    s, h = s / length, h / np.linalg.norm(h)
    return (h - (s @ h) * s) / length


def _slopes(own: np.ndarray, others: np.ndarray, similarities: np.ndarray, similarity: str) -> np.ndarray:
    """∂S_ij/∂z_i of each pair with another image: (others, m)."""
    if similarity == "euclidean":
        away = own - others
        distance = np.linalg.norm(away, axis=1, keepdims=True)
        return -np.divide(away, distance, out=np.zeros_like(away), where=distance > 0)
    centred = own - own.mean() if similarity == "correlation" else own
    with np.errstate(invalid="ignore", divide="ignore"):
        to_own = similarities[:, None] * unit(own[None], similarity)
        return (unit(others, similarity) - to_own) / np.linalg.norm(centred)
