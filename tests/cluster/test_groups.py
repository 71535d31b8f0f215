"""How many jobs the paper's study submits by the shipped profile; it needs no cluster to say so."""

import re
import shutil
import subprocess
import sys

import yaml
from workflow.conftest import ROOT


def test_the_papers_study_is_few_jobs(tmp_path):
    study = yaml.safe_load((ROOT / "config/paper.yaml").read_text(encoding="utf-8"))
    for stimuli in study["stimuli"].values():
        folder = tmp_path / stimuli["images"]
        folder.mkdir(parents=True)
        for number in range(120):
            (folder / f"image{number:03d}.png").write_bytes(b"%d" % number)
        (tmp_path / stimuli["judgments"]).write_text("not read\n")
    shutil.copy(ROOT / "config/paper.yaml", tmp_path)
    (tmp_path / "profile").mkdir()
    shipped = (ROOT / "config/profiles/slurm/config.yaml").read_text(encoding="utf-8")
    (tmp_path / "profile/config.yaml").write_text(shipped.replace("FILL_IN", "main"))
    command = [sys.executable, "-m", "snakemake", "--snakefile", ROOT / "Snakefile", "--profile", "profile"]
    done = subprocess.run(
        [*map(str, command), "--configfile", "paper.yaml", "--dry-run", "--nocolor"],
        cwd=tmp_path, capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    said = done.stdout + done.stderr
    groups = re.findall(r"Group job (\w+)", said)
    alone = re.findall(r"^rule (\w+):", said, flags=re.MULTILINE)
    local = set()
    for path in (ROOT / "rules").glob("*.smk"):
        for block in re.findall(r"^localrules:\n((?:    \w+,\n)+)", path.read_text(), flags=re.MULTILINE):
            local.update(re.findall(r"\w+", block))
    submitted = len(groups) + sum(rule not in local | {"all"} for rule in alone)
    assert {"images", "worlds"} <= set(groups)
    assert 90 <= submitted <= 130
