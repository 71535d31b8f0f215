"""Killed, cancelled or out of disk space, then resumed, the workflow gives what it always gives, byte for byte."""

import os
import random
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress

import psutil
import pytest
from workflow.conftest import ROOT, Workflow, artifacts

from ais.artifacts import store

KILLS = int(os.environ.get("KILLS", "30"))
NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount"]  # where anybody may mount
# Of the small study what is enough to be stopped in the midst of: a cut step, tables, pictures. What kills at random
# moments runs all of it.
SOME = ["results/pruning/small/tiny/strict.tsv", "results/heatmaps/small/tiny/cosine-spearman.jpg"]
LONG_SIZES = ["64k", "200k", "500k", "700k", "900k", "1100k", "1300k", "1500k", "1600k"]


def copy_of_input(finished, folder):
    shutil.copytree(finished.folder, folder, ignore=shutil.ignore_patterns("results", "data", ".snakemake"))
    return Workflow(folder)


def snakemake(workflow, wanted=()) -> list[str]:
    command = [sys.executable, "-m", "snakemake", "--snakefile", ROOT / "Snakefile", "--directory", workflow.folder]
    return [*map(str, command), *wanted, "--cores", "2", "--configfile", "mine.yaml"]


def started(workflow, wanted=()) -> subprocess.Popen:
    """The workflow, running, as the leader of a process group of its own, and heeding a Ctrl-C as in a terminal.

    What a shell starts in the background ignores that signal, these tests too, and all that they start.
    """
    return subprocess.Popen(
        snakemake(workflow, wanted), cwd=workflow.folder, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip


def assert_as_finished(workflow, finished, wanted) -> None:
    """What was wanted is there (everything, of nothing named), the same to the byte as in the finished study."""
    made, expected = artifacts(workflow), artifacts(finished)
    assert made.keys() >= (set(wanted) or expected.keys())
    assert made == {name: expected.get(name) for name in made}


def wait_for(path) -> None:
    while not path.exists():
        time.sleep(0.05)


def test_a_second_run_is_told_so_and_after_ctrl_c_the_same_command_goes_on(finished, tmp_path):
    workflow = copy_of_input(finished, tmp_path / "twice")
    first = started(workflow, SOME)
    wait_for(workflow.path("results/stimuli/small.tsv"))
    second = workflow(*SOME, "--configfile", "mine.yaml")
    assert second.returncode != 0
    assert "Directory cannot be locked" in second.stderr
    assert "Traceback" not in second.stderr
    wait_for(workflow.path("results/logs/score_maps"))
    assert first.poll() is None
    os.killpg(first.pid, signal.SIGINT)  # as a terminal does: to Snakemake and all that it started
    assert first.wait() != 0
    workflow.succeeds(*SOME, "--configfile", "mine.yaml")
    assert_as_finished(workflow, finished, SOME)


# Mounts a small disk, runs into its end, makes room, and resumes; the disk is gone with the process.
ON_A_SMALL_DISK = """
set -e
mkdir results
mount -t tmpfs -o size={size} tmpfs results
{snakemake} > full.txt 2>&1 && exit 3
mount -o remount,size=100m results
{snakemake} > resumed.txt 2>&1
cp -r results copied
"""


@pytest.mark.parametrize(
    ("size", "wanted"), [("400k", SOME), *(pytest.param(size, [], marks=pytest.mark.long) for size in LONG_SIZES)]
)
def test_a_full_disk_is_named_and_with_room_made_the_run_goes_on(finished, tmp_path, size, wanted):
    if subprocess.run([*NAMESPACE, "true"], check=False).returncode != 0:
        pytest.skip("this system lets nobody but root mount a small disk")
    workflow = copy_of_input(finished, tmp_path / "full")
    script = ON_A_SMALL_DISK.format(size=size, snakemake=shlex.join(snakemake(workflow, wanted)))
    done = subprocess.run([*NAMESPACE, "bash", "-c", script], cwd=workflow.folder, check=False)
    said = workflow.path("full.txt").read_text()
    assert done.returncode == 0, said
    assert re.search(r"^error: results\S*: (no space left; expected room|found \d+ kB of free)", said, re.MULTILINE), (
        said
    )
    assert "Traceback" not in said
    workflow.path("results").rmdir()
    workflow.path("copied").rename(workflow.path("results"))
    assert_as_finished(workflow, finished, wanted)


def kill_after(workflow, seconds: float) -> bool:
    """Start the workflow, kill it and all it started after some seconds; False if it had ended by then."""
    running = started(workflow)
    try:
        running.wait(seconds)
        assert running.returncode == 0
        return False
    except subprocess.TimeoutExpired:
        children = psutil.Process(running.pid).children(recursive=True)
        os.killpg(running.pid, signal.SIGKILL)
        for process in children:
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
def test_killed_and_resumed(finished, tmp_path):
    expected = artifacts(finished)
    undisturbed = copy_of_input(finished, tmp_path / "undisturbed")
    start = time.monotonic()
    undisturbed.succeeds("--configfile", "mine.yaml")
    seconds = time.monotonic() - start
    moments = random.Random(0)
    kills, run = 0, 0
    while kills < KILLS:
        run += 1
        workflow = copy_of_input(finished, tmp_path / str(run))
        while kill_after(workflow, moments.uniform(1.0, 0.6 * seconds)):
            kills += 1
            assert_nothing_is_half_written(workflow)
            assert workflow("--configfile", "mine.yaml", "--unlock").returncode == 0
        assert artifacts(workflow) == expected
        assert workflow.has_nothing_to_do("--configfile", "mine.yaml")
        assert not list(workflow.folder.rglob("*.tmp"))
        shutil.rmtree(workflow.folder)
