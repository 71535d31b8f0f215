"""Whether a backbone's weights are a file or a tag, by the name alone."""

from pathlib import Path

EXTENSIONS = {".pth", ".pt", ".tar", ".safetensors"}


def is_weights_file(weights: str) -> bool:
    """Whether a backbone's weights are a file rather than a tag of its library."""
    return Path(weights).suffix in EXTENSIONS
