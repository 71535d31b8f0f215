"""What pruning gains, and what the gain is worth: one row an analysis, those of unseen images first."""

import argparse

import numpy as np
import pandas as pd

from ais.artifacts import store
from ais.inference import intervals
from ais.inference.outcomes import Outcome, mean_over_folds
from ais.inference.p_values import ROUNDING, p_value
from ais.workflow.command_line import add_comparisons, compared, run

PARTS = ("full", "retained", "n_retained")
MAIN = [
    *("stimuli", "backbone", "analysis", "split", "similarity", "alignment", "pruning"),
    *("images", "pairs_judged", "maps"),
    *("folds", "seeds", "folds_undefined", "full", "retained", "n_retained", "gain", "gain_low", "gain_high"),
    *("p_gain", "matched_gain", "matched_low", "matched_high", "smallest_p", "t_paper", "p_paper"),
]


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add_comparisons(parser, "STIMULI/BACKBONE/ANALYSIS/SPLIT/SIMILARITY/ALIGNMENT/PRUNING")
    parser.add_argument("--inference", nargs="+", required=True, help="HDF5 of judge_gain.py, one a comparison")
    parser.add_argument("--tables", nargs="+", required=True, help="TSV of the pruning stage, one a comparison")
    parser.add_argument("--ceilings", nargs="+", required=True, help="TSV of estimate_ceiling.py, one a comparison")
    parser.add_argument("--output", required=True, help="the summary, tab-separated")
    parser.add_argument("--main", required=True, help="the same, less the columns that few need")
    return parser


def summary_row(about: dict, path: str, folds: pd.DataFrame, ceilings: pd.DataFrame) -> dict:
    """Means over the folds that have both alignments, the gain with its interval, and both nulls."""
    with store.opened(path, "inference") as file:
        worlds = {
            name: Outcome(*(file[f"{name}/{part}"][:] for part in PARTS)) for name in ("observed", "labels", "matched")
        }
        facts, maps = dict(file.attrs), int(file["grid"][-1])
    gain = (folds["retained"] - folds["full"]).to_numpy()
    # Differences that are rounding are none.
    gain = np.where(np.abs(gain) <= ROUNDING * np.maximum(1, folds["full"].abs()), 0.0, gain)
    both = folds[~np.isnan(gain)]
    of_images = about["split"] == "images"
    interval = intervals.nadeau_bengio(gain, 1 / (folds["fold"].nunique() - 1)) if of_images else None
    on_grid, matched, labels = (worlds[name].gain for name in ("observed", "matched", "labels"))
    baseline = {name: mean_over_folds(worlds[name].full) for name in ("observed", "labels")}
    row = about | {
        "images": facts["images"],
        "pairs_judged": facts["pairs_judged"],
        "maps": maps,
        "folds": len(folds),
        "seeds": folds["seed"].nunique(),
        "folds_undefined": len(folds) - len(both),
        "full": both["full"].mean(),
        "retained": both["retained"].mean(),
        "n_retained": both["n_retained"].mean(),
        "gain": np.nanmean(gain) if len(both) else np.nan,
        "gain_low": interval.low if interval else np.nan,
        "gain_high": interval.high if interval else np.nan,
        "p_gain": p_value(on_grid[0], matched) if matched.size else np.nan,
        **spread("matched", matched),
        **spread("labels", labels),
        "p_baseline": p_value(baseline["observed"][0], baseline["labels"]) if labels.size else np.nan,
        "permutations": matched.size,
        "smallest_p": 1 / (1 + matched.size) if matched.size else np.nan,
    }
    lines = ceilings[ceilings["scope"] == f"test pairs by {about['split']}"]
    for name in ("another_panel", "noise_free_model"):
        row[f"ceiling_{name}"] = lines[name].iloc[0] if len(lines) else np.nan
    if not of_images:
        row |= paper_test(gain)
    return row


def spread(name: str, gains: np.ndarray) -> dict:
    """Mean and middle 95 % of the gain in the worlds of a null."""
    gains = gains[~np.isnan(gains)]
    low, high = np.quantile(gains, [0.025, 0.975]) if gains.size else (np.nan, np.nan)
    return {f"{name}_gain": gains.mean() if gains.size else np.nan, f"{name}_low": low, f"{name}_high": high}


def paper_test(gain: np.ndarray) -> dict:
    """The paper's paired t-test over folds, which rejects in every null world on folds by pairs: kept to compare."""
    from ais.inference.fold_tests import compare_folds

    test = compare_folds(gain, np.zeros_like(gain), 0.0)
    return {"t_paper": test.t, "p_paper": test.p}


def main(arguments: argparse.Namespace) -> None:
    rows = []
    for (about, path), table, ceilings in zip(
        compared(arguments, arguments.inference), arguments.tables, arguments.ceilings, strict=True
    ):
        rows.append(summary_row(about, path, pd.read_csv(table, sep="\t"), pd.read_csv(ceilings, sep="\t")))
    table = pd.DataFrame(rows)
    for name in ("t_paper", "p_paper"):
        table[name] = table.get(name, np.nan)
    # What holds comes first: pairs of images that were not seen.
    table = table.sort_values("split", key=lambda split: split != "images", kind="stable")
    store.write_table(arguments.output, table)
    store.write_table(arguments.main, table[MAIN])


if __name__ == "__main__":
    run(parser(), main)
