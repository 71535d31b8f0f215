"""What makes a result stale: edit one thing in a finished study, and see which rules would run, exactly."""

import ast
import os
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image
from safetensors.torch import load_file, save_file
from workflow import forked, small_study
from workflow.conftest import ROOT

GRAPH = {}  # of the rules of the finished study, as Snakemake draws it


class Checkout:
    """A copy of the project beside a study's folder, so that code can be edited."""

    def __init__(self, folder: Path):
        self.project, self.folder = folder / "project", folder / "study"

    def snakemake(self, *arguments) -> str:
        # The default is two cores; a profile or an argument may say otherwise.
        command = ["--snakefile", self.project / "Snakefile", "--nocolor"]
        command += ["--directory", self.folder, "--configfile", self.folder / "mine.yaml", *arguments]
        done = forked.run(list(map(str, command)), str(self.folder))
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def stale(self, *arguments) -> set[str]:
        """The rules that a dry run would run."""
        said = self.snakemake("--dry-run", *arguments)
        rules = set(re.findall(r"^ *(?:local)?rule (\w+?)(?:_shard)?:$", said, flags=re.MULTILINE)) - {"all"}
        assert bool(rules) != ("Nothing to be done" in said)
        return rules

    def assert_stale(self, rules: str) -> None:
        """These rules would run, and all that depend on them: no less, no more."""
        found = self.stale()
        # Few edits change which rules there are.
        assert found == self.and_after(rules, of_the_finished=True) or found == self.and_after(rules)

    def and_after(self, rules: str, of_the_finished: bool = False) -> set[str]:
        """These rules and all that depend on them, by Snakemake's own graph: what is stale makes all after it stale."""
        drawn = GRAPH.get("finished") if of_the_finished else None
        drawn = drawn or self.snakemake("--rulegraph", "--forceall")
        names = dict(re.findall(r'^\s*(\d+)\[label = "(\w+?)(?:_shard)?"', drawn, flags=re.MULTILINE))
        feeds = [(names[one], names[other]) for one, other in re.findall(r"(\d+) -> (\d+)", drawn)]
        found, waiting = set(), rules.split()
        while waiting:
            rule = waiting.pop()
            found.add(rule)
            waiting += [after for before, after in feeds if before == rule and after not in found]
        return found - {"all"}

    def script(self, name: str) -> Path:
        return self.project / "workflow_scripts" / name

    def scripts(self) -> list[Path]:
        return sorted(self.script("").rglob("*.py"))


@pytest.fixture(scope="module")
def checkout(finished, tmp_path_factory):
    """The finished study beside a copy of the project, once its rules there hold for it."""
    checkout = Checkout(tmp_path_factory.mktemp("checkout"))
    checkout.project.mkdir()
    for name in ("Snakefile", "rules", "workflow_scripts", "config", "envs", "README.md"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, checkout.project / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, checkout.project / name)
    shutil.copytree(finished.folder, checkout.folder, symlinks=True)
    change_study(checkout, in_shards("auto"))
    GRAPH["finished"] = checkout.snakemake("--rulegraph", "--forceall")
    return checkout


@pytest.fixture
def copy(checkout, tmp_path):
    """A copy in another folder, every file of today."""
    shutil.copytree(checkout.project.parent, tmp_path / "moved", copy_function=shutil.copy, symlinks=True)
    return Checkout(tmp_path / "moved")


def change_study(checkout, change):
    path = checkout.folder / "mine.yaml"
    study = yaml.safe_load(path.read_text())
    study = change(study) or study
    small_study.write_study(checkout.folder, study)


# Nothing reruns.


def test_a_moved_copy_with_new_dates(copy):
    assert copy.stale() == set()


def test_touched_files_in_any_order(copy):
    random = np.random.default_rng(0)
    files = [path for path in copy.project.parent.rglob("*") if path.is_file() and ".snakemake" not in path.parts]
    for seconds, path in enumerate(random.permutation(files)):
        os.utime(path, (1_700_000_000 + 60 * seconds,) * 2)
    assert copy.stale() == set()


def test_comments_docstrings_and_blank_lines(copy):
    for path in copy.scripts():
        text = path.read_text(encoding="utf-8")
        text = re.sub(r'^"""', '"""Said otherwise. ', text, count=1)
        path.write_text("# A comment.\n\n\n" + text.replace("\n\n\n", "\n\n\n# Another.\n\n\n"), encoding="utf-8")
    assert copy.stale() == set()


def test_another_layout(copy):
    for path in copy.scripts():
        path.write_text(ast.unparse(ast.parse(path.read_text(encoding="utf-8"))), encoding="utf-8")
    assert copy.stale() == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--cores", "1"],
        ["--cores", "7", "--resources", "gpu=3", "mem_mb=64000"],
        ["--profile", ROOT / "config" / "profiles" / "workstation"],
        ["--config", "device=cpu", "similarities_mb=77"],
    ],
    ids=lambda arguments: " ".join(map(str, arguments[:2])).replace(str(ROOT), ""),
)
def test_another_machine(copy, arguments):
    assert copy.stale(*arguments) == set()


def test_reordered_keys_and_defaults_written_out(copy):
    def change(study):
        study["analyses"]["strict"] |= {"similarity": "cosine", "alignment": "spearman", "mask": "all"}
        study["backbones"]["tiny"]["layer"] = "auto"
        study["stimuli"]["small"]["judgments"] = {"order": None, "files": ["ratings.csv"]}
        study["backbones"]["tiny"]["preprocessing"] = {"resize": 64, "base": "paper"}
        reordered = {key: study[key] for key in reversed(study)}
        return {key: dict(reversed(of.items())) if isinstance(of, dict) else of for key, of in reordered.items()}

    change_study(copy, change)
    assert copy.stale() == set()


def in_shards(number):
    return lambda study: study.update(shards=number)


def test_another_number_of_shards(copy):
    change_study(copy, in_shards(3))
    assert copy.stale() == set()


def test_shards_deleted_to_make_room(copy):
    """Those of the finished study, which was made in two."""
    change_study(copy, in_shards(2))
    folders = list((copy.folder / "results").rglob("*.shards"))
    assert len(folders) == 1 + 2 + 2
    for folder in folders:
        shutil.rmtree(folder)
    assert copy.stale() == set()
    change_study(copy, in_shards("auto"))
    assert copy.stale() == set()


def test_another_number_of_shards_holds_when_something_else_is_stale(copy):
    change_study(copy, in_shards(3))
    small_study.rerate(copy.folder)
    copy.assert_stale("read_judgments")
    assert copy.snakemake("--dry-run").count("shards=3") == (1 + 2 + 2) * 3


def test_more_permutations_compute_only_the_new_ones(copy):
    change_study(copy, lambda study: study.update(permutations=200))
    copy.snakemake("--cores", "2", "results/inference/small/tiny/strict.permutations/0-200.h5")
    change_study(copy, lambda study: study.update(permutations=230))
    said = copy.snakemake("--dry-run", "results/inference/summary.tsv")
    assert re.findall(r"wildcards: (.+analysis=strict, first.+)", said) == [
        "stimuli=small, backbone=tiny, analysis=strict, first=200, last=230"
    ]


def test_the_readme_and_the_lock_file(copy):
    """Other versions of libraries are told in each artifact's .json; they rerun what is forced, or all with conda."""
    (copy.project / "README.md").write_text("Another.")
    for name in ("requirements.lock", "environment.yaml"):
        path = copy.project / "envs" / name
        path.write_text(path.read_text().replace("numpy==", "numpy==0"))
    assert copy.stale() == set()


def test_the_commands_that_explain_force_and_accept(copy):
    """Those of rules/README.md."""
    assert copy.stale("--forcerun", "compute_heatmaps") == copy.and_after("compute_heatmaps", of_the_finished=True)
    assert copy.stale("--forcerun", "results/importance/small/tiny/cosine-spearman.h5") == copy.and_after("score_maps")
    (copy.folder / "results/pruning/small/tiny/paper.h5").unlink()
    assert copy.stale() == set()  # nothing needs it
    (copy.folder / "results/figures/pruning_curves/small.png").unlink()
    copy.assert_stale("prune_maps")
    edit_script("heatmaps/draw_sheets")(copy)
    said = copy.snakemake("--dry-run")
    assert "reason: Params have changed since last execution" in said
    assert "reason: Missing output files: results/figures/pruning_curves/small.png" in said
    copy.snakemake("--touch", "results/heatmaps/small/tiny/cosine-spearman.jpg")
    copy.assert_stale("prune_maps")


OF_ANALYSES = "prune_maps permute_judgments"
OF_MEASURES = "score_maps measure_leak"
# To what is added; what runs, beside all that depends on it.
ADDED = {
    "analysis of the same measure and split": ("analyses", {"split": "pairs"}, OF_ANALYSES),
    "analysis of the same measure masked otherwise": ("analyses", {"mask": "self"}, f"{OF_ANALYSES} {OF_MEASURES}"),
    "analysis of another measure": (
        "analyses", {"similarity": "correlation"}, f"score_folds {OF_ANALYSES} {OF_MEASURES}",
    ),
    "analysis of another strategy": ("analyses", {"split": "images", "pruning": "greedy"}, OF_ANALYSES),
    "analysis of fewer prefixes": ("analyses", {"split": "images", "prefixes": 16}, OF_ANALYSES),
    "analysis that reweights": (
        "analyses", {"split": "images", "reweight": "nonnegative_ridge"}, "reweight_maps permute_judgments",
    ),
    "analysis of another alignment": (
        "analyses", {"alignment": "pearson"}, f"score_folds {OF_ANALYSES} {OF_MEASURES} estimate_ceiling",
    ),
    "backbone": ("backbones", "tiny", "freeze_weights"),
    "stimuli": ("stimuli", "small", "list_stimuli"),
}  # fmt: skip


FROM_SUMMARIES = ("draw_faithfulness", "draw_saliency", "draw_agreement", "draw_strategies")


@pytest.mark.parametrize("what", ADDED)
def test_what_is_added_runs_its_own_jobs_and_the_summaries(copy, what):
    part, added, rules = ADDED[what]
    change_study(copy, lambda study: study[part].update(more=study[part][added] if isinstance(added, str) else added))
    said = copy.snakemake("--dry-run")
    new = {
        # What is compared between the measures of a network is its own.
        "analyses": r"analysis=more|measure=(correlation-.+|cosine-spearman-self|cosine-pearson)|alignment=pearson"
        r"|^stimuli=small, backbone=tiny$",
        # Between all sets, and between all backbones.
        "stimuli": r"=more|^backbone=tiny, measure=cosine-spearman$",
        "backbones": r"=more|^stimuli=small, measure=cosine-spearman$",
    }[part]
    for rule, wildcards in re.findall(
        r"^(?:local)?rule (\w+):\n(?:    .+\n)*?    wildcards: (.+)$", said, re.MULTILINE
    ):
        # What the explorer and figures show of it; some of these are drawn from summaries of all sets.
        shows_its_set = wildcards in ("stimuli=small", "stimuli=small, source=maps")
        assert (shows_its_set and (part != "stimuli" or rule in FROM_SUMMARIES)) or re.search(new, wildcards)
    copy.assert_stale(rules)


def test_of_a_set_judged_by_triplets_is_planned_what_these_can_tell(copy):
    more = {"images": "images", "judgments": {"triplets": "ratings.csv"}, "saliency": {"maps": "gaze"}}
    change_study(copy, lambda study: study["stimuli"].update(more=more))
    left_out = copy.and_after("list_stimuli") - copy.stale()
    assert left_out == {"measure_leak", "draw_leak", "examine_maps", "draw_additivity", "draw_maps", "draw_pairs"}


# Exactly the right rules rerun.
SCORED = "score_maps score_folds"
PERMUTED = "permute_judgments measure_leak"
HEATED = "compute_heatmaps measure_faithfulness"
MASKED = f"{SCORED} prune_maps {PERMUTED} examine_maps {HEATED}"  # all that mask maps
# Modules of the library, and the rules whose scripts import them, directly or through others. That these are found
# for every module, tests/unit/workflow/test_code_digest.py holds against Python's own finder.
MODULES = {
    "engine/resampling": f"prune_maps {PERMUTED} examine_maps estimate_ceiling measure_faithfulness",
    "heatmaps/upsampling": "measure_faithfulness draw_sheets draw_pairs prepare_saliency compare_saliency",
    "workflow/study": "",  # every job reads it, through Snakemake; what it changes are settings
}


@pytest.mark.parametrize("module", MODULES)
def test_an_edit_in_a_library_module(copy, module):
    with open(copy.script(f"ais/{module}.py"), "a", encoding="utf-8") as file:
        file.write("\n\nEDITED = True\n")
    copy.assert_stale(MODULES[module])


def edit_script(name):
    def edit(checkout):
        path = checkout.script(f"{name}.py")
        path.write_text(path.read_text(encoding="utf-8") + "\nEDITED = True\n", encoding="utf-8")

    return edit


def edit_page(name):
    def edit(checkout):
        with open(checkout.script(f"ais/{name}"), "a", encoding="utf-8") as file:
            file.write("/* Edited. */\n")

    return edit


def edit_text(name, before, after):
    def edit(checkout):
        path = checkout.folder / name
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after, 1), encoding="utf-8")

    return edit


def in_study(change):
    return lambda checkout: change_study(checkout, change)


def repaint(name, size):
    def edit(checkout):
        pixels = np.random.default_rng(9).integers(0, 256, size, dtype=np.uint8)
        Image.fromarray(pixels).save(checkout.folder / name)

    return edit


def other_weights(checkout):
    state = load_file(checkout.folder / "network.safetensors")
    state["fc.bias"] += 1
    save_file(state, checkout.folder / "network.safetensors")


def swapped(study):
    """Two option values change places."""
    study["analyses"]["paper"], study["analyses"]["strict"] = study["analyses"]["strict"], study["analyses"]["paper"]


def of_analysis(**settings):
    return in_study(lambda study: study["analyses"]["paper"].update(settings))


def of_the_study(**settings):
    return in_study(lambda study: study.update(settings))


def of_backbone(**settings):
    return in_study(lambda study: study["backbones"]["tiny"].update(settings))


def of_stimuli(**settings):
    return in_study(lambda study: study["stimuli"]["small"].update(settings))


EDITS = {
    "a script": (edit_script("heatmaps/compute_heatmaps"), "compute_heatmaps"),
    "one rating": (lambda checkout: small_study.rerate(checkout.folder), "read_judgments"),
    "one image's bytes": (repaint("images/image05.png", (64, 96, 3)), "list_stimuli"),
    "one image added": (repaint("images/image99.png", (64, 96, 3)), "list_stimuli"),
    "transparency": (of_stimuli(transparency="black"), "list_stimuli"),
    "a saliency map": (repaint("gaze/image05.png", (32, 48)), "prepare_saliency"),
    "the weights file": (other_weights, "freeze_weights"),
    "weights at random": (of_backbone(weights={"random": 1}), "freeze_weights"),
    "architecture": (of_backbone(architecture="timm/resnet10t"), "freeze_weights extract_features"),
    "layer": (of_backbone(layer="layer3"), "extract_features"),
    "readout": (of_backbone(readout="pooled"), "extract_features"),
    "preprocessing": (of_backbone(preprocessing={"base": "paper", "resize": 96}), "extract_features"),
    "similarity": (of_analysis(similarity="correlation"), MASKED),
    "alignment": (of_analysis(alignment="pearson"), f"{MASKED} estimate_ceiling"),
    "strategy": (of_analysis(pruning="reversed"), "prune_maps permute_judgments"),
    "permutations of an analysis": (of_analysis(permutations=4), "permute_judgments"),
    "mask": (of_analysis(mask="self"), "score_maps measure_leak"),
    "interval": (
        in_study(lambda study: study["analyses"]["strict"].update(interval="leave_out")),
        "refit_gain summarise_gain",
    ),
    "heatmap scores": (
        of_the_study(heatmap_scores="set"),
        "draw_sheets draw_saliency pack_set write_page write_report",
    ),
    "pixels": (of_the_study(faithfulness={"pixels": "mean"}), "measure_faithfulness"),
    "thresholds": (of_the_study(saliency_percents=[5, 20]), "compare_saliency"),
    "size at which saliency is compared": (of_the_study(saliency_longest_side=64), "prepare_saliency"),
    "splits swapped": (in_study(swapped), "prune_maps permute_judgments"),
    "no permutations": (in_study(lambda study: study.update(permutations=0)), "permute_judgments pack_set"),
    "no photographs": (of_the_study(explorer={"images": False}), "pack_set write_page write_report"),
    "the page's style": (edit_page("explorer/page/page.css"), "write_page"),
    "the report's style": (edit_page("report/page/report.css"), "write_report"),
    "more permutations": (
        in_study(lambda study: study.update(permutations=4)),
        "permute_judgments measure_leak examine_maps",
    ),
    "seeds": (in_study(lambda study: study["folds"].update(seeds=[2, 1])), "split_folds measure_leak"),
    "number of folds": (in_study(lambda study: study["folds"].update(number=2)), "split_folds measure_leak"),
    "categories": (
        of_stimuli(categories="categories.csv"),
        "read_categories score_categories judge_categories write_page write_report",
    ),
    "kind of judgments": (
        of_stimuli(judgments={"files": "ratings.csv", "kind": "dissimilarity"}),
        "read_judgments",
    ),
}


@pytest.mark.parametrize("what", EDITS)
def test_an_edit_reruns_just_what_uses_it(copy, what):
    edit, rules = EDITS[what]
    edit(copy)
    copy.assert_stale(rules)
