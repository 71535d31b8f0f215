"""Place: seen alone, does this cell compare to the other images as people find?"""

import numpy as np

from ais.engine.alignment import Subsets
from ais.engine.similarity import similarity_matrix


def place(
    alone: np.ndarray, others: np.ndarray, human: np.ndarray, similarity: str = "cosine", alignment: str = "spearman"
) -> np.ndarray:
    """ρ between the similarities of an image *reduced to one cell* to the others and the human ones: (worlds, cells).

    ``alone`` (cells, m) are the embeddings of each cell (:mod:`ais.engine.cells`), NaN where the cell is silent, which
    is undefined; ``others`` (others, m) those of the other images; ``human`` (worlds, others) the human similarities
    to them, NaN where a pair was not judged. One sort of a cell's similarities serves all worlds. ``pearson_squared``
    gives the r that it squares: a cell that compares as people do not is cold.
    """
    silent = np.isnan(alone).any(axis=1)
    everyone = np.arange(len(others))
    measure = "pearson" if alignment == "pearson_squared" else alignment
    subsets = Subsets.of_judgments(len(others), [(everyone, row) for row in human], measure)
    found = np.full((len(alone), len(human)), np.nan)
    if not silent.all():
        found[~silent] = subsets.alignments(similarity_matrix(alone[~silent], similarity, others))
    return found.T
