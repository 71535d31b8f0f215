"""Running Snakemake as a user does, on a results folder of the test's own."""

import subprocess
from pathlib import Path

import pytest
from filelock import FileLock
from workflow import forked, small_study

from ais.artifacts import store

ROOT = Path(__file__).parents[2]
SHARED_DATA = ROOT.parent / "shared" / "data"


class Workflow:
    """The project's workflow, run in a folder of its own."""

    def __init__(self, folder: Path):
        self.folder = folder

    def __call__(self, *arguments, cores=2) -> subprocess.CompletedProcess:
        command = ["--snakefile", ROOT / "Snakefile", "--directory", self.folder, "--cores", cores, "--nocolor"]
        return forked.run([str(each) for each in (*command, *arguments)], str(self.folder))

    def succeeds(self, *arguments, **options) -> subprocess.CompletedProcess:
        done = self(*arguments, **options)
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    def has_nothing_to_do(self, *arguments) -> bool:
        return "Nothing to be done" in self.succeeds("--dry-run", *arguments).stdout

    def path(self, name) -> Path:
        return self.folder / name


def assert_told_in_one_line(done, message):
    assert done.returncode != 0
    lines = [line for line in done.stderr.splitlines() if message in line]
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("error: ")
    assert "Traceback" not in done.stdout + done.stderr


@pytest.fixture
def workflow(tmp_path):
    return Workflow(tmp_path)


@pytest.fixture(scope="session")
def finished(tmp_path_factory, worker_id):
    """The small study, finished, in two shards: never changed, for tests break copies. One for all workers."""
    folder = tmp_path_factory.getbasetemp()
    folder = (folder if worker_id == "master" else folder.parent) / "finished"
    with FileLock(f"{folder}.lock"):
        workflow = Workflow(folder)
        if not Path(f"{folder}.done").exists():
            small_study.write_study(folder, small_study.write(folder) | {"shards": 2})
            workflow.succeeds("--configfile", "mine.yaml")
            Path(f"{folder}.done").touch()
    return workflow


def artifacts(workflow, made_in="."):
    """Digests of all that a study made; how and when it was made (logs, timings, versions) is never compared."""
    root = workflow.path(made_in)
    return {
        path.relative_to(root).as_posix(): store.file_digest(path)
        for path in [*(root / "results").rglob("*"), *(root / "data").rglob("*")]
        if path.is_file() and path.suffix != ".json" and path.relative_to(root).parts[1] not in ("logs", "benchmarks")
    }
