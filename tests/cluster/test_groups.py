"""What the paper's study submits by the shipped profile, and how long each job takes; it needs no cluster to say so."""

import json
import subprocess
import sys
from collections import Counter

import pytest
import yaml
from workflow.conftest import ROOT

# Told once it is known what is to be done: each submission as its group, or its rule, and seconds by rule; what is said
# of it all; and how many GPUs a group asks for at most.
TOLD = """
import json
import logging

from snakemake.resources import GroupResources


include: "{root}/Snakefile"


class Submissions(logging.Handler):
    told = False

    def emit(self, record):
        if self.told or str(getattr(record, "event", "")) != "run_info":
            return
        self.told, found = True, dict()
        for job in jobs_to_do(workflow):
            if job.rule.name not in workflow._localrules:
                group = workflow.dag._group.get(job)
                name, jobs = found.setdefault(id(group or job), (group.groupid if group else job.rule.name, []))
                jobs.append((job.rule.name, taken_by_job(job.rule.name, job.wildcards).seconds))
        groups = [group.toposorted for group in set(workflow.dag._group.values())]
        asked = [GroupResources.basic_layered(each, workflow.global_resources, run_local=False) for each in groups]
        gpus = max(each.get("gpu", 0) for each in asked)
        with open("submissions.json", "w") as file:
            json.dump([list(found.values()), how_much(workflow)[0], gpus], file)


logging.getLogger("snakemake.logging").addHandler(Submissions())
"""


@pytest.fixture
def submitted(tmp_path):
    """What the paper's study, changed by ``change``, submits: names, seconds by rule; what is told of it all; GPUs."""

    def of_study(change=lambda study: None):
        study = yaml.safe_load((ROOT / "config/paper.yaml").read_text(encoding="utf-8"))
        change(study)
        for stimuli in study["stimuli"].values():
            folder = tmp_path / stimuli["images"]
            folder.mkdir(parents=True)
            for number in range(120):
                (folder / f"image{number:03d}.png").write_bytes(b"%d" % number)
            for key in {"judgments", "categories"} & set(stimuli):
                (tmp_path / stimuli[key]).write_text("not read\n")
        (tmp_path / "study.yaml").write_text(yaml.safe_dump(study))
        (tmp_path / "Snakefile").write_text(TOLD.format(root=ROOT))
        (tmp_path / "profile").mkdir()
        shipped = (ROOT / "config/profiles/slurm/config.yaml").read_text(encoding="utf-8")
        (tmp_path / "profile/config.yaml").write_text(shipped.replace("FILL_IN", "main"))
        done = subprocess.run(
            [sys.executable, "-m", "snakemake", "--profile", "profile", "--configfile", "study.yaml", "-n", "all"],
            cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads((tmp_path / "submissions.json").read_text())

    return of_study


def seconds_of(jobs):
    return [(sum(seconds for _, seconds in of_job), name) for name, of_job in jobs]


def test_the_papers_study_is_few_jobs_and_none_is_short(submitted):
    jobs, told, _ = submitted()
    assert Counter(name for name, _ in jobs) == {
        "images": 48,  # a set and a network
        "worlds": 33,
        **dict.fromkeys(["transfers", "agreement", "explorer"], 1),
    }
    assert ", on a cluster submitted as 84;" in told
    assert min(seconds_of(jobs))[0] >= 60
    # Which of them go together is Snakemake's choice: so each by itself is long enough.
    assert min(seconds for name, of_job in jobs if name == "worlds" for _, seconds in of_job) >= 60


def with_all_that_can_be_asked_for(study):
    for name, stimuli in study["stimuli"].items():
        stimuli |= {"categories": f"data/{name}.csv", "saliency": {"predictor": "spectral_residual"}}
    study["stimuli"]["scenes"] = {"images": "data/scenes", "heatmaps": {"scores_from": "animals"}}
    study["analyses"]["strict"]["interval"] = "leave_out"
    study["analyses"]["correlation"] = {"split": "images", "similarity": "correlation"}
    study["heatmaps"] = {"overlays": True}


def test_with_all_that_can_be_asked_for_only_saliency_is_a_short_job(submitted):
    """A predictor's maps of a set take seconds: as a group they would still be below a minute, and what fails in one is
    told by the group's name."""
    jobs, *_ = submitted(with_all_that_can_be_asked_for)
    assert {name for seconds, name in seconds_of(jobs) if seconds < 60} == {"prepare_saliency"}
    assert Counter(name for name, _ in jobs if name not in ("images", "worlds")) == {
        "prepare_saliency": 6,
        "borrowed": 2,
        "transfers": 2,
        **dict.fromkeys(["agreement", "explorer"], 1),
    }


def test_what_is_cut_into_shards_is_in_no_circle(submitted):
    """Snakemake refuses groups of which one would wait for itself."""
    jobs, *_ = submitted(lambda study: with_all_that_can_be_asked_for(study) or study.update(shards=2))
    assert {"images", "worlds", "curves", "score_maps_shard"} <= {name for name, _ in jobs}


def test_on_gpus_it_is_as_many_jobs_of_one_gpu_each(submitted):
    """However many steps of a group could stand side by side: a node may have no more."""
    jobs, _, gpus = submitted(lambda study: study.update(device="cuda"))
    assert (len(jobs), gpus) == (84, 1)
