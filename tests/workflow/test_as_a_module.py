"""Another workflow has this one as a module: under a prefix, beside rules of its own, which stay as they were."""

import os
import subprocess
import sys

import yaml
from workflow import small_study
from workflow.conftest import ROOT, Workflow, artifacts

THEIRS = """
configfile: "config.yaml"

module ais:
    snakefile: "{snakefile}"
    config: config["ais"]
    {prefix}

use rule * from ais as ais_*

rule all:
    default_target: True
    input: "mine.txt", "split_of_mine.txt"

rule mine:
    input: rules.ais_summarise_gain.output.main, rules.ais_all.input
    output: "mine.txt"
    shell: "cp {{input[0]}} {{output}}; echo ${{{{PYTHONPATH-}}}} >> {{output}}"

rule theirs:
    output: "{{split}}_of_mine.txt"
    shell: "echo {{wildcards.split}} > {{output}}"
"""


def as_a_module(folder, prefix):
    """Somebody's workflow with the small study as a module; their Snakemake, run there."""
    study = small_study.write(folder) | {"shards": 2}
    (folder / "config.yaml").write_text(yaml.safe_dump({"ais": study, "of_their_own": 1}))
    text = THEIRS.format(snakefile=ROOT / "Snakefile", prefix=f'prefix: "{prefix}"' if prefix else "")
    (folder / "Snakefile").write_text(text)

    def snakemake(*arguments):
        done = subprocess.run(
            [sys.executable, "-m", "snakemake", *arguments], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    return snakemake


def test_under_a_prefix_and_on_one_core_the_same_bytes(tmp_path, finished):
    snakemake = as_a_module(tmp_path, "comparison")
    snakemake("--cores", "1")
    made = tmp_path / "comparison"
    assert (tmp_path / "mine.txt").read_text() == (made / "results/pruning/summary.tsv").read_text() + os.environ.get(
        "PYTHONPATH", ""
    ) + "\n"
    assert (tmp_path / "split_of_mine.txt").read_text() == "split\n"
    assert {path.name for path in tmp_path.iterdir()} == {
        *("Snakefile", "config.yaml", "images", "gaze", "ratings.csv", "categories.csv", ".snakemake"),
        *("network.safetensors", "mine.txt", "split_of_mine.txt", "comparison"),
    }
    assert artifacts(Workflow(tmp_path), "comparison") == artifacts(finished)
    assert "Nothing to be done" in snakemake("--dry-run")
    snakemake("--report", "report.html")
    assert "cosine-spearman.jpg" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_without_a_prefix_it_makes_its_files_where_it_always_does(tmp_path):
    snakemake = as_a_module(tmp_path, "")
    assert "rule ais_draw_sheets:" in snakemake("--dry-run")
    snakemake("--cores", "2", "--until", "ais_freeze_weights", "theirs")
    assert (tmp_path / "data/weights/tiny.safetensors").is_file() and (tmp_path / "split_of_mine.txt").is_file()


def test_what_is_wrong_in_a_modules_config_is_told_in_one_line(tmp_path):
    study = small_study.write(tmp_path) | {"fold": 3}
    (tmp_path / "config.yaml").write_text(yaml.safe_dump({"ais": study}))
    (tmp_path / "Snakefile").write_text(THEIRS.format(snakefile=ROOT / "Snakefile", prefix=""))
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "-n"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "error: the module's config, top level: found the unknown key 'fold'; expected stimuli" in done.stderr
    assert "Traceback" not in done.stderr
