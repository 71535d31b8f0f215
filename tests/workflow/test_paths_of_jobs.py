"""Each path that a job reads or writes is one of its inputs or outputs: none hides in its options.

So jobs can run where they see nothing but their inputs (tests/cluster/test_no_shared_files.py runs some). Here a study
that uses every rule is planned for such jobs, and each command's paths are held against what its job says it takes.
"""

import importlib.util
import os
import re
import shlex

import pytest
from workflow import small_study
from workflow.conftest import ROOT, Workflow

IN_STORAGE = ".snakemake/storage/fs"
# The steps that read the user's own files, which run where Snakemake is started.
BY_THE_USER = {
    *("list_stimuli", "share_images", "read_judgments", "read_categories"),
    *("freeze_weights", "prepare_saliency"),
}
# Those that no study of one's own has, and what is drawn on demand.
OF_THE_DEMO = {"make_demo", "train_demo_network", "draw_planted_truth"}
ON_DEMAND = {"draw_time"}


def study_of_every_rule(folder):
    study = small_study.write(folder)
    (folder / "images").rename(folder / "photographs")  # images is a word of options as well
    (folder / "odd.txt").write_text("image00 image01 image02\n", encoding="utf-8")
    (folder / "fixations.csv").write_text("image,x,y\nimage00,1,1\n", encoding="utf-8")
    small = study["stimuli"]["small"]
    small |= {"images": "photographs", "categories": "categories.csv"}
    small["saliency"] |= {"fixations": "fixations.csv", "predictor": "spectral_residual"}
    study["stimuli"] |= {
        "second": {"images": "photographs", "judgments": "ratings.csv"},
        "odd": {"images": "photographs", "judgments": {"triplets": "odd.txt"}},
        "scenes": {"images": "photographs", "heatmaps": {"scores_from": "small"}, "saliency": {"maps": "gaze"}},
    }
    study["backbones"]["untrained"] = {"architecture": "timm/test_resnet", "weights": "random"}
    study["analyses"] |= {
        "strict": {"split": "images", "interval": "leave_out"},
        "correlation": {"split": "images", "similarity": "correlation"},
        "ridge": {"split": "images", "reweight": "nonnegative_ridge"},
    }
    return study | {"faithfulness": {"pixels": "mean"}, "heatmaps": {"overlays": True}, "shards": 2}


def planned(text):
    """Of each job of a dry run, its rule, the paths that it says it takes or makes, and its command."""
    blocks = r"^ *(?:local)?rule (\w+):\n((?:.+\n)+?)Shell command: (.+)$"
    for rule, says, command in re.findall(blocks, text, flags=re.MULTILINE):
        if command == "None":  # all, which asks for the others' outputs
            continue
        listed = re.findall(r"^ +(?:input|output|log): (.+)$", says, flags=re.MULTILINE)
        yield rule, [path for paths in listed for path in paths.split(", ")], command


def paths_in(command, folder):
    """What of a command's words are paths: below what this workflow makes, or of a file that is there."""
    for word in shlex.split(command):
        for part in {word, word.partition("=")[2]} - {""}:
            if re.match(r"results|data|\.snakemake|/", part) or os.path.exists(folder / part):
                yield part


@pytest.fixture(scope="module")
def jobs(tmp_path_factory):
    if importlib.util.find_spec("snakemake_storage_plugin_fs") is None:
        pytest.skip("snakemake-storage-plugin-fs is not installed")
    workflow = Workflow(tmp_path_factory.mktemp("planned"))
    small_study.write_study(workflow.folder, study_of_every_rule(workflow.folder))
    done = workflow.succeeds(
        *("--dry-run", "--printshellcmds", "--configfile", "mine.yaml", "--shared-fs-usage", "none"),
        *("--default-storage-provider", "fs", "--default-storage-prefix", "/storage"),
    )
    return workflow.folder, list(planned(done.stdout))


def test_the_study_has_every_rule(jobs):
    rules = {
        name
        for path in (ROOT / "rules").glob("*.smk")
        for name in re.findall(r"^rule (\w+):", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    }
    assert {rule for rule, *_ in jobs[1]} == rules - OF_THE_DEMO - ON_DEMAND


def test_every_path_of_a_command_is_an_input_or_an_output(jobs):
    folder, each = jobs
    for rule, listed, command in each:
        taken = {re.sub(r"^/", f"{IN_STORAGE}/", path.split(" (")[0]) for path in listed}
        named = set(paths_in(command, folder))
        assert named, rule
        assert named <= taken, f"{rule}: {named - taken}"


def test_with_every_artifact_comes_its_digest_which_its_readers_ask_for(jobs):
    for rule, listed, _ in jobs[1]:
        paths = {path.split(" (")[0] for path in listed if path.startswith("/storage/")}
        artifacts = {path for path in paths if path.endswith((".h5", ".safetensors"))}
        assert {re.sub(r"\.\w+$", ".sha256", path) for path in artifacts} <= paths, rule


def test_only_small_steps_read_the_users_own_files(jobs):
    own = {rule for rule, listed, _ in jobs[1] if any("(" not in path for path in listed)}
    # What is told at the end is kept where Snakemake was started.
    assert own == BY_THE_USER | {"write_report"}
