"""A heatmap at its image's own size, cell by cell in the place that the network saw."""

import numpy as np
from scipy.ndimage import map_coordinates

ROWS = 64  # of an image at once: what they take beside the result does not count


def working_size(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """The size (height, width) at which an image is drawn and compared: its own, or less, so that no side is longer.

    >>> working_size((6000, 9000), 1024), working_size((300, 200), 1024)
    ((683, 1024), (300, 200))
    """
    scale = min(1.0, longest / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def at_working_size(
    heatmap: np.ndarray,
    grid: tuple[int, int],
    window: tuple[float, float, float, float],
    size: tuple[int, int],
    longest: int,
) -> np.ndarray:
    """As :func:`at_image_size`, at the image's :func:`working_size`; ``window`` and ``size`` are the image's own."""
    height, width = working_size(size, longest)
    down, across = height / size[0], width / size[1]
    left, top, right, bottom = window
    window = (left * across, top * down, right * across, bottom * down)
    return at_image_size(heatmap, grid, window, (height, width))


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
    cells = np.asarray(heatmap[: grid[0], : grid[1]], dtype=np.float64)
    values = np.empty(size, np.float32)
    for first in range(0, height, ROWS):
        some = slice(first, first + ROWS)
        values[some] = map_coordinates(cells, np.meshgrid(rows[some], columns, indexing="ij"), order=1, mode="nearest")
    values[(y < top) | (y > bottom)] = np.nan
    values[:, (x < left) | (x > right)] = np.nan
    return values
