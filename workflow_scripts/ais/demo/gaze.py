"""Simulated gaze: people look at the shape, a little beside it, and a little anywhere."""

import numpy as np
from scipy.ndimage import gaussian_filter

FIXATIONS = 60
BLUR = 0.045  # spread of a fixation, as a share of the picture's width
ANYWHERE = 0.15  # share of the fixations that fall anywhere


def gaze(shape: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A gaze map (height, width) uint8 for a picture whose shape covers ``shape`` (height, width) bool."""
    height, width = shape.shape
    on_shape = np.argwhere(shape)
    points = on_shape[random.integers(len(on_shape), size=FIXATIONS)] + random.normal(0, 5, (FIXATIONS, 2))
    anywhere = random.random(FIXATIONS) < ANYWHERE
    # Who would have looked past the edge looked at something inside.
    anywhere |= ((points < 0) | (points >= [height, width])).any(axis=1)
    points[anywhere] = random.uniform(0, [height, width], (anywhere.sum(), 2))
    density = np.zeros(shape.shape)
    rows, columns = points.astype(int).T
    np.add.at(density, (rows, columns), 1.0)
    density = gaussian_filter(density, BLUR * width, mode="constant")
    return np.round(255 * density / density.max()).astype(np.uint8)
