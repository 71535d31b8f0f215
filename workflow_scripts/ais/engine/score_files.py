"""Importance on disk: the scores of all maps, or of a shard of them, and all shards put together."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from ais.artifacts import shards, store
from ais.engine.importance import Scores
from ais.errors import InputError


def write(
    path: str | Path,
    kind: str,
    ids: Sequence[str],
    options: str,
    sources: Mapping[str, str | Path],
    parts: Mapping[str, Scores],
) -> None:
    """Write ``{part}/score`` (subsets, maps) and ``{part}/baseline`` (subsets,) of all maps.

    ``sources`` (name → artifact) are what the scores were made from. Of the whole set (the part ``set``)
    there is one subset only: its axis goes.
    """
    with store.create(path, kind, ids, options, store.digests_of(sources)) as file:
        for name, part in sorted(parts.items()):
            chosen = 0 if name == "set" else slice(None)
            store.write_array(file, f"{name}/score", part.score[chosen])
            store.write_array(file, f"{name}/baseline", part.baseline[chosen])


def write_shard(path, kind, ids, options, sources, parts, maps: np.ndarray, of: int) -> None:
    """As :func:`write`, for only some of the maps, by their numbers ``maps``; there are ``of``."""
    facts = store.digests_of(sources) | {"maps": of}
    with store.create(path, f"{kind}-shard", ids, options, facts) as file:
        store.write_array(file, "map", maps)
        for name, part in parts.items():
            store.write_array(file, f"{name}/score", part.score)
            store.write_array(file, f"{name}/baseline", part.baseline)


def from_shards(
    paths: Sequence[str], kind: str, options: str, sources: Mapping[str, str | Path]
) -> tuple[dict[str, Scores], list[str]]:
    """The scores of all maps from their shards, and the image ids.

    Raises :class:`InputError` unless the shards were made with these options from these sources, hold each map
    once, and agree on the alignment with all maps.
    """
    arrays, facts = shards.read(paths, f"{kind}-shard", "map", options, sources)
    parts = {}
    for name in sorted({array.split("/")[0] for array in arrays if "/" in array}):
        first = arrays[f"{name}/baseline"][0]
        for path, baseline in zip(paths, arrays[f"{name}/baseline"], strict=True):
            if not np.array_equal(baseline, first, equal_nan=True):
                raise InputError(
                    f"{path}: its alignment with all maps differs from that of {paths[0]}; expected the same. "
                    "Delete both and run snakemake again."
                )
        parts[name] = Scores(first, np.concatenate(arrays[f"{name}/score"], axis=1))
    return parts, facts["ids"]
