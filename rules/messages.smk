"""What a user is told at the end. No rules."""

import os
import re
import shutil
from pathlib import Path


def full_disk(log):
    """What to say where the results' disk is full, so that a job, or Snakemake itself, could not even write it."""
    free = shutil.disk_usage("results" if os.path.isdir("results") else ".").free
    if free > 1_000_000 and "No space left on device" not in log:
        return []
    return [
        f"error: results: found {free // 1000} kB of free disk space; expected room for the results. Make room and run "
        "snakemake again: what is finished stays."
    ]


def last_words(snakemake_logs):
    """Why each job failed, each reason once: Slurm's, or the last line that it said, which tells what a user can mend."""
    text = "\n".join(Path(path).read_text(encoding="utf-8") for path in snakemake_logs)
    said = {}
    for rule, message, logs in failed_jobs(text):
        own = [path for path in logs if "/slurm_logs/" not in path]
        lines = next(filter(None, map(last_line, own)), "")
        why = slurm_says(message, [path for path in logs if path not in own and Path(path).is_file()])
        if lines.startswith("error: ") or not why:
            said.setdefault(lines or "A job failed without a word.", ", ".join(own or logs))
        else:
            said.setdefault(f"error: {rule}: {why}.", ", ".join(logs))
    return [*(f"{line} (all of it: {path})" if path else line for line, path in said.items()), *full_disk(text)]


def last_line(path):
    lines = Path(path).read_text(encoding="utf-8").splitlines() if Path(path).is_file() else []
    return lines[-1] if lines else ""


def failed_jobs(text):
    """Of each job that Snakemake's log says failed, and did not end well later: its rule, the message, and its logs.

    A group of jobs fails as one, and all its logs are listed: those that say what they failed of are told.
    """
    finished = {match[1]: match.start() for match in re.finditer(r"^Finished jobid: (\d+)", text, flags=re.MULTILINE)}
    failed = r"^(?:Error in rule|    message: Error in group) ([\w.-]+):?\n((?:    .*\n)*)"
    for block in re.finditer(failed, text, flags=re.MULTILINE):
        name, rest = block[1], block[2]
        jobs = re.findall(r"^\s+jobid: (\d+)", rest, flags=re.MULTILINE)
        if jobs and all(finished.get(job, -1) > block.start() for job in jobs):
            continue
        message = re.search(r"^    message: (.*)", rest, flags=re.MULTILINE)
        listed = re.findall(r"^\s+log: (.+) \(check log file", rest, flags=re.MULTILINE)
        logs = [path for paths in listed for path in paths.split(", ")]
        slurms = [path for path in logs if "/slurm_logs/" in path]
        told = [path for path in logs if path not in slurms and re.match(r"error: |\w*Error\b", last_line(path))]
        yield name, message[1] if message else "", (told + slurms if told else logs)
