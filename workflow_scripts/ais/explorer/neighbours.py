"""What lies nearest: the images most similar to each image, those in which each map is most active, and the maps that
make most of an image's heatmap."""

import numpy as np

NONE = 65535  # where there are not as many


def nearest(similarities: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray]:
    """The images most similar to each: their positions (images, number) int64, and similarities float64.

    ``similarities`` (images, images), NaN where a pair is undefined or was not judged: those are left out, as is the
    image itself. Of equal ones the first comes first. Where fewer are left, the rest is 65535 and NaN.
    """
    own = np.array(similarities, dtype=np.float64)
    np.fill_diagonal(own, np.nan)
    return _largest(own, number)


def strongest(pooled: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray]:
    """The images in which each map is most active: their positions (maps, number) and activations.

    ``pooled`` (images, maps) is the mean of each map over an image. An image in which a map is silent is left out.
    """
    active = np.array(pooled.T, dtype=np.float64)
    active[active == 0] = np.nan
    return _largest(active, number)


def leading(score: np.ndarray, pooled: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray]:
    """The maps that make most of each image's heatmap: their numbers (images, number), and the share of each in it.

    A map's part in the paper's heatmap is max(AIS, 0) times its mean activation; ``score`` (maps,) or (images, maps) is
    the AIS, ``pooled`` (images, maps) the mean activations. Maps without a part are left out.
    """
    part = np.maximum(np.nan_to_num(score), 0.0) * np.asarray(pooled, dtype=np.float64)
    part = np.where(part > 0, part, np.nan)
    return _largest(part / np.nansum(part, axis=1, keepdims=True), number)


def _largest(rows: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(np.where(np.isnan(rows), np.inf, -rows), axis=1, kind="stable")[:, :number]
    values = np.take_along_axis(rows, order, axis=1)
    found = np.full((len(rows), number), NONE)
    of = np.full((len(rows), number), np.nan)
    found[:, : order.shape[1]] = np.where(np.isnan(values), NONE, order)
    of[:, : order.shape[1]] = values
    return found, of


def ranks(order: np.ndarray) -> np.ndarray:
    """The rank (folds, maps) of each map in each fold, 1 the most important; ``order`` as for :func:`times_kept`."""
    return np.argsort(order, axis=1, kind="stable") + 1


def times_kept(order: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """How many folds retain each map, (maps,).

    ``order`` (folds, maps) the maps as each fold ranks them, of which it keeps the first ``kept`` (folds,).
    """
    return (ranks(order) <= np.asarray(kept)[:, None]).sum(axis=0)
