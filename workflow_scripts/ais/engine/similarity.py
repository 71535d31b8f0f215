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


def similarity_of_pairs(
    embedding: np.ndarray, measure: str, left: np.ndarray, right: np.ndarray, other: np.ndarray | None = None
) -> np.ndarray:
    """As :func:`similarity_matrix` for some pairs of images alone, (pairs,), in blocks: no images × images array."""
    a = np.asarray(embedding, dtype=np.float64)
    b = a if other is None else np.asarray(other, dtype=np.float64)
    if measure == "euclidean":
        return -np.sqrt(products_of_pairs(a, b, left, right, squared_distances=True))
    a = unit(a, measure)
    b = a if other is None else unit(b, measure)
    return products_of_pairs(a, b, left, right)


BLOCK = 1 << 24  # bytes of either side of the pairs, or of the square's rows, that are multiplied at once
DENSE = 1 / 32  # share of the square from which on its whole rows, as products of matrices, cost less than pair by pair


def products_of_pairs(
    a: np.ndarray, b: np.ndarray, left: np.ndarray, right: np.ndarray, squared_distances: bool = False
) -> np.ndarray:
    """a[left] · b[right], or |a[left] − b[right]|², of each pair (pairs,), in blocks; a, b (images, dimensions)."""
    if left.size > DENSE * len(a) * len(b):
        return _of_whole_rows(a, b, left, right, squared_distances)
    found = np.empty(left.size)
    rows = max(1, BLOCK // (8 * max(1, a.shape[1])))
    for first in range(0, left.size, rows):
        some = slice(first, first + rows)
        one, two = a[left[some]], b[right[some]]
        if squared_distances:
            one = two = one - two
        found[some] = np.einsum("ij,ij->i", one, two)
    return found


def _of_whole_rows(
    a: np.ndarray, b: np.ndarray, left: np.ndarray, right: np.ndarray, squared_distances: bool
) -> np.ndarray:
    """:func:`products_of_pairs` where most pairs of an image are asked for."""
    from scipy.spatial.distance import cdist

    found = np.empty(left.size)
    rows = max(1, BLOCK // (8 * max(1, len(b))))
    by_left = np.argsort(left, kind="stable")
    firsts = range(0, len(a), rows)
    for first, own in zip(firsts, np.split(by_left, np.searchsorted(left[by_left], firsts[1:])), strict=True):
        some = a[first : first + rows]
        square = cdist(some, b, "sqeuclidean") if squared_distances else some @ b.T
        found[own] = square[left[own] - first, right[own]]
    return found


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
