"""What pruning gains, and what the gain is worth: one row an analysis, those of unseen images first."""

import argparse

import numpy as np
import pandas as pd

from ais.artifacts import store
from ais.errors import InputError
from ais.inference import intervals
from ais.inference.outcomes import Outcome, mean_over_folds
from ais.inference.p_values import ROUNDING, p_value
from ais.workflow.command_line import add_comparisons, compared, run

PARTS = ("full", "retained", "n_retained")
MAIN = [
    *("stimuli", "backbone", "analysis", "split", "similarity", "alignment", "pruning"),
    *("images", "pairs_judged", "maps"),
    *("folds", "seeds", "folds_undefined", "full", "retained", "n_retained"),
    *("gain", "gain_low", "gain_high", "interval"),
    *("p_gain", "matched_gain", "matched_low", "matched_high", "smallest_p", "t_paper", "p_paper"),
]


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add_comparisons(parser, "STIMULI/BACKBONE/ANALYSIS/SPLIT/SIMILARITY/ALIGNMENT/PRUNING/INTERVAL")
    parser.add_argument("--inference", nargs="+", required=True, help="HDF5 of judge_gain.py, one a comparison")
    parser.add_argument("--tables", nargs="+", required=True, help="TSV of the pruning stage, one a comparison")
    parser.add_argument("--ceilings", nargs="+", required=True, help="TSV of estimate_ceiling.py, one a comparison")
    parser.add_argument("--refits", nargs="*", default=[], help="HDF5 of refit_gain.py, one a comparison of leave_out")
    parser.add_argument("--output", required=True, help="the summary, tab-separated")
    parser.add_argument("--main", required=True, help="the same, less the columns that few need")
    return parser


def summary_row(about: dict, path: str, folds: pd.DataFrame, ceilings: pd.DataFrame, refits: str | None = None) -> dict:
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
    about, asked = {name: about[name] for name in about if name != "interval"}, about["interval"]
    interval = None
    if of_images:
        refitted = read_refits(refits, path, facts) if asked == "leave_out" else None
        interval = interval_of(gain, folds, refitted)
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
        "interval": asked if of_images else "",
        "p_gain": p_value(on_grid[0], matched) if np.isfinite(matched).any() else np.nan,
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


def interval_of(gain: np.ndarray, folds: pd.DataFrame, refits: tuple[np.ndarray, int] | None) -> intervals.Interval:
    """The gain's interval over images: by leave-out where there are refits (gains and groups), else Nadeau–Bengio's."""
    if refits is None:
        return intervals.nadeau_bengio(gain, 1 / (folds["fold"].nunique() - 1))
    whole = pd.Series(gain).groupby(folds["seed"].to_numpy(), sort=False).mean()
    return intervals.leave_out(whole.to_numpy(), *refits)


def read_refits(path: str, inference: str, facts: dict) -> tuple[np.ndarray, int]:
    """Gains (subsets, seeds) of the refits, and of how many groups; made from what the artifact of inference was."""
    with store.opened(path, "refits") as file:
        for source in ("features", "judgments"):
            if file.attrs[f"{source}_digest"] != facts[f"{source}_digest"]:
                raise InputError(
                    f"{path}: made from other {source} than {inference}. Delete {path} and run snakemake again: it is "
                    "made anew."
                )
        return file["gain"][:], int(file.attrs["groups"])


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
    rows, refits = [], iter(arguments.refits)
    for (about, path), table, ceilings in zip(
        compared(arguments, arguments.inference), arguments.tables, arguments.ceilings, strict=True
    ):
        own = next(refits) if about["interval"] == "leave_out" else None
        rows.append(summary_row(about, path, pd.read_csv(table, sep="\t"), pd.read_csv(ceilings, sep="\t"), own))
    table = pd.DataFrame(rows)
    for name in ("t_paper", "p_paper"):
        table[name] = table.get(name, np.nan)
    # What holds comes first: pairs of images that were not seen.
    table = table.sort_values("split", key=lambda split: split != "images", kind="stable")
    store.write_table(arguments.output, table)
    store.write_table(arguments.main, table[MAIN])


if __name__ == "__main__":
    run(parser(), main)
