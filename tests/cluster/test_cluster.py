"""The small study on Slurm, by the shipped profile: the same bytes as on one machine, and every end told of."""

import os
import signal

import pytest
from cluster.loopback import said, wait_until
from workflow import small_study
from workflow.conftest import artifacts, assert_told_in_one_line


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


@pytest.mark.parametrize(
    ("resource", "found"), [("mem_mb=60", "found too little memory"), ("runtime=0", "found too little time")]
)
def test_a_job_above_its_limit_is_told_why(study, resource, found):
    if resource.startswith("runtime"):
        pytest.skip("Slurm's shortest limit is a minute: the small study ends before")
    done = study("--retries", "0", "--set-resources", f"prepare_saliency:{resource}", "--until", "prepare_saliency")
    assert done.returncode != 0
    assert [line for line in done.stderr.splitlines() if line.startswith("error: prepare_saliency: found")], done.stderr
    assert found in done.stderr


def test_a_cancelled_job_a_killed_node_and_a_killed_head_cost_nothing(study, local, cluster):
    first = study.started()
    try:
        (job, _, node, _), *_ = wait_until(lambda: running(cluster), "a job", 300)
        said("scancel", job)  # tried again by itself
        _, _, node, _ = wait_until(lambda: [each for each in running(cluster) if each[0] != job], "another", 300)[0]
        cluster.kill_node(node)
        os.killpg(first.pid, signal.SIGKILL)
    finally:
        if first.poll() is None:
            os.killpg(first.pid, signal.SIGKILL)
        first.wait()
    cluster.start_node(node)
    cluster.wait_for_nodes(120)
    wait_until(lambda: not cluster.jobs(), "what was submitted to end", 600)
    assert study("--unlock").returncode == 0
    study.succeeds()
    assert artifacts(study) == artifacts(local)


def test_after_a_lost_head_a_changed_setting_leaves_no_stale_result(study, local, cluster):
    head = study.started()
    try:
        wait_until(lambda: running(cluster), "a job", 300)
        second = study()
        assert second.returncode != 0
        assert "Directory cannot be locked" in second.stderr
    finally:
        os.killpg(head.pid, signal.SIGKILL)
        head.wait()
    wait_until(lambda: not cluster.jobs(), "the job to end after its head", 600)
    small_study.rerate(study.folder)
    small_study.rerate(local.folder)
    assert study("--unlock").returncode == 0
    local.succeeds("--configfile", "mine.yaml")
    study.succeeds()
    assert artifacts(study) == artifacts(local)
