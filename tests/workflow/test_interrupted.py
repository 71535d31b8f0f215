"""Killed at any moment and resumed, the workflow gives what it would have given undisturbed, byte for byte."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress

import psutil
import pytest
from workflow import small_study
from workflow.conftest import ROOT, Workflow

from ais import store

KILLS = int(os.environ.get("KILLS", "30"))
# How and when something was made, never compared: logs, timings, versions.
NOT_RESULTS = ("results/logs", "results/benchmarks")


def artifacts(workflow):
    """Digests of all that the study made."""
    made = [*workflow.path("results").rglob("*"), *workflow.path("data").rglob("*")]
    return {
        str(path.relative_to(workflow.folder)): store.file_digest(path)
        for path in made
        if path.is_file()
        and path.suffix != ".json"
        and not str(path.relative_to(workflow.folder)).startswith(NOT_RESULTS)
    }


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    workflow = Workflow(tmp_path_factory.mktemp("undisturbed"))
    study = small_study.write(workflow.folder) | {"shards": 3}
    small_study.write_study(workflow.folder, study)
    start = time.monotonic()
    workflow.succeeds("--configfile", "mine.yaml")
    return workflow, time.monotonic() - start


def copy_of_input(undisturbed, folder):
    shutil.copytree(undisturbed.folder, folder, ignore=shutil.ignore_patterns("results", "data", ".snakemake"))
    return Workflow(folder)


def test_the_same_study_twice_with_other_cores_gives_the_same_bytes(undisturbed, tmp_path):
    first, _ = undisturbed
    again = copy_of_input(first, tmp_path / "again")
    again.succeeds("--configfile", "mine.yaml", cores=1)
    assert artifacts(again) == artifacts(first)


def kill_after(workflow, seconds: float) -> bool:
    """Start the workflow, kill it and all it started after some seconds; False if it had ended by then."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", ROOT / "Snakefile", "--directory", workflow.folder]
    command += ["--cores", "2", "--configfile", "mine.yaml", "--rerun-incomplete"]
    running = subprocess.Popen(
        list(map(str, command)), cwd=workflow.folder, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        running.wait(seconds)
        assert running.returncode == 0
        return False
    except subprocess.TimeoutExpired:
        started = psutil.Process(running.pid).children(recursive=True)
        os.killpg(running.pid, signal.SIGKILL)
        for process in started:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        running.wait()
        return True


def assert_nothing_is_half_written(workflow):
    """Every artifact that has its digest beside it is whole."""
    for path in workflow.folder.rglob("*.sha256"):
        for name in (path.with_suffix(".h5"), path.with_suffix(".safetensors")):
            if name.exists() and name.name in path.read_text():
                assert store.file_digest(name) == store.recorded_digest(name)


@pytest.mark.long
def test_killed_and_resumed(undisturbed, tmp_path):
    first, seconds = undisturbed
    expected = artifacts(first)
    moments = random.Random(0)
    kills, run = 0, 0
    while kills < KILLS:
        run += 1
        workflow = copy_of_input(first, tmp_path / str(run))
        while kill_after(workflow, moments.uniform(1.0, 0.6 * seconds)):
            kills += 1
            assert_nothing_is_half_written(workflow)
            assert workflow("--configfile", "mine.yaml", "--unlock").returncode == 0
        assert artifacts(workflow) == expected
        assert workflow.has_nothing_to_do("--configfile", "mine.yaml")
        assert not list(workflow.folder.rglob("*.tmp"))
        shutil.rmtree(workflow.folder)
