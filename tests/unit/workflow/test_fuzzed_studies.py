"""Damaged studies: told in one line, or complete with nothing lost of what they say."""

import copy
import random

import pytest
import yaml
from workflow import small_study
from workflow.conftest import ROOT

from ais.engine import similarity
from ais.errors import InputError
from ais.stimuli import folds
from ais.workflow import study

SCHEMA = ROOT / "config/schema.yaml"
ODD = (
    None, True, 0, -1, 3, 2.5, 1e400, "", "x", "pairs", "cosine", [], [1], ["a", "b"], {}, {"a": 1}, [[1, 2]], "0",
    "data/../x", "Ünïcode", "a b", "{brace}", ["ratings.csv"], {"files": "ratings.csv"}, "timm/test_resnet",
)  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A study with a key of each kind, beside its files."""
    folder = tmp_path_factory.mktemp("study")
    made = small_study.write(folder)
    made["stimuli"]["scenes"] = {"images": "images", "heatmaps": {"scores_from": "small"}}
    made["backbones"]["random"] = {"architecture": "timm/test_resnet", "weights": {"random": 3}, "layer": "layer3"}
    made["analyses"]["ridge"] = {"split": "images", "reweight": "nonnegative_ridge", "permutations": 2}
    made |= {"shards": 2, "heatmaps": {"kinds": ["importance", "place"]}, "explorer": {"images": False}}
    return folder, made


def places(node, path=()):
    """Each place of a tree of mappings and lists."""
    yield path
    named = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in named:
        yield from places(value, (*path, key))


def at(node, path):
    for key in path:
        node = node[key]
    return node


def changed_value(made, chance):
    *above, key = chance.choice([path for path in places(made) if path])
    at(made, above)[key] = chance.choice([*ODD, copy.deepcopy(at(made, chance.choice(list(places(made)))))])


def without_key(made, chance):
    *above, key = chance.choice([path for path in places(made) if path])
    del at(made, above)[key]


def other_key(made, chance):
    *above, key = chance.choice([path for path in places(made) if path and isinstance(at(made, path[:-1]), dict)])
    place = at(made, above)
    new = chance.choice([key[:-1], f"{key}s", key.upper(), "é", "a/b", "", 7, *ODD[9:11], f"{key}-2"])
    place[new] = place.pop(key)


def damaged_text(text, chance):
    lines = text.split("\n")
    what = chance.randrange(4)
    if what == 0:
        return text[: chance.randrange(len(text))]
    if what == 1:
        lines.insert(chance.randrange(len(lines)), chance.choice(lines))
    elif what == 2:
        del lines[chance.randrange(len(lines))]
    else:
        place = chance.randrange(len(text))
        return text[:place] + chance.choice([*":-{}[],'\"#&*!|>%@\t\n 01ax"]) + text[place + chance.randrange(2) :]
    return "\n".join(lines)


def kept(said, complete) -> bool:
    """Whether all that a study says stands in the complete one: as it was, or in the longer form of the same key."""
    if isinstance(said, dict) and isinstance(complete, dict):
        return all(
            (key in complete and kept(value, complete[key])) or spread(value, complete) for key, value in said.items()
        )
    if isinstance(complete, dict):  # judgments: ratings.csv, weights: IMAGENET1K_V1
        return any(kept(said, value) for value in complete.values())
    return said == complete or [said] == complete or (said is None and complete in ({}, []))


def spread(said, complete) -> bool:
    """``weights: {random: 3}`` becomes ``weights: random`` and ``seed: 3``, beside each other."""
    beside = [value for value in complete.values() if not isinstance(value, (dict, list))]
    return isinstance(said, dict) and all(value in beside for value in said.values())


def told_or_kept(path) -> str:
    try:
        study.check_keys(path)
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
        if not isinstance(said, dict):
            return "no mapping"  # Snakemake refuses it
        complete = study.complete(said, SCHEMA, path.name)
    except yaml.YAMLError:
        return "no YAML"  # Snakemake tells the line
    except InputError as error:
        assert "\n" not in str(error) and path.name in str(error), str(error)
        return "told"
    assert kept(said, complete), path.read_text(encoding="utf-8")
    for analysis in complete["analyses"].values():
        assert analysis["split"] in folds.SPLITS and analysis["similarity"] in similarity.MEASURES
    for own in complete["stimuli"].values():
        assert (own["judgments"] is None) == (own["heatmaps"]["scores_from"] in complete["stimuli"])
    return "kept"


def damaged_studies(whole, monkeypatch, first: int, last: int) -> list[str]:
    folder, made = whole
    monkeypatch.chdir(folder)
    outcomes = []
    for seed in range(first, last):
        chance = random.Random(seed)
        own = copy.deepcopy(made)
        for _ in range(chance.randrange(1, 3)):
            if own:
                chance.choice([changed_value, without_key, other_key])(own, chance)
        text = yaml.safe_dump(own, sort_keys=False, allow_unicode=True)
        text = damaged_text(text, chance) if chance.random() < 0.4 else text
        path = folder / "fuzzed.yaml"
        path.write_text(text, encoding="utf-8")
        outcomes.append(told_or_kept(path))
    return outcomes


def test_damaged_studies(whole, monkeypatch):
    assert {"told", "kept", "no YAML"} <= set(damaged_studies(whole, monkeypatch, 0, 40))


@pytest.mark.long
@pytest.mark.parametrize("block", range(5))
def test_many_damaged_studies(whole, monkeypatch, block):
    damaged_studies(whole, monkeypatch, 100 + 200 * block, 300 + 200 * block)
