"""A study of a user's own: what it makes, and what bad input gets, from the study to the last job."""

import shutil

import h5py
import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from workflow import small_study
from workflow.conftest import Workflow

from ais import networks


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A finished run, never changed: tests copy it and break the copy."""
    workflow = Workflow(tmp_path_factory.mktemp("small"))
    study = small_study.write(workflow.folder)
    small_study.write_study(workflow.folder, study)
    workflow.succeeds("--configfile", "mine.yaml")
    return workflow, study


@pytest.fixture
def copy(finished, tmp_path):
    """A copy of the finished run, and its study."""
    original, _ = finished
    folder = tmp_path / "copy"
    shutil.copytree(original.folder, folder, ignore=shutil.ignore_patterns("log"))
    return Workflow(folder), small_study.yaml.safe_load((folder / "mine.yaml").read_text())


def test_all_that_a_study_asks_for_is_there(finished):
    workflow, _ = finished
    summary = pd.read_csv(workflow.path("results/pruning/summary.tsv"), sep="\t")
    assert summary[["stimuli", "backbone", "analysis", "folds"]].to_numpy().tolist() == [
        ["small", "tiny", "paper", 6],
        ["small", "tiny", "strict", 6],
    ]
    assert workflow.path("results/heatmaps/small/tiny/paper.jpg").is_file()
    assert workflow.path("results/saliency/summary.tsv").is_file()
    assert not list(workflow.folder.rglob("*.tmp"))


def test_nothing_is_left_to_do_in_another_folder_on_another_day(copy):
    workflow, _ = copy
    for path in workflow.folder.rglob("*"):
        path.touch()
    assert workflow.has_nothing_to_do("--configfile", "mine.yaml")


def test_images_without_saliency_are_left_out_counted_and_named(copy):
    workflow, _ = copy
    table = workflow.path("results/saliency/small/tiny/paper/maps.tsv")
    before = set(pd.read_csv(table, sep="\t")["image"])
    for name in ("image03", "image07"):
        workflow.path(f"gaze/{name}.png").unlink()
    workflow.succeeds("--configfile", "mine.yaml")
    assert before - set(pd.read_csv(table, sep="\t")["image"]) == {"image03", "image07"}
    said = workflow.path("results/logs/prepare_saliency/small/maps.log").read_text()
    assert "left out, as they have no saliency: 2 images: 'image03', 'image07'" in said


# What the study alone shows: told before any job, and nothing is touched.
IN_THE_STUDY = {
    "misspelt key": (
        lambda study: study["stimuli"]["small"].update(judgement="x.csv"),
        "error: mine.yaml, stimuli.small: found the unknown key 'judgement'",
    ),
    "misspelt value": (
        lambda study: study["analyses"]["paper"].update(similarity="cosin"),
        "analyses.paper.similarity: found \"cosin\"; expected cosine, correlation or euclidean. Did you mean 'cosine'?",
    ),
    "missing image folder": (
        lambda study: study["stimuli"]["small"].update(images="imges"),
        "stimuli.small.images: found no folder imges; expected one",
    ),
    "missing ratings": (
        lambda study: study["stimuli"]["small"].update(judgments="rating.csv"),
        "found no file rating.csv; expected one",
    ),
    "missing saliency": (
        lambda study: study["stimuli"]["small"].update(saliency={"maps": "gazes"}),
        "stimuli.small.saliency.maps: found no folder gazes",
    ),
    "missing weights": (
        lambda study: study["backbones"]["tiny"].update(weights="net.pth"),
        "backbones.tiny.weights: found no file net.pth",
    ),
    "floating tag": (
        lambda study: study["backbones"]["tiny"].update(weights="DEFAULT"),
        "backbones.tiny.weights: found DEFAULT, which means other weights in another release",
    ),
    "a name that a shell would run": (
        lambda study: study["stimuli"].update({"a; touch hacked": study["stimuli"].pop("small")}),
        "found the name 'a; touch hacked'; expected letters, digits",
    ),
    "no stimuli: never the demo's": (lambda study: study.pop("stimuli"), "top level: found no key 'stimuli'"),
    "no backbones": (lambda study: study.pop("backbones"), "top level: found no key 'backbones'"),
}


def assert_told_in_one_line(done, message):
    assert done.returncode != 0
    lines = [line for line in done.stderr.splitlines() if message in line]
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("error: ")
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("case", IN_THE_STUDY)
def test_a_bad_study_is_told_at_once(tmp_path, case):
    workflow = Workflow(tmp_path)
    change, message = IN_THE_STUDY[case]
    study = small_study.write(tmp_path)
    change(study)
    small_study.write_study(tmp_path, study)
    assert_told_in_one_line(workflow("--configfile", "mine.yaml"), message)
    assert not workflow.path("results").exists()
    assert not workflow.path("hacked").exists()


def replace_image(folder, name, size):
    Image.new("RGB", size).save(folder / "images" / name)


def change_state(folder, change):
    state = load_file(folder / "network.safetensors")
    change(state)
    save_file(state, folder / "network.safetensors")


def fewer_images(folder, study):
    for name in small_study.IDS[5:]:
        (folder / "images" / f"{name}.png").unlink()
    small_study.write_ratings(folder, small_study.IDS[:5])


# What a job finds: change of the files, of the study; the message; what must not be there afterwards.
IN_A_JOB = {
    "truncated image": (
        lambda folder, study: (folder / "images/image04.png").write_bytes(b"\x89PNG\r\n\x1a\n half"),
        "images/image04.png: not a readable image",
    ),
    "one pixel": (
        lambda folder, study: replace_image(folder, "image04.png", (1, 1)),
        "images/image04.png: found 1 × 1 pixels; expected at least 2 × 2",
    ),
    "an id twice": (
        lambda folder, study: replace_image(folder, "image04.jpg", (96, 64)),
        "images: found 'image04.jpg', 'image04.png', which are one id 'image04'",
    ),
    "an image without judgments": (
        lambda folder, study: replace_image(folder, "image99.png", (96, 64)),
        "ratings.csv: found no judgments of the images 'image99' (1 of 13); expected all images",
    ),
    "judgments without an image": (
        lambda folder, study: (folder / "images/image04.png").unlink(),
        "ratings.csv: found judgments of 'image04', of which there is no image (1 of 12 ids)",
    ),
    "not symmetric": (
        lambda folder, study: (folder / "ratings.csv").write_text(
            (folder / "ratings.csv").read_text().replace("image00,5,", "image00,5,9", 1)
        ),
        "ratings.csv, row",
    ),
    "fewer images than folds need": (
        fewer_images,
        "folds: found 5 images, so that the smallest of 3 test folds by images holds 0 pairs",
    ),
    "unknown architecture": (
        lambda folder, study: study["backbones"]["tiny"].update(architecture="timm/tst_resnet"),
        "architecture: found 'timm/tst_resnet'; expected torchvision/<name> or timm/<name>. Did you mean timm/test_",
    ),
    "another network's weights": (
        lambda folder, study: change_state(folder, lambda state: state.pop("layer4.0.conv1.weight")),
        "network.safetensors: does not fit ResNet with 5 classes: missing 'layer4.0.conv1.weight'",
    ),
    "another number of classes": (
        lambda folder, study: study["backbones"]["tiny"].update(classes=7),
        "has 5 classes; expected 7. Set classes: 5",
    ),
    "a layer that does not exist": (
        lambda folder, study: study["backbones"]["tiny"].update(layer="layer9"),
        "layer: found 'layer9', which ResNet does not run",
    ),
    "a layer without spatial extent": (
        lambda folder, study: study["backbones"]["tiny"].update(layer="global_pool"),
        "layer: found 'global_pool', whose output has the shape (96,)",
    ),
    "a readout that the network lacks": (
        lambda folder, study: study["backbones"]["tiny"].update(readout="fully_connected"),
        "readout: asked for fully_connected; ResNet has no head of the form",
    ),
    "saliency of another aspect ratio": (
        lambda folder, study: Image.new("L", (48, 48)).save(folder / "gaze/image04.png"),
        "gaze/image04.png: found 48 × 48 pixels for an image of 96 × 64; expected the same aspect ratio",
    ),
}


@pytest.mark.parametrize("case", IN_A_JOB)
def test_what_a_job_finds_is_told_in_one_line_and_nothing_is_lost(copy, case):
    workflow, study = copy
    change, message = IN_A_JOB[case]
    change(workflow.folder, study)
    small_study.write_study(workflow.folder, study)
    done = workflow("--configfile", "mine.yaml")
    assert_told_in_one_line(done, message)
    assert not list(workflow.folder.rglob("*.tmp"))


def truncate(path):
    path.write_bytes(path.read_bytes()[:-100])


def swap_analyses(folder):
    """Put the scores of one analysis under the name of the other, digest and all."""
    importance = folder / "results/importance/small/tiny"
    for end in ("h5", "sha256"):
        shutil.copy(importance / f"strict.{end}", importance / f"paper.{end}")


# An artifact that was damaged after it was made; the rule that reads it; what is said.
DAMAGED = {
    "truncated features": (
        lambda folder: truncate(folder / "results/features/small/tiny.h5"),
        "compute_heatmaps",
        "results/features/small/tiny.h5: found the digest",
    ),
    "empty judgments": (
        lambda folder: (folder / "results/stimuli/small.judgments.h5").write_bytes(b""),
        "score_maps",
        "results/stimuli/small.judgments.h5: found the digest",
    ),
    "truncated shard": (
        lambda folder: truncate(folder / "results/importance/small/tiny/paper/shards/1-of-1.h5"),
        "merge_scores",
        "results/importance/small/tiny/paper/shards/1-of-1.h5: found the digest",
    ),
    "truncated weights": (
        lambda folder: truncate(folder / "data/weights/tiny.safetensors"),
        "extract_features",
        "data/weights/tiny.safetensors: changed since it was frozen",
    ),
    "another analysis's scores": (
        swap_analyses,
        "prune_maps",
        "results/importance/small/tiny/paper.h5: made from other folds than results/stimuli/small/pairs.folds.h5",
    ),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_artifact_is_named_and_nothing_computes_on_it(copy, case):
    workflow, _ = copy
    damage, rule, message = DAMAGED[case]
    damage(workflow.folder)
    done = workflow("--configfile", "mine.yaml", "--forcerun", rule, "--until", rule)
    assert_told_in_one_line(done, message)


def test_a_mended_study_goes_on(copy):
    workflow, _ = copy
    picture = workflow.path("images/image04.png")
    whole = picture.read_bytes()
    picture.write_bytes(whole[:100])
    assert workflow("--configfile", "mine.yaml").returncode != 0
    picture.write_bytes(whole)
    workflow.succeeds("--configfile", "mine.yaml")
    assert workflow.has_nothing_to_do("--configfile", "mine.yaml")


def test_a_checkpoint_of_torch_save_gives_the_same_maps(copy):
    workflow, study = copy
    before = maps_of(workflow)
    torch.save({"state_dict": load_file(workflow.path("network.safetensors"))}, workflow.path("network.pth"))
    study["backbones"]["tiny"]["weights"] = "network.pth"
    small_study.write_study(workflow.folder, study)
    done = workflow.succeeds("--configfile", "mine.yaml")
    assert "extract_features" in done.stderr
    assert np.array_equal(maps_of(workflow), before)


def maps_of(workflow):
    with h5py.File(workflow.path("results/features/small/tiny.h5")) as file:
        return file["maps"][:]


def test_a_network_with_fully_connected_layers_runs_the_whole_chain(copy):
    """AlexNet with random weights, its own readout, pictures that are not square."""
    workflow, study = copy
    torch.manual_seed(0)
    network = networks.build("torchvision/alexnet", 5)
    save_file(network.state_dict(), workflow.path("alexnet.safetensors"))
    study["backbones"]["alexnet"] = {
        "architecture": "torchvision/alexnet",
        "weights": "alexnet.safetensors",
        "classes": 5,
        "preprocessing": {"base": "paper", "resize": 96},
    }
    study["folds"]["seeds"] = [1]
    small_study.write_study(workflow.folder, study)
    workflow.succeeds("--configfile", "mine.yaml")
    with h5py.File(workflow.path("results/features/small/alexnet.h5")) as file:
        assert file.attrs["readout"] == "fully_connected"
        assert file["maps"].shape[:2] == (12, 256)
        assert file["embedding"].shape == (12, 4096)
    summary = pd.read_csv(workflow.path("results/pruning/summary.tsv"), sep="\t")
    assert summary["backbone"].tolist() == ["alexnet", "alexnet", "tiny", "tiny"]
    assert summary[["full", "retained"]].notna().all(axis=None)
