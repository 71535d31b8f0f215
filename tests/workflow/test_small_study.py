"""A study of a user's own: what it makes, and what bad input gets, from the study to the last job."""

import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from functools import partial

import h5py
import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.torch import load_file, save_file
from workflow import small_study
from workflow.conftest import ROOT, Workflow

from ais.artifacts.store import file_digest
from ais.backbones import networks
from ais.inference.intervals import leave_out


@pytest.fixture
def copy(finished, tmp_path):
    """A copy of the finished run, and its study."""
    folder = tmp_path / "copy"
    shutil.copytree(finished.folder, folder, ignore=shutil.ignore_patterns("log"))
    return Workflow(folder), small_study.yaml.safe_load((folder / "mine.yaml").read_text())


def test_all_that_a_study_asks_for_is_there(finished):
    workflow = finished
    summary = pd.read_csv(workflow.path("results/pruning/summary.tsv"), sep="\t")
    assert summary[["stimuli", "backbone", "analysis", "split", "folds"]].to_numpy().tolist() == [
        ["small", "tiny", "strict", "images", 6],
        ["small", "tiny", "paper", "pairs", 6],
    ]
    assert (summary["smallest_p"] == 0.25).all()
    assert workflow.path("results/heatmaps/small/tiny/cosine-spearman.jpg").is_file()
    assert workflow.path("results/saliency/summary.tsv").is_file()
    assert workflow.path("results/explorer/index.html").stat().st_size > 50_000
    assert "image00" in workflow.path("results/explorer/data/small.js").read_text(encoding="utf-8")
    pages = {path.name: path.read_text(encoding="utf-8") for path in workflow.path("results/report").glob("*.html")}
    assert pages.keys() >= {f"{name}.html" for name in ("findings", "opening", "study", "gain", "saliency", "notes")}
    assert "timm/test_resnet" in pages["study.html"] and "layer4" in pages["study.html"]
    lines = workflow.path("results/report/findings.txt").read_text(encoding="utf-8").splitlines()
    assert [line.split(":")[0] for line in lines] == ["Found", "Heatmaps", "Distrust"]
    assert not list(workflow.folder.rglob("*.tmp"))


def test_an_interval_by_leaving_images_out(copy):
    workflow, study = copy
    study["analyses"]["strict"]["interval"] = "leave_out"
    small_study.write_study(workflow.folder, study)
    done = workflow.succeeds("results/inference/summary.tsv", "--configfile", "mine.yaml")
    assert set(re.findall(r"^(?:local)?rule (\w+):$", done.stderr, flags=re.MULTILINE)) == {
        "refit_gain",
        "summarise_gain",
    }
    assert "inference done: 2 of 2 jobs\n" in done.stderr
    # What was found is of the results as they were before: only where to look is told.
    assert done.stdout.startswith("Look: results/report/findings.html and results/explorer/index.html")
    summary = pd.read_csv(workflow.path("results/inference/summary.tsv"), sep="\t").set_index("analysis")
    assert summary["interval"].fillna("").to_dict() == {"strict": "leave_out", "paper": ""}
    with h5py.File(workflow.path("results/inference/small/tiny/strict.refits.h5")) as file:
        refitted = file["gain"][:]
        assert refitted.shape == (8 * 5, 2)
    table = pd.read_csv(workflow.path("results/pruning/small/tiny/strict.tsv"), sep="\t")
    whole = (table["retained"] - table["full"]).groupby(table["seed"]).mean().to_numpy()
    expected = leave_out(whole, refitted)
    found = summary.loc["strict"]
    assert (found["gain_low"], found["gain_high"]) == pytest.approx((expected.low, expected.high))


def test_nothing_is_left_to_do_in_another_folder_on_another_day(copy):
    workflow, _ = copy
    for path in workflow.folder.rglob("*"):
        path.touch()
    assert workflow.has_nothing_to_do("--configfile", "mine.yaml")


def test_images_without_saliency_are_left_out_counted_and_named(copy):
    workflow, _ = copy
    table = workflow.path("results/saliency/small/tiny/cosine-spearman/maps.tsv")
    before = set(pd.read_csv(table, sep="\t")["image"])
    for name in ("image03", "image07"):
        workflow.path(f"gaze/{name}.png").unlink()
    workflow.succeeds("results/saliency/summary.tsv", "--configfile", "mine.yaml")
    assert before - set(pd.read_csv(table, sep="\t")["image"]) == {"image03", "image07"}
    said = workflow.path("results/logs/prepare_saliency/small/maps.log").read_text()
    assert "left out, as they have no saliency, or the same everywhere: 2 images: 'image03', 'image07'" in said


def test_pairs_within_and_across_categories(copy):
    workflow, study = copy
    study["stimuli"]["small"]["categories"] = "categories.csv"
    small_study.write_study(workflow.folder, study)
    workflow.succeeds("--configfile", "mine.yaml")
    table = pd.read_csv(workflow.path("results/inference/categories.tsv"), sep="\t")
    assert table[["analysis", "split", "scope"]].to_numpy().tolist() == [
        [analysis, split, scope]
        for analysis, split in (("paper", "pairs"), ("strict", "images"))
        for scope in ("all", "within", "across", "border")
    ]
    # On all pairs it is what pruning itself says.
    all_pairs = table[table["scope"] == "all"].set_index("analysis")
    summary = pd.read_csv(workflow.path("results/pruning/summary.tsv"), sep="\t").set_index("analysis")
    for name in ("full", "retained", "gain", "n_retained", "folds_undefined"):
        np.testing.assert_allclose(all_pairs[name], summary.loc[all_pairs.index, name], rtol=0, atol=1e-12)
    maps = pd.read_csv(workflow.path("results/figures/categories.tsv"), sep="\t")
    with h5py.File(workflow.path("results/importance/small/tiny/cosine-spearman.h5")) as file:
        np.testing.assert_allclose(maps["all"], file["set/score"][:], rtol=0, atol=1e-12)
    assert workflow.has_nothing_to_do("--configfile", "mine.yaml")


def test_images_that_nobody_judged_are_shown_by_the_scores_of_another_set(copy):
    workflow, study = copy
    more = {"images": "images", "heatmaps": {"scores_from": "small"}, "saliency": {"maps": "gaze"}}
    study["stimuli"]["more"] = more
    small_study.write_study(workflow.folder, study)
    done = workflow.succeeds("--configfile", "mine.yaml")
    ran = re.findall(r"^(?:local)?rule (\w+):$", done.stderr, flags=re.MULTILINE)
    assert set(ran) - {"all"} == {
        *("list_stimuli", "extract_features", "borrow_scores", "tell_transfer", "draw_sheets", "prepare_saliency"),
        *("compare_saliency", "summarise_heatmaps", "summarise_saliency", "list_notes", "draw_saliency"),
        *("draw_faithfulness", "write_page", "write_report"),
    }
    heatmaps = pd.read_csv(workflow.path("results/heatmaps/summary.tsv"), sep="\t").set_index(["stimuli", "kind"])
    assert heatmaps.loc["more", "deletion_20"].isna().all() and heatmaps.loc["small", "deletion_20"].notna().any()
    assert "so there is no evidence that these scores carry" in heatmaps.loc[("more", "importance/set"), "warnings"]
    saliency = pd.read_csv(workflow.path("results/saliency/summary.tsv"), sep="\t")
    assert set(saliency[saliency["stimuli"] == "more"]["kind"]) == {
        *("importance/set", "signed", "activation", "harm", "permuted", "centre"),
    }
    # The same images: what is weighted by scores of the set is what the judged set itself has.
    drawn = []
    for name in ("small", "more"):
        with h5py.File(workflow.path(f"results/heatmaps/{name}/tiny/cosine-spearman.h5")) as file:
            drawn.append([file[kind][:] for kind in ("importance/set", "signed", "harm", "activation")])
    np.testing.assert_array_equal(*drawn)
    page = workflow.path("results/explorer/index.html").read_text(encoding="utf-8")
    assert '"without_judgments":["more"]' in page.replace(": ", ":")
    assert not workflow.path("results/explorer/data/more.js").exists()
    assert not workflow.path("results/importance/more").exists()
    assert workflow.has_nothing_to_do("--configfile", "mine.yaml")


def seen(folder):
    """Every file and folder that the workflow must leave alone, with its content and date."""
    return {
        path: (path.stat().st_mtime_ns, path.is_file() and path.read_bytes())
        for path in folder.rglob("*")
        if path.parts[len(folder.parts)] not in ("results", ".snakemake", "data")
    }


# Ids as people have them, and as no shell, glob, format string or option parser would like them.
ODD = ["-rf", "two words", "it's", '"quoted"', "ünïcödé", "日本", "~", "100%", "a,b", "$HOME", "*;&|", "#1"]


def test_odd_names_and_read_only_linked_folders(tmp_path):
    study = small_study.write(tmp_path / "plain")
    data = tmp_path / "my 'own' data; touch hacked"
    (tmp_path / "plain/images").rename(tmp_path / "elsewhere")
    data.mkdir()
    for old, new in zip(small_study.IDS, ODD, strict=True):
        (tmp_path / f"elsewhere/{old}.png").rename(tmp_path / f"elsewhere/{new}.png")
        shutil.copy(tmp_path / f"plain/gaze/{old}.png", data / f"{new}.png")
    (data / "images").symlink_to(tmp_path / "elsewhere")
    small_study.write_ratings(data, ODD)
    (data / "ratings.csv").rename(data / "-ratings (final).csv")
    shutil.copy(tmp_path / "plain/network.safetensors", data / "net work.safetensors")
    study["stimuli"]["small"] = {
        "images": f"{data}/images",
        "judgments": f"{data}/-ratings (final).csv",
        "saliency": {"maps": f"{data}"},
    }
    study["backbones"]["tiny"]["weights"] = f"{data}/net work.safetensors"
    # A second analysis would only run the same commands again.
    study |= {"analyses": {"strict": {"split": "images"}}, "permutations": 1, "heatmaps": {"overlays": True}}
    folder = tmp_path / "-run here"
    (folder / "scratch").mkdir(parents=True)
    (folder / "results").symlink_to("scratch")
    small_study.write_study(folder, study)
    for path in (data, tmp_path / "elsewhere"):
        path.chmod(0o555)
    before = seen(tmp_path)
    workflow = Workflow(folder)
    workflow.succeeds("--configfile", "mine.yaml")
    assert workflow.has_nothing_to_do("--configfile", "mine.yaml")
    assert {path: what for path, what in seen(tmp_path).items() if folder not in path.parents and path != folder} == {
        path: what for path, what in before.items() if folder not in path.parents and path != folder
    }
    assert {path.name for path in folder.iterdir()} == {"scratch", "results", "data", "mine.yaml", ".snakemake"}
    assert [path.name for path in (folder / "data").iterdir()] == ["weights"]
    manifest = pd.read_csv(folder / "results/stimuli/small.tsv", sep="\t")
    assert set(manifest["image"]) == set(ODD)
    assert len(list((folder / "results/heatmaps/small/tiny/cosine-spearman/overlays").glob("*.png"))) == 12


def test_a_checkpoint_of_torch_save_gives_the_same_maps(copy):
    workflow, study = copy
    before = maps_of(workflow)
    torch.save({"state_dict": load_file(workflow.path("network.safetensors"))}, workflow.path("network.pth"))
    study["backbones"]["tiny"]["weights"] = "network.pth"
    small_study.write_study(workflow.folder, study)
    done = workflow.succeeds("--configfile", "mine.yaml", "--until", "extract_features")
    assert "rule extract_features" in done.stderr
    assert np.array_equal(maps_of(workflow), before)


def test_weights_from_a_web_address_are_fetched_once_and_frozen(copy):
    workflow, study = copy
    before = maps_of(workflow)
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=workflow.folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/network.safetensors"
        study["backbones"]["tiny"]["weights"] = {
            "url": url,
            "sha256": file_digest(workflow.path("network.safetensors")),
        }
        small_study.write_study(workflow.folder, study)
        workflow.succeeds("--configfile", "mine.yaml", "--until", "extract_features")
        server.shutdown()
    assert np.array_equal(maps_of(workflow), before)
    facts = json.loads(workflow.path("data/weights/tiny.json").read_text())
    assert facts["source"]["url"] == url
    # Later steps, and making the frozen file again, need no server.
    workflow.succeeds("--configfile", "mine.yaml", "--until", "freeze_weights", "--forcerun", "freeze_weights")
    assert json.loads(workflow.path("data/weights/tiny.json").read_text()) == facts


def maps_of(workflow):
    with h5py.File(workflow.path("results/features/small/tiny.h5")) as file:
        return file["maps"][:]


def test_a_network_with_fully_connected_layers_runs_the_whole_chain(copy):
    """AlexNet with random weights, its own readout, pictures that are not square."""
    workflow, study = copy
    torch.manual_seed(0)
    network = networks.build("torchvision/alexnet", 5)
    save_file(network.state_dict(), workflow.path("alexnet.safetensors"))
    alexnet = {
        "architecture": "torchvision/alexnet",
        "weights": "alexnet.safetensors",
        "classes": 5,
        "preprocessing": {"base": "paper", "resize": 96},
    }
    study |= {"backbones": {"alexnet": alexnet}, "analyses": {"strict": {"split": "images"}}}
    study |= {"folds": {"number": 2, "seeds": [1]}, "permutations": 1, "shards": "auto"}
    small_study.write_study(workflow.folder, study)
    heatmaps = "results/heatmaps/small/alexnet/cosine-spearman.h5"
    workflow.succeeds("results/pruning/summary.tsv", heatmaps, "--configfile", "mine.yaml")
    with h5py.File(workflow.path(heatmaps)) as file:
        assert not np.isnan(file["place"][:]).all() and not np.isnan(file["gradient"][:]).all()
    with h5py.File(workflow.path("results/features/small/alexnet.h5")) as file:
        assert file.attrs["readout"] == "fully_connected"
        assert file["maps"].shape[:2] == (12, 256)
        assert file["embedding"].shape == (12, 4096)
    summary = pd.read_csv(workflow.path("results/pruning/summary.tsv"), sep="\t")
    assert summary["backbone"].tolist() == ["alexnet"]
    assert summary[["full", "retained"]].notna().all(axis=None)


def test_the_readmes_notebook_runs_on_a_finished_study(copy):
    workflow, _ = copy
    (block,) = re.findall(r"```python\n(.+?)```", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL)
    lines = block.replace("animals/vgg16", "small/tiny").replace("data/animals/images", "images")
    workflow.path("notebook.py").write_text(
        f"import matplotlib\nmatplotlib.use('Agg')\n{lines}\nplt.savefig('it.png')\n"
    )
    library = os.environ | {"PYTHONPATH": str(ROOT / "workflow_scripts"), "MPLBACKEND": "Agg"}
    subprocess.run([sys.executable, "notebook.py"], cwd=workflow.folder, env=library, check=True)
    assert workflow.path("it.png").stat().st_size > 1000
