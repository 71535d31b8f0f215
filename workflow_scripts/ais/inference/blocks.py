"""Blocks of permutations, each an artifact, put together: what pruning did in the observed world and in both nulls."""

from dataclasses import dataclass

import numpy as np

from ais.artifacts import store
from ais.errors import InputError
from ais.inference.outcomes import Outcome

WORLDS = ("observed", "labels", "matched")
PARTS = ("full", "retained", "n_retained")
# What all blocks of an analysis have in common: that they were made from the same, alike.
SHARED = ("options", "features_digest", "judgments_digest", "folds_digest", "images", "pairs_judged")


@dataclass(frozen=True)
class Worlds:
    """What pruning did in the observed world (one row) and in each permuted one, and the facts of their artifacts."""

    observed: Outcome
    labels: Outcome
    matched: Outcome
    maps: int
    facts: dict


def read(paths: list[str]) -> Worlds:
    """The worlds of an analysis from its blocks of permutations, in the order of their numbers.

    Raises :class:`InputError` where a number is missing or twice, or a block was made from or by something else.
    """
    blocks = [read_block(path) for path in paths]
    _, first, maps, facts = blocks[0]
    for path, (_, _, _, own) in zip(paths, blocks, strict=True):
        for name in SHARED:
            if own[name] != facts[name]:
                raise InputError(
                    f"{path}: found another {name} ({own[name]}) than in {paths[0]} ({facts[name]}); expected blocks "
                    "of the same analysis. Delete the folder and run snakemake again."
                )
    numbers = np.concatenate([numbers for numbers, *_ in blocks])
    if not np.array_equal(numbers, np.arange(numbers.size)):
        raise InputError(
            f"{paths[0]}: found permutations {numbers}; expected each from 0 once, in order. Delete the folder and run "
            "snakemake again."
        )

    def joined(world: str) -> Outcome:
        among = [first] if world == "observed" else [arrays for _, arrays, _, _ in blocks]
        return Outcome(*(np.concatenate([arrays[world, part] for arrays in among]) for part in PARTS))

    return Worlds(*(joined(world) for world in WORLDS), maps, facts)


def read_block(path: str) -> tuple[np.ndarray, dict, int, dict]:
    """Of one block: its numbers, arrays (world, part) → (worlds, folds), how many maps, and its facts."""
    with store.opened(path, "permutations") as file:
        arrays = {(world, part): file[f"{world}/{part}"][:] for world in WORLDS for part in PARTS}
        return file["number"][:], arrays, int(file["grid"][-1]), {name: file.attrs[name] for name in SHARED}
