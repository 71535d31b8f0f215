"""What Snakemake takes to read the workflow, and to find that nothing is left to do.

    python tests/benchmarks/nothing_to_do.py --output results/benchmarks/nothing_to_do.tsv

A finished study of 6 sets × 2 backbones × 2 analyses, asked again; and the study's rules parsed, as every job
parses them, less the start of Snakemake itself.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[2] / "workflow_scripts"))
sys.path.insert(0, str(Path(__file__).parents[1]))

from workflow import small_study

from ais.artifacts import store

ROOT = Path(__file__).parents[2]
SETS, REPEATS = 6, 5


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cores", type=int, default=2, help="to finish the study with")
    parser.add_argument("--output", required=True, help="TSV: what, jobs, seconds (least of several)")
    return parser


def write_large_study(folder: Path) -> None:
    """The small study's pictures under six names, two backbones, two analyses."""
    study = small_study.write(folder)
    study["stimuli"] = {f"set{number}": study["stimuli"]["small"] for number in range(SETS)}
    study["backbones"]["other"] = study["backbones"]["tiny"] | {"layer": "layer3"}
    small_study.write_study(folder, study)


def snakemake(folder: Path, *arguments, snakefile: Path = ROOT / "Snakefile") -> str:
    command = [sys.executable, "-m", "snakemake", "--snakefile", snakefile, "--directory", folder, *arguments]
    return subprocess.run(list(map(str, command)), cwd=folder, check=True, capture_output=True, text=True).stdout


def least_seconds(function) -> float:
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        function()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def main(arguments: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        write_large_study(folder)
        study = ("--configfile", "mine.yaml")
        snakemake(folder, *study, "--cores", arguments.cores)
        jobs = len(list((folder / ".snakemake" / "metadata").iterdir()))
        (folder / "Nothing").write_text("rule all:\n")
        started = least_seconds(lambda: snakemake(folder, "--list-rules", snakefile=folder / "Nothing"))
        parsed = least_seconds(lambda: snakemake(folder, "--list-rules", *study))
        asked = least_seconds(lambda: snakemake(folder, *study, "--dry-run"))
        assert "Nothing to be done" in snakemake(folder, *study, "--dry-run")
    rows = [("read the rules", parsed - started), ("find nothing to do, start of Snakemake included", asked)]
    table = pd.DataFrame([(what, jobs, seconds) for what, seconds in rows], columns=["what", "files", "seconds"])
    store.write_table(arguments.output, table)
    print(table.to_string(index=False, float_format="%.2f"))


if __name__ == "__main__":
    main(parser().parse_args())
