"""What a backbone's weights are, by their name alone."""

from pathlib import Path

EXTENSIONS = (".pth", ".pt", ".tar", ".ckpt", ".safetensors")


def kind_of(weights: str) -> str:
    """``url``, ``file``, ``random`` (none, but a start) or ``tag`` (of the architecture's library)."""
    if weights.startswith(("http://", "https://")):
        return "url"
    if weights == "random":
        return "random"
    return "file" if Path(weights).suffix in EXTENSIONS else "tag"
