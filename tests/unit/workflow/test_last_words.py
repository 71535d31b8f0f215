"""The last words: why each job failed, on one machine and on Slurm, from logs as Snakemake and Slurm write them."""

import re
from pathlib import Path

import pytest

from ais.workflow import job_notes

RULES = Path(__file__).parents[3] / "rules"


@pytest.fixture
def last_words(tmp_path):
    """The functions of the rule files that have no rules and need no workflow."""
    names = {}
    slurm = (RULES / "slurm.smk").read_text(encoding="utf-8")
    slurm = re.sub(r"^if workflow\.resource_settings.*?(?=^# )", "", slurm, flags=re.MULTILINE | re.DOTALL)
    exec(compile(slurm, "slurm.smk", "exec"), names)
    exec(compile((RULES / "messages.smk").read_text(encoding="utf-8"), "messages.smk", "exec"), names)
    log = tmp_path / "snakemake.log"

    def told(text, **options):
        log.write_text(text, encoding="utf-8")
        return names["last_words"]([log], **options)

    return told


def job(own, slurm=None, message="None", jobid=3):
    logs = ", ".join(map(str, filter(None, [own, slurm])))
    return (
        f"Error in rule score_maps:\n    message: {message}\n    jobid: {jobid}\n"
        f"    log: {logs} (check log file(s) for error details)\n\n"
    )


@pytest.fixture
def logs(tmp_path):
    def write(own, slurm=""):
        (tmp_path / "slurm_logs").mkdir()
        (tmp_path / "own.log").write_text(own)
        (tmp_path / "slurm_logs" / "7.log").write_text(slurm)
        return tmp_path / "own.log", tmp_path / "slurm_logs" / "7.log"

    return write


def test_two_logs_in_one_line_and_what_the_user_can_mend(last_words, logs):
    own, slurm = logs("working\nerror: ratings.csv: found 3; expected 4. Add one.\n", "srun: error: exit 1\n")
    status = "SLURM-job '7' failed, SLURM status is: 'FAILED'. Detailed failure reason unavailable"
    expected = [f"error: ratings.csv: found 3; expected 4. Add one. (all of it: {own})"]
    assert last_words(job(own, slurm, status)) == expected


@pytest.mark.parametrize(
    ("status", "slurm", "found"),
    [
        ("OUT_OF_MEMORY", "", "found too little memory"),
        ("FAILED", "slurmstepd: error: Job 7 exceeded memory limit (9 > 8), being killed", "found too little memory"),
        ("CANCELLED", "slurmstepd: error: Detected 1 oom-kill event(s)", "found too little memory"),
        ("TIMEOUT", "slurmstepd: error: *** JOB 7 ON n CANCELLED AT … DUE TO TIME LIMIT ***", "found too little time"),
        ("NODE_FAIL", "", "found its node lost"),
        ("CANCELLED", "slurmstepd: error: *** JOB 7 ON n CANCELLED AT … ***", "found it cancelled"),
    ],
)
@pytest.mark.parametrize("own", ["", "maps 96 of 96, 12 images\n"])
def test_what_slurm_knows_is_told(last_words, logs, status, slurm, found, own):
    message = f"SLURM-job '7' failed, SLURM status is: '{status}'. Detailed failure reason unavailable"
    (line,) = last_words(job(*logs(own, slurm), message))
    assert line.startswith(f"error: score_maps: {found}")


def test_a_refused_submission_is_told(last_words, logs):
    own, _ = logs("")
    message = "SLURM sbatch failed. The error message was 'sbatch: error: invalid partition specified: absent'.\n"
    (line,) = last_words(job(own, None, message + "    sbatch call:\n        sbatch --parsable"))
    assert line.startswith("error: score_maps: sbatch refused it (invalid partition specified: absent); expected")


def test_nothing_is_told_of_what_ended_well_the_second_time(last_words, logs):
    own, slurm = logs("")
    text = job(own, slurm, "SLURM-job '7' failed, SLURM status is: 'TIMEOUT'.")
    assert last_words(f"{text}Finished jobid: 3 (Rule: score_maps)\n") == []
    assert last_words(f"Finished jobid: 3 (Rule: score_maps)\n{text}") != []


def test_a_log_in_a_storage_is_brought_here(last_words, logs):
    own, _ = logs("error: layer: found absent; expected one of 71. Name one.\n")
    here = {"s3://bucket/own.log (send to storage)": str(own)}
    (line,) = last_words(job("s3://bucket/own.log (send to storage)"), log_here=here.get)
    assert line == f"error: layer: found absent; expected one of 71. Name one. (all of it: {own})"


def group(logs, slurm):
    rules = "".join(
        f"        rule step{number}:\n            jobid: {number}\n            log: {log} (check log file(s) for …)\n"
        for number, log in enumerate(logs)
    )
    return f"    message: Error in group images\n    log: {slurm} (check log file(s) for …)\n    jobs:\n{rules}\n"


def test_of_a_group_only_what_failed_is_told(last_words, logs, tmp_path):
    own, slurm = logs("error: device: found no GPU; expected one. Set device: cpu.\n")
    well = tmp_path / "well.log"
    well.write_text("12 images of 1 shapes, on cpu\n")
    (line,) = last_words(group([well, own, own], slurm))
    assert line == f"error: device: found no GPU; expected one. Set device: cpu. (all of it: {own})"


def test_of_a_group_what_ended_well_is_no_reason(last_words, logs, tmp_path):
    own, slurm = logs("")
    well = tmp_path / "well.log"
    well.write_text(f"12 images\n{job_notes.note(0.0)}\n")
    (line,) = last_words(group([well, own], slurm))
    assert line.startswith("A job failed without a word.")


def test_of_a_group_that_slurm_ended_the_reason_is_told_once(last_words, logs):
    own, slurm = logs("12 images\n", "slurmstepd: error: *** JOB 7 ON n CANCELLED AT … DUE TO TIME LIMIT ***")
    (line,) = last_words(group([own, own], slurm))
    assert line.startswith("error: images: found too little time")
