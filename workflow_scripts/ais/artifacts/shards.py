"""Shards: a file that was computed in parts, put together again only if the parts are all there."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import h5py
import numpy as np

from ais.artifacts import store
from ais.errors import InputError


def read(
    paths: Sequence[str | Path], kind: str, index: str, options: str, sources: Mapping[str, str | Path]
) -> tuple[dict[str, list[np.ndarray]], dict]:
    """Read all shards; each array's parts come back as a list, with the shards' common facts.

    ``index`` names the array that says which items (maps, folds) a shard holds. Raises
    :class:`InputError` unless the shards were made with these ``options`` from these ``sources``, agree in
    every attribute and cover 0 … n−1 exactly once, in order, n being the attribute of the same name as the
    index in the plural.
    """
    parts, facts = [], None
    for path in paths:
        with store.opened(path, kind) as file:
            found = {name: _plain(value) for name, value in file.attrs.items()} | {"ids": store.read_ids(file)}
            if facts is None:
                facts, first = found, path
            different = [name for name in facts if facts[name] != found.get(name)]
            if different:
                raise InputError(
                    f"{path}: {different[0]} is {_short(found.get(different[0]))}, but "
                    f"{_short(facts[different[0]])} in {first}; shards of one run agree. "
                    f"Delete {Path(path).parent} and run snakemake again."
                )
            names = []
            file.visit(names.append)
            parts.append({name: file[name][:] for name in names if isinstance(file[name], h5py.Dataset)})
    covered = np.concatenate([part[index] for part in parts])
    if not np.array_equal(covered, np.arange(facts[f"{index}s"])):
        raise InputError(
            f"{Path(paths[0]).parent}: the shards hold {covered.size} {index}s; expected each of the "
            f"{facts[f'{index}s']} once. Delete the folder and run snakemake again."
        )
    store.check_options(paths[0], facts, options)
    store.check_made_from(paths[0], facts, sources)
    return {name: [part[name] for part in parts] for name in parts[0]}, facts


def _plain(value):
    return value.item() if isinstance(value, np.generic) else value


def _short(value) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def shard_of(count: int, shard: int, shards: int) -> np.ndarray:
    """The feature maps (or folds) that shard number ``shard`` of ``shards``, counted from 1, holds."""
    if not 1 <= shard <= shards:
        raise InputError(f"--shard: found {shard} of {shards}; expected a number from 1 to {shards}.")
    return np.array_split(np.arange(count), shards)[shard - 1]


def add_arguments(parser: argparse.ArgumentParser, items: str) -> None:
    """What a step that can be cut into shards takes on its command line; ``items``: what is dealt."""
    parser.add_argument("--shard", type=int, default=1, help=f"which part of the {items}, from 1")
    parser.add_argument("--shards", type=int, default=1, help=f"into how many parts the {items} are cut")
    parser.add_argument("--from-shards", nargs="*", default=[], help="HDF5 of all shards, in their order: only merge")
