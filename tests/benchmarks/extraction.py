"""Features beside the bare forward pass, and the memory that many images take.

    python tests/benchmarks/extraction.py --output results/benchmarks/features.tsv

The whole step (read, check, decode, resize, run, pool, write HDF5) against the network alone on prepared batches of
the same size, dealt to as many threads. The peak memory of a few hundred images and of thousands, each in a process
of its own.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[2] / "workflow_scripts"))

from ais.artifacts import store
from ais.backbones import extraction, networks
from features import extract_features, freeze_weights
from stimuli import list_stimuli

SIDE = 224


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speed", nargs="+", default=["torchvision/resnet18", "torchvision/resnet50"], help="of these")
    parser.add_argument("--images", type=int, default=256, help="for the speed")
    parser.add_argument("--memory", default="torchvision/mobilenet_v3_small", help="architecture for the memory")
    parser.add_argument("--many", type=int, nargs="+", default=[250, 2000], help="numbers of images for the memory")
    parser.add_argument("--threads", type=int, default=2, help="batches at work at once")
    parser.add_argument("--output", required=True, help="TSV: a row a measurement")
    parser.add_argument("--peak-of", nargs=2, metavar=("FOLDER", "ARCHITECTURE"), help=argparse.SUPPRESS)
    return parser


def run(script, *arguments) -> None:
    script.main(script.parser().parse_args(list(map(str, arguments))))


def prepare(folder: Path, images: int, architecture: str) -> None:
    """Photograph-sized noise, its list, and a network with random weights."""
    (folder / "images").mkdir()
    random = np.random.default_rng(0)
    for number in range(images):
        coarse = Image.fromarray(random.integers(0, 256, (20, 27, 3), dtype=np.uint8))
        coarse.resize((500, 375), Image.Resampling.BICUBIC).save(folder / f"images/{number:04d}.jpg", quality=90)
    run(list_stimuli, "--images", folder / "images", "--output", folder / "set.tsv")
    run(freeze_weights, "--architecture", architecture, "--weights", "random", "--output", folder / "net.safetensors")


def extract(folder: Path, architecture: str, threads: int) -> None:
    run(
        extract_features, "--images", folder / "images", "--manifest", folder / "set.tsv",
        "--weights", folder / "net.safetensors", "--architecture", architecture, "--device", "cpu",
        "--preprocessing", '{"base": "paper", "crop": 224}', "--threads", threads, "--output", folder / "features.h5",
    )  # fmt: skip


def bare_seconds(architecture: str, images: int, threads: int) -> float:
    """The network alone, on batches that are there."""
    import torch

    network = networks.build(architecture, initialised=True)
    batch = torch.randn(extract_features.BATCH_SIZE, 3, SIDE, SIDE)

    def forward(_):
        with torch.inference_mode():
            network(batch)

    with extraction.exact(), ThreadPoolExecutor(threads) as pool:
        list(pool.map(forward, range(threads)))
        start = time.perf_counter()
        list(pool.map(forward, range(images // extract_features.BATCH_SIZE)))
        return time.perf_counter() - start


def speed(architecture: str, images: int, threads: int) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder), images, architecture)
        extract(Path(folder), architecture, threads)  # warms up
        ratios = []
        for _ in range(3):  # side by side
            bare = bare_seconds(architecture, images, threads)
            start = time.perf_counter()
            extract(Path(folder), architecture, threads)
            ratios.append((bare / (time.perf_counter() - start), bare))
    share, bare = sorted(ratios)[1]
    return {"what": "speed", "architecture": architecture, "images": images, "bare_s": bare, "share_of_bare": share}


def memory(architecture: str, images: int, threads: int) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder), images, architecture)
        own = [sys.executable, __file__, "--peak-of", folder, architecture, "--threads", threads, "--output", "-"]
        done = subprocess.run(list(map(str, own)), check=True, capture_output=True, text=True)
    return {"what": "memory", "architecture": architecture, "images": images, "peak_mb": float(done.stdout)}


def main(arguments: argparse.Namespace) -> None:
    if arguments.peak_of:
        folder, architecture = arguments.peak_of
        extract(Path(folder), architecture, arguments.threads)
        print(int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024)
        return
    rows = [speed(architecture, arguments.images, arguments.threads) for architecture in arguments.speed]
    rows += [memory(arguments.memory, images, arguments.threads) for images in arguments.many]
    table = pd.DataFrame(rows)
    store.write_table(arguments.output, table)
    print(table.to_string(index=False, float_format="%.2f"))


if __name__ == "__main__":
    main(parser().parse_args())
