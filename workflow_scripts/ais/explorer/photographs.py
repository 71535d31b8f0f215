"""Photographs small enough to travel inside a page."""

import base64
import io

from PIL import Image

SIDE = 256  # pixels, the longer one
QUALITY = 65


def thumbnail(picture: Image.Image) -> Image.Image:
    """A picture whose longer side is at most :data:`SIDE` pixels; a smaller one stays as it is."""
    scale = min(1.0, SIDE / max(picture.size))
    size = tuple(max(1, round(side * scale)) for side in picture.size)
    return picture.convert("RGB").resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def data_uri(picture: Image.Image) -> str:
    """A picture as WebP in an address of its own."""
    written = io.BytesIO()
    picture.save(written, "WEBP", quality=QUALITY, method=4)
    return "data:image/webp;base64," + base64.b64encode(written.getvalue()).decode("ascii")
