"""What pruning gains within and across categories, on each fold's test pairs, beside all of them and the border alone.

The maps are those that the analysis retained on all train pairs of the fold.
"""

import argparse
import logging

import numpy as np
import pandas as pd

from ais.artifacts import store
from ais.engine import alignment, command_options, loading
from ais.errors import InputError
from ais.inference import intervals, scopes
from ais.inference.p_values import ROUNDING
from ais.stimuli import categories
from ais.workflow.command_line import run

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    command_options.add_masked(parser)
    parser.add_argument("--categories", required=True, help="TSV of read_categories.py")
    parser.add_argument("--folds", required=True, help="HDF5 of split_folds.py")
    parser.add_argument("--curves", required=True, help="HDF5 of prune_maps.py: the order of the maps in each fold")
    parser.add_argument("--table", required=True, help="TSV of prune_maps.py: how many of them each fold retains")
    parser.add_argument("--maps", required=True, help="TSV of score_categories.py")
    parser.add_argument("--split", choices=["pairs", "images"], required=True, help="what was dealt into folds")
    command_options.add_measure(parser, alignment.MEASURES)
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto", help="for networks")
    parser.add_argument("--output", required=True, help="TSV: a row a scope")
    return parser


def main(arguments: argparse.Namespace) -> None:
    ids, masking, judged = loading.maskable_in_judged_pairs(
        arguments.features, arguments.judgments, arguments.similarity, arguments.alignment, arguments.weights,
        arguments.device,
    )  # fmt: skip
    human = judged.human
    same = categories.same_category(categories.read(arguments.categories, ids), judged.left, judged.right)
    with store.opened(arguments.folds, "folds", ids) as file:
        test = file["test"][:]
    with store.opened(arguments.curves, "pruning", ids) as file:
        order = file["order"][:]
    folds = pd.read_csv(arguments.table, sep="\t")
    if not len(folds) == len(order) == len(test):
        raise InputError(
            f"{arguments.table}: found {len(folds)} folds, {len(order)} in {arguments.curves} and {len(test)} in "
            f"{arguments.folds}; expected as many. Delete the first two and run snakemake again."
        )
    kept = [own[:number] for own, number in zip(order, folds["n_retained"], strict=True)]
    helping = pd.read_csv(arguments.maps, sep="\t")[list(scopes.NAMES)] > 0
    apart = scopes.scopes_of(human, same)
    measure = arguments.alignment
    in_folds = scopes.in_folds(masking, apart, test, kept, measure)

    network, everything = masking.full(), np.ones(human.size, dtype=bool)
    of_border = [scopes.border_alone(apart, pairs, measure) for pairs in test]
    ratio = 1 / (folds["fold"].nunique() - 1) if arguments.split == "images" else None
    rows = []
    for name, scope in apart.items():
        row = {"scope": name, "pairs": scope.pairs}
        row["set_alignment"] = scope.alignment(network, everything, measure)
        of_all = name == "all"
        row["set_border_alone"] = scopes.border_alone(apart, everything, measure) if of_all else np.nan
        row["set_beyond_border"] = scopes.beyond_border(network, apart, measure) if of_all else np.nan
        row |= gain_row(*in_folds[name], ratio)
        row["border_alone"] = mean(np.array(of_border)) if of_all else np.nan
        row["n_retained"] = folds["n_retained"].mean()
        row |= {"maps": masking.maps, "maps_helping": int(helping[name].sum())}
        row["retained_helping"] = np.mean([helping[name].to_numpy()[maps].mean() for maps in kept])
        rows.append(row)
        log.info("%s: %d pairs, full %.3f, retained %.3f", name, row["pairs"], row["full"], row["retained"])
    store.write_table(arguments.output, pd.DataFrame(rows))


def gain_row(full: np.ndarray, retained: np.ndarray, ratio: float | None) -> dict:
    """Means over the folds (folds,) that have both; an interval where there is a ``ratio`` of test to train images."""
    gain = retained - full
    gain = np.where(np.abs(gain) <= ROUNDING * np.maximum(1, np.abs(full)), 0.0, gain)
    both = ~np.isnan(gain)
    interval = intervals.nadeau_bengio(gain, ratio) if ratio is not None else None
    return {
        "folds": gain.size,
        "folds_undefined": int((~both).sum()),
        "full": mean(full[both]),
        "retained": mean(retained[both]),
        "gain": mean(gain[both]),
        "gain_low": interval.low if interval else np.nan,
        "gain_high": interval.high if interval else np.nan,
    }


def mean(values: np.ndarray) -> float:
    """Mean of the values that are defined; NaN of none."""
    values = values[~np.isnan(values)]
    return float(values.mean()) if values.size else float("nan")


if __name__ == "__main__":
    run(parser(), main)
