"""What a user can get wrong in a study: told in one line, before any job, and nothing is touched.

It is told by the function by which the rules complete a study; some go through Snakemake.
"""

import pytest
import yaml
from workflow import small_study
from workflow.conftest import ROOT, Workflow, assert_told_in_one_line

from ais.errors import InputError
from ais.workflow import study as studies


def of_stimuli(**settings):
    return lambda study: study["stimuli"]["small"].update(settings)


def of_backbone(**settings):
    return lambda study: study["backbones"]["tiny"].update(settings)


def of_analysis(**settings):
    return lambda study: study["analyses"]["paper"].update(settings)


def of_study(**settings):
    return lambda study: study.update(settings)


def renamed(part, before, after):
    return lambda study: study[part].update({after: study[part].pop(before)})


def unjudged(scores_from, **more):
    """Beside the small set one that nobody judged."""
    added = {"images": "images", "heatmaps": {"scores_from": scores_from}} | more
    return lambda study: study["stimuli"].update(more=added)


IN_THE_STUDY = {
    "neither judgments nor another set's scores": (
        lambda study: study["stimuli"]["small"].pop("judgments"),
        "stimuli.small: found neither judgments nor heatmaps.scores_from; expected one of them. Name the file of judgm",
    ),
    "judgments and another set's scores": (
        unjudged("small", judgments="ratings.csv"),
        "stimuli.more: found both judgments and heatmaps.scores_from; expected one of them",
    ),
    "scores from an unknown set": (
        unjudged("smal"),
        "stimuli.more.heatmaps.scores_from: found 'smal', which is no set of this study; expected a set of this study "
        "that has judgments: small. Did you mean 'small'?",
    ),
    "scores from the set itself": (unjudged("more"), "scores_from: found 'more', the set itself; expected a set of"),
    "judged by its own scores": (
        of_stimuli(heatmaps={"scores_from": "small"}),
        "stimuli.small.heatmaps.scores_from: found 'small', the set itself; expected a set of this study that has",
    ),
    "scores from a set that has none of its own": (
        lambda study: [
            unjudged("small")(study),
            study["stimuli"].update(most=study["stimuli"]["more"] | {"heatmaps": {"scores_from": "more"}}),
        ],
        "stimuli.most.heatmaps.scores_from: found 'more', which has no judgments and takes its own scores from another",
    ),
    "categories of images that nobody judged": (
        unjudged("small", categories="categories.csv"),
        "stimuli.more.categories: found it in a set without judgments; expected none",
    ),
    "misspelt key": (of_stimuli(judgement="x.csv"), "stimuli.small: found the unknown key 'judgement'"),
    "misspelt key at the top": (of_study(fold={"number": 3}), "found the unknown key 'fold'; expected stimuli"),
    "misspelt value": (
        of_analysis(similarity="cosin"),
        "analyses.paper.similarity: found \"cosin\"; expected cosine, correlation or euclidean. Did you mean 'cosine'?",
    ),
    "an interval over images where folds are by pairs": (
        of_analysis(interval="leave_out"),
        "analyses.paper.interval: found leave_out with split: pairs; expected split: images",
    ),
    "missing image folder": (of_stimuli(images="imges"), "stimuli.small.images: found no folder imges; expected one"),
    "a file where a folder belongs": (of_stimuli(images="ratings.csv"), "images: found no folder ratings.csv"),
    "braces in a path": (of_stimuli(images="{images}"), "images: found {images}; expected a path without braces"),
    "missing ratings": (of_stimuli(judgments="rating.csv"), "found no file rating.csv; expected one"),
    "one of several ratings missing": (
        of_stimuli(judgments=["ratings.csv", "rating2.csv"]),
        "stimuli.small.judgments (2): found no file rating2.csv",
    ),
    "missing order": (
        of_stimuli(judgments={"files": "ratings.csv", "order": "order.txt"}),
        "stimuli.small.judgments.order: found no file order.txt",
    ),
    "judgments without files": (
        of_stimuli(judgments={"kind": "similarity"}),
        "stimuli.small.judgments: found neither of the keys files and triplets; expected one of them",
    ),
    "judgments with files and triplets": (
        of_stimuli(judgments={"files": "ratings.csv", "triplets": "ratings.csv"}),
        "stimuli.small.judgments: found both the keys files and triplets",
    ),
    "triplets with a kind": (
        of_stimuli(judgments={"triplets": "ratings.csv", "kind": "similarity"}),
        "stimuli.small.judgments.kind: found it beside triplets, which have no use for it",
    ),
    "missing triplets": (
        of_stimuli(judgments={"triplets": "odd.txt"}),
        "stimuli.small.judgments (1): found no file odd.txt",
    ),
    "missing categories": (of_stimuli(categories="kinds.csv"), "stimuli.small.categories: found no file kinds.csv"),
    "missing saliency": (of_stimuli(saliency={"maps": "gazes"}), "small.saliency.maps: found no folder gazes"),
    "unknown predictor": (of_stimuli(saliency={"predictor": "deepgaze"}), 'found "deepgaze"; expected spectral_'),
    "missing weights": (of_backbone(weights="net.pth"), "backbones.tiny.weights: found no file net.pth"),
    "floating tag": (of_backbone(weights="DEFAULT"), "weights: found DEFAULT, which means other weights in another"),
    "weights from two places": (
        of_backbone(weights={"path": "network.safetensors", "random": 1}),
        "backbones.tiny.weights: found the keys 'path', 'random'; expected one of url, path and random",
    ),
    "weights from an address called a path": (
        of_backbone(weights={"path": "https://example.org/net.pth"}),
        "weights.path: found https://example.org/net.pth; expected a file. Set url to fetch one.",
    ),
    "weights from no web address": (
        of_backbone(weights={"url": "ftp://example.org/net.pth"}),
        'weights.url: found "ftp://example.org/net.pth"',
    ),
    "a digest too short": (
        of_backbone(weights={"path": "network.safetensors", "sha256": "abc"}),
        'weights.sha256: found "abc"; expected',
    ),
    "several files missing": (
        lambda study: [of_stimuli(images="imges", judgments="x.csv")(study), of_backbone(weights="y.pth")(study)],
        "found 3 of the files that it names missing: stimuli.small.images (imges), stimuli.small.judgments (1) "
        "(x.csv), backbones.tiny.weights (y.pth); expected them relative to",
    ),
    "an architecture of no library": (
        of_backbone(architecture="resnet50"),
        'backbones.tiny.architecture: found "resnet50"; expected',
    ),
    "no weights": (lambda study: study["backbones"]["tiny"].pop("weights"), "tiny: found no key 'weights'"),
    "unknown preprocessing": (of_backbone(preprocessing="imagenet"), 'preprocessing: found "imagenet"; expected'),
    "a crop of nothing": (of_backbone(preprocessing={"crop": 0}), "preprocessing.crop: found 0; expected minimum 1"),
    "unknown readout": (of_backbone(readout="mean"), 'readout: found "mean"; expected auto, pooled'),
    "one fold": (of_study(folds={"number": 1}), "folds.number: found 1; expected minimum 2"),
    "a seed twice": (of_study(folds={"seeds": [1, 1]}), "folds.seeds: found [1, 1]; expected uniqueItems"),
    "a percent above all": (of_study(saliency_percents=[150]), "saliency_percents.0: found 150; expected"),
    "what holds for all analyses in one of them": (
        of_analysis(heatmap_scores="set"),
        "analyses.paper: found the unknown key 'heatmap_scores'; expected similarity, alignment, split, mask",
    ),
    "no shards": (of_study(shards=0), "shards: found 0; expected minimum 1"),
    "a word for a number": (of_study(shards="two"), 'shards: found "two"; expected auto or integer'),
    "unknown device": (of_study(device="gpu"), 'device: found "gpu"; expected auto, cpu or cuda'),
    "a name that a shell would run": (
        renamed("stimuli", "small", "a; touch hacked"),
        "found the name 'a; touch hacked'; expected letters, digits",
    ),
    "a name with a dash first": (renamed("backbones", "tiny", "-rf"), "found the name '-rf'; expected letters"),
    "a name with a slash": (renamed("analyses", "paper", "../paper"), "found the name '../paper'; expected letters"),
    "a number for a name": (renamed("stimuli", "small", 7), "stimuli: found the name 7; expected text. Put it in"),
    "a name that YAML takes for no": (renamed("stimuli", "small", False), "stimuli: found the name false; expected"),
    "no stimuli: never the demo's": (lambda study: study.pop("stimuli"), "top level: found no key 'stimuli'"),
    "no backbones": (lambda study: study.pop("backbones"), "top level: found no key 'backbones'"),
    "nothing where sets belong": (of_study(stimuli=None), "stimuli: found null; expected a value of type object"),
}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The small study's files, and itself."""
    folder = tmp_path_factory.mktemp("bad_study")
    return folder, yaml.safe_dump(small_study.write(folder), sort_keys=False)


@pytest.mark.parametrize("case", IN_THE_STUDY)
def test_a_bad_study_is_told_in_one_line(files, monkeypatch, case):
    folder, text = files
    monkeypatch.chdir(folder)
    change, message = IN_THE_STUDY[case]
    study = yaml.safe_load(text)
    change(study)
    study = yaml.safe_load(yaml.safe_dump(study))  # as it would be read
    with pytest.raises(InputError) as told:
        studies.complete(study, ROOT / "config/schema.yaml", "mine.yaml")
    assert message in str(told.value) and "\n" not in str(told.value)


THROUGH_SNAKEMAKE = (
    *("misspelt key", "missing weights", "a name that a shell would run", "a number for a name"),
    *("no stimuli: never the demo's", "nothing where sets belong"),
)


@pytest.mark.parametrize("case", THROUGH_SNAKEMAKE)
def test_snakemake_tells_it_at_once(tmp_path, case):
    workflow = Workflow(tmp_path)
    change, message = IN_THE_STUDY[case]
    study = small_study.write(tmp_path)
    change(study)
    small_study.write_study(tmp_path, study)
    assert_told_in_one_line(workflow("--configfile", "mine.yaml"), message)
    assert not workflow.path("results").exists()
    assert not workflow.path("hacked").exists()


def test_a_key_that_comes_twice_is_told_with_its_line(tmp_path):
    """YAML itself would take the second and drop the first."""
    workflow = Workflow(tmp_path)
    path = small_study.write_study(tmp_path, small_study.write(tmp_path))
    lines = path.read_text().splitlines()
    start = lines.index("  tiny:")
    lines[start:start] = ["  tiny: {architecture: timm/resnet10t, weights: network.safetensors}"]
    path.write_text("\n".join(lines))
    assert_told_in_one_line(
        workflow("--configfile", "mine.yaml"), f"mine.yaml, line {start + 2}: found the key 'tiny' a second time"
    )
