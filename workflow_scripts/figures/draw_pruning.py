"""Draw the pruning curves of a set: alignment while maps are added, the most important first."""

import argparse
import warnings

import numpy as np
import pandas as pd

from ais.artifacts import store
from ais.workflow.command_line import add_comparisons, compared, run

# Noise ceilings: what another panel of raters, and what a model without noise, would reach.
CEILINGS = {"another_panel": (0, (4, 2)), "noise_free_model": (0, (1, 1.5))}
TRAIN_UP_TO = 3  # analyses: with more, curves on train pairs are left to the table


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add_comparisons(parser, "STIMULI/BACKBONE/ANALYSIS/SPLIT")
    parser.add_argument("--curves", nargs="+", required=True, help="HDF5 of prune_maps.py, one a comparison")
    parser.add_argument("--tables", nargs="+", required=True, help="TSV of prune_maps.py, one a comparison")
    parser.add_argument("--ceilings", nargs="+", required=True, help="TSV of estimate_ceiling.py, one a comparison")
    parser.add_argument("--output", required=True, help="PNG; PDF and TSV are written beside it")
    return parser


def curve_table(kept: np.ndarray, train: np.ndarray, test: np.ndarray, ratio: float | None = None) -> pd.DataFrame:
    """Means over folds of curves (folds, kept), a row per maps ``kept`` and side; of test pairs with their interval.

    The interval is Nadeau & Bengio's (2003) 95 % over images, from ``ratio``: how many images a fold tests for one
    that it trains with. None where folds share images, and no interval over these is to be had.
    """
    with warnings.catch_warnings():
        # Where a prefix is undefined in every fold, its mean is NaN: that is meant.
        warnings.simplefilter("ignore", RuntimeWarning)
        sides = [
            pd.DataFrame({"pairs": pairs, "maps_kept": kept, "mean": np.nanmean(curves, axis=0)})
            for pairs, curves in (("train", train), ("test", test))
        ]
    half = half_width(test, ratio) if ratio is not None else np.full(len(kept), np.nan)
    for side, name in ((-1, "low"), (1, "high")):
        sides[1][name] = sides[1]["mean"] + side * half
    return pd.concat(sides, ignore_index=True)


def half_width(curves: np.ndarray, ratio: float) -> np.ndarray:
    """Half of Nadeau & Bengio's 95 % interval (maps,) of the mean of curves (folds, maps); NaN of one fold."""
    from scipy import stats

    folds = np.isfinite(curves).sum(axis=0)
    with warnings.catch_warnings(), np.errstate(invalid="ignore", divide="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        spread = np.nanvar(curves, axis=0, ddof=1)
        return stats.t.ppf(0.975, np.maximum(folds - 1, 1)) * np.sqrt((1 / folds + ratio) * spread)


def draw(table: pd.DataFrame) -> list:
    """Pages of one panel a network, one colour an analysis: test pairs with their interval, train pairs dashed."""
    from ais.figures import layout, pages, style

    style.theme()
    colours = style.series(table["analysis"].unique())
    key = [(f"{name} (by {split})", {"color": colours[name], "lw": 1.3}) for name, split in splits(table).items()]
    with_train = len(colours) <= TRAIN_UP_TO
    if with_train:
        key += [("on train pairs", {"color": "0.3", "lw": 0.8, "ls": (0, (3, 2))})]
    key += [
        ("95 % interval over images (folds by images)", {"color": "0.3", "alpha": 0.2, "lw": 5}),
        ("retained", {"color": "0.3", "ls": "none", "marker": "o", "ms": 3.5}),
        ("all maps", {"color": "0.3", "ls": "none", "marker": "s", "ms": 3, "mfc": "white", "mew": 0.8}),
    ]
    if table[list(CEILINGS)].notna().any(axis=None):
        names = ("ceiling: another panel", "ceiling: model without noise")
        key += [
            (name, {"color": "0.3", "lw": 0.6, "ls": dashes})
            for name, dashes in zip(names, CEILINGS.values(), strict=True)
        ]
    drawn_with = (
        ["mean", "low", "high", "retained", *CEILINGS] if with_train else ["low", "high", "retained", *CEILINGS]
    )
    span = layout.limits(np.r_[0.0, table[drawn_with].to_numpy().ravel()], room=0.04)
    drawn = []
    for page in pages.facets(table["stimuli"].unique(), table["backbone"].unique(), 5):
        made, panels = layout.facets(
            page,
            height=33,
            key=key,
            head=layout.about(table),
            x="feature maps kept, the most important first",
            y="alignment with people (ρ)",
        )
        for (_, backbone), panel in panels.items():
            own = table[table["backbone"] == backbone]
            draw_panel(panel, own, colours, with_train)
            panel.set_ylim(span)
            panel.set_xlim(0.9, table["maps_kept"].max() * 1.3)
            layout.numbers(panel, y=5)
        drawn.append(made.figure)
    return drawn


def splits(table: pd.DataFrame) -> dict[str, str]:
    """How each analysis splits."""
    return table.drop_duplicates("analysis").set_index("analysis")["split"].to_dict()


def draw_panel(panel, own: pd.DataFrame, colours: dict[str, str], with_train: bool) -> None:
    """The curves of a network, and how many maps of how many are retained."""
    from ais.figures import style

    told = []
    panel.set_xscale("log")
    panel.xaxis.set_major_formatter("{x:g}")
    for analysis, curves in own.groupby("analysis", sort=False):
        colour, test = colours[analysis], curves[curves["pairs"] == "test"]
        if with_train:
            train = curves[curves["pairs"] == "train"]
            panel.plot(train["maps_kept"], train["mean"], color=colour, lw=0.7, ls=(0, (3, 2)))
        panel.plot(test["maps_kept"], test["mean"], color=colour, lw=1.2)
        panel.fill_between(test["maps_kept"], test["low"], test["high"], color=colour, alpha=0.18, lw=0)
        last = test.iloc[-1]
        for line, dashes in CEILINGS.items():
            panel.axhline(last[line], color=colour, ls=dashes, lw=0.6)
        panel.plot(last["n_retained"], last["retained"], "o", ms=3.2, color=colour, mec="white", mew=0.4, zorder=4)
        panel.plot(last["maps_kept"], last["mean"], "s", ms=2.6, color=colour, mfc="white", mew=0.7, zorder=4)
        told.append((f"{last['n_retained']:.0f} of {last['maps_kept']:.0f} maps", colour))
    if with_train:
        # Where curves begin, low on the left, there is room above them.
        for number, (text, colour) in enumerate(told):
            panel.text(
                0.03, 0.82 - 0.085 * number, text, transform=panel.transAxes, va="top", color=colour,
                fontsize=style.SMALL + 0.5,
            )  # fmt: skip


def ceiling(path: str, split: str) -> dict[str, float]:
    """The noise ceilings on the test pairs of a split; NaN where raters are not known."""
    table = pd.read_csv(path, sep="\t").set_index("scope")
    return table.loc[f"test pairs by {split}", list(CEILINGS)].to_dict()


def read(about: dict, curves: str, folds: str, ceilings: str) -> pd.DataFrame:
    """The curves of a comparison, with what its folds retain on average."""
    folds = pd.read_csv(folds, sep="\t")
    ratio = 1 / (folds["fold"].nunique() - 1) if about["split"] == "images" else None
    with store.opened(curves, "pruning") as file:
        kept = file["prefixes"][:]  # of every fold; around its best one, each has more
        sides = (file[side][:][:, kept - 1] for side in ("train", "test"))
        table, images = curve_table(kept, *sides, ratio), len(file["image_ids"])
    retained = folds[["n_retained", "retained"]].mean().to_dict()
    return table.assign(**about, **retained, **ceiling(ceilings, about["split"]), images=images, folds=len(folds))


def main(arguments: argparse.Namespace) -> None:
    from ais.figures import style

    each = zip(compared(arguments, arguments.curves), arguments.tables, arguments.ceilings, strict=True)
    table = pd.concat([read(about, curves, *paths) for (about, curves), *paths in each], ignore_index=True)
    names = ["stimuli", "backbone", "analysis", "split", "images", "folds", "n_retained", "retained", *CEILINGS]
    table = table[[*names, "pairs", "maps_kept", "mean", "low", "high"]]
    style.save(draw(table), arguments.output, table)


if __name__ == "__main__":
    run(parser(), main)
