"""Overlays: a heatmap shown over its image. For the eye only; the numbers stay as they are."""

import io
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image

from ais.artifacts import store

# Even to the eye, and told apart by the colour-blind: of what is never below zero, and of what goes both ways.
COLOURS = ("viridis", "cividis", "inferno", "jet")
SCALES = ("set", "own")  # full colour is the largest of the set, or of each image
BOTH_WAYS = "PuOr_r"
AS_PUBLISHED = "jet"  # uneven, and red for the largest value of each image: to match the paper's figures
STRENGTH = 0.85  # how opaque the largest value is
PUBLISHED_STRENGTH = 0.5  # of jet, everywhere
FULL = 0.99  # share of a set's values below that of full colour: one odd cell is not to fade all others
QUALITY = 75  # of JPEG: with it the paper's study, 78 sheets of photographs, is a report of less than 30 MB


@dataclass(frozen=True)
class Scale:
    """How numbers become colours: none at zero, full at ``largest`` (and at −``largest``, where ``both_ways``)."""

    largest: float
    both_ways: bool = False
    colours: str = COLOURS[0]

    @classmethod
    def of(cls, heatmaps: np.ndarray, both_ways: bool = False, colours: str = COLOURS[0]) -> "Scale":
        """One scale for all of ``heatmaps`` (any shape; NaN where undefined)."""
        values = np.abs(heatmaps[~np.isnan(heatmaps)]) if both_ways else heatmaps[heatmaps > 0]
        return cls(float(np.quantile(values, FULL)) if values.size else 0.0, both_ways, colours)

    def level(self, heatmap: np.ndarray) -> np.ndarray:
        """From −1 to 1, or from 0 to 1: a share of full colour; 0 where the heatmap is undefined or nothing is."""
        if self.largest <= 0:
            return np.zeros(heatmap.shape)
        return np.clip(np.nan_to_num(heatmap) / self.largest, -1.0 if self.both_ways else 0.0, 1.0)

    def painted(self, level: np.ndarray) -> np.ndarray:
        """The colours (…, 3), 0–255, of levels (…)."""
        if self.both_ways:
            return 255.0 * matplotlib.colormaps[BOTH_WAYS]((level + 1) / 2)[..., :3]
        return 255.0 * matplotlib.colormaps[self.colours](level)[..., :3]


def overlay(image: np.ndarray, heatmap: np.ndarray, scale: Scale) -> np.ndarray:
    """Lay a heatmap (height, width) over its image (height, width, 3) uint8: the same shape, uint8.

    The image is grey, and the more opaque the colour, the further a value is from zero: where nothing is, or
    nothing is defined, the image shows. ``jet`` is laid over the coloured image, as published, from the heatmap's
    own smallest value to its largest.
    """
    grey = np.repeat(image.mean(axis=2, keepdims=True), 3, axis=2)
    if scale.colours == AS_PUBLISHED and not scale.both_ways:
        defined = ~np.isnan(heatmap)
        low, high = (np.nanmin(heatmap), np.nanmax(heatmap)) if defined.any() else (0.0, 0.0)
        level = np.nan_to_num((heatmap - low) / (high - low)) if high > low else np.zeros(heatmap.shape)
        blended = (1 - PUBLISHED_STRENGTH) * image + PUBLISHED_STRENGTH * scale.painted(level)
        return np.round(np.where(defined[..., None], blended, grey)).astype(np.uint8)
    level = scale.level(heatmap)
    opacity = STRENGTH * np.abs(level)[..., None]
    return np.round((1 - opacity) * grey + opacity * scale.painted(level)).astype(np.uint8)


def file_name(image_id: str, position: int) -> str:
    """A file name for an image's overlay that any system takes: its position, then its id made safe."""
    safe = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in image_id)
    return f"{position:04d}_{safe[:80]}.png"


def save(picture: np.ndarray | Image.Image, path: str | Path, format: str = "PNG") -> None:
    """Write a PNG (or JPEG) without dates, so that equal pictures are equal files."""
    picture = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    drawn = io.BytesIO()
    picture.save(drawn, format=format, **({"quality": QUALITY, "optimize": True} if format == "JPEG" else {}))
    store.write_bytes(path, drawn.getvalue())
