"""Which files are images, by their names alone."""

from pathlib import Path

EXTENSIONS = {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".gif", ".webp"}


def is_image(path: str | Path) -> bool:
    """Whether a file's name says that it is an image; hidden files are none."""
    path = Path(path)
    return path.suffix.lower() in EXTENSIONS and not path.name.startswith(".")
