"""What a backbone's weights are, by what a study says of them."""

from pathlib import Path

EXTENSIONS = (".pth", ".pt", ".tar", ".ckpt", ".safetensors", ".bin", ".th", ".pkl")


def kind_of(weights: str) -> str:
    """``url``, ``file``, ``random`` (none, but a start) or ``tag`` (of the architecture's library).

    A file has an extension of checkpoints, in whatever case, or a folder before its name, or lies here.
    """
    if weights.startswith(("http://", "https://")):
        return "url"
    if weights == "random":
        return "random"
    path = Path(weights)
    return "file" if path.suffix.lower() in EXTENSIONS or path.name != weights or path.is_file() else "tag"
