"""The small study on Slurm, by the shipped profile: the same bytes as on one machine, and every end told of."""

import os
import shutil
import signal
import subprocess
from contextlib import contextmanager, suppress

import psutil
import pytest
import yaml
from cluster.loopback import said, wait_until
from workflow.conftest import Workflow, artifacts, assert_told_in_one_line


def running(cluster):
    return [job for job in cluster.jobs("--states=running") if job[2]]


def test_the_same_bytes_as_on_one_machine_without_accounting(study, local):
    done = study.succeeds()
    assert "no slurmdbd): jobs are watched by squeue" in done.stderr
    assert artifacts(study) == artifacts(local)
    assert study.has_nothing_to_do()


def test_a_profile_with_a_gap_is_refused_before_anything_is_submitted(study, cluster):
    profile = study.path("profile/config.yaml")
    profile.write_text(profile.read_text().replace('slurm_partition: "main"', 'slurm_partition: "FILL_IN"'))
    before = cluster.jobs("--states=all")
    done = study()
    assert_told_in_one_line(done, "error: profile: found FILL_IN in default-resources: slurm_partition; expected")
    assert cluster.jobs("--states=all") == before


def test_a_partition_that_is_none_is_told(study):
    profile = study.path("profile/config.yaml")
    profile.write_text(profile.read_text().replace('slurm_partition: "main"', 'slurm_partition: "absent"'))
    done = study("--retries", "0", "--until", "prepare_saliency")
    assert done.returncode != 0
    (line,) = {line for line in done.stderr.splitlines() if line.startswith("error: ")}
    assert "sbatch refused it" in line
    assert "partition" in line


def told_of(stderr):
    return [line for line in stderr.splitlines() if line.startswith("error: prepare_saliency: found")]


def test_a_job_above_its_memory_is_told_so(study):
    done = study("--retries", "0", "--set-resources", "prepare_saliency:mem_mb=60", "--until", "prepare_saliency")
    assert done.returncode != 0
    assert told_of(done.stderr), done.stderr
    assert "found too little memory" in told_of(done.stderr)[0]


def test_a_job_above_its_time_is_told_so(study, cluster):
    """Its limit is Slurm's shortest, a minute; it is stopped meanwhile, as the small study needs less."""
    only = ["--retries", "0", "--set-resources", "prepare_saliency:runtime=1", "--until", "prepare_saliency"]
    with subprocess.Popen(
        study.command(*only), cwd=study.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as head:
        try:
            job = wait_until(lambda: running(cluster), "a job", 120)[0][0]
            wait_until(lambda: stop(job), "its processes", 60)
            said_of_it = head.communicate(timeout=300)[1]
        finally:
            head.kill()
    assert told_of(said_of_it), said_of_it
    assert "found too little time" in told_of(said_of_it)[0]


def stop(job):
    """Stop the Python processes of a job; whether there were any."""
    found = []
    for process in psutil.process_iter(["name", "environ"]):
        if (process.info["environ"] or {}).get("SLURM_JOB_ID") == job and "python" in process.info["name"]:
            with suppress(psutil.NoSuchProcess):
                process.suspend()
                found.append(process)
    return found


@contextmanager
def lost(study):
    """A head that submits, and that is killed on the way out, whatever happens meanwhile."""
    head = study.started()
    try:
        yield head
    finally:
        with suppress(ProcessLookupError):
            os.killpg(head.pid, signal.SIGKILL)
        head.wait()


def test_a_cancelled_job_a_killed_node_and_a_killed_head_cost_nothing(study, local, cluster):
    with lost(study):
        cancelled = wait_until(lambda: running(cluster), "a job", 300)[0][0]
        said("scancel", cancelled)  # tried again by itself
        again = wait_until(lambda: [job for job in running(cluster) if job[0] != cancelled], "another", 300)[0]
        cluster.kill_node(again[2])
    cluster.start_node(again[2])
    cluster.wait_for_nodes(120)
    wait_until(lambda: not cluster.jobs(), "what was submitted to end", 600)
    assert study("--unlock").returncode == 0
    study.succeeds()
    assert artifacts(study) == artifacts(local)


@pytest.fixture
def of_another_layer(local, tmp_path_factory):
    """The study with a setting of its first heavy step changed, run on this machine alone."""
    workflow = Workflow(tmp_path_factory.mktemp("changed") / "local")
    shutil.copytree(local.folder, workflow.folder)
    take_another_layer(workflow)
    workflow.succeeds("--configfile", "mine.yaml")
    return workflow


def take_another_layer(workflow):
    settings = yaml.safe_load(workflow.path("mine.yaml").read_text(encoding="utf-8"))
    settings["backbones"]["tiny"]["layer"] = "layer3"
    workflow.path("mine.yaml").write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")


def test_what_ends_after_its_head_is_lost_is_not_kept_when_a_setting_changes(study, of_another_layer, cluster):
    """Only the head records what files were made from: a job's end must not make them look finished."""
    features = study.path("results/features/small/tiny.h5")
    with lost(study):
        wait_until(lambda: running(cluster), "a job", 300)
        second = study()
        assert second.returncode != 0
        assert "Directory cannot be locked" in second.stderr
        wait_until(features.exists, "features", 300)  # the job goes on to what follows from them
    wait_until(lambda: not cluster.jobs(), "the jobs to end after their head", 600)
    made = features.stat().st_mtime_ns
    assert study("--unlock").returncode == 0
    take_another_layer(study)
    assert "rule extract_features" in study.succeeds("--dry-run").stdout
    study.succeeds()
    assert features.stat().st_mtime_ns > made
    assert artifacts(study) == artifacts(of_another_layer)
