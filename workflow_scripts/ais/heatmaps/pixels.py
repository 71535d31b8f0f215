"""Hot places in the picture itself, as the network gets it: blurred, or filled with the picture's mean.

Masking cells of the maps (:mod:`ais.heatmaps.faithfulness`) asks of the readout alone. A deep cell's receptive field
spans much of the picture, so what its masking takes away is no place that one could point at; this does.
"""

import numpy as np
from scipy.ndimage import gaussian_filter

from ais.heatmaps.upsampling import at_image_size

BLUR = 1 / 20  # standard deviation of the blur, share of the picture's shorter side: 11 of 224 pixels
WAYS = ("blur", "mean")


def filling(picture: np.ndarray, how: str) -> np.ndarray:
    """What stands in place of what is taken away from a picture (3, height, width), of the same shape, float32.

    ``blur``: the picture, blurred by a Gaussian (edges repeat); ``mean``: its mean colour.
    """
    values = picture.astype(np.float64)
    if how == "mean":
        values = np.broadcast_to(values.mean(axis=(1, 2), keepdims=True), values.shape)
    else:
        sigma = BLUR * min(picture.shape[1:])
        values = gaussian_filter(values, (0, sigma, sigma), mode="nearest")
    return values.astype(np.float32)


def at_pixels(heatmap: np.ndarray, grid: tuple[int, int], size: tuple[int, int]) -> np.ndarray:
    """A heatmap (cells,) of a picture of ``size`` (height, width), as the network gets it: (height × width,) float32.

    A cell in which it is undefined counts as its coldest; all NaN where all are.
    """
    coldest = np.nan if np.isnan(heatmap).all() else np.nanmin(heatmap)
    cells = np.where(np.isnan(heatmap), coldest, heatmap).reshape(grid)
    return at_image_size(cells, grid, (0, 0, size[1], size[0]), size).ravel()


def kept(picture: np.ndarray, fill: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """The picture (3, height, width) in ``pixels`` (height × width,) bool, and ``fill`` in the others."""
    return np.where(pixels.reshape(picture.shape[1:]), picture, fill)
