"""Extract a backbone's feature maps of every image, with pooled maps, embeddings and softmax."""

import argparse
import logging
from contextlib import nullcontext
from threading import Lock

import numpy as np

from ais.artifacts import store
from ais.errors import InputError
from ais.workflow.command_line import options_text, run
from ais.workflow.ticker import Ticker

log = logging.getLogger(__name__)

BATCH_SIZE = 32  # images in one forward pass
LARGE = 20_000_000  # pixels; larger pictures, which take up to a gigabyte and more, are read one at a time
IMAGES_PER_CHUNK, MAPS_PER_CHUNK = 16, 64  # of the HDF5 file: one image and one slice of maps both read fast


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", required=True, help="folder of the images")
    parser.add_argument("--manifest", required=True, help="the stimulus set's table of images")
    parser.add_argument("--weights", required=True, help="safetensors of freeze_weights.py")
    parser.add_argument("--architecture", required=True, help="torchvision/NAME or timm/NAME")
    parser.add_argument("--classes", type=int, help="size of the head (default: that of the weights)")
    parser.add_argument(
        "--layer", default="auto", help="whose maps to take; auto: the last with spatial extent before the head"
    )
    parser.add_argument(
        "--readout",
        choices=["auto", "pooled", "fully_connected", "network"],
        default="auto",
        help="from maps to embedding; auto: fully_connected for VGG and AlexNet, else pooled; network: its own rest",
    )
    parser.add_argument(
        "--preprocessing",
        default="weights",
        help="weights (what belongs to them), paper (shorter side 224, no crop), or JSON with a base and changes",
    )
    parser.add_argument("--threads", type=int, default=1, help="batches of images at work at once")
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto", help="where to compute")
    parser.add_argument("--output", required=True, help="HDF5: maps, grid, window, pooled, embedding, softmax, entropy")
    return parser


def main(arguments: argparse.Namespace) -> None:
    from ais import devices
    from ais.backbones import extraction, layers, networks, preprocessing, readouts, weights
    from ais.stimuli import decoding, manifests

    facts = weights.read_facts(arguments.weights)
    for key in ("architecture", "classes"):
        asked = getattr(arguments, key)
        if asked not in (None, facts[key]):
            raise InputError(
                f"{arguments.weights}: frozen with {key} {facts[key]}; asked for {asked}. "
                f"Delete {arguments.weights} and run snakemake again."
            )
    for note in facts.get("notes", []):
        log.warning("said of the weights: %s", note)
    how = preprocessing.resolve(arguments.preprocessing, facts["preprocessing"])
    manifest = manifests.read_manifest(arguments.manifest)
    ids, rows = manifest["image"].tolist(), list(manifest.itertuples())
    shapes = [preprocessing.shape(width, height, how) for width, height in manifest[["width", "height"]].to_numpy()]

    def prepared(number: int):
        return preprocessing.apply(decoding.read_listed(arguments.images, rows[number]), how)

    prepared = taking_turns(prepared, (manifest["width"] * manifest["height"]).tolist())
    device = devices.choose(arguments.device)
    network = networks.build(facts["architecture"], facts["classes"])
    weights.load(network, arguments.weights)
    network = network.to(device)
    layer, layer_shape = layers.choose(network, max(shapes), arguments.layer)
    made_by = layers.made_by(network, max(shapes), layer)
    readout = readouts.resolve(network, arguments.readout)
    log.info("layer %s (after %s), %d × %d × %d at %d × %d pixels", layer, made_by, *layer_shape, *max(shapes))
    log.info("readout %s; preprocessing %s", readout, how.to_json())

    attributes = {
        "architecture": facts["architecture"],
        "classes": facts["classes"],
        "weights_digest": store.recorded_digest(arguments.weights),
        "layer": layer,
        "layer_shape": layer_shape,
        "layer_made_by": made_by,
        "readout": readout,
        "preprocessing": how.to_json(),
    }
    if "notes" in facts:
        attributes["weights_notes"] = "; ".join(facts["notes"])
    options = options_text(arguments, "layer", "readout", "preprocessing")
    batches = extraction.batches_by_shape(shapes, BATCH_SIZE)
    alive = np.zeros(layer_shape[0], dtype=bool)
    with (
        extraction.exact(),
        store.create(arguments.output, "features", ids, options, attributes, {"device": device}) as file,
    ):
        with_head, ticker = facts["classes"] > 0, Ticker("images", len(ids))
        for batch in extraction.extract(network, layer, readout, prepared, batches, ids, arguments.threads, with_head):
            _write(file, batch, len(ids))
            alive |= batch.maps.any(axis=(0, 2, 3))
            ticker.tick(len(batch.numbers))
    log.info("%d images of %d shapes, on %s", len(ids), len(set(shapes)), device)
    log.info("%d of %d maps are dead: zero in every image", (~alive).sum(), alive.size)


def taking_turns(prepared, pixels: list[int]):
    """``prepared`` of an image's number, of which threads do one at a time where the image has many ``pixels``."""
    turn = Lock()

    def in_turn(number: int):
        with turn if pixels[number] > LARGE else nullcontext():
            return prepared(number)

    return in_turn


def _write(file, batch, images: int) -> None:
    """Put a batch into its place; the first makes room for all, larger maps make more."""
    h, w = batch.maps.shape[2:]
    rows = {
        "grid": np.tile(np.array([h, w], np.int32), (len(batch.numbers), 1)),
        "window": batch.windows,
        "pooled": batch.pooled,
        "embedding": batch.embedding,
        "softmax": batch.softmax,
        "entropy": batch.entropy,
    }
    if "maps" not in file:
        # Smaller maps are padded with NaN at the right and at the bottom.
        number = batch.maps.shape[1]
        file.create_dataset(
            "maps", (images, number, h, w), np.float32, track_times=False, fillvalue=np.nan,
            maxshape=(images, number, None, None), shuffle=True, compression="lzf",
            chunks=(min(images, IMAGES_PER_CHUNK), min(number, MAPS_PER_CHUNK), h, w),
        )  # fmt: skip
        for name, array in rows.items():
            if array is not None:
                file.create_dataset(name, (images, *array.shape[1:]), array.dtype, track_times=False)
    maps = file["maps"]
    maps.resize((*maps.shape[:2], max(maps.shape[2], h), max(maps.shape[3], w)))
    maps[batch.numbers, :, :h, :w] = batch.maps
    for name, array in rows.items():
        if array is not None:
            file[name][batch.numbers] = array


if __name__ == "__main__":
    run(parser(), main)
