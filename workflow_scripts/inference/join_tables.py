"""Put the tables of several comparisons together, with columns that say what each is about."""

import argparse

import pandas as pd

from ais.artifacts import store
from ais.workflow.command_line import add_comparisons, compared, run


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add_comparisons(parser, "VALUE/VALUE/…")
    parser.add_argument(
        "--columns", dest="comparison_names", nargs="+", required=True, metavar="COLUMN", help="what each value is"
    )
    parser.add_argument("--tables", nargs="+", required=True, help="TSV, one a comparison")
    parser.add_argument("--output", required=True, help="all of them, tab-separated")
    return parser


def main(arguments: argparse.Namespace) -> None:
    tables = []
    for about, path in compared(arguments, arguments.tables):
        table = pd.read_csv(path, sep="\t")
        tables.append(pd.concat([pd.DataFrame(about, index=table.index), table], axis=1))
    store.write_table(arguments.output, pd.concat(tables, ignore_index=True))


if __name__ == "__main__":
    run(parser(), main)
