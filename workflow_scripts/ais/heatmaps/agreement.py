"""How alike two heatmaps of an image are, cell by cell."""

import numpy as np

CONSTANT = 1e-12  # share of its length below which what is left of a centred heatmap is rounding


def correlation(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Pearson's r over the cells in which both heatmaps (…, cells) are defined: (…).

    NaN where fewer than two are, or either is the same in all of them.
    """
    both = ~np.isnan(one) & ~np.isnan(other)
    count = both.sum(axis=-1)
    (x, x_is_constant), (y, y_is_constant) = (_standardised(np.asarray(each), both) for each in (one, other))
    return np.where((count < 2) | x_is_constant | y_is_constant, np.nan, (x * y).sum(axis=-1))[()]


def _standardised(heatmap: np.ndarray, among: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centred and of length one over some cells, zero in the others; and whether it is the same in all of them."""
    count = among.sum(axis=-1, keepdims=True)
    values = np.where(among, heatmap, 0.0).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        centred = np.where(among, values - values.sum(axis=-1, keepdims=True) / count, 0.0)
        length = np.linalg.norm(centred, axis=-1, keepdims=True)
        constant = length <= CONSTANT * np.linalg.norm(values, axis=-1, keepdims=True)
        return centred / length, constant[..., 0]


def mean_defined(values: np.ndarray, axis: int = -1) -> np.ndarray:
    """Mean over an axis of what is defined (not NaN); NaN where nothing is."""
    defined = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        return np.where(defined, values, 0.0).sum(axis=axis) / defined.sum(axis=axis)
