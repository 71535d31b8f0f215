"""Jobs that share no files with whoever starts them, as in a cloud: from an empty storage, the same bytes.

Snakemake's `fs` plugin is the storage, a folder; its `cluster-generic` plugin gives jobs to elsewhere/submit, which
runs them on this machine in empty folders, unable to see the one that Snakemake was started in.
"""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from workflow import small_study
from workflow.conftest import ROOT, Workflow, artifacts, assert_told_in_one_line

HERE = Path(__file__).parent / "elsewhere"
SECONDS = 900  # that a run may take
SOURCES = ["Snakefile", "rules", "workflow_scripts", "config", "envs"]


def missing():
    """What this needs and this machine has not, in words; None if it has all."""
    for module in ("snakemake_storage_plugin_fs", "snakemake_executor_plugin_cluster_generic"):
        if importlib.util.find_spec(module) is None:
            return f"{module.replace('_', '-')} is not installed"
    for program in ("rsync", "git", "unshare", "setsid"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    hide = ["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]
    if subprocess.run(hide, capture_output=True, check=False).returncode != 0:
        return "this system lets nobody but root hide a folder"
    return None


class Elsewhere(Workflow):
    """A clone of the project with the small study in it, and a storage with nothing in it."""

    def __init__(self, folder: Path):
        super().__init__(folder / "clone")
        self.storage, self.jobs = Workflow(folder / "storage"), folder / "jobs"
        self.jobs.mkdir()
        for name in SOURCES:
            ignored = shutil.ignore_patterns("__pycache__")
            copy = shutil.copytree if (ROOT / name).is_dir() else lambda *paths, ignore: shutil.copy(*paths)
            self.folder.mkdir(exist_ok=True)
            copy(ROOT / name, self.folder / name, ignore=ignored)
        # Snakemake hands jobs what git knows of.
        for command in (["init", "--quiet"], ["add", "--all"]):
            subprocess.run(["git", *command], cwd=self.folder, check=True)
        small_study.write_study(self.folder, small_study.write(self.folder))

    def __call__(self, *arguments, **_) -> subprocess.CompletedProcess:
        executor = ["--executor", "cluster-generic", "--jobs", 2, "--local-cores", 2, "--group-components", "worlds=4"]
        executor += ["--cluster-generic-submit-cmd", HERE / "submit", "--cluster-generic-status-cmd", HERE / "status"]
        nothing = ["--shared-fs-usage", "none", "--job-deploy-sources", "--seconds-between-status-checks", 1]
        storage = ["--default-storage-provider", "fs", "--default-storage-prefix", self.storage.folder]
        command = [sys.executable, "-m", "snakemake", *executor, *nothing, *storage, "--nocolor", *arguments]
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            list(map(str, command)),
            cwd=self.folder,
            env=os.environ | {"ELSEWHERE": str(self.jobs), "HIDDEN": str(self.folder), "PATH": path},
            capture_output=True, text=True, check=False, timeout=SECONDS,
        )  # fmt: skip

    def logs(self) -> str:
        return "".join(path.read_text(encoding="utf-8") for path in sorted(self.jobs.glob("*/log")))

    def end(self) -> None:
        """End the jobs that still run."""
        for pid in self.jobs.glob("*/pid"):
            if not (pid.parent / "ended").exists():
                with suppress(ProcessLookupError, ValueError):
                    os.killpg(int(pid.read_text(encoding="utf-8")), signal.SIGKILL)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    why = missing()
    if why:
        pytest.skip(f"jobs cannot run as elsewhere: {why}")
    workflow = Elsewhere(tmp_path_factory.mktemp("elsewhere"))
    try:
        yield workflow
    finally:
        workflow.end()


@pytest.fixture(scope="module")
def done(elsewhere):
    """The small study, run from an empty storage."""
    done = elsewhere("--configfile", "mine.yaml")
    assert done.returncode == 0, done.stdout + done.stderr + elsewhere.logs()
    return done


def bytes_of(workflow):
    """Digests of all that was made; the dates of folders, which Snakemake keeps in files, are none."""
    return {path: digest for path, digest in artifacts(workflow).items() if not path.endswith(".snakemake_timestamp")}


def test_from_an_empty_storage_the_same_bytes(elsewhere, done, local):
    made, kept = bytes_of(elsewhere.storage), bytes_of(elsewhere)
    assert set(kept) == {"results/report/findings.txt"}  # what is told at the end
    copies = {path for path in made if path.startswith("results/stimuli/small/images/")}
    assert len(copies) == len(small_study.IDS)
    assert {path: made[path] for path in made.keys() - copies} | kept == bytes_of(local)
    ran = set(re.findall(r"^(?:local)?rule (\w+):", elsewhere.logs(), flags=re.MULTILINE))
    assert ran > {"extract_features", "score_folds", "prune_maps", "permute_judgments"}  # elsewhere, not here


def test_at_the_end_stands_what_was_found_and_where_the_results_are(elsewhere, done, local):
    found = local.path("results/report/findings.txt").read_text(encoding="utf-8")
    assert found in done.stdout
    assert f"The results are in {elsewhere.storage.folder}/results: copy it" in done.stdout


def test_then_there_is_nothing_to_do_until_an_image_changes(elsewhere, done):
    study = ["--configfile", "mine.yaml"]
    image = elsewhere.path("images/image05.png")
    image.touch()
    assert elsewhere.has_nothing_to_do(*study)
    whole = image.read_bytes()
    image.write_bytes(elsewhere.path("images/image04.png").read_bytes())
    try:
        told = elsewhere.succeeds("--dry-run", *study).stdout
    finally:
        image.write_bytes(whole)
    rules = re.findall(r"^ *(?:local)?rule (\w+):", told, flags=re.MULTILINE)
    assert {"list_stimuli", "share_images", "extract_features"} <= set(rules)
    assert elsewhere.has_nothing_to_do(*study)


def test_jobs_that_would_have_no_scripts_are_not_begun(elsewhere, done):
    elsewhere.path(".git").rename(elsewhere.path("away"))
    failed = elsewhere("--configfile", "mine.yaml", "--forcerun", "extract_features")
    elsewhere.path("away").rename(elsewhere.path(".git"))
    assert_told_in_one_line(failed, "error: workflow_scripts/run: found that jobs elsewhere would not have it")


def test_what_a_user_must_mend_is_told_from_a_log_in_the_storage_and_not_tried_again(elsewhere, done):
    study = elsewhere.path("mine.yaml").read_text(encoding="utf-8")
    elsewhere.path("wrong.yaml").write_text(
        study.replace("classes: 5", "classes: 5\n    layer: absent"), encoding="utf-8"
    )
    failed = elsewhere("--configfile", "wrong.yaml", "--until", "extract_features", "--retries", "1")
    assert failed.returncode != 0
    (line,) = [line for line in failed.stderr.splitlines() if line.startswith("error: layer: found 'absent'")]
    assert Path(elsewhere.path(line.split("all of it: ")[1].rstrip(")"))).is_file()
    assert failed.stderr.count("Error in rule extract_features") == 1
