"""Do heatmaps fall where saliency does, more than the controls? One row a comparison, kind and statistic."""

import argparse

import pandas as pd

from ais.artifacts import store
from ais.workflow.command_line import add_comparisons, compared, run


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add_comparisons(parser, "STIMULI/BACKBONE/MEASURE/SOURCE")
    parser.add_argument("--tests", nargs="+", required=True, help="tests of compare_saliency.py, one a comparison")
    parser.add_argument("--output", required=True, help="the summary, tab-separated")
    return parser


def main(arguments: argparse.Namespace) -> None:
    found = []
    for about, path in compared(arguments, arguments.tests):
        table = pd.read_csv(path, sep="\t")
        found.append(pd.DataFrame([about] * len(table), index=table.index).join(table))
    store.write_table(arguments.output, pd.concat(found))


if __name__ == "__main__":
    run(parser(), main)
