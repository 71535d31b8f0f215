"""Does keeping the important maps predict held-out judgments better? One row a comparison."""

import argparse

import pandas as pd

from ais import store
from ais.command_line import run
from ais.statistics import compare_folds


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--table",
        nargs=4,
        action="append",
        required=True,
        metavar=("STIMULI", "BACKBONE", "ANALYSIS", "TSV"),
        help="a table of merge_curves.py and what it is about; repeat for each",
    )
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
    rows = []
    for stimuli, backbone, analysis, path in arguments.table:
        about = {"stimuli": stimuli, "backbone": backbone, "analysis": analysis}
        rows.append(about | summary_row(pd.read_csv(path, sep="\t")))
    store.write_table(arguments.output, pd.DataFrame(rows))


if __name__ == "__main__":
    run(parser(), main)
