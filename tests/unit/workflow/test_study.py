"""A study's settings: defaults, and every mistake told in one line that says what to do."""

from pathlib import Path

import pytest
import yaml

from ais.errors import InputError
from ais.workflow import study

ROOT = Path(__file__).parents[3]
SCHEMA = ROOT / "config" / "schema.yaml"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with images, ratings and weights for a study to name."""
    monkeypatch.chdir(tmp_path)
    for folder in ("animals", "gaze"):
        Path(folder).mkdir()
    for file in ("ratings.csv", "more.csv", "net.pth"):
        Path(file).touch()
    return tmp_path


def minimal():
    return {
        "stimuli": {"animals": {"images": "animals", "judgments": "ratings.csv"}},
        "backbones": {"net": {"architecture": "torchvision/vgg16", "weights": "IMAGENET1K_V1"}},
    }


def complete(config):
    return study.complete(config, SCHEMA, "mine.yaml")


def test_a_job_that_does_not_see_the_users_files_looks_for_none(here):
    config = minimal()
    config["stimuli"]["animals"]["images"] = "absent"
    with pytest.raises(InputError, match="absent"):
        complete(config)
    there = study.complete(config, SCHEMA, "mine.yaml", files_are_here=False)
    assert there["stimuli"]["animals"]["images"] == "absent"


def test_defaults_are_filled_in(here):
    found = complete(minimal())
    assert found["analyses"]["paper"] == {
        "similarity": "cosine",
        "alignment": "spearman",
        "split": "pairs",
        "mask": "all",
        "pruning": "one_shot",
        "prefixes": "all",
        "reweight": "none",
        "permutations": None,
        "interval": "nadeau_bengio",
    }
    assert found["stimuli"]["animals"]["categories"] is None
    assert found["heatmap_scores"] == "images"
    assert found["saliency_percents"] == [5, 10, 15]
    assert found["analyses"]["strict"]["split"] == "images"
    assert found["folds"] == {"number": 5, "seeds": [111, 222, 333, 444, 555, 666, 777, 888]}
    assert found["stimuli"]["animals"]["judgments"] == {
        "files": ["ratings.csv"],
        "triplets": [],
        "odd": "third",
        **dict.fromkeys(("kind", "order", "columns", "matrix", "missing", "base")),
    }
    assert found["backbones"]["net"]["preprocessing"] == "weights"
    assert found["shards"] == "auto" and found["device"] == "auto"


def test_every_setting_is_described_and_every_default_is_valid():
    import jsonschema

    def settings(schema, place=""):
        for key, part in {**schema.get("properties", {}), **schema.get("patternProperties", {})}.items():
            yield f"{place}.{key}", part, key in schema.get("properties", {})
            yield from settings(part, f"{place}.{key}")

    for place, part, named in settings(yaml.safe_load(SCHEMA.read_text())):
        assert not named or part.get("description"), f"{place} has no description"
        if "properties" in part or "patternProperties" in part:
            assert part.get("additionalProperties") is False, f"{place} takes unknown keys"
        if "default" in part:
            jsonschema.validate(part["default"], part)


def changed(*steps, value):
    config = minimal()
    place = config
    for step in steps[:-1]:
        place = place.setdefault(step, {})
    place[steps[-1]] = value
    return config


MISTAKES = {
    "unknown key": (
        changed("stimuli", "animals", "image", value="x"),
        "mine.yaml, stimuli.animals: found the unknown key 'image'; expected images, .*saliency. "
        "Did you mean 'images'?",
    ),
    "unknown key at the top": (
        changed("backbone", value={}),
        "mine.yaml, top level: found the unknown key 'backbone'; .* Did you mean 'backbones'?",
    ),
    "misspelt value": (
        changed("analyses", "a", "similarity", value="cosin"),
        r"mine.yaml, analyses.a.similarity: found \"cosin\"; expected cosine, correlation or euclidean. "
        "Did you mean 'cosine'?",
    ),
    "missing key": (
        changed("stimuli", "animals", value={"judgments": "ratings.csv"}),
        "mine.yaml, stimuli.animals: found no key 'images', which has no default; .* Add it: Folder",
    ),
    "a name that is no file name": (
        changed("stimuli", "a; touch hacked", value=minimal()["stimuli"]["animals"]),
        "mine.yaml, stimuli: found the name 'a; touch hacked'; expected letters, digits",
    ),
    "a name with a slash": (
        changed("analyses", "../x", value={}),
        r"mine.yaml, analyses: found the name '\.\./x'; expected letters",
    ),
    "wrong type": (
        changed("shards", value="two"),
        'mine.yaml, shards: found "two"; expected auto or integer. Into how many jobs',
    ),
    "too small": (changed("shards", value=0), "mine.yaml, shards: found 0; expected minimum 1"),
    "an empty study": ({}, "mine.yaml, top level: found no key 'stimuli'"),
    "architecture without library": (
        changed("backbones", "net", "architecture", value="vgg16"),
        'mine.yaml, backbones.net.architecture: found "vgg16"; .*torchvision/NAME or timm/NAME',
    ),
    "weights DEFAULT": (
        changed("backbones", "net", "weights", value="DEFAULT"),
        "mine.yaml, backbones.net.weights: found DEFAULT, which means other weights in another release; "
        "expected a tag that stays, or a file. Name the tag",
    ),
    "missing image folder": (
        changed("stimuli", "animals", "images", value="animal"),
        "mine.yaml, stimuli.animals.images: found no folder animal; expected one, relative to .*"
        "Correct the path: beside it lie 'animals'",
    ),
    "missing judgments": (
        changed("stimuli", "animals", "judgments", value=["ratings.csv", "data/x.csv"]),
        r"mine.yaml, stimuli.animals.judgments \(2\): found no file data/x.csv; .*There is no data either",
    ),
    "missing order file": (
        changed("stimuli", "animals", "judgments", value={"files": "ratings.csv", "order": "order.txt"}),
        "mine.yaml, stimuli.animals.judgments.order: found no file order.txt",
    ),
    "missing categories": (
        changed("stimuli", "animals", "categories", value="kinds.csv"),
        "mine.yaml, stimuli.animals.categories: found no file kinds.csv; expected one, relative to",
    ),
    "missing weights file": (
        changed("backbones", "net", "weights", value="nett.pth"),
        "mine.yaml, backbones.net.weights: found no file nett.pth; .*beside it lie 'net.pth'",
    ),
    "missing saliency folder": (
        changed("stimuli", "animals", "saliency", value={"maps": "gazes"}),
        "mine.yaml, stimuli.animals.saliency.maps: found no folder gazes",
    ),
    "unknown preprocessing": (
        changed("backbones", "net", "preprocessing", value={"sise": 3}),
        "mine.yaml, backbones.net.preprocessing: found the unknown key 'sise'",
    ),
    "percent out of range": (
        changed("saliency_percents", value=[5, 100]),
        "mine.yaml, saliency_percents.1: found 100; expected exclusiveMaximum 100",
    ),
    "pruning and reweighting at once": (
        changed("analyses", "a", value={"pruning": "one_shot", "reweight": "nonnegative_ridge"}),
        "mine.yaml, analyses.a: found both pruning and reweight; expected one of them",
    ),
    "prefixes and reweighting at once": (
        changed("analyses", "a", value={"prefixes": 32, "reweight": "nonnegative_ridge"}),
        "mine.yaml, analyses.a: found both prefixes and reweight; expected one of them",
    ),
    "too few prefixes": (
        changed("analyses", "a", "prefixes", value=4),
        "mine.yaml, analyses.a.prefixes: found 4; expected minimum 16",
    ),
    "nothing but reweighting": (
        changed("analyses", value={"a": {"reweight": "nonnegative_ridge"}}),
        "mine.yaml, analyses: found only reweighted ones; expected one that prunes",
    ),
    "what holds for all analyses in one of them": (
        changed("analyses", "a", "heatmap_scores", value="set"),
        "mine.yaml, analyses.a: found the unknown key 'heatmap_scores'; expected similarity, alignment, split, "
        "mask, pruning, prefixes, reweight, permutations or interval. Move it to the top level of the study: "
        "it holds for all.",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_are_told_in_one_line(here, mistake):
    config, message = MISTAKES[mistake]
    with pytest.raises(InputError, match=message) as error:
        complete(config)
    assert "\n" not in str(error.value)


def test_settings_given_in_other_forms(here):
    config = changed("stimuli", "animals", "judgments", value=["ratings.csv", "more.csv"])
    config["backbones"]["net"]["preprocessing"] = {"base": "paper", "resize": 64}
    config["stimuli"]["animals"]["saliency"] = {"maps": "gaze", "predictor": "spectral_residual"}
    found = complete(config)
    assert found["stimuli"]["animals"]["judgments"]["files"] == ["ratings.csv", "more.csv"]
    assert found["backbones"]["net"]["preprocessing"] == {"base": "paper", "resize": 64}


def test_the_command_line_is_canonical():
    assert study.command_line({"b": 1, "a_key": ["x", "y z"], "none": None, "c": {"q": 2, "p": 1}}) == (
        "--a-key x 'y z' --b 1 --c '{\"p\": 1, \"q\": 2}'"
    )
    assert study.command_line({"a": 1, "b": 2}) != study.command_line({"a": 2, "b": 1})
