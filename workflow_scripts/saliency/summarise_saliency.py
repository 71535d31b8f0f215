"""Do heatmaps fall where saliency does, more than the controls? One row a comparison and pair of thresholds."""

import argparse

import numpy as np
import pandas as pd

from ais.artifacts import store
from ais.inference.image_tests import compare_images
from ais.workflow.command_line import add_comparisons, compared, run

CONTROLS = ("shuffled", "centre", "chance")


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add_comparisons(parser, "STIMULI/BACKBONE/MEASURE/SOURCE")
    parser.add_argument("--tables", nargs="+", required=True, help="TSV of compare_saliency.py, one a comparison")
    parser.add_argument("--output", required=True, help="the summary, tab-separated")
    return parser


def summary_row(table: pd.DataFrame) -> dict:
    """Over images: means of precision and recall, medians of relative risk, and tests of the precision.

    At given thresholds recall is precision times a constant, so that one test is both's.
    """
    row = {"images": int(table["precision"].notna().sum())}
    for suffix in ("", *(f"_{control}" for control in CONTROLS)):
        row |= {f"{name}{suffix}": table[f"{name}{suffix}"].mean() for name in ("precision", "recall")}
        row[f"relative_risk{suffix}"] = np.nanmedian(table[f"relative_risk{suffix}"]) if row["images"] else np.nan
    for control in CONTROLS:
        better, worse = table["precision"].to_numpy(), table[f"precision_{control}"].to_numpy()
        row[f"p_{control}"] = compare_images(better, worse)
    return row


def main(arguments: argparse.Namespace) -> None:
    rows = []
    for about, path in compared(arguments, arguments.tables):
        table = pd.read_csv(path, sep="\t", dtype={"image": str}, keep_default_na=False, na_values=[""])
        for at, images in table.groupby(["saliency_percent", "heatmap_percent"]):
            percents = dict(zip(("saliency_percent", "heatmap_percent"), at, strict=True))
            rows.append(about | percents | summary_row(images))
    store.write_table(arguments.output, pd.DataFrame(rows))


if __name__ == "__main__":
    run(parser(), main)
