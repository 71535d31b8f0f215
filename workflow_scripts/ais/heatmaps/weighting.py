"""The paper's heatmap: where in an image the maps that carry the agreement are active."""

import numpy as np


def heatmap(maps: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Mean of an image's maps (maps, h, w), weighted by their positive importance (maps,): (h, w).

    heatmap = Σ_k w_k F_k / Σ_k w_k with w = max(AIS, 0), float32, unnormalised. All NaN where no map
    has a positive score: there the heatmap is undefined, not zero.
    """
    weights = np.where(score > 0, score, 0.0)
    if weights.sum() == 0:
        return np.full(maps.shape[1:], np.nan, dtype=np.float32)
    return np.tensordot(weights / weights.sum(), maps.astype(np.float64), axes=1).astype(np.float32)
