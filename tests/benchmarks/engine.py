"""The engine beside the plain loop and beside its floor, in one process on the same arrays.

    python tests/benchmarks/engine.py --output results/benchmarks/engine.png
    python tests/benchmarks/engine.py --against ../older --output …   # and, in the same run, another checkout's engine

Ratios, not seconds, are what carries over to another machine. A loop that would take minutes is timed on
some of its maps, folds or images and scaled up by their number (column ``share``); there its numbers are
compared with the engine's as well (column ``difference``). Floors: one ``argsort`` pass over as many values
as the engine must rank (``floor_s``), the engine's own sort of them (``sort_s``), and their way through memory, read
and written once (``memory_s``); for VGG-16, the bare matrix products that follow its first non-linearity, of the images
in which the masked map is active. Of many images only some maps are
timed, and scaled up the same way. Where there is a GPU, what can run on it is timed there as well, and compared
with the CPU.
"""

import argparse
import importlib
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import numba
import numpy as np
import pandas as pd
from scipy import stats
from threadpoolctl import threadpool_limits

sys.path.insert(0, str(Path(__file__).parents[2] / "workflow_scripts"))

from ais.artifacts import store
from ais.engine import alignment, importance, judged, masking, pruning, ranking_device, sorting
from ais.engine.similarity import similarity_matrix
from ais.stimuli import folds

IMAGES, FOLDS, SEEDS = 120, 5, list(folds.PUBLISHED_SEEDS)
COLUMNS = [
    "what", "images", "maps", "device", "threads", "engine_s", "loop_s", "share", "times_faster", "floor_s",
    "times_floor", "sort_s", "memory_s", "difference", "peak_mb", "against_s", "times_against", "differs_from_against",
]  # fmt: skip
FLOORS = {"floor_s": "argsort, or bare products", "sort_s": "the engine's sort", "memory_s": "read and written once"}


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--maps", type=int, nargs="+", default=[512, 1280, 2048], help="sizes to time")
    parser.add_argument("--threads", type=int, default=2, help="maps or folds at work at once")
    parser.add_argument("--against", type=Path, help="another checkout of this project, whose engine is timed beside")
    parser.add_argument("--scale", type=int, nargs="*", default=[1854], metavar="IMAGES", help="large sets to time")
    parser.add_argument("--skip", nargs="*", default=[], choices=["pooled", "vgg16"], help="what takes long")
    parser.add_argument("--output", required=True, help="PNG; PDF, TSV and the machine's facts are written beside it")
    parser.add_argument("--only-scale", nargs=2, help=argparse.SUPPRESS)  # images and device: a process of its own
    return parser


def timed(function, repeats: int = 3) -> tuple[float, object]:
    """Least time of several calls, after one that compiles and warms up; and the result."""
    result, seconds = function(), []
    for _ in range(repeats):
        start = time.perf_counter()
        result = function()
        seconds.append(time.perf_counter() - start)
    return min(seconds), result


def in_turn(functions: dict, repeats: int = 3) -> dict[str, tuple[float, object]]:
    """Least time and result of each of several functions, called by turns, so that what else runs hits all alike."""
    results, seconds = {name: function() for name, function in functions.items()}, {name: [] for name in functions}
    for _ in range(repeats):
        for name, function in functions.items():
            start = time.perf_counter()
            results[name] = function()
            seconds[name].append(time.perf_counter() - start)
    return {name: (min(seconds[name]), results[name]) for name in functions}


THIS = SimpleNamespace(alignment=alignment, importance=importance, judged=judged, masking=masking, pruning=pruning)


def engine_of(checkout: Path) -> SimpleNamespace:
    """The engine's modules of another checkout, beside this one's in one process.

    They are compiled anew: what Numba keeps of compiled functions, it finds by their modules' names.
    """
    njit = numba.njit
    own = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "ais"}
    sys.path.insert(0, str(checkout.resolve() / "workflow_scripts"))
    numba.njit = lambda **options: njit(**options | {"cache": False})
    try:
        there = [name for name in vars(THIS) if (checkout / f"workflow_scripts/ais/engine/{name}.py").is_file()]
        return SimpleNamespace(**{name: importlib.import_module(f"ais.engine.{name}") for name in there})
    finally:
        numba.njit = njit
        sys.path.pop(0)
        for name in [name for name in sys.modules if name.split(".")[0] == "ais"]:
            del sys.modules[name]
        sys.modules.update(own)


def ready(engine: SimpleNamespace, features, human, left, right) -> tuple:
    """The readout, people's similarities and which pair stood where, as an engine's scripts bring them into order."""
    readout = engine.masking.Pooled(features, "cosine", left, right)
    if not hasattr(getattr(engine, "judged", None), "by_similarity"):
        return readout, human, np.arange(human.size)
    readout, own, order = engine.judged.by_similarity(readout, engine.judged.Judged(left, right, human), "spearman")
    return readout, own.human, order


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


def pooled(maps: int, threads: int, against: Path | None) -> list[dict]:
    """Scores, image scores and curves of a pooled readout, 40 folds of pairs."""
    means, human, left, right = data(IMAGES, maps)
    tensor = means[:, :, None, None] * np.random.default_rng(4).random((7, 7), dtype=np.float32)
    features = tensor.mean(axis=(2, 3))
    train, test = folds.make(IMAGES, "pairs", FOLDS, SEEDS)
    rows = importance.image_rows(left, right, IMAGES)
    engines = {"this": THIS} | ({"against": engine_of(against)} if against else {})
    prepared = {name: ready(engine, features, human, left, right) for name, engine in engines.items()}
    values = np.random.default_rng(1).random((maps, left.size))
    blocks = [values[first : first + 16] for first in range(0, maps, 16)]
    elsewhere = np.empty_like(values)
    floors = in_turn(
        {
            "floor_s": lambda: [np.argsort(block, axis=1) for block in blocks],
            "sort_s": lambda: [sorting.Orders.of(block) for block in blocks],
            "memory_s": lambda: np.copyto(elsewhere, values),
        }
    )
    floors = {name: seconds for name, (seconds, _) in floors.items()}
    about = {"images": IMAGES, "maps": maps, "threads": threads}
    few = np.random.default_rng(2).choice(maps, 4, replace=False)
    every_pair = np.arange(left.size)
    found = []
    for what, subsets in (("scores of the set and 40 folds", [every_pair, *train]), ("scores of each image", rows)):

        def scores(name, subsets=subsets):
            readout, human, order = prepared[name]
            ranked = engines[name].alignment.Subsets.of(human, [moved(subset, order) for subset in subsets])
            return lambda: engines[name].importance.score_maps(readout, ranked, range(maps), threads=threads)

        timed_ = in_turn({name: scores(name) for name in engines})
        engine_s, score = timed_["this"]
        chosen = [np.flatnonzero(each) if each.dtype == bool else each for each in subsets]

        def loop(chosen=chosen):
            return np.array(
                [[loop_alignment(tensor, np.array([k]), human, pairs, left, right) for k in few] for pairs in chosen]
            )

        loop_s, aligned = once(loop)
        difference = np.abs(score.baseline[:, None] - score.score[:, few] - aligned).max()
        share = len(few) / maps
        columns = beside(timed_, lambda scores: scores.score) | floors
        found.append(
            row(what, **about, engine_s=engine_s, loop_s=loop_s / share, share=share, difference=difference, **columns)
        )

    orders = [pruning.ranking(score) for score in np.random.default_rng(3).random((len(train), maps))]

    def curves(name):
        engine, (readout, human, moved_to) = engines[name], prepared[name]

        def any_subsets(human, *sides):  # of another checkout, perhaps one that had no better way
            return engine.alignment.Subsets.of(human, sides)

        sides_of = getattr(engine.pruning, "fold_sides", any_subsets)

        def curve_of(order, *sides):
            return engine.pruning.curve(readout, order, sides_of(human, *(side[moved_to] for side in sides)))

        def all_of_them():
            with ThreadPoolExecutor(threads) as pool:
                return list(pool.map(curve_of, orders, train, test))

        return all_of_them

    timed_ = in_turn({name: curves(name) for name in engines}, repeats=1)
    engine_s, drawn = timed_["this"]
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
    columns = beside(timed_, lambda curves: np.array([[curve.train, curve.test] for curve in curves]))
    columns |= {name: seconds * len(train) for name, seconds in floors.items()}
    found.append(
        row(
            "curves of 40 folds", **about, engine_s=engine_s, loop_s=loop_s / share, share=share,
            difference=difference, **columns,
        )
    )  # fmt: skip
    return found


def moved(subset: np.ndarray, order: np.ndarray) -> np.ndarray:
    """A subset of the pairs, numbers or (pairs,) bool, where the pairs stand in another order."""
    return subset[order] if subset.dtype == bool else np.argsort(order)[subset]


def beside(timed_: dict, numbers) -> dict:
    """How long the other checkout's engine took, and how far its ``numbers`` (of a result) are from this one's."""
    if "against" not in timed_:
        return {}
    one, other = (numbers(timed_[name][1]) for name in ("this", "against"))
    if not np.array_equal(np.isnan(one), np.isnan(other)):
        raise ValueError("the two engines leave different numbers undefined")
    return {
        "against_s": timed_["against"][0],
        "times_against": timed_["against"][0] / timed_["this"][0],
        "differs_from_against": np.nanmax(np.abs(one - other)),
    }


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
    train, test = folds.make(IMAGES, "pairs", FOLDS, SEEDS)
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
        return [masking_.without(k) for k in few], masking_

    def curves(masking_, prefixes):
        def of_fold(fold):
            sides = pruning.fold_sides(human, train[fold], test[fold])
            return pruning.curve(masking_, np.random.default_rng(fold).permutation(512), sides, prefixes=prefixes)

        return list(pool.map(of_fold, range(threads)))

    # The engine deals maps to threads, as its jobs do; the loops leave threads to torch.
    torch.set_num_threads(1)
    rest, relu = readouts.FullyConnected(network, "features.29").rest_on_one_core(), torch.rand(IMAGES, 4096)
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(threads) as pool, torch.inference_mode():
        engines = {device: timed(lambda device=device: engine(device), 1) for device in network_on}
        floor, _ = timed(lambda: list(pool.map(rest, [relu] * 8)))
        on_cpu, which_prefixes = engines["cpu"][1][1], {"every prefix": None, "prefixes: 32": 32}
        drawn = {
            name: once(lambda number=number: curves(on_cpu, number))[0]
            for name, number in (which_prefixes if every_map_active else {}).items()
        }
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
    for device, (engine_s, (without, _)) in engines.items():
        about = {"images": IMAGES, "maps": 512, "threads": threads, "device": device, "engine_s": engine_s}
        about["difference"] = np.abs(np.subtract(without, expected)).max()
        about |= {"floor_s": floor * 64 * active} if device == "cpu" else {}  # of what a map's absence changes at all
        which = f"VGG-16, {active:.0%} active"  # of maps × images
        found += [
            row(f"{which}, one image and map", **about, loop_s=one_s / one, share=one),
            row(f"{which}, all images in a batch", **about, loop_s=batched_s / batched, share=batched),
        ]
    of_curves = {"loop_s": batched_s / batched * threads, "share": batched / threads, "floor_s": floor * 64 * threads}
    found += [
        row(f"VGG-16, curves of {threads} folds, {name}", IMAGES, 512, threads, engine_s, **of_curves)
        for name, engine_s in drawn.items()
    ]
    return found


def scale(images: int, threads: int, device: str) -> dict:
    """Scores of a large set, 40 folds and every image, and this process's peak memory (Linux); of some maps.

    The maps are as many as take about as long as 64 of THINGS' 1,854 images do.
    """
    maps = 2048
    chosen = range(0, maps, max(1, min(maps // 8, round(32 * (images / 1854) ** 2))))
    features, human, left, right = data(images, maps)
    train = folds.make(images, "pairs", FOLDS, SEEDS)[0]
    masking_, human, order = ready(THIS, features, human, left, right)
    rows = importance.image_rows(masking_.left, masking_.right, images)
    for fold in train:
        fold[:] = fold[order]
    subsets = alignment.Subsets.of(human, [np.ones(left.size, bool), *train, *rows])
    pairs = left.size
    del train, rows, order, left, right  # of ten thousand images they are gigabytes
    there = ranking_device.ranked_on(device, subsets)
    importance.score_maps(masking_, there, chosen[:threads], threads=threads)  # compiles and warms up
    engine_s, scores = once(lambda: importance.score_maps(masking_, there, chosen, threads=threads))
    # Not getrusage's, in which the process that started this one lives on.
    peak = int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024
    values = np.random.default_rng(1).random((2, pairs))
    floor, _ = timed(lambda: np.argsort(values, axis=1), 1)
    sort, _ = timed(lambda: sorting.Orders.of(values), 1)
    share = len(chosen) / maps
    columns = {"floor_s": floor * maps / 2, "sort_s": sort * maps / 2, "share": share, "peak_mb": peak}
    if device != "cpu":
        few = chosen[:16]
        on_cpu = importance.score_maps(masking_, subsets, few, threads=threads).score
        columns["difference"] = np.abs(on_cpu - scores.score[:, :16]).max()
    what = "scores of the set, 40 folds and each image"
    return row(what, images, maps, threads, engine_s / share, device, **columns)


def draw(table: pd.DataFrame):
    """How many times faster than the loop, a bar a row; marks: what would take as long as a floor."""
    import matplotlib.pyplot as plt

    from ais.figures import style

    style.theme()
    shown = table.dropna(subset="times_faster")
    figure, axes = plt.subplots(figsize=(7, 0.36 * len(shown) + 0.9), layout="constrained")
    labels = [
        f"{what}, {maps:,} maps{'' if device == 'cpu' else ' (GPU)'}"
        for what, maps, device in shown[["what", "maps", "device"]].itertuples(index=False)
    ]
    axes.barh(labels, shown["times_faster"], color=style.ALL_MAPS)
    for place, times in enumerate(shown["times_faster"]):  # at the foot of its bar, where no mark is
        axes.text(1.2, place, f"{times:,.0f} ×", va="center", color="white", fontsize="small")
    for (column, name), mark in zip(FLOORS.items(), "^do", strict=True):
        at = shown["loop_s"] / shown[column]
        axes.plot(at, np.arange(len(shown)), mark, color=style.RETAINED, markeredgecolor="white", label=name)
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=3, frameon=False, fontsize="small")
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set_xlim(left=1, right=5 * np.nanmax(shown["loop_s"] / shown[["memory_s", "engine_s"]].min(axis=1)))
    axes.invert_yaxis()
    axes.set_xlabel("times faster than the plain loop")
    return figure


def main(arguments: argparse.Namespace) -> None:
    from ais.figures import style

    if arguments.only_scale:
        images, device = arguments.only_scale
        pd.DataFrame([scale(int(images), arguments.threads, device)]).to_json(arguments.output, orient="records")
        return
    output = Path(arguments.output)
    output.parent.mkdir(parents=True, exist_ok=True)
    rows = []
    if "pooled" not in arguments.skip:
        rows += [each for maps in arguments.maps for each in pooled(maps, arguments.threads, arguments.against)]
    if "vgg16" not in arguments.skip:
        rows += vgg16(arguments.threads, every_map_active=False) + vgg16(arguments.threads, every_map_active=True)
    for images, device in product(arguments.scale, on_devices()):
        # In a process of its own, as its peak memory is to be its own.
        part = output.with_suffix(".scale.json")
        own = ["--only-scale", str(images), device, "--threads", str(arguments.threads), "--output", str(part)]
        subprocess.run([sys.executable, __file__, *own], check=True)
        rows += pd.read_json(part).to_dict("records")
        part.unlink()
    table = pd.DataFrame(rows, columns=COLUMNS)
    style.save([draw(table)], output, table)
    store.write_text(output.with_suffix(".json"), pd.Series(store.machine()).to_json(indent=2) + "\n")


if __name__ == "__main__":
    main(parser().parse_args())
