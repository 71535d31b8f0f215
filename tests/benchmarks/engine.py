"""The engine beside the plain loop and beside its floor, in one process on the same arrays.

    python tests/benchmarks/engine.py --output results/benchmarks/engine.png

Ratios, not seconds, are what carries over to another machine. A loop that would take minutes is timed on
some of its maps, folds or images and scaled up by their number (column ``share``); there its numbers are
compared with the engine's as well (column ``difference``). Floors: one ``argsort`` pass over as many values
as the engine must rank (``floor_s``), the engine's own sort of them (``sort_s``), and their way through memory, read
and written once (``memory_s``); for VGG-16, the bare matrix products that follow its first non-linearity, of the images
in which the masked map is active. Where there is a GPU, what can run on it is timed there as well, and compared
with the CPU.
"""

import argparse
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats
from threadpoolctl import threadpool_limits

sys.path.insert(0, str(Path(__file__).parents[2] / "workflow_scripts"))

from ais.artifacts import store
from ais.engine import alignment, importance, masking, pruning, ranking_device, sorting
from ais.engine.similarity import similarity_matrix
from ais.stimuli import folds

IMAGES, FOLDS, SEEDS = 120, 5, list(folds.PUBLISHED_SEEDS)
COLUMNS = [
    "what", "images", "maps", "device", "threads", "engine_s", "loop_s", "share", "times_faster", "floor_s",
    "times_floor", "sort_s", "memory_s", "difference", "peak_mb",
]  # fmt: skip
FLOORS = {"floor_s": "argsort, or bare products", "sort_s": "the engine's sort", "memory_s": "read and written once"}


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--maps", type=int, nargs="+", default=[512, 1280, 2048], help="sizes to time")
    parser.add_argument("--threads", type=int, default=2, help="maps or folds at work at once")
    parser.add_argument("--skip", nargs="*", default=[], choices=["vgg16", "scale"], help="what takes long")
    parser.add_argument("--output", required=True, help="PNG; PDF, TSV and the machine's facts are written beside it")
    parser.add_argument("--only-scale", choices=["cpu", "cuda"], help=argparse.SUPPRESS)
    return parser


def timed(function, repeats: int = 3) -> tuple[float, object]:
    """Least time of several calls, after one that compiles and warms up; and the result."""
    result, seconds = function(), []
    for _ in range(repeats):
        start = time.perf_counter()
        result = function()
        seconds.append(time.perf_counter() - start)
    return min(seconds), result


def once(function) -> tuple[float, object]:
    """Time of one call, for what takes long enough to be warm."""
    start = time.perf_counter()
    result = function()
    return time.perf_counter() - start, result


def data(images: int, maps: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Pooled features with some shared structure, ratings as tied as people's, and both members of each pair."""
    rng = np.random.default_rng(0)
    shared = rng.normal(size=(images, 8)) @ rng.normal(size=(8, maps))
    features = np.maximum(rng.normal(size=(images, maps)) + shared, 0).astype(np.float32)
    left, right = folds.pairs_of(images)
    return features, np.round(rng.random(left.size) * 130) / 130, left, right


def loop_alignment(maps: np.ndarray, dropped: np.ndarray, human: np.ndarray, pairs, left, right) -> float:
    """What the loop does inside: mask maps (images, maps, h, w) in place, pool, compare, rank, correlate."""
    before = maps[:, dropped].copy()
    maps[:, dropped] = 0
    embedding = maps.mean(axis=(2, 3))
    maps[:, dropped] = before
    network = similarity_matrix(embedding, "cosine")[left[pairs], right[pairs]]
    return float(stats.spearmanr(network, human[pairs]).statistic)


def on_devices() -> list[str]:
    """Where the engine can run here."""
    import torch

    return ["cpu", "cuda"] if torch.cuda.is_available() else ["cpu"]


def row(what, images, maps, threads, engine_s, device="cpu", **columns) -> dict:
    about = {"what": what, "images": images, "maps": maps, "device": device, "threads": threads}
    found = about | {"engine_s": engine_s} | columns
    if "loop_s" in found:
        found["times_faster"] = found["loop_s"] / engine_s
    if "floor_s" in found:
        found["times_floor"] = engine_s / found["floor_s"]
    print(
        {name: value if isinstance(value, str) else float(f"{value:.3g}") for name, value in found.items()}, flush=True
    )
    return found


def pooled(maps: int, threads: int) -> list[dict]:
    """Scores, image scores and curves of a pooled readout, 40 folds of pairs."""
    means, human, left, right = data(IMAGES, maps)
    tensor = means[:, :, None, None] * np.random.default_rng(4).random((7, 7), dtype=np.float32)
    features = tensor.mean(axis=(2, 3))
    train, test = folds.make(IMAGES, "pairs", FOLDS, SEEDS)
    rows = importance.image_rows(left, right, IMAGES)
    masking_ = masking.Pooled(features, "cosine", left, right)
    values = np.random.default_rng(1).random((maps, left.size))
    blocks = [values[first : first + 16] for first in range(0, maps, 16)]
    floor, _ = timed(lambda: [np.argsort(block, axis=1) for block in blocks])
    sort, _ = timed(lambda: [sorting.Orders.of(block) for block in blocks])
    elsewhere = np.empty_like(values)
    memory, _ = timed(lambda: np.copyto(elsewhere, values))
    about = {"images": IMAGES, "maps": maps, "threads": threads}
    few = np.random.default_rng(2).choice(maps, 4, replace=False)
    every_pair = np.arange(left.size)
    found = []
    floors = {"floor_s": floor, "sort_s": sort, "memory_s": memory}
    for what, subsets in (("scores of the set and 40 folds", [every_pair, *train]), ("scores of each image", rows)):
        prepared = alignment.Subsets.of(human, subsets)
        engine_s, scores = timed(lambda p=prepared: importance.score_maps(masking_, p, range(maps), threads=threads))
        chosen = [np.flatnonzero(each) if each.dtype == bool else each for each in subsets]

        def loop(chosen=chosen):
            return np.array(
                [[loop_alignment(tensor, np.array([k]), human, pairs, left, right) for k in few] for pairs in chosen]
            )

        loop_s, aligned = once(loop)
        difference = np.abs(scores.baseline[:, None] - scores.score[:, few] - aligned).max()
        share = len(few) / maps
        found.append(
            row(what, **about, engine_s=engine_s, loop_s=loop_s / share, share=share, difference=difference, **floors)
        )

    orders = [pruning.ranking(score) for score in np.random.default_rng(3).random((len(train), maps))]

    def curve_of(order, one, other):
        return pruning.curve(masking_, order, alignment.Subsets.of(human, [one, other]))

    def curves():
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(curve_of, orders, train, test))

    engine_s, drawn = once(curves)
    steps = [10, maps // 3, maps - 1]

    def loop_curves():
        dropped = [orders[0][step + 1 :] for step in steps]
        return [
            [loop_alignment(tensor, each, human, np.flatnonzero(side), left, right) for side in (train[0], test[0])]
            for each in dropped
        ]

    loop_s, aligned = once(loop_curves)
    share = len(steps) / (maps * len(train))
    difference = np.abs(np.stack([drawn[0].train[steps], drawn[0].test[steps]], axis=1) - aligned).max()
    found.append(
        row(
            "curves of 40 folds", **about, engine_s=engine_s, loop_s=loop_s / share, share=share,
            difference=difference, **{name: seconds * len(train) for name, seconds in floors.items()},
        )
    )  # fmt: skip
    return found


def vgg16(threads: int, every_map_active: bool) -> list[dict]:
    """Scores of VGG-16's fully connected readout with random weights, against two loops.

    As drawn, the weights leave many maps silent in every image, which costs the engine nothing and the loops as much
    as any other map. With ``every_map_active`` each map's bias is moved by its mean, and none is silent anywhere.
    """
    import torch

    from ais.backbones import layers, networks, readouts

    torch.manual_seed(0)
    network = networks.build("torchvision/vgg16")
    smooth = torch.nn.functional.interpolate(torch.randn(IMAGES, 3, 28, 28), size=(224, 224), mode="bilinear")
    with torch.inference_mode(), layers.capturing(network, "features.28") as caught:
        parts = []
        for images in smooth.split(20):
            network(images)
            parts.append(caught.maps)
        before_relu = torch.cat(parts)
        if every_map_active:
            before_relu -= before_relu.mean((0, 2, 3), keepdim=True)
        maps = before_relu.relu()
    active = float(maps.amax((2, 3)).gt(0).float().mean())
    left, right = folds.pairs_of(IMAGES)
    human = data(IMAGES, 1)[1]
    train, _ = folds.make(IMAGES, "pairs", FOLDS, SEEDS)
    subsets = alignment.Subsets.of(human, [np.arange(left.size), *train])
    of_loop = torch.get_num_threads()
    few = [3, 200, 500]
    network_on = {device: deepcopy(network).to(device) for device in on_devices()}

    def engine(device):
        readout = readouts.FullyConnected(network_on[device], "features.29")
        with torch.inference_mode():
            cells = readout.cells(maps.to(device))
        masking_ = masking.FullyConnected(cells, readout, "cosine", left, right)
        importance.score_maps(masking_, subsets, range(512), threads=threads)
        return [masking_.without(k) for k in few]

    # The engine deals maps to threads, as its jobs do; the loops leave threads to torch.
    torch.set_num_threads(1)
    rest, relu = readouts.FullyConnected(network, "features.29").rest_on_one_core(), torch.rand(IMAGES, 4096)
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(threads) as pool, torch.inference_mode():
        engines = {device: once(lambda device=device: engine(device)) for device in network_on}
        floor, _ = timed(lambda: list(pool.map(rest, [relu] * 8)))
    torch.set_num_threads(of_loop)

    def rest_of(masked_maps):
        return network.classifier[:5](network.avgpool(network.features[30](masked_maps)).flatten(1)).double().numpy()

    def masked_tensor(k, images=slice(None)):
        tensor = maps[images].clone()
        tensor[:, k] = 0
        return tensor

    with torch.inference_mode():
        one_s, _ = timed(lambda: [rest_of(masked_tensor(k, slice(image, image + 1))) for k in few for image in (0, 60)])
        batched_s, embeddings = timed(lambda: [rest_of(masked_tensor(k)) for k in few], 1)
    expected = [similarity_matrix(embedding, "cosine")[left, right] for embedding in embeddings]
    one, batched = len(few) * 2 / (512 * IMAGES), len(few) / 512
    found = []
    for device, (engine_s, without) in engines.items():
        about = {"images": IMAGES, "maps": 512, "threads": threads, "device": device, "engine_s": engine_s}
        about["difference"] = np.abs(np.subtract(without, expected)).max()
        about |= {"floor_s": floor * 64 * active} if device == "cpu" else {}  # of what a map's absence changes at all
        which = f"VGG-16, {active:.0%} active"  # of maps × images
        found += [
            row(f"{which}, one image and map", **about, loop_s=one_s / one, share=one),
            row(f"{which}, all images in a batch", **about, loop_s=batched_s / batched, share=batched),
        ]
    return found


def scale(threads: int, device: str) -> dict:
    """The size of THINGS: scores of the set, 40 folds and every image, and this process's peak memory (Linux)."""
    images, maps = 1854, 2048
    features, human, left, right = data(images, maps)
    train, _ = folds.make(images, "pairs", FOLDS, SEEDS)
    rows = importance.image_rows(left, right, images)
    masking_ = masking.Pooled(features, "cosine", left, right)
    subsets = alignment.Subsets.of(human, [np.ones(left.size, bool), *train, *rows])
    there = ranking_device.ranked_on(device, subsets)
    engine_s, scores = once(lambda: importance.score_maps(masking_, there, range(maps), threads=threads))
    # Not getrusage's, in which the process that started this one lives on.
    peak = int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024
    values = np.random.default_rng(1).random((4, left.size))
    floor, _ = timed(lambda: np.argsort(values, axis=1))
    sort, _ = timed(lambda: sorting.Orders.of(values))
    columns = {"floor_s": floor * maps / 4, "sort_s": sort * maps / 4, "peak_mb": peak}
    if device != "cpu":
        few = range(0, maps, maps // 16)
        columns["difference"] = np.abs(
            importance.score_maps(masking_, subsets, few, threads=threads).score - scores.score[:, few]
        ).max()
    return row("scores of the set, 40 folds and each image", images, maps, threads, engine_s, device, **columns)


def draw(table: pd.DataFrame):
    """How many times faster than the loop, a bar a row; marks: what would take as long as a floor."""
    import matplotlib.pyplot as plt

    from ais.figures import style

    style.theme()
    shown = table.dropna(subset="times_faster")
    figure, axes = plt.subplots(figsize=(7, 0.36 * len(shown) + 0.9), layout="constrained")
    labels = [
        f"{what}, {maps} maps{'' if device == 'cpu' else ' (GPU)'}"
        for what, maps, device in shown[["what", "maps", "device"]].itertuples(index=False)
    ]
    bars = axes.barh(labels, shown["times_faster"], color=style.ALL_MAPS)
    axes.bar_label(bars, [f"{times:,.0f} ×" for times in shown["times_faster"]], padding=3, fontsize="small")
    for (column, name), mark in zip(FLOORS.items(), "^do", strict=True):
        at = shown["loop_s"] / shown[column]
        axes.plot(at, np.arange(len(shown)), mark, color=style.RETAINED, markeredgecolor="white", label=name)
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=3, frameon=False, fontsize="small")
    axes.set_xscale("log")
    axes.set_xlim(left=1, right=5 * np.nanmax(shown["loop_s"] / shown[["memory_s", "engine_s"]].min(axis=1)))
    axes.invert_yaxis()
    axes.set_xlabel("times faster than the plain loop")
    return figure


def main(arguments: argparse.Namespace) -> None:
    from ais.figures import style

    if arguments.only_scale:
        pd.DataFrame([scale(arguments.threads, arguments.only_scale)]).to_json(arguments.output, orient="records")
        return
    output = Path(arguments.output)
    output.parent.mkdir(parents=True, exist_ok=True)
    rows = [each for maps in arguments.maps for each in pooled(maps, arguments.threads)]
    if "vgg16" not in arguments.skip:
        rows += vgg16(arguments.threads, every_map_active=False) + vgg16(arguments.threads, every_map_active=True)
    if "scale" not in arguments.skip:
        for device in on_devices():
            # In a process of its own, as its peak memory is to be its own.
            part = output.with_suffix(".scale.json")
            own = ["--only-scale", device, "--threads", str(arguments.threads), "--output", str(part)]
            subprocess.run([sys.executable, __file__, *own], check=True)
            rows += pd.read_json(part).to_dict("records")
            part.unlink()
    table = pd.DataFrame(rows, columns=COLUMNS)
    style.save([draw(table)], output, table)
    store.write_text(output.with_suffix(".json"), pd.Series(store.machine()).to_json(indent=2) + "\n")


if __name__ == "__main__":
    main(parser().parse_args())
