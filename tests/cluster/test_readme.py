"""README, "On a cluster": its commands, in their order, in a copy of the project, with the head lost on the way."""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from cluster.conftest import SECONDS
from cluster.loopback import wait_until
from workflow import small_study
from workflow.conftest import ROOT, Workflow, artifacts

PARTS = ["Makefile", "Snakefile", "config", "envs", "rules", "workflow_scripts"]
START, WATCH, RESUME, AFTER = range(4)  # the blocks of commands, as they follow each other


def blocks() -> list[list[str]]:
    """The commands of each block of the section."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = re.search(r"^### On a cluster\n(.*?)^##+ ", text, flags=re.MULTILINE | re.DOTALL)[1]
    return [block.strip().splitlines() for block in re.findall(r"^```sh\n(.*?)^```", section, re.MULTILINE | re.DOTALL)]


@pytest.fixture
def clone(tmp_path):
    """The project as one clones it, its environment made, and a study of one's own in it."""
    for name in PARTS:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, tmp_path / name)
    environment = tmp_path / ".venv"
    environment.mkdir()
    (environment / "bin").symlink_to(Path(sys.prefix) / "bin")
    (environment / "complete").touch()
    small_study.write_study(tmp_path / "config", small_study.write(tmp_path))
    return Workflow(tmp_path)


class Terminal:
    """A shell on the login node, for commands one after the other; what was said is there for who reads the test."""

    def __init__(self, folder: Path):
        self.folder = folder

    def started(self, commands: list[str]) -> subprocess.Popen:
        shell = ["bash", "-euc", "\n".join(commands)]
        return subprocess.Popen(
            shell, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
            env=os.environ | {"PATH": os.environ["PATH"].replace(f"{sys.prefix}/bin:", "")},
        )  # fmt: skip

    def __call__(self, commands: list[str]) -> str:
        with self.started(commands) as shell:
            try:
                said, _ = shell.communicate(timeout=SECONDS)
            finally:
                end(shell)
        print("\n".join([*(f"$ {command}" for command in commands), said]))
        assert shell.returncode == 0, said
        return said


def end(shell: subprocess.Popen) -> None:
    """What a shell started, and itself, as if the login node had failed."""
    for process in (
        [*psutil.Process(shell.pid).children(recursive=True), psutil.Process(shell.pid)] if alive(shell) else []
    ):
        process.send_signal(signal.SIGKILL)


def alive(shell: subprocess.Popen) -> bool:
    return shell.poll() is None


def test_followed_from_top_to_bottom(cluster, clone, local):
    commands, terminal = blocks(), Terminal(clone.folder)
    assert len(commands) == 4
    *setup, dry_run, submit = commands[START]
    assert "--dry-run" in dry_run
    terminal(setup)
    activated = next(command for command in setup if "activate" in command)
    assert "extract_features" in terminal([activated, dry_run])
    with terminal.started([activated, submit]) as head:
        try:
            wait_until(lambda: cluster.jobs("--states=running"), "a job", 300)
            assert "main" in terminal(commands[WATCH])
        finally:
            end(head)
    terminal([activated, *commands[RESUME]])
    wait_until(lambda: not cluster.jobs(), "no jobs left", 60)
    assert "Nothing to be done" in terminal([activated, dry_run])
    assert artifacts(clone) == artifacts(local)
    terminal([activated, *commands[AFTER]])
    assert "node1" in clone.path("results/benchmarks/time.tsv").read_text(encoding="utf-8")
