"""Draw pairs of images and what makes them alike to the network: of every cell its exact share in the similarity.

The pairs on which people and network differ most, with all maps and with those that the set keeps, and pairs that the
study names.
"""

import argparse
import difflib
import json
import logging
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from PIL import Image

from ais.artifacts import store
from ais.engine import alignment, loading, pruning
from ais.errors import InputError, some
from ais.heatmaps import overlays, pairs, sheets, upsampling
from ais.stimuli import decoding, manifests
from ais.stimuli.folds import pairs_of
from ais.workflow.command_line import run

log = logging.getLogger(__name__)

SIDE, BLOCKS = 80, 2  # of a cell, pixels; pairs beside each other
EACH_WAY = 3  # pairs more alike to the network than to people, and as many less
TITLES = ["one", "all maps", "kept maps", "the other", "all maps", "kept maps"]


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", required=True, help="HDF5 of extract_features.py, with a pooled readout")
    parser.add_argument("--judgments", required=True, help="HDF5 of read_judgments.py")
    parser.add_argument("--importance", required=True, help="HDF5 of score_maps.py")
    parser.add_argument("--manifest", required=True, help="the stimulus set's table of images")
    parser.add_argument("--images", required=True, help="folder of the images")
    parser.add_argument("--similarity", choices=pairs.EXACT, default="cosine", help="of embeddings")
    parser.add_argument("--alignment", choices=alignment.MEASURES, default="spearman", help="to people")
    parser.add_argument("--pairs", type=json.loads, default=[], help="JSON: pairs of images to draw as well")
    parser.add_argument("--colours", choices=overlays.COLOURS, default=overlays.COLOURS[0], help="of what is ≥ 0")
    parser.add_argument("--sheet", required=True, help="JPEG")
    parser.add_argument("--table", required=True, help="TSV: a row a pair that is drawn")
    return parser


@dataclass(frozen=True)
class Pair:
    """Two images by their numbers, and why they are drawn."""

    left: int
    right: int
    why: str


def main(arguments: argparse.Namespace) -> None:
    manifest = manifests.read_manifest(arguments.manifest)
    ids = manifest["image"].tolist()
    left, right = pairs_of(len(ids))
    human = loading.read_human(arguments.judgments, ids, left, right)
    with store.opened(arguments.importance, "importance", ids) as file:
        score = file["set/score"][:]
        sources = {"features": arguments.features, "judgments": arguments.judgments}
        store.check_made_from(arguments.importance, file.attrs, sources)
    with store.opened(arguments.features, "features", ids) as features:
        masking = loading.maskable(features, arguments.similarity, left, right)
        kept = np.zeros(masking.maps, dtype=bool)
        kept[pruning.kept_maps(masking, human, score, arguments.alignment)] = True
        networks = {"all": masking.full(), "kept": masking.keeping(kept).full()}
        chosen = differing(networks, human, left, right) + named(arguments.pairs, ids)
        of_image, grid, window = features["maps"], features["grid"][:], features["window"][:]
        wanted = sorted({image for pair in chosen for image in (pair.left, pair.right)})
        maps = {image: of_image[image][:, : grid[image, 0], : grid[image, 1]] for image in wanted}

    def shares(image: int, other: int) -> list[np.ndarray]:
        return [pairs.shares(maps[image], maps[other], arguments.similarity, some) for some in (None, kept)]

    found = [[*shares(pair.left, pair.right), *shares(pair.right, pair.left)] for pair in chosen]
    values = np.concatenate([share.ravel() for cells in found for share in cells]) if found else np.empty(0)
    scale = overlays.Scale.of(values, arguments.similarity == "correlation", arguments.colours)
    table = told(chosen, networks, human, ids)

    @cache
    def scaled(image: int) -> tuple[Image.Image, np.ndarray]:
        """A picture, small, and what the network saw of it; in how many pairs it may be, it is read once."""
        picture = decoding.read_listed(arguments.images, manifest.iloc[image])
        small = sheets.thumbnail(picture, SIDE)
        return small, window[image] * np.array([small.width / picture.width, small.height / picture.height] * 2)

    def drawn(image: int, cells: list[np.ndarray]) -> list[Image.Image]:
        small, inside = scaled(image)
        large = [upsampling.at_image_size(share, grid[image], inside, small.size[::-1]) for share in cells]
        return [small, *(Image.fromarray(overlays.overlay(np.asarray(small), each, scale)) for each in large)]

    rows = []
    for pair, cells, about in zip(chosen, found, table.itertuples(), strict=True):
        pictures = drawn(pair.left, cells[:2]) + drawn(pair.right, cells[2:])
        notes = [about.image_a, f"similarity {about.network:.2f}", f"similarity {about.network_kept:.2f}"]
        notes += [about.image_b, f"rank {about.network_rank:.2f}", f"rank {about.network_kept_rank:.2f}"]
        notes[0] += f"\npeople rank {about.human_rank:.2f}"
        notes[3] += f"\n{about.why}"
        rows.append(list(zip(pictures, notes, strict=True)))
    scales = [None, scale, scale, None, scale, scale]
    overlays.save(sheets.page(TITLES, scales, rows, SIDE, BLOCKS), arguments.sheet, "JPEG")
    store.write_table(arguments.table, table)
    log.info("%d pairs, %d of %d maps kept", len(chosen), kept.sum(), kept.size)


def differing(networks: dict[str, np.ndarray], human: np.ndarray, left, right) -> list[Pair]:
    """The pairs most and least alike to the network, beside people, with all maps and with those kept."""
    found = []
    for maps, values in networks.items():
        for way, most in zip(("more", "less"), pairs.most_different(values, human, EACH_WAY), strict=True):
            found += [Pair(int(left[pair]), int(right[pair]), f"{way} alike, {maps}") for pair in most]
    return found


def named(named: list[list[str]], ids: list[str]) -> list[Pair]:
    """The pairs that the study names."""
    place = {name: number for number, name in enumerate(ids)}
    for one, other in named:
        for name in (one, other):
            if name not in place:
                close = difflib.get_close_matches(name, ids, n=3) or ids[:3]
                raise InputError(f"pairs: found {name!r}, no image of the set; expected ids, such as {some(close)}.")
        if one == other:
            raise InputError(f"pairs: found {one!r} beside itself; expected two images.")
    return [Pair(place[one], place[other], "named") for one, other in named]


def told(chosen: list[Pair], networks: dict[str, np.ndarray], human: np.ndarray, ids: list[str]) -> pd.DataFrame:
    """A row a pair: people's and the network's similarity, and the share of the judged pairs that are less alike."""
    square = {}
    for name, values in (("human", human), ("network", networks["all"]), ("network_kept", networks["kept"])):
        ranks = np.full(values.size, np.nan)
        both = ~np.isnan(values) & ~np.isnan(human)
        ranks[both] = (alignment.midranks(values[both], tied=0.0) - 0.5) / both.sum()
        square |= {name: values, f"{name}_rank": ranks}
    place = {pair: number for number, pair in enumerate(zip(*pairs_of(len(ids)), strict=True))}
    rows = []
    for pair in chosen:
        number = place[min(pair.left, pair.right), max(pair.left, pair.right)]
        about = {"image_a": ids[pair.left], "image_b": ids[pair.right], "why": pair.why}
        rows.append(about | {name: values[number] for name, values in square.items()})
    return pd.DataFrame(rows, columns=["image_a", "image_b", "why", *square])


if __name__ == "__main__":
    run(parser(), main)
