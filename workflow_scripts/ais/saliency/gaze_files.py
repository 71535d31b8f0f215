"""Gaze as eye-tracking sets keep it in MATLAB files: SALICON's, one file an image; OSIE's, one for all."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from ais.errors import InputError, some
from ais.stimuli import containers


def read(place: Path) -> pd.DataFrame:
    """Fixations of a .mat file or a folder of them: image, subject, x, y, and ``recorded``, the size that they are for.

    ``recorded`` is (height, width) or None. Raises :class:`InputError` where a file holds no such gaze.
    """
    files = sorted(place.glob("*.mat")) if place.is_dir() else [place]
    if not files:
        ignored = [path.name for path in place.iterdir()]
        raise InputError(f"{place}: found {some(ignored, 3) if ignored else 'nothing'}; expected .mat files of gaze.")
    rows = []
    for path in files:
        content = containers.load(path)
        found = list(_salicon(content, path)) if "gaze" in content else list(_osie(content))
        if not found:
            raise InputError(
                f"{path}: found {some(content)}; expected gaze as SALICON keeps it (gaze.fixations, a file an image) "
                "or as OSIE does (fixations: img, subjects.fix_x, fix_y). Or save a table image, subject, x, y."
            )
        rows += found
    columns = ["image", "subject", "x", "y", "recorded"]
    return pd.DataFrame(
        [
            (image, str(subject), x, y, size)
            for image, subject, xs, ys, size in rows
            for x, y in zip(xs, ys, strict=True)
        ],
        columns=columns,
    )


def _salicon(content: dict, path: Path) -> Iterator[tuple]:
    """gaze(subject).fixations (fixations, 2): x and y, the first pixel's being 1; resolution: height and width."""
    size = content.get("resolution")
    size = tuple(np.asarray(size).reshape(-1).astype(int).tolist()) if isinstance(size, np.ndarray) else None
    name = content["image"].texts[0] if isinstance(content.get("image"), containers.Texts) else path.stem
    for subject, gaze in enumerate(_structs(content["gaze"])):
        places = gaze.get("fixations", gaze.get("location"))
        if isinstance(places, np.ndarray) and places.size and places.ndim == 2 and places.shape[1] == 2:
            x, y = places.T.astype(float) - 1
            yield name, subject, x, y, size


def _osie(content: dict) -> Iterator[tuple]:
    """fixations{image}: img, and subjects{subject}: fix_x, fix_y (fixations,)."""
    for picture in _structs(content.get("fixations")):
        if isinstance(picture.get("img"), containers.Texts):
            for subject, gaze in enumerate(_structs(picture.get("subjects"))):
                x, y = (np.asarray(gaze.get(name, ()), dtype=float).reshape(-1) for name in ("fix_x", "fix_y"))
                yield picture["img"].texts[0], subject, x, y, None


def _structs(node) -> Iterator[dict]:
    """The structs of a struct array, or of a cell of structs."""
    if isinstance(node, dict):
        yield node
    for element in node.elements if isinstance(node, containers.Elements) else ():
        yield from _structs(element)
