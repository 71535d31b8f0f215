"""What jobs ask for follows from the work's size, holds what they took, and is told together before a run."""

import re
from types import SimpleNamespace

import pytest
from workflow import small_study
from workflow.conftest import ROOT

from ais.workflow import effort, job_notes


def asked(workflow, *arguments) -> dict[str, tuple[int, int]]:
    """MB and minutes that each job asks for, by its log."""
    said = workflow.succeeds("--dry-run", *arguments).stdout
    found = re.findall(r" +log: results/logs/(\S+)\.log\n(?:.*\n)*? +resources: (.*)", said)
    return {
        log: tuple(int(re.search(rf"\b{name}=(\d+)", resources)[1]) for name in ("mem_mb", "runtime"))
        for log, resources in found
    }


def test_what_jobs_took_lies_within_what_they_ask_for(finished):
    wanted = asked(finished, "--forceall", "--configfile", "mine.yaml")
    took = {
        "/".join(filter(None, (row["rule"], row["job"]))): row for row in job_notes.read(finished.path("results/logs"))
    }
    assert set(took) == set(wanted)
    for job, row in took.items():
        assert int(row["max_mb"]) < wanted[job][0], job
        assert float(row["seconds"]) < 60 * wanted[job][1], job


def of_many_images(workflow, judgments: str) -> dict[str, tuple[int, int]]:
    """What a study of 1,200 images asks for, of which nothing but the names is looked at before a run."""
    images = workflow.path("images")
    images.mkdir()
    ids = [f"image{number:04d}" for number in range(1200)]
    for name in ids:
        (images / f"{name}.png").write_bytes(name.encode())
    with open(workflow.path("ratings.csv"), "w", encoding="utf-8") as file:
        if judgments == "matrix":
            file.write(",".join(["", *ids]) + "\n")
            file.writelines(f"{name}{',0.5' * len(ids)}\n" for name in ids)
        else:
            file.write("image_a,image_b,rating\n")
            file.writelines(f"{ids[n % 1200]},{ids[(n * 7 + 1) % 1200]},3\n" for n in range(20000))
    study = {
        "stimuli": {"large": {"images": "images", "judgments": "ratings.csv"}},
        "backbones": {"net": {"architecture": "torchvision/resnet50", "weights": "random", "preprocessing": "paper"}},
    }
    small_study.write_study(workflow.folder, study)
    return asked(workflow, "--configfile", "mine.yaml")


@pytest.fixture
def large(workflow):
    return lambda judgments: of_many_images(workflow, judgments)


def test_all_pairs_of_many_images_ask_for_much(large):
    wanted = large("matrix")
    mb, minutes = wanted["score_maps/large/net/cosine-spearman"]
    assert mb > 1500
    assert 20 < minutes < 60
    assert max(mb for mb, _ in wanted.values()) > 3000


def test_few_pairs_of_as_many_images_ask_for_little(large):
    mb, minutes = large("table")["score_folds/large/net/cosine-spearman.images"]
    assert mb < 1500
    assert minutes < 15


@pytest.fixture
def resources():
    """The functions of the rule file, with stand-ins for the study."""
    names = {"GPU": 0, "cache": lambda function: function, "math": __import__("math"), "os": __import__("os")}
    text = (ROOT / "rules/resources.smk").read_text(encoding="utf-8")
    exec(compile(text, "resources.smk", "exec"), names)
    names["taken_by"] = lambda step, wildcards, cut: effort.Taken(600, 1000)
    return SimpleNamespace(**names)


def test_a_second_attempt_asks_for_twice_as_much(resources):
    wanted = resources.asks("score_maps")
    first, second = ({name: value({}, attempt) for name, value in wanted.items()} for attempt in (1, 2))
    assert first == {"mem_mb": 1700, "runtime": 50}
    assert second == {"mem_mb": 3400, "runtime": 100}


def test_a_run_tells_first_how_much_it_is(finished):
    done = finished.succeeds("--dry-run", "--forceall", "--configfile", "mine.yaml")
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("About ")]
    told = r"core-minutes: .*features .* \d+ jobs, on a cluster submitted as \d+; the largest [\d.]+ GB"
    assert re.search(told, line)
    assert "About" not in finished.succeeds("--dry-run", "--configfile", "mine.yaml").stderr  # nothing is to be done
