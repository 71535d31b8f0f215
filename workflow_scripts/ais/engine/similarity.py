"""How alike two embeddings are: the similarity of every pair of images.

The plain definitions. :mod:`ais.engine.masking` reaches the same numbers without recomputing them for
every masked feature map, and the tests hold the two against each other.
"""

import numpy as np

# Below this share of its squared length, what is left of a centred embedding is rounding: it was
# constant. The same bound as SciPy's warning for nearly constant input.
CONSTANT = 1e-26


def similarity_matrix(embedding: np.ndarray, measure: str, other: np.ndarray | None = None) -> np.ndarray:
    """Similarity of every image of one embedding with every image of another (default: the same).

    ``embedding`` (images, dimensions), ``other`` (others, dimensions) → (images, others), float64:

    - ``cosine``: z·z' / (|z| |z'|);
    - ``correlation``: Pearson's r over the dimensions;
    - ``euclidean``: −|z − z'|, so that larger is more alike, as for the others.

    NaN where it is undefined: for a zero embedding (cosine) or a constant one (correlation).
    """
    a = np.asarray(embedding, dtype=np.float64)
    b = a if other is None else np.asarray(other, dtype=np.float64)
    if measure == "euclidean":
        from scipy.spatial.distance import cdist

        return -cdist(a, b)
    a = unit(a, measure)
    b = a if other is None else unit(b, measure)
    return a @ b.T


def unit(embedding: np.ndarray, measure: str) -> np.ndarray:
    """Rows (images, dimensions) of length one, centred for ``correlation``; NaN where nothing is left of one."""
    if measure == "correlation":
        centred = embedding - embedding.mean(axis=1, keepdims=True)
        constant = (centred**2).sum(axis=1) <= CONSTANT * (embedding**2).sum(axis=1)
        centred[constant] = 0.0
        embedding = centred
    with np.errstate(invalid="ignore", divide="ignore"):
        return embedding / np.linalg.norm(embedding, axis=1, keepdims=True)


MEASURES = ("cosine", "correlation", "euclidean")
