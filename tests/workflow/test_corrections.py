"""Where Snakemake is corrected (rules/corrections.smk): what it does by itself, and what it does here instead.

The first tests run plain workflows. One that fails says that Snakemake changed: read its correction, and drop it if
nothing is wrong any more.
"""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from workflow import small_study
from workflow.conftest import ROOT, Workflow

PLAIN = """
rule all:
    input: "whole.txt"

rule whole:
    input: expand("part{n}.txt", n=range(config.get("parts", 2))), "large.bin"
    output: "whole.txt"
    params: config.get("setting", 1)
    shell: "sleep {params}; cat part*.txt > {output}"

rule part:
    output: "part{n}.txt"
    shell: "echo {wildcards.n} > {output}"
"""


@pytest.fixture
def plain(tmp_path):
    """A workflow of somebody's, without corrections."""
    (tmp_path / "Snakefile").write_text(PLAIN)
    (tmp_path / "large.bin").write_bytes(bytes(2_000_000))
    return tmp_path / "Snakefile"


def snakemake(snakefile, folder, *arguments) -> list[str]:
    return [sys.executable, "-m", "snakemake", "--snakefile", str(snakefile), "--directory", str(folder), *arguments]


def said(snakefile, folder, *arguments) -> str:
    done = subprocess.run(
        snakemake(snakefile, folder, "--nocolor", *arguments), cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def test_a_large_input_counts_by_its_date(plain):
    said(plain, plain.parent, "--cores", "1")
    (plain.parent / "large.bin").touch()
    assert "Updated input files: large.bin" in said(plain, plain.parent, "--dry-run")


def test_another_set_of_inputs_runs_a_job_again_and_makes_what_is_missing(plain):
    said(plain, plain.parent, "--cores", "1")
    told = said(plain, plain.parent, "--dry-run", "--config", "parts=3")
    assert "Set of input files has changed" in told
    assert "output: part2.txt" in told


def lose_the_head(command, folder, started) -> None:
    """Run a workflow, and kill it with all that it started once it has marked a file as not complete."""
    running = subprocess.Popen(
        command, cwd=folder, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until = time.monotonic() + 120
    while not started() and time.monotonic() < until:
        time.sleep(0.02)
    assert started()
    children = psutil.Process(running.pid).children(recursive=True)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    for child in children:
        if child.is_running():
            child.kill()


def marks(folder):
    """The files that Snakemake has marked as not complete."""
    place = folder / ".snakemake" / "incomplete"
    return [path for path in place.rglob("*") if path.is_file()] if place.is_dir() else []


def run_elsewhere(snakefile, folder, job, *arguments):
    """Run a job as a cluster's node does, by a Snakemake of its own."""
    rule = job.split(":")[0]
    told = said(
        snakefile, folder, "--target-jobs", job, "--allowed-rules", rule, "--cores", "1", "--force", "--mode", "remote",
        "--nolock", "--ignore-incomplete", "--target-files-omit-workdir-adjustment", "--no-hooks", *arguments,
    )  # fmt: skip
    assert "1 of 1 steps (100%) done" in told, told


def test_a_job_elsewhere_takes_off_the_mark_and_records_nothing(plain):
    """So a result is kept, whatever is changed afterwards, if the Snakemake that started it is lost."""
    folder = plain.parent
    said(plain, folder, "--cores", "1", "part0.txt", "part1.txt")
    lose_the_head(
        snakemake(plain, folder, "--cores", "1", "--config", "setting=60"), folder, lambda: len(marks(folder)) == 1
    )
    run_elsewhere(plain, folder, "whole:")
    assert marks(folder) == []
    said(plain, folder, "--unlock")
    assert "Nothing to be done" in said(plain, folder, "--dry-run", "--config", "setting=0")


def test_what_was_interrupted_is_refused_unless_told(plain):
    folder = plain.parent
    said(plain, folder, "--cores", "1", "part0.txt", "part1.txt")
    lose_the_head(
        snakemake(plain, folder, "--cores", "1", "--config", "setting=60"), folder, lambda: len(marks(folder)) == 1
    )
    (folder / "whole.txt").touch()
    said(plain, folder, "--unlock")
    assert "rerun your command with the --rerun-incomplete flag" in said(plain, folder, "--dry-run")


@pytest.mark.parametrize("change", [{}, {"layer": "layer3"}], ids=["nothing changed", "a setting changed"])
def test_a_job_that_ended_after_the_head_was_lost_runs_again_here(tmp_path, change):
    workflow = Workflow(tmp_path)
    study = small_study.write(tmp_path)
    small_study.write_study(tmp_path, study)
    workflow.succeeds("--configfile", "mine.yaml", "--until", "freeze_weights", "list_stimuli")
    assert marks(tmp_path) == []
    command = snakemake(ROOT / "Snakefile", tmp_path, "--cores", "2", "--configfile", "mine.yaml")
    lose_the_head(
        [*command, "--until", "extract_features"],
        tmp_path,
        lambda: (tmp_path / "results/logs/extract_features/small/tiny.log").exists(),
    )
    features = tmp_path / "results/features/small/tiny.h5"
    assert not features.exists()
    job = "extract_features:stimuli=small,backbone=tiny"
    run_elsewhere(ROOT / "Snakefile", tmp_path, job, "--configfile", "mine.yaml")
    assert features.exists()
    assert len(marks(tmp_path)) >= 3  # the artifact, its digest, how it was made
    study["backbones"]["tiny"] |= change
    small_study.write_study(tmp_path, study)
    assert workflow("--unlock", "--configfile", "mine.yaml").returncode == 0
    assert "rule extract_features:" in workflow.succeeds("--configfile", "mine.yaml", "--dry-run").stdout
    workflow.succeeds("--configfile", "mine.yaml", "--until", "extract_features")
    assert marks(tmp_path) == []


TRIED = """
rule all:
    input: "made.txt"

rule made:
    output: "made.txt"
    log: "made.log"
    retries: 2
    shell: "echo attempt >> attempts; echo '{config[says]}' > {log}; exit 1"
"""


def test_snakemake_tries_again_what_a_user_must_mend(tmp_path):
    """By itself. Here: tests/workflow/test_bad_files.py's message comes once, see the next test."""
    (tmp_path / "Snakefile").write_text(TRIED)
    run = [sys.executable, "-m", "snakemake", "--cores", "1", "--config", "says=error: mend this."]
    assert subprocess.run(run, cwd=tmp_path, capture_output=True, check=False).returncode == 1
    assert (tmp_path / "attempts").read_text().count("attempt") == 3


def test_what_a_user_must_mend_is_tried_once(workflow):
    study = small_study.write(workflow.folder)
    small_study.write_study(workflow.folder, study)
    workflow.path("ratings.csv").write_text("not,a\nmatrix,of\n")
    done = workflow("--configfile", "mine.yaml", "--retries", "2", "--until", "read_judgments")
    assert done.returncode == 1
    assert "Trying to restart" not in done.stderr
