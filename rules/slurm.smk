"""On a Slurm cluster: what is found out before the first job, and why one ended. No rules."""

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path


def unfilled(settings, name):
    """Where a profile's resources, by rule or for all, still say FILL_IN."""
    for key, value in settings.items():
        if isinstance(value, Mapping):
            yield from unfilled(value, f"{name}: {key}")
        elif "FILL_IN" in str(getattr(value, "raw", value)):
            yield f"{name}: {key}"


if workflow.resource_settings is not None:
    UNFILLED = [
        where
        for name, given in (
            ("default-resources", workflow.resource_settings.default_resources),
            ("set-resources", workflow.resource_settings.overwrite_resources),
        )
        for where in unfilled(dict(given.items()) if given else {}, name)
    ]
    if UNFILLED:
        sys.exit(
            f"error: profile: found FILL_IN in {', '.join(UNFILLED)}; expected your cluster's own. "
            "`sinfo` lists partitions, `sacctmgr show associations user=$USER` accounts; where you need none, delete the "
            "line."
        )

# Seconds for which slurmctld must remember a job that ended, where its status is asked of squeue: the plugin looks at
# least every three minutes.
REMEMBERED = 240


def answer(*command):
    """What a command of Slurm's says, None where it fails."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout
    except (OSError, subprocess.SubprocessError):
        return None


def watch_jobs(workflow):
    """Before the first job: watch jobs by a command that works here, or end.

    Without accounting (no slurmdbd), `sacct` fails; the plugin says nothing, and would wait for ever.
    """
    settings = workflow.executor_settings
    if workflow.executor_plugin is None or workflow.executor_plugin.name != "slurm" or settings is None:
        return
    configuration = answer("scontrol", "show", "config")
    if configuration is None:
        sys.exit(
            "error: Slurm: found that `scontrol show config` fails; expected a cluster's login node. Run it there."
        )
    if answer("sacct", "--allocations", "--noheader", "--starttime=now") is not None:
        settings.status_command = "sacct"
        return
    age = re.search(r"^MinJobAge\s*=\s*(\d+)", configuration, flags=re.MULTILINE)
    if age is None or int(age[1]) < REMEMBERED:
        sys.exit(
            f"error: Slurm: found no accounting (`sacct` fails) and MinJobAge {age[1] if age else '?'} s; expected "
            f"slurmdbd, or at least {REMEMBERED} s, to see how jobs end. Ask who runs the cluster."
        )
    settings.status_command = "squeue"
    print("Slurm keeps no accounting here (no slurmdbd): jobs are watched by squeue.", file=sys.stderr)


# What Slurm says of a job, in its status or in the job's own log there, and what it means.
WHY = {
    r"OUT_OF_MEMORY|oom.?kill|exceeded memory limit": (
        "found too little memory, even after more was asked for; expected mem_mb to hold the step. Set more: "
        "set-resources in the profile"
    ),
    r"'TIMEOUT'|'DEADLINE'|DUE TO TIME LIMIT": (
        "found too little time, even after more was asked for; expected runtime to hold the step. Set more minutes: "
        "set-resources in the profile"
    ),
    r"NODE_FAIL|BOOT_FAIL|DUE TO NODE FAILURE": (
        "found its node lost; expected it to last. Run snakemake again: what is finished stays"
    ),
    r"'PREEMPTED'|DUE TO PREEMPTION": "found it preempted; expected it to end. Run snakemake again: what is finished stays",
    r"'CANCELLED|\*\*\* JOB \S+ ON \S+ CANCELLED": (
        "found it cancelled; expected it to end. Run snakemake again: what is finished stays"
    ),
}


def slurm_says(message, logs):
    """Why Slurm ended a job, from the executor's message and Slurm's own logs of it; None if it did not."""
    refused = re.search(
        r"sbatch failed\. The error message was '(?:sbatch: error: )?(.*?)'?\.?$", message, re.MULTILINE
    )
    if refused:
        return f"sbatch refused it ({refused[1].strip()}); expected what the cluster allows. Correct the profile"
    if "SLURM" not in message and not logs:
        return None
    said = "\n".join([message, *(Path(log).read_text(encoding="utf-8", errors="replace") for log in logs)])
    return next((why for pattern, why in WHY.items() if re.search(pattern, said, flags=re.IGNORECASE)), None)
