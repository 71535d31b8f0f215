"""Stimuli: the images of a set, in the one order that everything else follows."""

import hashlib
import io
import logging
import unicodedata
from collections import Counter
from pathlib import Path

import pandas as pd

from ais.artifacts import store
from ais.errors import InputError, some
from ais.stimuli import decoding
from ais.stimuli.image_files import is_image

log = logging.getLogger(__name__)

COLUMNS = ["position", "image", "file", "sha256", "width", "height"]
FEWEST = 4  # three pairs or fewer have no rank correlation worth the name


def image_id(file_name: str) -> str:
    """The id of an image: its file name without the extension, in Unicode's composed form."""
    return unicodedata.normalize("NFC", Path(file_name).stem)


def scan(folder: str | Path) -> pd.DataFrame:
    """List the images of a folder in the order of their ids, a row an image.

    Columns: ``position`` from 0; ``image``, its id; ``file``, its name in the folder; ``sha256`` of its
    bytes; ``width`` and ``height`` in pixels, upright. Every image is decoded once. Raises
    :class:`InputError` for a missing folder, too few images, two files of one id, or broken images.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(f"{folder}: found no such folder; expected the images of a set. Correct the path.")
    visible = [path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")]
    files = [path for path in visible if is_image(path)]
    if len(visible) > len(files):
        log.info("%s: %d files that are no images are ignored", folder, len(visible) - len(files))
    if len(files) < FEWEST:
        raise InputError(f"{folder}: found {len(files)} images; expected at least {FEWEST}. Is it the right folder?")
    counts = Counter(image_id(path.name) for path in files)
    repeated = [name for name, count in counts.items() if count > 1]
    if repeated:
        same = [path.name for path in files if image_id(path.name) == repeated[0]]
        raise InputError(
            f"{folder}: found {some(same)}, which are one id {repeated[0]!r} ({len(repeated)} such); expected "
            "one file an id. Remove or rename the others."
        )
    rows, broken = [], []
    for path in files:
        name = image_id(path.name)
        if any(not letter.isprintable() for letter in path.name):
            raise InputError(f"{folder}: found the file name {path.name!r}; expected no line break or tab. Rename it.")
        content = path.read_bytes()
        try:
            picture = decoding.decode(content, path)
        except InputError as error:
            broken.append(str(error))
            continue
        rows.append((name, path.name, hashlib.sha256(content).hexdigest(), *picture.size))
    if broken:
        others = f" (and {len(broken) - 1} more: {some(b.split(':')[0] for b in broken[1:])})"
        raise InputError(broken[0] + (others if len(broken) > 1 else ""))
    table = pd.DataFrame(sorted(rows), columns=COLUMNS[1:])
    table.insert(0, "position", range(len(table)))
    return table


def write_manifest(path: str | Path, table: pd.DataFrame) -> None:
    """Write the list of a set's images as tab-separated text."""
    store.write_table(path, table)


def read_manifest(path: str | Path) -> pd.DataFrame:
    """Read the list of a set's images; ids stay text, whatever they look like."""
    text = Path(path).read_text(encoding="utf-8")
    table = pd.read_csv(io.StringIO(text), sep="\t", dtype=str, keep_default_na=False)
    if table.columns.tolist() != COLUMNS:
        raise InputError(
            f"{path}: found the columns {some(table.columns)}; expected {', '.join(COLUMNS)}. "
            "Delete it and run snakemake again."
        )
    return table.astype({"position": int, "width": int, "height": int})
