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
    """The last line that each failed job said, each once: for what a user can mend, the line that tells how."""
    text = "\n".join(Path(path).read_text(encoding="utf-8") for path in snakemake_logs)
    said = {}
    for path in dict.fromkeys(re.findall(r"^\s+log: (.+) \(check log file", text, flags=re.MULTILINE)):
        lines = Path(path).read_text(encoding="utf-8").splitlines() if Path(path).is_file() else []
        said.setdefault(lines[-1] if lines else "A job failed without a word.", path)
    return [*(f"{line} (all of it: {path})" for line, path in said.items()), *full_disk(text)]
