"""The small study on Slurm, by the shipped profile: the same bytes as on one machine, and every end told of."""

import subprocess
from contextlib import suppress

import psutil
from cluster.loopback import wait_until
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
