"""Overlays: a heatmap shown over its image. For the eye only; the numbers stay as they are."""

import io
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image

from ais.artifacts import store

COLOURS = matplotlib.colormaps["jet"]
STRENGTH = 0.5  # how opaque the heatmap is


def overlay(image: np.ndarray, heatmap: np.ndarray) -> np.ndarray:
    """Lay a heatmap (height, width) over its image (height, width, 3) uint8: the same shape, uint8.

    Normalised to the heatmap's own smallest and largest value. Where it is undefined, the image shows
    through in grey.
    """
    grey = np.repeat(image.mean(axis=2, keepdims=True), 3, axis=2)
    defined = ~np.isnan(heatmap)
    if not defined.any():
        return np.round(grey).astype(np.uint8)
    low, high = np.nanmin(heatmap), np.nanmax(heatmap)
    level = np.zeros_like(heatmap) if high == low else (heatmap - low) / (high - low)
    colours = 255.0 * COLOURS(np.nan_to_num(level))[..., :3]
    blended = (1 - STRENGTH) * image + STRENGTH * colours
    return np.round(np.where(defined[..., None], blended, grey)).astype(np.uint8)


def thumbnail(picture: np.ndarray, side: int) -> Image.Image:
    """A picture (height, width, 3) scaled to fit a white square of ``side`` pixels."""
    small = Image.fromarray(picture)
    small.thumbnail((side, side))
    square = Image.new("RGB", (side, side), "white")
    square.paste(small, ((side - small.width) // 2, (side - small.height) // 2))
    return square


def sheet(rows: list[list[Image.Image]], gap: int = 4) -> Image.Image:
    """A sheet of equal square thumbnails, row by row."""
    side = rows[0][0].width
    step = side + gap
    whole = Image.new("RGB", (max(map(len, rows)) * step + gap, len(rows) * step + gap), "white")
    for row, pictures in enumerate(rows):
        for column, picture in enumerate(pictures):
            whole.paste(picture, (gap + column * step, gap + row * step))
    return whole


def file_name(image_id: str, position: int) -> str:
    """A file name for an image's overlay that any system takes: its position, then its id made safe."""
    safe = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in image_id)
    return f"{position:04d}_{safe[:80]}.png"


def save(picture: np.ndarray | Image.Image, path: str | Path, format: str = "PNG") -> None:
    """Write a PNG (or JPEG) without dates, so that equal pictures are equal files."""
    picture = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    drawn = io.BytesIO()
    picture.save(drawn, format=format, **({"quality": 88} if format == "JPEG" else {}))
    store.write_bytes(path, drawn.getvalue())
