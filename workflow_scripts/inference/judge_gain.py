"""Put the permutations of an analysis together, beside what was observed on the same grid of prefixes."""

import argparse
import logging

import numpy as np

from ais.artifacts import store
from ais.errors import InputError
from ais.inference.outcomes import Outcome
from ais.inference.p_values import p_value
from ais.workflow.command_line import options_text, run

log = logging.getLogger(__name__)

WORLDS = ("observed", "labels", "matched")
PARTS = ("full", "retained", "n_retained")


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--permutations", nargs="+", required=True, help="HDF5 of permute_judgments.py, by number")
    for source in ("features", "judgments", "folds"):
        parser.add_argument(f"--{source}", required=True, help="HDF5 that they must have been made from")
    defaults = {"similarity": "cosine", "alignment": "spearman", "pruning": "one_shot", "seed": "1"}
    for option, default in defaults.items():
        parser.add_argument(f"--{option}", default=default, help="as they must have been made")
    parser.add_argument("--output", required=True, help="HDF5: observed, labels, matched: full, retained, n_retained")
    return parser


def main(arguments: argparse.Namespace) -> None:
    options = options_text(arguments, "similarity", "alignment", "pruning", "seed")
    sources = {name: getattr(arguments, name) for name in ("features", "judgments", "folds")}
    blocks, numbers = [], []
    for path in arguments.permutations:
        with store.opened(path, "permutations") as file:
            store.check_options(path, file.attrs, options)
            store.check_made_from(path, file.attrs, sources)
            ids, grid, facts = store.read_ids(file), file["grid"][:], dict(file.attrs)
            numbers.append(file["number"][:])
            blocks.append({f"{name}/{part}": file[f"{name}/{part}"][:] for name in WORLDS for part in PARTS})
    numbers = np.concatenate(numbers)
    if not np.array_equal(numbers, np.arange(numbers.size)):
        raise InputError(
            f"{arguments.permutations[0]}: found permutations {numbers}; expected each from 0 once, in order. Delete "
            "the folder and run snakemake again."
        )
    whole = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    whole |= {f"observed/{part}": blocks[0][f"observed/{part}"] for part in PARTS}
    counts = {name: facts[name] for name in ("images", "pairs_judged")}
    with store.create(arguments.output, "inference", ids, options, store.digests_of(sources) | counts) as file:
        store.write_array(file, "grid", grid)
        for name, array in whole.items():
            store.write_array(file, name, array)
    if not numbers.size:
        log.info("no permutations: the gain has no p")
        return
    gains = {name: Outcome(*(whole[f"{name}/{part}"] for part in PARTS)).gain for name in WORLDS}
    log.info(
        "gain %.3f; p %.3g by %d permutations of the matched null (mean %.3f)",
        gains["observed"][0], p_value(gains["observed"][0], gains["matched"]), numbers.size,
        gains["matched"].mean(),
    )  # fmt: skip


if __name__ == "__main__":
    run(parser(), main)
