"""A Slurm cluster on this machine: munge, slurmctld, and three slurmd with a GPU each that is none.

Needs root and Debian's packages slurm-wlm and munge. Slurm's executor plugin drops ``SLURM_CONF`` from a job's
environment, so the configuration lies in ``/etc/slurm`` while the cluster is up; a machine that has one of its own is
left alone.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

HERE = Path(__file__).parent
NODES = ["node1", "node2", "node3"]
CONFIGURATION = Path("/etc/slurm")
WANTED = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "sinfo", "scancel"]
SECONDS = 60


def missing() -> str | None:
    """Why no cluster can be had here, or None."""
    absent = [name for name in WANTED if shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin") is None]
    if absent:
        return f"no {', '.join(absent)} here (Debian: apt-get install slurm-wlm munge)"
    if os.geteuid() != 0:
        return f"only root may write {CONFIGURATION}"
    if any((CONFIGURATION / name).exists() for name in ("slurm.conf", "gres.conf")):
        return f"{CONFIGURATION} holds the configuration of another cluster"
    return None


def wait_until(happens: Callable[[], object], what: str, seconds: float = SECONDS):
    """What ``happens`` gives once it is true; an error after some seconds."""
    until = time.monotonic() + seconds
    while not (found := happens()):
        if time.monotonic() > until:
            raise TimeoutError(f"{what}: not within {seconds} s")
        time.sleep(0.1)
    return found


def said(*command: str, seconds: float = 20) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds).stdout.strip()


class Cluster:
    """Up while the ``with`` block lasts; all that it started is ended by pid, whatever happens in it."""

    def __init__(self, run: Path):
        self.run = run
        self.started: dict[str, psutil.Process] = {}

    def __enter__(self) -> "Cluster":
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_) -> None:
        with suppress(Exception):
            said("scancel", "--user", "root")
            wait_until(lambda: not said("squeue", "--noheader"), "no jobs left", 20)
        descendants = [each for process in self.started.values() for each in _descendants(process)]
        _end([*self.started.values(), *descendants])
        for name in ("slurm.conf", "gres.conf"):
            if (CONFIGURATION / name).is_symlink():
                (CONFIGURATION / name).unlink()
        if Path("/run/munge/munge.socket.2").is_symlink():
            Path("/run/munge/munge.socket.2").unlink()

    def _start(self) -> None:
        (self.run / "state").mkdir(parents=True)
        text = (HERE / "slurm.conf.in").read_text()
        ports = dict(zip(["PORT", "PORT1", "PORT2", "PORT3"], _free_ports(4), strict=True))
        values = {"RUN": self.run, "HOST": socket.gethostname().split(".")[0], "USER": "root"} | ports
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        (self.run / "slurm.conf").write_text(text)
        shutil.copy(HERE / "gres.conf", self.run)
        for folder in (CONFIGURATION, Path("/run/munge")):
            folder.mkdir(exist_ok=True)
        for name in ("slurm.conf", "gres.conf"):
            (CONFIGURATION / name).symlink_to(self.run / name)
        key = self.run / "munge.key"
        key.touch(0o600)
        key.write_bytes(os.urandom(1024))
        socket_path, files = self.run / "munge.socket", ("pid", "log", "seed")
        self._daemon(
            "munged", "--foreground", "--force", f"--key-file={key}", f"--socket={socket_path}",
            *(f"--{kind}-file={self.run / 'munged'}.{kind}" for kind in files),
        )  # fmt: skip
        wait_until(socket_path.exists, "munge")
        link = Path("/run/munge/munge.socket.2")  # the only name that sacctmgr knows
        if not link.exists():
            link.unlink(missing_ok=True)
            link.symlink_to(socket_path)
        self._daemon("slurmctld", "-D", "-c")
        for node in NODES:
            self.start_node(node)
        self.wait_for_nodes()

    def _daemon(self, name: str, *arguments: str, key: str | None = None) -> None:
        path = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
        with open(self.run / f"{key or name}.said", "ab") as said_to:
            process = psutil.Popen([path, *arguments], stdout=said_to, stderr=said_to, start_new_session=True)
        self.started[key or name] = process

    def start_node(self, node: str) -> None:
        (self.run / f"spool.{node}").mkdir(exist_ok=True)
        self._daemon("slurmd", "-D", "-N", node, key=node)

    def wait_for_nodes(self, seconds: float = SECONDS) -> None:
        """Until all nodes take jobs."""
        up = {"idle", "mixed", "allocated"}
        listed = ["sinfo", "--noheader", "--Node", "--partition=main", "--format=%T"]

        def all_up() -> bool:
            try:
                states = said(*listed).split()
            except subprocess.SubprocessError:  # slurmctld is not there yet
                return False
            return len(states) == len(NODES) and set(states) <= up

        wait_until(all_up, "three nodes", seconds)

    def kill_node(self, node: str) -> None:
        """As if its power had failed: its daemon and all that it runs."""
        process = self.started.pop(node)
        _end([process, *_descendants(process, node)], signal.SIGKILL)

    def jobs(self, *options: str) -> list[list[str]]:
        """Id, state, node and comment of the jobs, those that ended lately with ``--states=all``."""
        return [line.split("|") for line in said("squeue", "--noheader", "--format=%i|%T|%N|%k", *options).splitlines()]


def _descendants(process: psutil.Process, node: str | None = None) -> list[psutil.Process]:
    """What a process started, and the steps of a node, which detach from the daemon that started them."""
    found = []
    with suppress(psutil.NoSuchProcess):
        found += process.children(recursive=True)
    for each in psutil.process_iter(["name", "cmdline", "environ"]):
        with suppress(psutil.NoSuchProcess):
            if node and each.info["environ"] and each.info["environ"].get("SLURMD_NODENAME") == node:
                found.append(each)
    return found


def _end(processes: list[psutil.Process], how: int = signal.SIGTERM) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(how)
    _, alive = psutil.wait_procs(processes, timeout=10)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=10)


def _free_ports(number: int) -> list[int]:
    sockets = [socket.socket() for _ in range(number)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()
