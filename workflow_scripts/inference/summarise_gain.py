"""What pruning gains, and what the gain is worth: one row an analysis, those of unseen images first."""

import argparse
from itertools import islice

import numpy as np
import pandas as pd

from ais.artifacts import store
from ais.errors import InputError
from ais.inference import blocks, intervals
from ais.inference.outcomes import mean_over_folds
from ais.inference.p_values import ROUNDING, p_value
from ais.workflow.command_line import add_comparisons, compared, run

MAIN = [
    *("stimuli", "backbone", "analysis", "split", "similarity", "alignment", "pruning", "prefixes"),
    *("images", "pairs_judged", "maps"),
    *("folds", "seeds", "folds_undefined", "full", "retained", "n_retained"),
    *("gain", "gain_low", "gain_high", "interval"),
    *("p_gain", "matched_gain", "matched_low", "matched_high", "smallest_p", "t_paper", "p_paper"),
]


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add_comparisons(parser, "STIMULI/BACKBONE/ANALYSIS/SPLIT/SIMILARITY/ALIGNMENT/PRUNING/PREFIXES/INTERVAL/BLOCKS")
    parser.add_argument(
        "--permutations", nargs="+", required=True, help="HDF5 of permute_judgments.py, BLOCKS of each comparison"
    )
    parser.add_argument("--tables", nargs="+", required=True, help="TSV of the pruning stage, one a comparison")
    parser.add_argument("--ceilings", nargs="+", required=True, help="TSV of estimate_ceiling.py, one a comparison")
    parser.add_argument("--refits", nargs="*", default=[], help="HDF5 of refit_gain.py, one a comparison of leave_out")
    parser.add_argument("--output", required=True, help="the summary, tab-separated")
    parser.add_argument("--main", required=True, help="the same, less the columns that few need")
    return parser


def summary_row(about: dict, worlds: blocks.Worlds, folds: pd.DataFrame, ceilings: pd.DataFrame, refits=None) -> dict:
    """Means over the folds that have both alignments, the gain with its interval, and both nulls.

    ``refits``: the path of an artifact of refit_gain.py, where the interval is to be made of it.
    """
    gain = (folds["retained"] - folds["full"]).to_numpy()
    # Differences that are rounding are none.
    gain = np.where(np.abs(gain) <= ROUNDING * np.maximum(1, folds["full"].abs()), 0.0, gain)
    both = folds[~np.isnan(gain)]
    of_images = about["split"] == "images"
    asked = about["interval"]
    about = {name: value for name, value in about.items() if name not in ("interval", "blocks")}
    interval = None
    if of_images:
        refitted = read_refits(refits, worlds.facts) if asked == "leave_out" else None
        interval = interval_of(gain, folds, refitted)
    on_grid, matched, labels = (each.gain for each in (worlds.observed, worlds.matched, worlds.labels))
    baseline, baselines = (mean_over_folds(each.full) for each in (worlds.observed, worlds.labels))
    row = about | {
        "images": worlds.facts["images"],
        "pairs_judged": worlds.facts["pairs_judged"],
        "maps": worlds.maps,
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
        "p_baseline": p_value(baseline[0], baselines) if labels.size else np.nan,
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


def read_refits(path: str, facts: dict) -> tuple[np.ndarray, int]:
    """Gains (subsets, seeds) of the refits, and of how many groups; made from what the permutations were."""
    with store.opened(path, "refits") as file:
        for source in ("features", "judgments"):
            if file.attrs[f"{source}_digest"] != facts[f"{source}_digest"]:
                raise InputError(
                    f"{path}: made from other {source} than the permutations. Delete {path} and run snakemake again: "
                    "it is made anew."
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
    rows, refits, permutations = [], iter(arguments.refits), iter(arguments.permutations)
    for (about, table), ceilings in zip(compared(arguments, arguments.tables), arguments.ceilings, strict=True):
        worlds = blocks.read(list(islice(permutations, int(about["blocks"]))))
        own = next(refits) if about["interval"] == "leave_out" else None
        rows.append(summary_row(about, worlds, pd.read_csv(table, sep="\t"), pd.read_csv(ceilings, sep="\t"), own))
    table = pd.DataFrame(rows)
    for name in ("t_paper", "p_paper"):
        table[name] = table.get(name, np.nan)
    # What holds comes first: pairs of images that were not seen.
    table = table.sort_values("split", key=lambda split: split != "images", kind="stable")
    store.write_table(arguments.output, table)
    store.write_table(arguments.main, table[MAIN])


if __name__ == "__main__":
    run(parser(), main)
