"""Heatmaps of images that nobody judged, by the importance that the maps have for other images.

Only what weighs the maps by scores of a whole set can be made so. A kind that asks about an image's own partners
(importance/images, place, gradient, covariance) has none to ask.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ais.heatmaps import kinds, weighting
from ais.heatmaps.agreement import correlation, mean_defined

KINDS = tuple(kind for kind in kinds.ALL if kind in (*kinds.BY_SET, "activation", "permuted"))


@dataclass(frozen=True)
class Borrowed:
    """An image's heatmap of one kind (h, w), and by each world in which labels were permuted (worlds, h, w) or None."""

    heatmap: np.ndarray
    permuted: np.ndarray | None = None


def by_other_scores(maps: np.ndarray, score: np.ndarray, permuted: Sequence[np.ndarray]) -> dict[str, Borrowed]:
    """The heatmaps of an image's maps (maps, h, w), for each of :data:`KINDS`.

    ``score`` (maps,) is the importance of the maps for another set; ``permuted`` (worlds, maps), one world at least,
    the same where the labels of that set's images were permuted, of which the first makes the control of that name.
    """
    made = {
        kind: Borrowed(weigh(maps, score), np.array([weigh(maps, world) for world in permuted]))
        for kind, weigh in kinds.BY_SET.items()
    }
    made["activation"] = Borrowed(weighting.activation(maps))
    made["permuted"] = Borrowed(made["importance/set"].permuted[0])
    return {kind: made[kind] for kind in KINDS}


def compared(kind: str, made: dict[str, Borrowed], grid: tuple[int, int]) -> dict:
    """Over the cells of the image's ``grid``: r of a kind with activation, and mean r with the same by permuted labels.

    As measure_faithfulness.py has them; the rest of what that measures takes judgments.
    """
    h, w = grid

    def cells(heatmap: np.ndarray) -> np.ndarray:
        return heatmap[..., :h, :w].reshape(*heatmap.shape[:-2], -1)

    own, permuted = cells(made[kind].heatmap), made[kind].permuted
    r = np.nan if kind == "activation" else float(correlation(own, cells(made["activation"].heatmap)))
    return {
        "undefined": int(np.isnan(own).all()),
        "r_activation": r,
        "specificity": 1 - r,
        "r_permuted": np.nan if permuted is None else float(mean_defined(correlation(own, cells(permuted)))),
    }
