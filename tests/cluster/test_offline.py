"""Nodes without a network: weights frozen before, all else runs where there is no interface."""

import subprocess
import sys

import pytest
from workflow import small_study
from workflow.conftest import ROOT, Workflow, artifacts

ALONE = ["unshare", "--net"]
PROBE = "import socket, sys; sys.exit([name for _, name in socket.if_nameindex() if name != 'lo'] != [])"


def test_all_jobs_run_without_a_network(local, tmp_path):
    if subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this system lets nobody but root make a network of nothing")
    assert subprocess.run([*ALONE, sys.executable, "-c", PROBE], check=False).returncode == 0
    workflow = Workflow(tmp_path)
    small_study.write_study(tmp_path, small_study.write(tmp_path))
    workflow.succeeds("--configfile", "mine.yaml", "--until", "freeze_weights")
    command = [*ALONE, sys.executable, "-m", "snakemake", "--snakefile", ROOT / "Snakefile", "--cores", "2"]
    done = subprocess.run(
        [*map(str, command), "--configfile", "mine.yaml"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert artifacts(workflow) == artifacts(local)
