"""Which steps go to a cluster as one, and which work on a GPU: what the rules say is what is reckoned with and told."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]


def rules() -> dict[str, str]:
    """The text of each rule, by its name; a shard's is its step's."""
    found = {}
    for path in sorted((ROOT / "rules").glob("*.smk")):
        for block in re.split(r"\n(?=rule \w+:)", path.read_text(encoding="utf-8"))[1:]:
            name = re.match(r"rule (\w+):", block)[1].removesuffix("_shard")
            found[name] = found.get(name, "") + block.partition("\nlocalrules:")[0]
    return found


@pytest.fixture
def resources():
    """The names of the rule file."""
    names = {"cache": lambda function: function}
    exec(compile((ROOT / "rules/resources.smk").read_text(encoding="utf-8"), "resources.smk", "exec"), names)
    return names


def test_what_asks_for_a_gpu_is_reckoned_with_its_memory(resources):
    on_gpu = {name for name, block in rules().items() if re.search(r"\bgpu=", block)}
    assert on_gpu == set(resources["ON_GPU"])
    assert on_gpu >= {"extract_features", "pack_set"}


def test_what_asks_for_a_gpu_is_named_in_the_profile(resources):
    profile = (ROOT / "config/profiles/slurm/config.yaml").read_text(encoding="utf-8")
    commented = re.search(r"^# set-resources:\n(?:#.*\n)+", profile, flags=re.MULTILINE)[0]
    named = {name for name in rules() if re.search(rf"\b{name}\b", commented)}
    assert named == set(resources["ON_GPU"])


def grouped(*by):
    pattern = rf"    group:\n        (?:{'|'.join(by)})\("
    return {name for name, block in rules().items() if re.search(pattern, block)}


def test_what_goes_together_is_what_must_fit_a_group(resources):
    assert grouped("grouped", "grouped_by_length", "grouped_by_giver") == set(resources["TOGETHER"])
    apart = grouped("grouped_by_giver") | {"borrow_scores"}
    assert apart == set(resources["BORROWED_TOGETHER"])


def test_the_profile_says_of_each_gathered_group_how_many_go_as_one():
    text = "\n".join(rules().values()) + (ROOT / "rules/jobs.smk").read_text(encoding="utf-8")
    profile = yaml.safe_load((ROOT / "config/profiles/slurm/config.yaml").read_text(encoding="utf-8"))
    told = {each.partition("=")[0] for each in profile["group-components"]}
    names = set(re.findall(r'(?:gathered\(|else_name=)"(\w+)"', text))
    assert names | {"worlds"} == told
