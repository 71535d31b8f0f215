"""A GPU a job: on one machine, each job has one for itself, and the others wait.

A lease is a lock on a file (``flock``) in a folder of this machine: the system frees it when the job ends, by whatever
means. Devices are the entries of the user's own ``CUDA_VISIBLE_DEVICES`` or, without it, all that there are, by UUID.
Under a scheduler, which has given the job its own, nothing is leased.

``python -m ais.leases importance.score_maps …`` leases first and runs the script then, so that torch, which the script
imports, sees that GPU alone.
"""

import fcntl
import hashlib
import logging
import os
import runpy
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from ais.errors import InputError

log = logging.getLogger(__name__)

# A scheduler's job has these in its environment. Its GPUs may all be called 0, each in a job of its own.
SCHEDULED = "SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "SGE_TASK_ID"
SECONDS = 0.2  # from one look at the locks to the next
MOST_SECONDS = 2.0


def devices() -> list[str]:
    """The GPUs that this process may use, as ``CUDA_VISIBLE_DEVICES`` names them; none where there are none."""
    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    if named is None:
        return _uuids()
    entries = [entry.strip() for entry in named.split(",")]
    ends = [number for number, entry in enumerate(entries) if not entry or entry.startswith("-")]
    return list(dict.fromkeys(entries[: ends[0]] if ends else entries))  # CUDA, too, stops at the first that is none


def take() -> str | None:
    """Wait for a GPU and hold it until this process ends: what ``CUDA_VISIBLE_DEVICES`` names from now on.

    None where nothing is to be leased: no GPU, a scheduler's job, or one that holds its lease already. Must come before
    the process first uses CUDA. Raises :class:`InputError` where the folder of locks cannot be written.
    """
    own = os.environ.get("CUDA_VISIBLE_DEVICES")
    if any(name in os.environ for name in SCHEDULED) or (own and own == os.environ.get("AIS_LEASED")):
        return None
    found = devices()
    if not found:
        return None
    device = _first_free(found)
    os.environ.update(CUDA_VISIBLE_DEVICES=device, AIS_LEASED=device)
    log.info("GPU %s, leased", device)
    return device


def _first_free(found: Sequence[str]) -> str:
    """Lock one of the devices, whichever is free first; its lock stays with the process."""
    wait, told = SECONDS, False
    while True:
        for device in found:
            if _locked(_path(device)):
                return device
        if not told:
            log.info("waiting for a GPU: other jobs have leased all %d", len(found))
            told = True
        time.sleep(wait)
        wait = min(1.2 * wait, MOST_SECONDS)


def _path(device: str) -> Path:
    folder = Path(os.environ.get("AIS_LEASES") or tempfile.gettempdir())
    return folder / f"ais-gpu-{hashlib.sha256(device.encode()).hexdigest()[:16]}.lock"


def _locked(path: Path) -> bool:
    """Whether this process now has the lock, which others, other users too, find at the same path."""
    file = _opened(path)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(file), os.stat(path)):  # nobody has cleared the folder meanwhile
            return True
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(file)
    return False


def _opened(path: Path) -> int:
    """The file of a lock, made if need be. Children do not inherit it."""
    try:
        try:
            return os.open(
                path, os.O_RDONLY | os.O_NOFOLLOW
            )  # a lock needs no right to write, so anybody's file will do
        except FileNotFoundError:
            return os.open(path, os.O_RDONLY | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        raise InputError(
            f"{path}: found {error.strerror}; expected a file to lock, by which jobs share the GPUs. Set AIS_LEASES to "
            "a folder of this machine that you may write."
        ) from None


def _uuids() -> list[str]:
    """The UUIDs of all GPUs or, of those that are partitioned, of their instances."""
    try:
        listed = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, check=True, timeout=60).stdout
    except (OSError, subprocess.SubprocessError):
        return []
    found: list[str] = []
    for line in listed.splitlines():
        uuid = line.rpartition("UUID: ")[2].rstrip(") ")
        if uuid.startswith("MIG-") and found and found[-1].startswith("GPU-"):
            found.pop()  # the GPU as a whole cannot be used
        if uuid.startswith(("GPU-", "MIG-")):
            found.append(uuid)
    return found


if __name__ == "__main__":
    logging.basicConfig(format="%(message)s", level=logging.INFO, stream=sys.stderr)
    try:
        take()
    except InputError as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
