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
from ais.stimuli import decoding, depths
from ais.stimuli.image_files import below, images_in, is_image

log = logging.getLogger(__name__)

COLUMNS = ["position", "image", "file", "sha256", "width", "height"]
# Written only where a picture has them: how it is brought to 8-bit RGB, where that is not what is always done.
SPECIAL = ["white", "background"]
GROUNDS = {"white": "#ffffff", "black": "#000000", "ignore": ""}
FEWEST = 4  # three pairs or fewer have no rank correlation worth the name


def image_id(file_name: str) -> str:
    """The id of an image: its file name without the extension, in Unicode's composed form."""
    return unicodedata.normalize("NFC", Path(file_name).stem)


def id_below(path: Path, folder: Path) -> str:
    """The id of an image in class folders: its path below the set's folder, without the extension."""
    return "/".join(
        [unicodedata.normalize("NFC", part) for part in path.relative_to(folder).parts[:-1]] + [image_id(path)]
    )


def scan(folder: str | Path, white: float | None = None, transparency: str = "white") -> pd.DataFrame:
    """List the images of a folder in the order of their ids, a row an image.

    Columns: ``position`` from 0; ``image``, its id; ``file``, its path below the folder; ``sha256`` of its
    bytes; ``width`` and ``height`` in pixels, upright; ``white``, what is white in pixels deeper than 8 bits (empty: 1
    of fractions up to 1, else 65535); ``background``, on which a transparent picture is laid (``#rrggbb``; empty: on
    none). Where no image lies in the folder itself, those in the folders below are listed. Every image is decoded once.

    ``white``: what is white in all deeper pixels, by default found from them; ``transparency``: ``white``, ``black``,
    ``ignore`` or ``#rrggbb``. Raises :class:`InputError` for a missing folder, too few images, two files of one id,
    broken images, and pictures whose white cannot be known. What was taken for what, and is not as always or in doubt,
    is told in ``table.attrs["notes"]``, a line each.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(f"{folder}: found no such folder; expected the images of a set. Correct the path.")
    files = images_in(folder)
    _check_files(folder, files)
    rows, broken, contents = [], [], {}
    for path in files:
        if any(not letter.isprintable() for letter in str(path.relative_to(folder))):
            name = path.relative_to(folder).as_posix()
            raise InputError(f"{folder}: found the file name {name!r}; expected no line break or tab. Rename it.")
        content = path.read_bytes()
        try:
            contents[path] = decoding.examine(content, path)
        except InputError as error:
            broken.append(str(error))
            continue
        rows.append([path, hashlib.sha256(content).hexdigest()])
    if broken:
        others = f" (and {len(broken) - 1} more: {some(b.split(':')[0] for b in broken[1:])})"
        raise InputError(broken[0] + (others if len(broken) > 1 else ""))
    notes: list[str] = []
    whites = _whites(contents, white, notes)
    grounds = _backgrounds(contents, transparency, notes)
    listed = sorted(
        (id_below(path, folder), path.relative_to(folder).as_posix(), digest, *contents[path].size, path)
        for path, digest in rows
    )
    table = pd.DataFrame(
        [(*row, whites.get(path, ""), grounds.get(path, "")) for *row, path in listed], columns=COLUMNS[1:] + SPECIAL
    )
    table.insert(0, "position", range(len(table)))
    table.attrs["notes"] = notes
    return table


def _check_files(folder: Path, files: list[Path]) -> None:
    """Tell what is left out; refuse too few images, and two of one id."""
    visible = [path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")]
    lower = below(folder)
    if files and files[0].parent == folder:
        left_out = [path for path in visible if not is_image(path)]
        deeper = [path for path in lower if is_image(path)]
    else:
        left_out = [path for path in visible + lower if not is_image(path) and not path.name.startswith(".")]
        deeper = []
    if left_out:
        log.info("%s: %d files that are no images are ignored", folder, len(left_out))
        log.info("ignored: %s", some(path.relative_to(folder) for path in left_out))
    if deeper:
        log.info("%s: %d images in the folders below it are ignored, as there are images in it", folder, len(deeper))
    if len(files) < FEWEST:
        beside = f" Left out: {some(path.relative_to(folder) for path in left_out)}." if left_out else ""
        beside += f" {len(deeper)} more lie in folders below: move these there, or those here." if deeper else ""
        raise InputError(
            f"{folder}: found {len(files)} images; expected at least {FEWEST}. Is it the right folder?{beside}"
        )
    counts = Counter(id_below(path, folder) for path in files)
    repeated = [name for name, count in counts.items() if count > 1]
    if repeated:
        same = [path.relative_to(folder).as_posix() for path in files if id_below(path, folder) == repeated[0]]
        raise InputError(
            f"{folder}: found {some(same)}, which are one id {repeated[0]!r} ({len(repeated)} such); expected "
            "one file an id. Remove or rename the others."
        )


def _whites(contents: dict[Path, decoding.Contents], white: float | None, notes: list[str]) -> dict[Path, str]:
    """What is white in each deep picture, where it is not what is always taken; found by those stored alike."""
    groups: dict[str, list] = {}
    for path, each in contents.items():
        if each.deep:
            groups.setdefault(each.deep.stored, []).append((path, each.deep))
    whites = {}
    for group in groups.values():
        named = [(str(path), deep) for path, deep in group]
        found = depths.white_of(named) if white is None else white
        taken = f"{depths.described(named, found)}{'' if white is None else ', as the study says'}"
        log.info(taken)
        dark = [path.name for path, deep in group if deep.high < depths.DARK * found]
        if dark:
            doubt = f"dark if so: {len(dark)} images, the brightest pixel below an eighth of white: {some(dark)}"
            log.warning(doubt)
            notes.append(f"{taken}; {doubt}")
        elif any(found != deep.default_white for _, deep in group):
            notes.append(taken)
        whites |= {path: f"{found:.17g}" for path, deep in group if found != deep.default_white}
    return whites


def _backgrounds(contents: dict[Path, decoding.Contents], transparency: str, notes: list[str]) -> dict[Path, str]:
    """The background of each picture that is transparent somewhere."""
    paths = [path for path, each in contents.items() if each.transparent]
    if not paths:
        return {}
    ground = GROUNDS.get(transparency, transparency.lower())
    done = f"laid on {ground}" if ground else "taken as the pixels that lie hidden"
    notes.append(
        f"{len(paths)} of {len(contents)} images are transparent somewhere: {done} (transparency: {transparency})"
    )
    log.info(notes[-1])
    return dict.fromkeys(paths, ground)


def write_manifest(path: str | Path, table: pd.DataFrame) -> None:
    """Write the list of a set's images as tab-separated text."""
    store.write_table(path, table.drop(columns=[name for name in SPECIAL if name in table and not any(table[name])]))


def read_manifest(path: str | Path) -> pd.DataFrame:
    """Read the list of a set's images, as :func:`scan` gives it; ids stay text, whatever they look like."""
    text = Path(path).read_text(encoding="utf-8")
    table = pd.read_csv(io.StringIO(text), sep="\t", dtype=str, keep_default_na=False)
    if table.columns.tolist() != COLUMNS + [name for name in SPECIAL if name in table]:
        raise InputError(
            f"{path}: found the columns {some(table.columns)}; expected {', '.join(COLUMNS)}. "
            "Delete it and run snakemake again."
        )
    for name in SPECIAL:
        if name not in table:
            table[name] = ""
    return table[COLUMNS + SPECIAL].astype({"position": int, "width": int, "height": int})
