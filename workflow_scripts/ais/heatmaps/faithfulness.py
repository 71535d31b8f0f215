"""Faithfulness: is what a heatmap calls hot what the image's agreement with people rests on?

The hottest cells of an image are masked (deletion), or only they are kept (insertion), and the image's row is
aligned anew, on partners that had no part in making the heatmap (METHOD: held-out faithfulness).
"""

from collections.abc import Callable

import numpy as np

from ais.engine.alignment import Subsets
from ais.engine.cells import ways_to_keep
from ais.engine.similarity import similarity_matrix

PERCENTS = (10, 20, 30)  # of an image's own cells
WAYS = ("deletion", "insertion")


def hottest(heatmap: np.ndarray, percent: float) -> np.ndarray:
    """The hottest ``percent`` of an image's cells, (…, cells) bool: to the nearest whole number, one at least.

    Of equally hot cells the one that comes first, row by row; undefined ones (NaN) last.
    """
    cells = heatmap.shape[-1]
    number = max(1, int(np.floor(cells * percent / 100 + 0.5)))
    order = np.argsort(-np.where(np.isnan(heatmap), -np.inf, heatmap), axis=-1, kind="stable")
    hot = np.zeros(heatmap.shape, dtype=bool)
    np.put_along_axis(hot, order[..., :number], True, axis=-1)
    return hot


def points_nowhere(heatmap: np.ndarray) -> np.ndarray:
    """Whether a heatmap (…, cells) is undefined or the same everywhere: then none of its cells is hotter: (…) bool."""
    values = np.where(np.isnan(heatmap), -np.inf, heatmap)
    return values.min(axis=-1) == values.max(axis=-1)


def measure(
    embed: Callable[[np.ndarray], np.ndarray],
    heatmaps: np.ndarray,
    others: np.ndarray,
    judging: np.ndarray,
    similarity: str = "cosine",
    alignment: str = "spearman",
    percents=PERCENTS,
) -> np.ndarray:
    """Deletion and insertion of an image's heatmaps, by each half of its partners: (heatmaps, halves, percents, 2).

    Deletion at q: the row's alignment, less that with the hottest q % of the cells masked in this image (larger is
    better). Insertion: less that with only they kept (smaller is better; negative where the hot cells alone agree
    better than the whole image). ``embed`` gives the image's embeddings (n, m) with only some cells (n, cells) bool
    kept, as :meth:`ais.engine.cells.Pooled.kept` of its maps; ``heatmaps`` (heatmaps, halves, cells), each made by the
    other half of the partners; ``others`` (others, m) their embeddings; ``judging`` (halves, others) the judgments of
    each half, NaN for the others. What are cells here may as well be pixels. NaN where an alignment is
    undefined, or a heatmap points nowhere.
    """
    hot = np.stack([hottest(heatmaps, percent) for percent in percents], axis=2)
    ways = np.stack([~hot, hot], axis=3)  # what is kept: (heatmaps, halves, percents, ways, cells)
    cells = ways.shape[-1]
    every_way = np.concatenate([np.ones((1, cells), bool), ways.reshape(-1, cells)])
    first, place = ways_to_keep(every_way)
    similarities = similarity_matrix(embed(every_way[first]), similarity, others)
    everyone = np.arange(len(others))
    subsets = Subsets.of_judgments(len(others), [(everyone, row) for row in judging], alignment)
    aligned = subsets.alignments(similarities)[place]  # (1 + all, halves)
    whole, masked = aligned[0], aligned[1:].reshape(*ways.shape[:4], len(judging))
    half = np.arange(len(judging))
    drop = whole[half, None, None] - masked[:, half, :, :, half].swapaxes(0, 1)
    drop[points_nowhere(heatmaps)] = np.nan
    return drop
