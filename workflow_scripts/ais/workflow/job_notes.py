"""What a job took and where it ran, as the last line of its log; and these lines read again.

``python -m ais.workflow.job_notes importance.score_maps …`` runs the script and, where it ends well, says so on stderr:

    took 12.3 s, 20.1 s of CPU, 812 MB at most; on node3, GPU none; from 2026-03-01T10:00:00Z to 2026-03-01T10:00:12Z

Snakemake's own ``benchmark:`` has neither node nor date, and looks at memory every 30 s: it misses peaks.
"""

import os
import platform
import re
import resource
import runpy
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

NOTE = re.compile(
    r"took (?P<seconds>[\d.]+) s, (?P<cpu_seconds>[\d.]+) s of CPU, (?P<max_mb>\d+) MB at most; "
    r"on (?P<node>\S+), GPU (?P<gpu>.+); from (?P<started>\S+Z) to (?P<ended>\S+Z)"
)


def note(began: float) -> str:
    """What this process took since ``began`` (of :func:`time.time`) and in all, up to now.

    >>> NOTE.fullmatch(note(time.time() - 2))["seconds"]
    '2.0'
    """
    ended = time.time()
    used = [resource.getrusage(of) for of in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(each.ru_utime + each.ru_stime for each in used)
    return (
        f"took {ended - began:.1f} s, {cpu:.1f} s of CPU, {peak_mb()} MB at most; on {node()}, GPU {gpu() or 'none'}; "
        f"from {dated(began)} to {dated(ended)}"
    )


def peak_mb() -> int:
    """The most memory that this process has held, in MB."""
    try:  # not ru_maxrss: through exec, it keeps the peak of the program that started this one
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        return round(int(re.search(r"^VmHWM:\s*(\d+) kB", status, flags=re.MULTILINE)[1]) * 1024 / 1e6)
    except (OSError, TypeError):
        unit = 1 if sys.platform == "darwin" else 1024
        return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6)


def node() -> str:
    """The machine's name; on Slurm, the node's."""
    return os.environ.get("SLURMD_NODENAME") or platform.node() or "unnamed"


def gpu() -> str | None:
    """The GPU that this process has used: its name, number, and most memory held; None if none."""
    cuda = getattr(sys.modules.get("torch"), "cuda", None)
    if cuda is None or not cuda.is_initialized():
        return None
    about = cuda.get_device_properties(cuda.current_device())
    name = " ".join(str(each) for each in (about.name, getattr(about, "uuid", "")) if each)
    return f"{name.replace(';', ',')} ({round(cuda.max_memory_allocated() / 1e6)} MB)"


def dated(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read(folder: str | Path) -> Iterator[dict[str, str]]:
    """Of each job that ended well its rule, what it was about, and its note: from the logs below ``folder``.

    A log tells of the job's last run; of one that failed, or is at work, there is nothing to tell.
    """
    for path in sorted(Path(folder).rglob("*.log")):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        said = NOTE.fullmatch(lines[-1]) if lines else None
        if said:
            rule, *about = path.relative_to(folder).with_suffix("").parts
            yield {"rule": rule, "job": "/".join(about)} | said.groupdict()


if __name__ == "__main__":
    began = time.time()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    print(note(began), file=sys.stderr)
