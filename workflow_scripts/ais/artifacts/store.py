"""Artifacts on disk: HDF5 and text files that are whole or absent, and say what they hold.

Every HDF5 artifact carries the attributes ``kind``, ``schema_version``, ``options`` and
``image_ids_digest``, and the dataset ``image_ids``. Beside ``x.h5`` stand ``x.sha256``, the digest
of its bytes (``sha256sum -c`` reads it; later steps are stale when it changes), and ``x.json``,
where and with what it was made (never compared). Identical inputs give identical bytes.
"""

import glob
import hashlib
import io
import json
import os
import platform
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path

import h5py
import numpy as np

from ais.errors import InputError

SCHEMA_VERSION = 1
LATER_VERSIONS = {"judgments": 2}  # of kinds whose content was arranged anew since


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Yield a temporary name beside ``path``; rename it into place only if the block succeeds.

    Raises OSError with the name ``path`` where the system refuses, as on a full disk.
    """
    path = Path(path)
    temporary = _temporary(path)
    try:
        yield temporary
        os.replace(temporary, path)
    except OSError as error:
        if error.filename not in (None, str(temporary), temporary):
            raise
        raise OSError(error.errno, error.strerror, str(path)) from None
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: str | Path) -> Iterator[Path]:
    """As :func:`whole_file` for a folder, which the block finds empty; it replaces what was there."""
    path = Path(path)
    temporary = _temporary(path)
    temporary.mkdir()
    try:
        yield temporary
        shutil.rmtree(path, ignore_errors=True)
        os.replace(temporary, path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _temporary(path: Path) -> Path:
    """A name beside ``path`` for what is not yet whole; what a run that was killed left there is removed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for left_over in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        shutil.rmtree(left_over) if left_over.is_dir() else left_over.unlink()
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


def write_text(path: str | Path, text: str) -> None:
    """Write a UTF-8 text file, whole or not at all."""
    with whole_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_bytes(path: str | Path, content: bytes) -> None:
    """Write a file, whole or not at all."""
    with whole_file(path) as temporary:
        temporary.write_bytes(content)


def write_table(path: str | Path, table) -> None:
    """Write a pandas table as tab-separated text; floats keep 17 digits, missing values are empty."""
    with whole_file(path) as temporary:
        table.to_csv(temporary, sep="\t", index=False, float_format="%.17g", lineterminator="\n")


def file_digest(path: str | Path) -> str:
    """SHA-256 of a file's bytes, as 64 hexadecimal digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def recorded_digest(path: str | Path) -> str:
    """The digest of an artifact's bytes as the ``.sha256`` beside it tells, without reading it again."""
    companion = Path(path).with_suffix(".sha256")
    if not companion.is_file():
        raise InputError(f"{companion}: missing; expected it beside {path}. Delete {path} and run snakemake again.")
    words = companion.read_text(encoding="utf-8").split()
    if len(words) != 2 or len(words[0]) != 64:
        raise InputError(f"{companion}: not a digest file. Delete it and run snakemake again.")
    return words[0]


def digests_of(sources: Mapping[str, str | Path]) -> dict[str, str]:
    """What an artifact tells of the artifacts that it is made from, by name: ``{name}_digest`` → digest."""
    return {f"{name}_digest": recorded_digest(path) for name, path in sources.items()}


def ids_digest(image_ids: Sequence[str]) -> str:
    """SHA-256 of image ids in their order, as 64 hexadecimal digits."""
    return hashlib.sha256("\n".join(image_ids).encode()).hexdigest()


@contextmanager
def create(
    path: str | Path,
    kind: str,
    image_ids: Sequence[str],
    options: str = "",
    attributes: dict | None = None,
    made_with: dict | None = None,
) -> Iterator[h5py.File]:
    """Open a new artifact for writing; it and its two companions appear only if the block succeeds.

    ``options`` is the canonical text of the settings it was made with, ``attributes`` are further
    facts about its content, ``made_with`` facts about the machine that leave the content alone.
    """
    path = Path(path)
    with whole_file(path) as temporary:
        with _writing(temporary) as file:
            file.attrs["kind"] = kind
            file.attrs["schema_version"] = LATER_VERSIONS.get(kind, SCHEMA_VERSION)
            file.attrs["options"] = options
            file.attrs["image_ids_digest"] = ids_digest(image_ids)
            for name, value in (attributes or {}).items():
                file.attrs[name] = value
            file.create_dataset("image_ids", data=list(image_ids), dtype=h5py.string_dtype())
            yield file
        digest = file_digest(temporary)
    write_text(path.with_suffix(".sha256"), f"{digest}  {path.name}\n")
    provenance = {"kind": kind, "options": options, "made_with": machine() | (made_with or {})}
    write_text(path.with_suffix(".json"), json.dumps(provenance, indent=2, sort_keys=True) + "\n")


class _Told(io.FileIO):
    """A file for HDF5, which crashes in closing one that it cannot write: the first failure is told, and kept.

    What it writes after that, so as to close, goes nowhere.
    """

    failure: OSError | None = None

    def write(self, data) -> int:
        data = memoryview(data)
        done = 0
        while done < len(data) and self.failure is None:
            try:
                done += super().write(data[done:])
            except OSError as error:
                self.failure = error
                raise
        return len(data)


@contextmanager
def _writing(path: Path) -> Iterator[h5py.File]:
    """Open a new HDF5 file for writing; raises OSError where it cannot be written."""
    with _Told(path, "w+") as raw:
        try:
            with h5py.File(raw, "w") as file:
                yield file
        finally:
            if raw.failure is not None:
                raise raw.failure from None


@contextmanager
def opened(path: str | Path, kind: str, image_ids: Sequence[str] | None = None) -> Iterator[h5py.File]:
    """Open an artifact for reading, and check that it is what its name says.

    Raises :class:`InputError` for a file that is damaged (every byte counts), of another kind or another
    schema version, or (where ``image_ids`` are given) about other images or the same in another order.
    """
    path = Path(path)
    remedy = f"Delete {path} and run snakemake again: it is made anew."
    digest, expected = file_digest(path), recorded_digest(path)
    if digest != expected:
        raise InputError(
            f"{path}: found the digest {digest[:12]}…; expected {expected[:12]}…, as {path.stem}.sha256 tells: it is "
            f"damaged, or not the file that was written. {remedy}"
        )
    with h5py.File(path, "r") as file:
        found = file.attrs.get("kind"), file.attrs.get("schema_version")
        if found != (kind, LATER_VERSIONS.get(kind, SCHEMA_VERSION)):
            raise InputError(
                f"{path}: found kind {found[0]!r}, schema version {found[1]}; "
                f"expected {kind!r}, {LATER_VERSIONS.get(kind, SCHEMA_VERSION)}. {remedy}"
            )
        if image_ids is not None and file.attrs["image_ids_digest"] != ids_digest(image_ids):
            raise InputError(
                f"{path}: holds {len(file['image_ids'])} images that are not the {len(image_ids)} "
                f"of the other inputs, or not in their order. {remedy}"
            )
        yield file


def check_made_from(path: str | Path, facts: Mapping, sources: Mapping[str, str | Path]) -> None:
    """See that an artifact was made from the ``sources`` (by name) at hand, as its attributes tell.

    ``facts`` are the attributes of the artifact at ``path``. Raises :class:`InputError` naming the first
    source that is another.
    """
    for name, source in sources.items():
        if facts.get(f"{name}_digest") != recorded_digest(source):
            raise InputError(
                f"{path}: made from other {name} than {source}. Delete {path} and run snakemake again: it is made anew."
            )


def check_options(path: str | Path, facts: Mapping, options: str) -> None:
    """See that an artifact was made with these settings; raises :class:`InputError` if with others."""
    if facts["options"] != options:
        raise InputError(
            f"{path}: made with {facts['options']}; expected {options}. Delete {path} and run snakemake again: it is "
            "made anew."
        )


def read_ids(file: h5py.File) -> list[str]:
    """The image ids of an open artifact, in its order."""
    return file["image_ids"].asstr()[:].tolist()


def write_array(file: h5py.File, name: str, array: np.ndarray) -> None:
    """Write one array, compressed if it is large; chunks never exceed the array."""
    array = np.asarray(array)
    compression = {"compression": "gzip", "shuffle": True} if array.nbytes > 1 << 16 else {}
    file.create_dataset(name, data=array, track_times=False, **compression)


def machine() -> dict:
    """Facts about this machine and its libraries, for the record only."""
    versions = {}
    for name in ("numpy", "scipy", "h5py", "numba", "torch", "torchvision", "timm"):
        with suppress(metadata.PackageNotFoundError):
            versions[name] = metadata.version(name)
    return {
        "host": platform.node(),
        "platform": platform.platform(),
        "python": sys.version.split()[0],
        "versions": versions,
    }
