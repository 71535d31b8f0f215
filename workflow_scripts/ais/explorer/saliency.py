"""Saliency small enough to travel inside a page, of which it draws contours."""

import numpy as np
from PIL import Image

SIDE = 32  # cells, the longer one


def small(saliency: np.ndarray) -> np.ndarray:
    """A saliency map (height, width) as means over at most :data:`SIDE` cells a side; a smaller one stays as it is."""
    scale = min(1.0, SIDE / max(saliency.shape))
    h, w = (max(1, round(side * scale)) for side in saliency.shape)
    picture = Image.fromarray(np.asarray(saliency, dtype=np.float32))
    return np.asarray(picture.resize((w, h), Image.Resampling.BOX))


def padded(maps: list[np.ndarray | None]) -> tuple[np.ndarray, np.ndarray]:
    """Small maps as one array (images, h, w), NaN beside them and where there is none, and their grids (images, 2)."""
    grid = np.array([(0, 0) if each is None else each.shape for each in maps]).reshape(-1, 2)
    found = np.full((len(maps), *grid.max(axis=0, initial=1)), np.nan)
    for place, each in enumerate(maps):
        if each is not None:
            found[place, : each.shape[0], : each.shape[1]] = each
    return found, grid
