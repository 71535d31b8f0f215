"""Measure what each image's heatmaps are worth: faithfulness on held-out partners, specificity and reliability.

Faithfulness: half of an image's partners make a heatmap, the other half judge it by deletion and insertion; scores of
the set that make one leave the image's own pairs out. Specificity: r with the plain mean activation, and with the
heatmap of the same kind where people's image labels are permuted. Reliability: r between the heatmaps by two halves of
the partners, and by two halves of the raters.

Two images that are alike have alike partners, so that halves of these are no strangers to each other: deletion and
insertion are also measured in worlds where people's image labels are permuted and nothing is to be found (…_null).
"""

import argparse
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain, repeat

import numpy as np
import pandas as pd

from ais.artifacts import store
from ais.engine import command_options, loading
from ais.errors import InputError
from ais.heatmaps import faithfulness, in_pixels, kinds, partners, pixels, scoring
from ais.heatmaps.agreement import correlation, mean_defined
from ais.heatmaps.worlds import Made, Worlds
from ais.inference import ceiling, nulls
from ais.stimuli import manifests, ratings
from ais.stimuli.folds import pairs_of
from ais.workflow.command_line import options_text, run
from ais.workflow.ticker import Ticker

log = logging.getLogger(__name__)

RATER_HALVES = 8  # most halvings of the raters
PERMUTATIONS = 8  # of people's labels, the first as in compute_heatmaps.py


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    command_options.add_masked(parser)
    parser.add_argument("--heatmaps", required=True, help="HDF5 of compute_heatmaps.py")
    command_options.add_measure(parser)
    parser.add_argument("--mask", choices=["all", "self"], default="all", help="as importance was scored")
    parser.add_argument(
        "--pixels", choices=["none", *pixels.WAYS], default="none",
        help="also blur the hottest pixels, or fill them with the picture's mean, and run the network again",
    )  # fmt: skip
    parser.add_argument("--images", help="folder of the images, for --pixels")
    parser.add_argument("--manifest", help="the stimulus set's table of images, for --pixels")
    parser.add_argument("--halves", type=int, default=8, help="halvings of each image's partners")
    parser.add_argument("--null-worlds", type=int, default=2, help="with labels permuted, where all is measured again")
    parser.add_argument("--seed", type=int, default=1, help="of the halves and the permuted labels")
    command_options.add_means(parser, "maps or images", device_for="networks and ranking")
    parser.add_argument("--output", required=True, help="TSV: a row an image and kind")
    return parser


def main(arguments: argparse.Namespace) -> None:
    if arguments.pixels != "none" and not (arguments.images and arguments.manifest):
        raise InputError(
            f"--pixels {arguments.pixels}: found no pictures; expected some. Give --images and --manifest."
        )
    options = options_text(arguments, "similarity", "alignment", "mask")
    with store.opened(arguments.heatmaps, "heatmaps") as file:
        ids = store.read_ids(file)
        store.check_options(arguments.heatmaps, file.attrs, options)
        sources = {"features": arguments.features, "judgments": arguments.judgments}
        store.check_made_from(arguments.heatmaps, file.attrs, sources)
        drawn = {kind: file[kind][:] for kind in kinds.ALL}
    arguments.alignment = partners.alignment_with(arguments.alignment)
    human = loading.read_human(arguments.judgments, ids, *pairs_of(len(ids)))
    *permuted, control = (
        nulls.permuted_labels(human, nulls.permutation(len(ids), arguments.seed, number))
        for number in range(PERMUTATIONS + arguments.null_worlds + 1)
    )
    permuted, without = permuted[:PERMUTATIONS], permuted[PERMUTATIONS:]
    raters = rater_halves(arguments.judgments, ids)
    worlds = Worlds(human, permuted, raters, len(ids), arguments.halves, arguments.seed)
    permuted_worlds = [Worlds(world, [control], [], len(ids), arguments.halves, arguments.seed) for world in without]
    with store.opened(arguments.features, "features", ids) as features:
        found, *in_permuted = in_all(arguments, features, [worlds, *permuted_worlds], drawn)
        rows = [[{"image": name, "kind": kind} for kind in kinds.ALL] for name in ids]
        for own, (by_kind, _) in zip(rows, found, strict=True):
            for row, values in zip(own, by_kind, strict=True):
                row |= values
        for nothing in in_permuted:
            for own, (by_kind, _) in zip(rows, nothing, strict=True):
                add_null(own, by_kind, len(without))
        if arguments.pixels != "none":
            add_pixels(arguments, worlds, features, [by_half for _, by_half in found], rows)
    store.write_table(arguments.output, pd.DataFrame(chain(*rows)))
    log.info("%d kinds of heatmaps of %d images, %d halves", len(kinds.ALL), len(ids), arguments.halves)


def in_all(arguments, features, all_worlds: Sequence[Worlds], drawn: dict) -> list[list[tuple[list[dict], np.ndarray]]]:
    """:func:`measured` in one after the other; the network is loaded and made ready once, and is gone afterwards."""
    seeing = loading.by_cells(features, arguments.weights, arguments.device)
    pairs = pairs_of(len(features["grid"]))
    masking = loading.maskable(features, arguments.similarity, *pairs, arguments.weights, arguments.device)
    return [measured(arguments, features, seeing, masking, worlds, drawn) for worlds in all_worlds]


def measured(arguments, features, seeing, masking, worlds: Worlds, drawn: dict) -> list[tuple[list[dict], np.ndarray]]:
    """What :func:`measure` gives of each image in turn; ``drawn`` (images, h, w) are the heatmaps by all judgments.

    ``seeing`` is what :func:`ais.engine.loading.by_cells` gives, ``masking`` answers for all pairs.
    """
    readout, embedding = seeing
    grid = features["grid"][:]

    def of_image(image: int, maps: np.ndarray, of_sets: np.ndarray, of_rows: np.ndarray):
        h, w = grid[image]
        seen = Seen(readout, np.ascontiguousarray(maps[:, :h, :w]), image, embedding)
        own = {kind: array[image, :h, :w].ravel() for kind, array in drawn.items()}
        return measure(arguments, worlds, seen, own, of_sets, of_rows)

    found, ticker = [], Ticker("images", len(grid))
    with ThreadPoolExecutor(arguments.threads) as pool:
        for images, of_sets, of_rows in scored(arguments, features, masking, worlds):
            maps = features["maps"][images[0] : images[-1] + 1]
            found += pool.map(of_image, images, maps, repeat(of_sets), of_rows)
            ticker.tick(len(images))
    return found


def add_null(rows: list[dict], nothing: list[dict], worlds: int) -> None:
    """Add to an image's rows, a kind each, what was measured where nothing is to be found: the mean of ``worlds``."""
    for row, values in zip(rows, nothing, strict=True):
        for name in (name for name in values if name.startswith(faithfulness.WAYS)):
            row[f"{name}_null"] = row.get(f"{name}_null", 0.0) + values[name] / worlds


@dataclass(frozen=True)
class Seen:
    """An image as the readout sees it: its number, its maps (maps, h, w), and all images' embeddings (images, m)."""

    readout: object
    maps: np.ndarray
    image: int
    embedding: np.ndarray

    def others(self, values: np.ndarray) -> np.ndarray:
        """What ``values`` (…, images) say of the other images."""
        return np.delete(values, self.image, axis=-1)


def measure(arguments, worlds: Worlds, seen: Seen, own: dict, of_sets, of_rows) -> tuple[list[dict], np.ndarray]:
    """All that is measured of an image's heatmaps, a kind after the other, and these by halves (kinds, halves, cells).

    ``own`` (cells,) are those by all judgments.
    """
    how = arguments.similarity, arguments.alignment
    others = seen.others(seen.embedding.T).T

    def by_cells(judgments: np.ndarray) -> dict[str, np.ndarray]:
        return kinds.by_cells(seen.readout, seen.maps, others, seen.others(judgments), *how)

    made = worlds.heatmaps(seen.image, seen.maps, of_sets, of_rows, by_cells)
    by_half = np.stack([made[kind].by_half for kind in kinds.ALL])
    judging = seen.others(worlds.judging(seen.image))
    drop = faithfulness.measure(partial(seen.readout.kept, seen.maps), by_half, others, judging, *how)
    measured = [
        compared(kind, own, made[kind]) | faithful(drop, faithfulness.PERCENTS)
        for kind, drop in zip(kinds.ALL, mean_defined(drop, axis=1), strict=True)
    ]
    return measured, by_half


def scored(arguments: argparse.Namespace, features, masking, worlds: Worlds):
    """Importance by other judgments: images at work at once, the set's scores, and theirs (images, rows, maps)."""
    ids, memory = worlds.images, arguments.memory_mb * 1_000_000

    def score(judgments, mask):
        return scoring.scores(
            masking, judgments, ids, arguments.alignment, mask, arguments.threads, memory, arguments.device
        )

    number = len(worlds.rows(0)) + len(worlds.permuted_rows(0))
    at_once = max(1, memory // (8 * number * masking.maps + features["maps"][0].nbytes))
    of_sets = None
    for first in range(0, ids, at_once):
        images = range(first, min(first + at_once, ids))
        rows = worlds.of_rows(images, arguments.mask)
        if of_sets is None and arguments.mask == "all":  # the first time both together
            both = score(chain(worlds.of_sets(), rows), "all")
            of_sets, of_rows = np.split(both, [len(both) - number * len(images)])
        else:
            of_sets = score(worlds.of_sets(), "all") if of_sets is None else of_sets
            of_rows = score(rows, arguments.mask)
        yield images, of_sets, of_rows.reshape(len(images), number, -1)


def compared(kind: str, own: dict[str, np.ndarray], made: Made) -> dict:
    """Of an image's heatmap (cells,) by all judgments: r with activation; and means of r with the same by permuted
    labels, and between those by halves of the partners, and of the raters."""
    r_activation = np.nan if kind == "activation" else float(correlation(own[kind], own["activation"]))
    return {
        "undefined": int(np.isnan(own[kind]).all()),
        "r_activation": r_activation,
        "specificity": 1 - r_activation,
        "r_permuted": np.nan if made.permuted is None else mean_defined(correlation(own[kind], made.permuted)),
        "r_partners": np.nan if made.by_rest is None else mean_defined(correlation(made.by_half, made.by_rest)),
        "r_raters": np.nan if made.by_raters is None else mean_defined(correlation(*made.by_raters.swapaxes(0, 1))),
    }


def faithful(drop: np.ndarray, percents: Sequence[int], of: str = "") -> dict:
    """Deletion and insertion (percents, 2) by name: ``deletion_20``."""
    return {
        f"{way}{of}_{percent}": drop[row, column]
        for column, way in enumerate(faithfulness.WAYS)
        for row, percent in enumerate(percents)
    }


def add_pixels(arguments, worlds: Worlds, features, by_half: list[np.ndarray], rows: list[list[dict]]) -> None:
    """Add to each image's rows deletion and insertion in the pictures themselves."""
    manifest = manifests.read_manifest(arguments.manifest)
    if manifest["image"].tolist() != [own[0]["image"] for own in rows]:
        raise InputError(
            f"{arguments.manifest}: its images are not those of {arguments.features}, or not in their order."
        )
    pictures = in_pixels.Pictures(
        features, manifest, arguments.images, arguments.weights, arguments.device, arguments.threads
    )
    how = arguments.similarity, arguments.alignment
    measured = in_pixels.measure(pictures, arguments.pixels, by_half, worlds.judging, *how)
    for own, drop in zip(rows, Ticker("in pixels, images", len(rows)).each(measured), strict=True):
        for row, values in zip(own, mean_defined(drop, axis=1), strict=True):
            row |= faithful(values, in_pixels.PERCENTS, "_pixels")


def rater_halves(path: str, ids: list[str], splits: int = RATER_HALVES) -> list[tuple[np.ndarray, np.ndarray]]:
    """Mean judgments (pairs,) by both halves of the raters, NaN where not both judged; none with a single rater."""
    with store.opened(path, "judgments", ids) as file:
        if "triplets" in file:  # whose raters seldom meet in a pair
            return []
        rated = ratings.read(file)
    found = []
    for half in ceiling.halves(rated.raters, splits) if rated.raters > 1 else ():
        common, *means = ceiling.half_means(rated, half)
        both = np.full((2, rated.pairs), np.nan)
        both[:, common] = means
        found.append(tuple(both))
    return found


if __name__ == "__main__":
    run(parser(), main)
