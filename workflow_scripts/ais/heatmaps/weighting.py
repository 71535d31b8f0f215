"""Heatmaps that weigh the maps: by importance, as in the paper; and the controls that weigh them otherwise."""

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


def harm(maps: np.ndarray, score: np.ndarray) -> np.ndarray:
    """The control of the maps that harm alignment: :func:`heatmap` with w = max(−AIS, 0)."""
    return heatmap(maps, -score)


def signed(maps: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Σ_k AIS_k F_k of an image's maps (maps, h, w), on the scale of both: (h, w) float32.

    An undefined score (NaN) counts as none; all NaN where no map has another than zero.
    """
    weights = np.nan_to_num(score)
    if not weights.any():
        return np.full(maps.shape[1:], np.nan, dtype=np.float32)
    return np.tensordot(weights, maps.astype(np.float64), axes=1).astype(np.float32)


def activation(maps: np.ndarray) -> np.ndarray:
    """The control that knows nothing of people: the plain mean of an image's maps (maps, h, w), (h, w) float32."""
    return maps.mean(axis=0, dtype=np.float64).astype(np.float32)
