"""Put the shards of the importance scores together, and prove that none is missing."""

import argparse

import numpy as np

from ais import shards, store
from ais.command_line import options_text, run
from ais.errors import InputError


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shards", nargs="+", help="HDF5 of score_maps.py, in the order of their maps")
    for source in ("features", "judgments", "folds"):
        parser.add_argument(f"--{source}", required=True, help="HDF5 that the shards must have been made from")
    for option, default in {"similarity": "cosine", "alignment": "spearman", "mask": "all"}.items():
        parser.add_argument(f"--{option}", default=default, help="as the shards must have been made")
    parser.add_argument("--output", required=True, help="HDF5: set, folds and images, score and baseline")
    return parser


def main(arguments: argparse.Namespace) -> None:
    arrays, facts = shards.read(arguments.shards, "importance-shard", "map")
    store.check_options(arguments.shards[0], facts, options_text(arguments, "similarity", "alignment", "mask"))
    sources = {name: getattr(arguments, name) for name in ("features", "judgments", "folds")}
    store.check_made_from(arguments.shards[0], facts, sources)
    digests = {name: value for name, value in facts.items() if name.endswith("_digest") and name != "image_ids_digest"}
    with store.create(arguments.output, "importance", facts["ids"], facts["options"], digests) as file:
        for part in ("set", "folds", "images"):
            baselines = arrays[f"{part}/baseline"]
            for path, baseline in zip(arguments.shards, baselines, strict=True):
                if not np.array_equal(baseline, baselines[0], equal_nan=True):
                    raise InputError(
                        f"{path}: its alignment with all maps differs from that of "
                        f"{arguments.shards[0]}; expected the same. Delete both and run snakemake again."
                    )
            # Of the whole set there is one subset only: its axis goes.
            score = np.concatenate(arrays[f"{part}/score"], axis=1)
            baseline = baselines[0]
            store.write_array(file, f"{part}/score", score[0] if part == "set" else score)
            store.write_array(file, f"{part}/baseline", baseline[0] if part == "set" else baseline)


if __name__ == "__main__":
    run(parser(), main)
