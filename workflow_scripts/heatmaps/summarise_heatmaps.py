"""What each kind of heatmap is worth beside plain activation: one row a comparison and kind, with warnings."""

import argparse
import logging
from pathlib import Path

import numpy as np
import pandas as pd

from ais.artifacts import store
from ais.inference.bootstrap import bootstrap
from ais.workflow.command_line import add_comparisons, compared, run

log = logging.getLogger(__name__)

CONTROLS = ("activation", "harm", "permuted")
LIKE_ACTIVATION = 0.9  # median r above which a heatmap shows little else
JUDGED_AT = 20  # percent of the cells, for warnings
# Which sign of the difference to activation is better.
BETTER = {"deletion": 1, "insertion": -1}


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add_comparisons(parser, "STIMULI/BACKBONE/MEASURE")
    parser.add_argument(
        "--tables", nargs="+", required=True, help="TSV of measure_faithfulness.py or borrow_scores.py, one of each"
    )
    parser.add_argument("--notes", nargs="*", default=[], help="text of tell_transfer.py, one of each of --notes-of")
    parser.add_argument("--notes-of", nargs="*", default=[], metavar="STIMULI/BACKBONE/MEASURE")
    parser.add_argument("--output", required=True, help="the summary, tab-separated")
    return parser


def summary(table: pd.DataFrame) -> list[dict]:
    """A row a kind, from a table with a row an image and kind."""
    kinds = dict(list(table.groupby("kind", sort=False)))
    activation = kinds["activation"].set_index("image")
    return [summary_row(kind, own.set_index("image"), activation) for kind, own in kinds.items()]


def summary_row(kind: str, own: pd.DataFrame, activation: pd.DataFrame) -> dict:
    """Means over images, intervals, and paired differences to activation, both tables by image."""
    row = {"kind": kind, "images": len(own), "undefined": int(own["undefined"].sum())}
    for name in ("r_activation", "r_permuted", "r_partners", "r_raters"):
        row[name] = own[name].mean() if name in own else np.nan  # images that nobody judged have no partners
    row["r_activation_median"] = own["r_activation"].median()
    measured = [column for column in own if column.startswith(tuple(BETTER)) and not column.endswith("_null")]
    for name in measured:
        sign = BETTER[name.partition("_")[0]]
        paired = sign * (own[name] - activation[name]) if kind != "activation" else own[name] * np.nan
        parts = {"": own[name], "_better": paired}
        if f"{name}_null" in own:
            row[f"{name}_null"] = own[f"{name}_null"].mean()
            parts["_beyond"] = paired - sign * (own[f"{name}_null"] - activation[f"{name}_null"])
        for suffix, values in parts.items():
            interval = bootstrap(values.to_numpy())
            row |= {
                f"{name}{suffix}": interval.mean,
                f"{name}{suffix}_low": interval.low,
                f"{name}{suffix}_high": interval.high,
            }
    row["warnings"] = "" if kind in CONTROLS else "; ".join(warnings(row))
    return row


def warnings(row: dict) -> list[str]:
    """What a reader must know before looking at such heatmaps."""
    found = []
    if row["undefined"]:
        found.append(f"{row['undefined']} of {row['images']} images have none")
    if row["r_activation_median"] > LIKE_ACTIVATION:
        found.append(f"nearly the plain activation (median r {row['r_activation_median']:.2f})")
    for way in (way for way in BETTER if f"{way}_{JUDGED_AT}" in row):
        beyond = f"{way}_{JUDGED_AT}_beyond_low" in row
        if not row[f"{way}_{JUDGED_AT}_{'beyond' if beyond else 'better'}_low"] > 0:
            found.append(f"{way} no better than activation's{', beyond permuted labels' if beyond else ''}")
    return found


def main(arguments: argparse.Namespace) -> None:
    texts = (Path(path).read_text(encoding="utf-8").strip() for path in arguments.notes)
    notes = dict(zip(arguments.notes_of, texts, strict=True))
    rows = []
    for about, path in compared(arguments, arguments.tables):
        table = pd.read_csv(path, sep="\t", dtype={"image": str}, keep_default_na=False, na_values=[""])
        for row in summary(table):
            note = notes.get("/".join(about.values()), "") if row["kind"] not in CONTROLS else ""
            row["warnings"] = "; ".join(filter(None, [note.rstrip("."), row["warnings"]]))
            rows.append(about | row)
            if row["warnings"]:
                log.warning("%s, %s: %s", "/".join(about.values()), row["kind"], row["warnings"])
    store.write_table(arguments.output, pd.DataFrame(rows))


if __name__ == "__main__":
    run(parser(), main)
