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

    A group of jobs fails as one, and is listed as one: of its rules, those that said what they failed of are told.
    """
    finished = {match[1]: match.start() for match in re.finditer(r"^Finished jobid: (\d+)", text, flags=re.MULTILINE)}
    blocks = re.compile(r"^Error in (?:rule|group) (\S+?):?(?: .*)?\n((?:    .*\n|\s*\n)*)", flags=re.MULTILINE)
    for block in blocks.finditer(text):
        name, rest = block[1], block[2]
        jobid = re.search(r"^    jobid: (\d+)", rest, flags=re.MULTILINE)
        if jobid and finished.get(jobid[1], -1) > block.start():
            continue
        message = re.search(r"^    message: (.*?)(?=^    \w+: )", rest, flags=re.MULTILINE | re.DOTALL)
        logs = [
            path
            for paths in re.findall(r"^\s+log: (.+) \(check log file", rest, flags=re.MULTILINE)
            for path in paths.split(", ")
        ]
        told = [path for path in logs if re.match(r"error: |\w*(Error|Exception)\b", last_line(path))]
        slurms = [path for path in logs if "/slurm_logs/" in path]
        yield name, message[1] if message else "", (told + slurms if told else logs)
