"""Does keeping the important maps predict held-out judgments better? One row a comparison."""

import argparse

import pandas as pd

from ais.artifacts import store
from ais.inference.fold_tests import compare_folds
from ais.workflow.command_line import add_comparisons, compared, run


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add_comparisons(parser, "STIMULI/BACKBONE/ANALYSIS")
    parser.add_argument("--tables", nargs="+", required=True, help="TSV of prune_maps.py, one a comparison")
    parser.add_argument("--output", required=True, help="the summary, tab-separated")
    return parser


def summary_row(table: pd.DataFrame) -> dict:
    """Means over folds, and the tests of retained > full."""
    folds_per_seed = table["fold"].nunique()
    # Every fold tests on 1 / folds of the units (pairs or images) and trains on the rest.
    test = compare_folds(table["retained"].to_numpy(), table["full"].to_numpy(), test_to_train=1 / (folds_per_seed - 1))
    return {
        "folds": len(table),
        "full": table["full"].mean(),
        "full_sd": table["full"].std(),
        "retained": table["retained"].mean(),
        "retained_sd": table["retained"].std(),
        "n_retained": table["n_retained"].mean(),
        "folds_won": int((table["retained"] > table["full"]).sum()),
        "difference": test.difference,
        "error_bar": test.error_bar,
        "t": test.t,
        "p": test.p,
        "t_corrected": test.t_corrected,
        "p_corrected": test.p_corrected,
    }


def main(arguments: argparse.Namespace) -> None:
    tables = compared(arguments, arguments.tables)
    rows = [about | summary_row(pd.read_csv(path, sep="\t")) for about, path in tables]
    store.write_table(arguments.output, pd.DataFrame(rows))


if __name__ == "__main__":
    run(parser(), main)
