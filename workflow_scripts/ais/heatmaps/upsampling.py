"""A heatmap at its image's own size, cell by cell in the place that the network saw."""

import numpy as np
from scipy.ndimage import map_coordinates


def at_image_size(
    heatmap: np.ndarray,
    grid: tuple[int, int],
    window: tuple[float, float, float, float],
    size: tuple[int, int],
) -> np.ndarray:
    """A heatmap at the image's own size, bilinearly interpolated: (height, width) float32.

    ``heatmap`` (h, w) of which ``grid`` (h_i, w_i) belongs to this image (the rest is padding);
    ``window`` (left, top, right, bottom) is the part of the image, in pixels, that the network saw;
    ``size`` (height, width) of the image. Cell centres lie inside the cells, and the outermost
    values reach to the window's edge. NaN outside the window.
    """
    height, width = size
    left, top, right, bottom = window
    y, x = np.arange(height) + 0.5, np.arange(width) + 0.5
    rows = (y - top) / (bottom - top) * grid[0] - 0.5
    columns = (x - left) / (right - left) * grid[1] - 0.5
    values = map_coordinates(
        np.asarray(heatmap[: grid[0], : grid[1]], dtype=np.float64),
        np.meshgrid(rows, columns, indexing="ij"),
        order=1,
        mode="nearest",
    ).astype(np.float32)
    values[(y < top) | (y > bottom)] = np.nan
    values[:, (x < left) | (x > right)] = np.nan
    return values
