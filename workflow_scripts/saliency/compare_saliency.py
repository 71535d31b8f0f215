"""Compare heatmaps of every kind with saliency, image by image, and test it by permuting whose saliency is whose.

Each image's statistics are exact, at the size of its saliency: its own, or a working size. Other images' saliency (a
control, and the permutations) and the curves are compared on a grid of 64 × 64 cells laid over each image's frame,
since images differ in size.
"""

import argparse
import logging
from collections.abc import Iterator
from itertools import product

import h5py
import numpy as np
import pandas as pd

from ais.artifacts import store
from ais.errors import some
from ais.inference import pairing
from ais.inference.bootstrap import bootstrap
from ais.inference.intervals import Interval
from ais.saliency import pairings
from ais.saliency.kinds import CENTRE, Heatmaps
from ais.saliency.on_grid import OnGrid
from ais.saliency.statistics import THRESHOLDED, Gaze, Statistic
from ais.stimuli import manifests
from ais.workflow.command_line import run
from ais.workflow.ticker import Ticker

log = logging.getLogger(__name__)

CURVE_PERCENTS = [1, 2, 3, 5, 7, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90]  # of heatmap and saliency both
REFERENCES = ("activation", CENTRE)  # every kind is compared with these in pairs of the same image
ON_GRID = (pairings.SIDE, pairings.SIDE)
KEYS = ["kind", *Statistic._fields[1:]]
TESTED = [
    *("kind", "statistic", *Statistic._fields[1:], "images", "value", "chance", "on_grid", "shuffled", "p_shuffled"),
    *(f"minus_{reference}{end}" for reference in REFERENCES for end in ("", "_low", "_high")),
]


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--heatmaps", required=True, help="HDF5 of compute_heatmaps.py")
    parser.add_argument("--kinds", nargs="+", help="which of its heatmaps, as importance/images; all unless given")
    parser.add_argument("--saliency", required=True, help="HDF5 of prepare_saliency.py")
    parser.add_argument("--manifest", required=True, help="the stimulus set's table of images")
    parser.add_argument(
        "--saliency-percents",
        type=float,
        nargs="+",
        default=[5, 10, 15],
        help="top shares of the pixels, in percent, for both maps in all combinations",
    )
    parser.add_argument("--output", required=True, help="TSV: a row an image, kind and pair of thresholds")
    parser.add_argument("--output-scores", required=True, help="TSV: a row an image, kind and score without them")
    parser.add_argument("--output-curves", required=True, help="TSV: a row a kind and pair of many more thresholds")
    parser.add_argument("--output-tests", required=True, help="TSV: a row a kind and statistic, over images")
    return parser


def main(arguments: argparse.Namespace) -> None:
    manifest = manifests.read_manifest(arguments.manifest)
    ids = manifest["image"].tolist()
    percents = sorted(arguments.saliency_percents)
    with store.opened(arguments.heatmaps, "heatmaps", ids) as file:
        heatmaps = Heatmaps.read(file, arguments.kinds)
    with store.opened(arguments.saliency, "saliency", ids) as file:
        images = manifest[file["present"][:]]
        images = images.assign(size=[file[f"maps/{position:04d}"].shape for position in images["position"]])
        on_grid = laid_on_grid(file, heatmaps, images)
        values = exact(file, heatmaps, images, percents)
    tell_what_is_left_out(manifest, images, heatmaps)

    shuffled, tests = {}, []
    for kind, tables in on_grid.tables(percents):
        shuffled[kind] = {each: pairing.others(table, average(each)) for each, table in tables.items()}
        tests += [row_of(kind, each, values, table) for each, table in tables.items() if each in values[kind]]
    pairs, scores = image_rows(images, values, shuffled, percents)
    store.write_table(arguments.output, pairs)
    store.write_table(arguments.output_scores, scores)
    store.write_table(arguments.output_curves, curve_rows(on_grid, sorted({*CURVE_PERCENTS, *percents})))
    store.write_table(arguments.output_tests, pd.DataFrame(tests, columns=TESTED))


def laid_on_grid(file: h5py.File, heatmaps: Heatmaps, images: pd.DataFrame) -> OnGrid:
    """Every image's heatmaps, saliency and fixations on the grid on which images of any size can be compared."""
    frames = list(images[["position", "height", "width"]].itertuples(index=False))
    saliency, counts = [], []
    for position, size in images[["position", "size"]].itertuples(index=False):
        saliency.append(pairings.on_grid(file[f"maps/{position:04d}"][:]))
        if "fixations" in file:
            counts.append(pairings.counts_on_grid(*file[f"fixations/{position:04d}"][:].T, size))

    def laid(kind, position, frame):
        defined = heatmaps.defined(kind, position)
        return heatmaps.over(kind, position, ON_GRID, frame) if defined else np.full(ON_GRID, np.nan)

    of_kinds = {kind: rows([laid(kind, position, frame) for position, *frame in frames]) for kind in heatmaps.kinds}
    seen = rows([heatmaps.seen(position, ON_GRID, frame) for position, *frame in frames]).astype(bool)
    return OnGrid(of_kinds, rows(saliency), seen, rows(counts) if "fixations" in file else None)


def rows(maps: list[np.ndarray]) -> np.ndarray:
    """Maps on the grid as rows (images, cells)."""
    return np.array(maps).reshape(-1, pairings.SIDE**2)


def fixated_elsewhere(file: h5py.File, images: pd.DataFrame) -> Iterator[np.ndarray | None]:
    """For each image, where others were fixated, brought to its size: (fixations, 2), row and column."""
    if "fixations" not in file:
        yield from [None] * len(images)
        return
    sizes = np.array(images["size"].tolist())
    fixated = [file[f"fixations/{position:04d}"][:] for position in images["position"]]
    # The middles of the pixels, so that they come back to the same pixel where sizes are equal.
    places = np.concatenate([(one + 0.5) / size for one, size in zip(fixated, sizes, strict=True)])
    whose = np.repeat(np.arange(len(fixated)), [len(one) for one in fixated])
    for number, size in enumerate(sizes):
        yield (places[whose != number] * size).astype(int)


def gaze_of(file: h5py.File, image, elsewhere: np.ndarray | None, seen: np.ndarray, percents: list[float]) -> Gaze:
    """Where people look in the part of an image that the network saw."""
    saliency = file[f"maps/{image.position:04d}"][:][seen]
    if elsewhere is None:
        return Gaze(saliency, percents)
    number = np.cumsum(seen).reshape(seen.shape) - 1  # of each pixel among those that were seen

    def within(fixated):
        place = tuple(fixated.T)
        return number[place][seen[place]]

    return Gaze(saliency, percents, within(file[f"fixations/{image.position:04d}"][:]), within(elsewhere))


def exact(
    file: h5py.File, heatmaps: Heatmaps, images: pd.DataFrame, percents: list[float]
) -> dict[str, dict[Statistic, np.ndarray]]:
    """Each kind's statistics of each image at the size of its saliency: (images,) of each, NaN where undefined."""
    values = {kind: {} for kind in heatmaps.kinds}
    others = fixated_elsewhere(file, images)
    both = Ticker("images", len(images)).each(zip(images.itertuples(), others, strict=True))
    for row, (image, elsewhere) in enumerate(both):
        frame = image.height, image.width
        seen = heatmaps.seen(image.position, image.size, frame)
        gaze = gaze_of(file, image, elsewhere, seen, percents)
        for kind, of_kind in values.items():
            if heatmaps.defined(kind, image.position):
                heatmap = heatmaps.over(kind, image.position, image.size, frame)[seen]
                for statistic, value in gaze.beside(heatmap).items():
                    of_kind.setdefault(statistic, np.full(len(images), np.nan))[row] = value
    return values


def tell_what_is_left_out(manifest: pd.DataFrame, images: pd.DataFrame, heatmaps: Heatmaps) -> None:
    without = sorted(set(manifest["image"]) - set(images["image"]))
    if without:
        log.warning("left out, as they have no saliency: %d images: %s", len(without), some(without, len(without)))
    for kind in heatmaps.kinds:
        without = [image.image for image in images.itertuples() if not heatmaps.defined(kind, image.position)]
        if without:
            log.warning(
                "left out of %s, as they have no defined heatmap: %d images: %s", kind, len(without),
                some(without, len(without)),
            )  # fmt: skip
    log.info("compared %d of %d images, %d kinds", len(images), len(manifest), len(heatmaps.kinds))


def average(statistic: Statistic) -> str:
    """How a statistic is summed up: relative risk, which may be infinite, by its median."""
    return "median" if statistic.name == "relative_risk" else "mean"


def image_rows(
    images: pd.DataFrame, values: dict, shuffled: dict, percents: list[float]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A row an image, kind and pair of thresholds; and one an image, kind and score that needs no such pair."""
    pairs, scores = [], []
    for (row, image), (kind, of_kind) in product(enumerate(images["image"]), values.items()):
        if any(np.isfinite(each[row]) for each in of_kind.values()):
            for s, h in product(percents, percents):
                at = [Statistic(name, s, h) for name in THRESHOLDED]
                pair = {"image": image, "kind": kind, "saliency_percent": s, "heatmap_percent": h}
                pair |= {each.name: of_kind[each][row] for each in at}
                pairs.append(pair | {f"{each.name}_shuffled": shuffled[kind][each][row] for each in at})
            for each in of_kind:
                if each.name not in THRESHOLDED:
                    score = {"image": image, "kind": kind, "statistic": each.name}
                    score |= {"saliency_percent": each.saliency_percent, "value": of_kind[each][row]}
                    scores.append(score | {"shuffled": shuffled[kind][each][row]})
    names = ["image", *KEYS, *THRESHOLDED, *(f"{name}_shuffled" for name in THRESHOLDED)]
    of_scores = ["image", "kind", "statistic", "saliency_percent", "value", "shuffled"]
    return pd.DataFrame(pairs, columns=names), pd.DataFrame(scores, columns=of_scores)


def curve_rows(on_grid: OnGrid, percents: list[float]) -> pd.DataFrame:
    """Mean precision and recall of each kind at each pair of thresholds, with own and with other images' saliency."""
    found = []
    for kind, (both, number) in on_grid.curves(percents).items():
        for (i, s), (j, h) in product(enumerate(percents), repeat=2):
            own, others = 100 * both[i, j]
            row = {"kind": kind, "saliency_percent": s, "heatmap_percent": h, "images": number}
            row |= {"precision": own / h, "recall": own / s}
            found.append(row | {"precision_shuffled": others / h, "recall_shuffled": others / s})
    return pd.DataFrame(found)


def row_of(kind: str, statistic: Statistic, values: dict, table: np.ndarray) -> dict:
    """Over images: a statistic, the same with whose saliency is whose permuted, and in pairs against references.

    ``table`` (images, images) of each one's heatmap with each one's saliency, on the grid.
    """
    value = values[kind][statistic]
    defined = ~np.isnan(value) & ~np.isnan(np.diagonal(table))
    on_grid, p = pairing.compare_pairing(table[np.ix_(defined, defined)], average(statistic))
    others = pairing.others(table, average(statistic))[defined]
    row = {"kind": kind, "statistic": statistic.name, "saliency_percent": statistic.saliency_percent}
    row |= {"heatmap_percent": statistic.heatmap_percent, "images": int(defined.sum())}
    row |= {"value": summed_up(value[defined], statistic), "chance": statistic.chance, "on_grid": on_grid}
    row |= {"shuffled": summed_up(others, statistic), "p_shuffled": p}
    for reference in REFERENCES:
        row |= difference(value, values.get(reference, {}).get(statistic), statistic, reference, kind)
    return row


def summed_up(values: np.ndarray, statistic: Statistic) -> float:
    """Over images, those left out in which it is undefined."""
    values = values[~np.isnan(values)]
    if not values.size:
        return np.nan
    return float(np.median(values) if average(statistic) == "median" else values.mean())


def difference(value, reference_value, statistic: Statistic, reference: str, kind: str) -> dict[str, float]:
    """How much more than a reference in the same images, with a 95 % interval over images.

    None for relative risk, whose differences are not defined where both are infinite; precision tells the same.
    """
    interval = Interval(np.nan, np.nan, np.nan)
    if reference_value is not None and kind != reference and statistic.name != "relative_risk":
        interval = bootstrap(value - reference_value)
    name = f"minus_{reference}"
    return {name: interval.mean, f"{name}_low": interval.low, f"{name}_high": interval.high}


if __name__ == "__main__":
    run(parser(), main)
