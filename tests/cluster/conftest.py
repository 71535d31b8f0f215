"""A cluster for all tests of this folder, and the small study by the shipped profile on it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cluster import loopback
from workflow import small_study
from workflow.conftest import ROOT, Workflow

SECONDS = 900  # that a run may take


class OnCluster(Workflow):
    """The workflow by the shipped profile, filled in with a partition and nothing else."""

    def __init__(self, folder: Path):
        super().__init__(folder)
        shipped = (ROOT / "config/profiles/slurm/config.yaml").read_text(encoding="utf-8")
        (folder / "profile").mkdir(exist_ok=True)
        (folder / "profile/config.yaml").write_text(shipped.replace("FILL_IN", "main"), encoding="utf-8")

    def command(self, *arguments) -> list[str]:
        start = [sys.executable, "-m", "snakemake", "--snakefile", ROOT / "Snakefile", "--directory", self.folder]
        profile = ["--profile", self.folder / "profile", "--configfile", "mine.yaml", "--nocolor"]
        quick = ["--slurm-init-seconds-before-status-checks", 2, "--latency-wait", 5]
        return list(map(str, [*start, *profile, *quick, *arguments]))

    def __call__(self, *arguments, **_) -> subprocess.CompletedProcess:
        return subprocess.run(
            self.command(*arguments), cwd=self.folder, capture_output=True, text=True, check=False, timeout=SECONDS
        )

    def started(self) -> subprocess.Popen:
        return subprocess.Popen(
            self.command(),
            cwd=self.folder,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    why = loopback.missing()
    if why:
        pytest.skip(f"no Slurm: {why}")
    with loopback.Cluster(tmp_path_factory.mktemp("cluster") / "run") as up:
        yield up


@pytest.fixture
def study(cluster, tmp_path):
    small_study.write_study(tmp_path, small_study.write(tmp_path))
    return OnCluster(tmp_path)


@pytest.fixture(scope="session")
def local(tmp_path_factory):
    """The same study, run on this machine alone."""
    folder = tmp_path_factory.mktemp("local")
    small_study.write_study(folder, small_study.write(folder))
    os.sync()
    workflow = Workflow(folder)
    workflow.succeeds("--configfile", "mine.yaml")
    return workflow
