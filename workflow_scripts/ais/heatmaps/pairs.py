"""Pair heatmaps: of two images seen beside each other, which cells of one make it alike to the other."""

import numpy as np

from ais.engine.alignment import midranks
from ais.engine.similarity import unit

EXACT = ("cosine", "correlation")  # similarities that are a sum over cells


def shares(maps: np.ndarray, other: np.ndarray, similarity: str = "cosine", kept: np.ndarray | None = None):
    """The exact share of each cell (h, w) of an image in its similarity to another; the cells sum to it.

    ``maps`` (maps, h, w) are the image's own and ``other`` (maps, h', w') the other's, without padding, of a pooled
    readout; ``kept`` (maps,) bool masks the others. Of cosine F[:, c] · u / (|z| · cells), u the other's unit
    embedding and z the image's; for ``correlation`` both are centred over maps. NaN where the similarity is undefined.
    Raises ValueError for ``euclidean``, which is no sum over cells.
    """
    if similarity not in EXACT:
        raise ValueError(f"found {similarity}; expected one of {EXACT}, which are sums over cells")
    embedding = other.reshape(len(other), -1).mean(axis=1, dtype=np.float64)
    if kept is not None:
        maps, embedding = maps * kept[:, None, None], embedding * kept
    return shares_with_each(maps, embedding[None], similarity)[0]


def shares_with_each(maps: np.ndarray, embeddings: np.ndarray, similarity: str = "cosine") -> np.ndarray:
    """:func:`shares` of the cells in the image's similarity to each of several others: (others, h, w).

    ``embeddings`` (others, maps) are theirs, the means of their maps.
    """
    own = maps.reshape(len(maps), -1).astype(np.float64)
    if similarity == "correlation":  # of each cell its mean over maps goes, as of the embedding
        own = own - own.mean(axis=0)
    embedding = own.mean(axis=1)
    directions = unit(np.asarray(embeddings, dtype=np.float64), similarity)
    constant = np.isnan(unit(embedding[None], "cosine")).any()
    with np.errstate(invalid="ignore", divide="ignore"):
        found = directions @ own / (np.linalg.norm(embedding) * own.shape[1])
    return (found * np.nan if constant else found).reshape(-1, *maps.shape[1:])


def most_different(network: np.ndarray, human: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray]:
    """The pairs that the network finds most alike beyond people, and least: two arrays of at most ``number`` pairs.

    ``network`` and ``human`` (pairs,), NaN where undefined or not judged; pairs are compared by their midranks.
    """
    both = np.flatnonzero(~np.isnan(network) & ~np.isnan(human))
    beyond = midranks(network[both], tied=0.0) - midranks(human[both], tied=0.0)
    order = both[np.argsort(-beyond, kind="stable")]
    number = min(number, both.size // 2)
    return order[:number], order[::-1][:number]
