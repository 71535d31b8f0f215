"""What permuting costs: the whole procedure (rank, prune, test, in 40 folds) in worlds of the matched null, one core.

    python tests/benchmarks/permutations.py --output results/benchmarks/permutations.tsv

120 images and 1,280 maps, folds by pairs and by images. CPU seconds of 100 permutations, scaled to the 1,000 that are
for print; and the peak memory of processes that run 100 and 200, which is to be the same (Linux).
"""

import argparse
import re
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
from engine import FOLDS, IMAGES, SEEDS, data
from threadpoolctl import threadpool_limits

sys.path.insert(0, str(Path(__file__).parents[2] / "workflow_scripts"))

from ais.artifacts import store
from ais.engine import masking
from ais.inference import nulls, procedure
from ais.stimuli import folds

PERMUTATIONS = (100, 200)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--maps", type=int, default=1280, help="of the readout")
    parser.add_argument("--splits", nargs="+", default=["pairs", "images"], choices=list(folds.SPLITS))
    parser.add_argument("--output", required=True, help="TSV; the machine's facts are written beside it")
    parser.add_argument("--only", type=int, help=argparse.SUPPRESS)
    return parser


def permuted(split: str, maps: int, permutations: int) -> dict:
    """CPU seconds of some permutations, and this process's peak memory."""
    features, human, left, right = data(IMAGES, maps)
    train, test = folds.make(IMAGES, split, FOLDS, SEEDS)
    readout, grid = masking.Pooled(features, "cosine", left, right), procedure.prefix_grid(maps)
    network = readout.full()

    def worlds(first: int, last: int):
        return (nulls.matched(human, network, nulls.permutation(IMAGES, 1, number)) for number in range(first, last))

    few = procedure.prefix_grid(8)
    procedure.run(masking.Pooled(features[:, :8], "cosine", left, right), worlds(0, 1), train, test, few)  # compiles
    start = time.process_time()
    outcome = procedure.run(readout, worlds(0, permutations), train, test, grid)
    seconds = time.process_time() - start
    # Not getrusage's, in which the process that started this one lives on.
    peak = int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024
    about = {"split": split, "images": IMAGES, "maps": maps, "folds": len(train), "permutations": outcome.gain.size}
    return about | {"cpu_s": seconds, "cpu_s_of_1000": seconds * 1000 / permutations, "peak_mb": peak}


def main(arguments: argparse.Namespace) -> None:
    output = Path(arguments.output)
    output.parent.mkdir(parents=True, exist_ok=True)
    if arguments.only:
        with threadpool_limits(1):
            found = permuted(arguments.splits[0], arguments.maps, arguments.only)
        pd.DataFrame([found]).to_json(output, orient="records")
        return
    rows, part = [], output.with_suffix(".part.json")
    for split in arguments.splits:
        for permutations in PERMUTATIONS:  # each in a process of its own, as its peak memory is to be its own
            own = ["--splits", split, "--maps", str(arguments.maps), "--only", str(permutations), "--output", str(part)]
            subprocess.run([sys.executable, __file__, *own], check=True)
            rows += pd.read_json(part).to_dict("records")
            part.unlink()
    table = pd.DataFrame(rows)
    store.write_table(output, table)
    store.write_text(output.with_suffix(".json"), pd.Series(store.machine()).to_json(indent=2) + "\n")
    print(table.to_string(index=False, float_format="%.1f"))


if __name__ == "__main__":
    main(parser().parse_args())
