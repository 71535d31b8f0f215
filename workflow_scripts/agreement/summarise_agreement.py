"""Put the agreement between backbones of all sets and measures together: one row a pair and kind of heatmap."""

import argparse

import pandas as pd

from ais.artifacts import store
from ais.workflow.command_line import add_comparisons, compared, run


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add_comparisons(parser, "STIMULI/MEASURE")
    parser.add_argument("--tables", nargs="+", required=True, help="summaries of compare_backbones.py")
    parser.add_argument("--output", required=True, help="the summary, tab-separated")
    return parser


def main(arguments: argparse.Namespace) -> None:
    tables = []
    for about, path in compared(arguments, arguments.tables):
        table = pd.read_csv(path, sep="\t")
        for column, name in reversed(about.items()):
            table.insert(0, column, name)
        tables.append(table)
    store.write_table(arguments.output, pd.concat(tables, ignore_index=True))


if __name__ == "__main__":
    run(parser(), main)
