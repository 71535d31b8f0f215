"""How alike two embeddings are: the similarity of every pair of images.

The plain definitions. :mod:`ais.masking` reaches the same numbers without recomputing them for
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
    if measure == "correlation":
        a, b = _centred(a), _centred(b)
    with np.errstate(invalid="ignore", divide="ignore"):
        a = a / np.linalg.norm(a, axis=1, keepdims=True)
        b = b / np.linalg.norm(b, axis=1, keepdims=True)
    return a @ b.T


def _centred(embedding: np.ndarray) -> np.ndarray:
    centred = embedding - embedding.mean(axis=1, keepdims=True)
    constant = (centred**2).sum(axis=1) <= CONSTANT * (embedding**2).sum(axis=1)
    centred[constant] = 0.0
    return centred


MEASURES = ("cosine", "correlation", "euclidean")
