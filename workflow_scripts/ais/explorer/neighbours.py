"""What lies nearest: the images most similar to each image, and those in which each map is most active."""

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


def _largest(rows: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(np.where(np.isnan(rows), np.inf, -rows), axis=1, kind="stable")[:, :number]
    values = np.take_along_axis(rows, order, axis=1)
    found = np.full((len(rows), number), NONE)
    of = np.full((len(rows), number), np.nan)
    found[:, : order.shape[1]] = np.where(np.isnan(values), NONE, order)
    of[:, : order.shape[1]] = values
    return found, of


def kept_in_most_folds(order: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """The maps (maps,) bool that more than half of the folds retain.

    ``order`` (folds, maps) the maps as each fold ranks them, of which it keeps the first ``kept`` (folds,).
    """
    folds, maps = order.shape
    times = np.zeros(maps, dtype=int)
    for ranked, number in zip(order, kept, strict=True):
        times[ranked[: int(number)]] += 1
    return 2 * times > folds
