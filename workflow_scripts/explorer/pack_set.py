"""Pack what the explorer shows of a stimulus set: heatmaps as numbers, nearest images, maps and small photographs."""

import argparse
import logging

import numpy as np
import pandas as pd

from ais.artifacts import store
from ais.engine import loading
from ais.explorer import activity, curves, neighbours, packing, photographs, saliency
from ais.heatmaps import overlays, partners, shown
from ais.stimuli import decoding, manifests
from ais.stimuli.folds import pairs_of
from ais.workflow.command_line import add_comparisons, compared, run

log = logging.getLogger(__name__)

NEAREST = 6  # images beside each image
STRONGEST = 6  # images of each map
POINTS = 60  # of a pruning curve
LAID_OUT = 64  # most important maps, of which it is shown where they are active, and how each fold ranks them
LEADING = 10  # maps of each image's heatmap
OF_MAPS = ("q", "low", "high", "q_new_images", "selection_frequency", "shapley")


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stimuli", required=True, help="the set's name")
    parser.add_argument("--manifest", required=True, help="the stimulus set's table of images")
    parser.add_argument("--images", help="folder of the images; without it, photographs are left out")
    parser.add_argument("--judgments", required=True, help="HDF5 of read_judgments.py")
    parser.add_argument("--heatmap-scores", choices=["images", "set"], default="images", help="whose importance")
    add_comparisons(parser, "BACKBONE/MEASURE")
    for name, script in {
        "features": "HDF5 of extract_features.py",
        "weights": "frozen weights",
        "importance": "HDF5 of score_maps.py",
        "heatmaps": "HDF5 of compute_heatmaps.py",
        "heatmap-tables": "TSV of measure_faithfulness.py",
    }.items():
        parser.add_argument(f"--{name}", nargs="+", required=True, help=f"{script}, one a comparison")
    parser.add_argument("--map-tables", nargs="*", default=[], help="TSV of examine_maps.py, one of each of --maps-of")
    parser.add_argument("--maps-of", nargs="*", default=[], metavar="BACKBONE/MEASURE", help="what each is about")
    parser.add_argument("--pruning", nargs="*", default=[], help="HDF5 of prune_maps.py, one of each of --pruning-of")
    parser.add_argument("--pruning-tables", nargs="*", default=[], help="TSV of prune_maps.py, likewise")
    parser.add_argument("--pruning-of", nargs="*", default=[], metavar="BACKBONE/MEASURE/ANALYSIS")
    parser.add_argument("--saliency", nargs="*", default=[], help="HDF5 of prepare_saliency.py, one a source")
    parser.add_argument("--saliency-of", nargs="*", default=[], metavar="SOURCE", help="what each is made from")
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto", help="for networks")
    parser.add_argument("--output", required=True, help="a script that gives all of it to the page")
    return parser


def main(arguments: argparse.Namespace) -> None:
    manifest = manifests.read_manifest(arguments.manifest)
    ids = manifest["image"].tolist()
    left, right = pairs_of(len(ids))
    human = loading.read_human(arguments.judgments, ids, left, right)
    maps_of = dict(zip(arguments.maps_of, arguments.map_tables, strict=True))
    packed = []
    files = zip(
        arguments.features,
        arguments.weights,
        arguments.importance,
        arguments.heatmaps,
        arguments.heatmap_tables,
        strict=True,
    )
    for (about, _), paths in zip(compared(arguments, arguments.features), files, strict=True):
        name = "/".join(about.values())
        pruned = [
            (of.rpartition("/")[2], *pair)
            for of, *pair in zip(arguments.pruning_of, arguments.pruning, arguments.pruning_tables, strict=True)
            if of.rpartition("/")[0] == name
        ]
        packed.append(about | of_comparison(arguments, about, ids, human, paths, maps_of.get(name), pruned))
    content = {
        "images": ids,
        "sizes": manifest[["width", "height"]].to_numpy().tolist(),
        "photographs": photographs_of(arguments, manifest) if arguments.images else None,
        "pairs_judged": int((~np.isnan(human)).sum()),
        "judgments_digest": store.recorded_digest(arguments.judgments),
        "nearest": near(nearest(human, len(ids))),
        "saliency": {
            source: saliency_of(path, ids)
            for source, path in zip(arguments.saliency_of, arguments.saliency, strict=True)
        },
        "comparisons": packed,
    }
    written = packing.script(arguments.stimuli, content)
    store.write_text(arguments.output, written)
    log.info("%d images, %d comparisons, %.1f MB", len(ids), len(packed), len(written) / 1e6)


def photographs_of(arguments, manifest: pd.DataFrame) -> list[str]:
    """A small photograph of each image."""
    read = (decoding.read_listed(arguments.images, row) for row in manifest.itertuples())
    return [photographs.data_uri(photographs.thumbnail(picture)) for picture in read]


def saliency_of(path: str, ids: list[str]) -> dict:
    """Each image's saliency in few cells."""
    with store.opened(path, "saliency", ids) as file:
        present = file["present"][:]
        maps = [saliency.small(file[f"maps/{image:04d}"][:]) if some else None for image, some in enumerate(present)]
    cells, grid = saliency.padded(maps)
    return {"shape": list(cells.shape[1:]), "grid": grid.tolist(), **packing.packed_heatmaps(cells)}


def nearest(similarities: np.ndarray, images: int) -> tuple[np.ndarray, np.ndarray]:
    """The images nearest to each by the similarities of all pairs (pairs,), and how similar they are."""
    return neighbours.nearest(partners.square(similarities, images), min(NEAREST, images - 1))


def near(found: tuple[np.ndarray, np.ndarray]) -> dict[str, str]:
    """:func:`nearest` images, packed."""
    return {"images": packing.text(found[0], "u2"), "values": packing.text(found[1], "f4")}


def of_comparison(
    arguments, about: dict, ids: list[str], human, paths, map_table: str | None, pruned: list[tuple]
) -> dict:
    """What a network and a measure give: heatmaps, their numbers, nearest images and maps."""
    similarity = about["measure"].partition("-")[0]
    features, weights, importance, heatmaps, heatmap_table = paths
    with store.opened(importance, "importance", ids) as file:
        score, baseline = file["set/score"][:], file["images/baseline"][:]
        judging = file["images/score"][:] if arguments.heatmap_scores == "images" else score
        of_set = float(np.ravel(file["set/baseline"][()])[0])
    found = {"alignment": number(of_set), "alignments": packing.text(baseline, "f4")}
    found |= heatmaps_of(heatmaps, ids, arguments.heatmap_scores)
    found["numbers"] = numbers_of(heatmap_table, ids, arguments.heatmap_scores)
    with store.opened(features, "features", ids) as file:
        masking = loading.maskable(file, similarity, *pairs_of(len(ids)), weights, arguments.device)
        by_network = nearest(masking.full(), len(ids))
        found["nearest"] = near(by_network)
        found["retained"], by_retained = retained(pruned, ids, masking, ranked(score))
        lists = [nearest(human, len(ids))[0], by_network[0], *by_retained]
        found["pairs"] = pairs_among(lists, file, similarity)
        found["leading"] = leading_maps(judging, file)
        found |= {name: str(file.attrs[name]) for name in ("architecture", "layer", "readout", "preprocessing")}
        found["digests"] = {"features": store.recorded_digest(features), "weights": str(file.attrs["weights_digest"])}
        found["maps"] = maps_of(score, map_table, file)
    return found


def ranked(score: np.ndarray) -> np.ndarray:
    """The most important maps by their importance (maps,), the first first."""
    return np.argsort(-np.nan_to_num(score, nan=-np.inf), kind="stable")[:LAID_OUT]


def retained(pruned: list[tuple], ids: list[str], masking, laid_out: np.ndarray) -> tuple[dict, list[np.ndarray]]:
    """What each analysis keeps: in which folds, to which alignment, and which images are nearest by it; these lists."""
    found, lists = {}, []
    for analysis, path, table in pruned:
        number_kept = pd.read_csv(table, sep="\t")["n_retained"].to_numpy()
        with store.opened(path, "pruning", ids) as file:
            order = file["order"][:]
            prefixes = file["prefixes"][:]
            curve = {side: curves.thinned(file[side][:], prefixes, POINTS) for side in ("train", "test")}
        times = neighbours.times_kept(order, number_kept)
        kept = 2 * times > len(order)  # in most folds
        found[analysis] = {
            "maps": int(kept.sum()),
            "folds": len(order),
            "n_retained": float(number_kept.mean()),
            "of_folds": number_kept.astype(int).tolist(),
            "times": packing.text(times, "u2"),
            "ranks": packing.text(neighbours.ranks(order)[:, laid_out].T, "u2"),
            "curve": {
                "kept": curve["test"][0].tolist(),
                **{side: [number(value) for value in mean] for side, (_, mean) in curve.items()},
            },
        }
        if kept.any():
            by_kept = nearest(masking.keeping(kept).full(), len(ids))
            found[analysis] |= near(by_kept)
            lists.append(by_kept[0])
    return found, lists


def pairs_among(lists: list[np.ndarray], features, similarity: str) -> dict | None:
    """Of each image beside each that is near to it, its cells' shares in the similarity; None where they have none."""
    images, others = activity.listed_pairs(*lists)
    cells = activity.pair_heatmaps(features, images, others, similarity)
    if cells is None:
        return None
    found = {"images": packing.text(images, "u2"), "others": packing.text(others, "u2")}
    return found | packing.packed_heatmaps(cells)


def leading_maps(score: np.ndarray, features) -> dict:
    """The maps that make most of each image's heatmap, how they were scored, and where they are active in it."""
    maps, share = neighbours.leading(score, features["pooled"][:], LEADING)
    images = np.repeat(np.arange(len(maps)), LEADING)
    some = np.where(maps == neighbours.NONE, 0, maps)
    of_image = np.take_along_axis(np.broadcast_to(score, (len(maps), score.shape[-1])), some, axis=1)
    return {
        "maps": packing.text(maps, "u2"),
        "shares": packing.text(share, "f4"),
        "scores": packing.text(of_image, "f4"),
        **packing.packed_heatmaps(activity.where_active(features, maps.ravel(), images)),
    }


def number(value: float) -> float | None:
    """A number, or None for one that is undefined, as JSON has it."""
    return float(value) if np.isfinite(value) else None


def heatmaps_of(path: str, ids: list[str], scores: str) -> dict:
    """Every kind of heatmap, as numbers, and the value of full colour over the set."""
    kinds, full = {}, {}
    with store.opened(path, "heatmaps", ids) as file:
        for kind, about in shown.KINDS.items():
            heatmaps = shown.numbers_of(kind, scores, file)
            kinds[kind] = packing.packed_heatmaps(heatmaps)
            full[kind] = overlays.Scale.of(heatmaps, about.both_ways).largest
        grid, window = file["grid"][:], file["window"][:]
    return {
        "shape": list(map(int, heatmaps.shape[1:])),
        "grid": grid.tolist(),
        "window": window.tolist(),
        "kinds": kinds,
        "full": full,
    }


def numbers_of(path: str, ids: list[str], scores: str) -> dict:
    """The per-image numbers (images, columns) of each kind that has some."""
    table = pd.read_csv(path, sep="\t", dtype={"image": str}, keep_default_na=False, na_values=[""])
    columns = [name for name in table if name not in ("image", "kind", "undefined", "specificity")]
    found = {}
    for kind in shown.KINDS:
        own = table[table["kind"] == (f"importance/{scores}" if kind == "importance" else kind)]
        if len(own):
            found[kind] = packing.text(own.set_index("image").loc[ids, columns].to_numpy(), "f4")
    return {"columns": columns, "kinds": found}


def maps_of(score: np.ndarray, table: str | None, features) -> dict:
    """Each map's importance, what is known of it, and its images; of the most important, where they are active."""
    found = {"importance": packing.text(score, "f4"), "number": int(score.size)}
    if table:
        of_maps = pd.read_csv(table, sep="\t")
        found |= {name: packing.text(of_maps[name].to_numpy(), "f4") for name in OF_MAPS if name in of_maps}
    images, activation = neighbours.strongest(features["pooled"][:], STRONGEST)
    laid_out = ranked(score)
    cells = activity.where_active(features, np.repeat(laid_out, STRONGEST), images[laid_out].ravel())
    found["strongest"] = packing.text(images, "u2")
    found["laid_out"] = {
        "maps": packing.text(laid_out, "u2"),
        "means": packing.text(activation[laid_out], "f4"),
        **packing.packed_heatmaps(cells),
    }
    return found


if __name__ == "__main__":
    run(parser(), main)
