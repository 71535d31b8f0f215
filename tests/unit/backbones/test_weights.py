"""Weights: frozen with what is known of them; checkpoints of other networks are told what does not fit."""

import argparse
import datetime
import json
import pickle
from collections import defaultdict
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from ais.artifacts import store
from ais.backbones import archives, networks, weight_kinds, weights
from ais.errors import InputError
from features import freeze_weights

ARCHITECTURE = "torchvision/squeezenet1_1"


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return networks.build(ARCHITECTURE, 9)


@pytest.fixture
def checkpoint(network, tmp_path):
    torch.save(network.state_dict(), tmp_path / "mine.pth")
    return tmp_path / "mine.pth"


def same(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


SAVED_AS = {
    "plain.pth": lambda state, path: torch.save(state, path),
    "nested.tar": lambda state, path: torch.save({"epoch": 3, "state_dict": state}, path),
    "model.pt": lambda state, path: torch.save({"model": state}, path),
    "parallel.pth": lambda state, path: torch.save({f"module.{name}": value for name, value in state.items()}, path),
    "safe.safetensors": lambda state, path: save_file(state, path),
}


@pytest.mark.parametrize("name", SAVED_AS)
def test_checkpoints_in_the_forms_people_save(network, tmp_path, name):
    SAVED_AS[name](network.state_dict(), tmp_path / name)
    other = networks.build(ARCHITECTURE, 9)
    weights.fit(other, weights.read_checkpoint(tmp_path / name), name)
    assert same(other.state_dict(), network.state_dict())


# Self-supervised checkpoints, as their authors publish them: how the backbone's names are wrapped, what else
# lies beside them, and what the study says.
RESNET = "torchvision/resnet18"


def barlow_twins(body):
    return body, None


def moco(body):
    state = {f"module.encoder_q.{name}": value for name, value in body.items()}
    state |= {f"module.encoder_k.{name}": value for name, value in body.items()}
    state |= {"module.encoder_q.fc.0.weight": torch.ones(4, 512), "module.encoder_q.fc.2.weight": torch.ones(2, 4)}
    return {"epoch": 800, "state_dict": state | {"module.queue": torch.ones(3)}}, "module.encoder_q."


def dino(body):
    teacher = {f"backbone.{name}": value for name, value in body.items()} | {"head.mlp.0.weight": torch.ones(2, 2)}
    return {"student": {"x": torch.ones(1)}, "teacher": teacher}, "backbone."


def simclr(body):
    return {
        "model": {f"encoder.{name}": value for name, value in body.items()} | {"projector.0.bias": torch.ones(3)}
    }, ("encoder.")


@pytest.mark.parametrize("published", [barlow_twins, moco, dino, simclr])
def test_self_supervised_checkpoints(tmp_path, published):
    torch.manual_seed(1)
    trained = networks.build(RESNET, initialised=True)
    body = {name: value for name, value in trained.state_dict().items() if not name.startswith("fc.")}
    content, prefix = published(body)
    torch.save(content, tmp_path / "ssl.pth")
    network, facts = weights.prepare(RESNET, str(tmp_path / "ssl.pth"), 0, prefix=prefix)
    assert facts["classes"] == 0
    assert same(network.state_dict(), body)
    images = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        assert network(images).shape == (2, 512)
    weights.freeze(network, tmp_path / "frozen.safetensors", facts)
    again = networks.build(RESNET, 0)
    weights.load(again, tmp_path / "frozen.safetensors")
    assert same(again.state_dict(), body)
    # Without what the study should say, the message says it.
    with pytest.raises(InputError, match=r"[Ss]et prefix: \S+\.( or \S+\.)?, and classes: 0|set classes: 0") as told:
        weights.prepare(RESNET, str(tmp_path / "ssl.pth"))
    assert (prefix or "").removeprefix("module.") in str(told.value)


@pytest.mark.parametrize("before", ["model.", "model.net.", "_orig_mod.", "module.model."])
def test_what_a_trainer_puts_before_all_names_is_taken_off(network, tmp_path, caplog, before):
    caplog.set_level("INFO")
    torch.save(
        {"state_dict": {before + name: value for name, value in network.state_dict().items()}}, tmp_path / "a.ckpt"
    )
    read, _ = weights.prepare(ARCHITECTURE, str(tmp_path / "a.ckpt"), 9)
    assert same(read.state_dict(), network.state_dict())
    assert "before all their names" in caplog.text


def test_a_prefix_that_is_not_there(checkpoint):
    with pytest.raises(InputError, match=r"expected some that begin with 'backbone.'. Correct the prefix"):
        weights.prepare(ARCHITECTURE, str(checkpoint), 9, prefix="backbone.")


def test_a_digest_that_is_not_the_files(checkpoint):
    assert weights.prepare(ARCHITECTURE, str(checkpoint), 9, sha256=store.file_digest(checkpoint))
    with pytest.raises(InputError, match=r"found the digest .*; expected 0000"):
        weights.prepare(ARCHITECTURE, str(checkpoint), 9, sha256="0" * 64)


def test_no_head_where_it_cannot_be_left_out():
    with pytest.raises(InputError, match="classes: found 0 for SqueezeNet, whose classifier is no Linear"):
        networks.build(ARCHITECTURE, 0)


def test_a_network_that_asks_for_the_version_of_its_weights(tmp_path):
    network, facts = weights.prepare("torchvision/mnasnet0_5", "random")
    weights.freeze(network, tmp_path / "frozen.safetensors", facts)
    again = networks.build("torchvision/mnasnet0_5")
    weights.load(again, tmp_path / "frozen.safetensors")
    assert same(again.state_dict(), network.state_dict())


@pytest.mark.parametrize("architecture", ["torchvision/resnet18", "timm/test_resnet"])
def test_random_weights_follow_their_seed(architecture):
    first, facts = weights.prepare(architecture, "random", seed=3)
    again, _ = weights.prepare(architecture, "random", seed=3)
    other, _ = weights.prepare(architecture, "random", seed=4)
    assert facts["source"] == {"random": 3}
    assert same(first.state_dict(), again.state_dict())
    assert not same(first.state_dict(), other.state_dict())


def test_random_weights_are_the_librarys_own_start():
    """Not what is quickest to make: torchvision starts VGG's convolutions by He et al., its biases at zero."""
    network, _ = weights.prepare("torchvision/vgg11", "random")
    assert not network.features[0].bias.any()
    fan_out = 64 * 3 * 3
    assert network.features[0].weight.std().item() == pytest.approx((2 / fan_out) ** 0.5, rel=0.1)


def test_frozen_and_loaded_again(network, checkpoint, tmp_path):
    prepared, facts = weights.prepare(ARCHITECTURE, str(checkpoint), 9)
    frozen = tmp_path / "frozen.safetensors"
    weights.freeze(prepared, frozen, facts)
    first = frozen.read_bytes()
    weights.freeze(prepared, frozen, facts)
    assert frozen.read_bytes() == first
    assert same(load_file(frozen), network.state_dict())
    found = weights.read_facts(frozen)
    assert found == json.loads(frozen.with_suffix(".json").read_text())
    assert found["classes"] == 9
    assert found["source"] == {"file": "mine.pth", "sha256": store.file_digest(checkpoint)}
    assert found["preprocessing"]["crop"] == 224
    other = networks.build(found["architecture"], found["classes"])
    weights.load(other, frozen)
    assert same(other.state_dict(), network.state_dict())


def test_a_frozen_file_that_changed_is_refused(network, checkpoint, tmp_path):
    frozen = tmp_path / "frozen.safetensors"
    weights.freeze(network, frozen, {"architecture": ARCHITECTURE})
    with open(frozen, "r+b") as file:
        file.seek(-1, 2)
        file.write(b"\x01")
    with pytest.raises(InputError, match="changed since it was frozen"):
        weights.read_facts(frozen)


def misfit(checkpoint, change, classes=9):
    state = torch.load(checkpoint, weights_only=True)
    change(state)
    torch.save(state, checkpoint)
    with pytest.raises(InputError) as caught:
        weights.prepare(ARCHITECTURE, str(checkpoint), classes)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_missing_unexpected_and_misshapen_keys_are_listed(checkpoint):
    def change(state):
        state["extra.weight"] = state.pop("features.0.weight")
        state["features.0.bias"] = torch.zeros(3)

    message = misfit(checkpoint, change)
    assert "missing 'features.0.weight'" in message
    assert "unexpected 'extra.weight'" in message
    assert "wrong shape features.0.bias (3, expected 64)" in message


def test_long_lists_are_cut_short(checkpoint):
    assert "more" in misfit(checkpoint, lambda state: [state.pop(name) for name in list(state)[:30]])


def test_another_number_of_classes_is_told(checkpoint):
    message = misfit(checkpoint, lambda state: None, classes=None)
    assert "has 9 classes; expected 1000. Set classes: 9" in message


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("page.pth", b"<html>not found</html>", "holds more than tensors, or is no checkpoint|not a readable"),
        ("cut.safetensors", b"\x10\x00", "not a readable checkpoint"),
        ("empty.pth", b"", "not a readable checkpoint"),
    ],
)
def test_files_that_are_no_checkpoints(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        weights.read_checkpoint(tmp_path / name)


def test_a_truncated_checkpoint(checkpoint):
    checkpoint.write_bytes(checkpoint.read_bytes()[:5000])
    with pytest.raises(InputError, match=r"mine\.pth: not a readable checkpoint"):
        weights.read_checkpoint(checkpoint)


def test_a_pickled_network_is_read_and_not_executed(network, tmp_path):
    torch.save({"model": network, "epoch": 3}, tmp_path / "whole.pth")
    assert same(weights.read_checkpoint(tmp_path / "whole.pth"), network.state_dict())


class Attributes(dict):
    """What Lightning and omegaconf keep settings in: a dictionary of a class of theirs."""


class Bomb:
    """Writes a file when it is unpickled as pickle would."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return open, (self.path, "w")


def extras(folder):
    """What training scripts store beside the weights."""
    round_ = {}
    round_["itself"] = round_
    return {
        "args": argparse.Namespace(lr=0.1, data=Path("/data"), schedule=[1, 2]),
        "best_acc1": np.float64(71.2),
        "history": np.arange(3.0),
        "hyper_parameters": Attributes(root=PurePosixPath("/data"), lr=0.1),
        "counts": defaultdict(int, {"a": 1}),
        "when": datetime.datetime(2020, 1, 1),
        "callbacks": {"last": lazy},
        "optimizer": {"state": {0: {"step": torch.ones(1), "exp_avg": torch.ones(2)}}, "param_groups": []},
        "bomb": Bomb(folder / "exploded"),
        "round": round_,
    }


def lazy():
    """A function, which pickle stores by its name."""


STATE = {
    "a.weight": torch.arange(6.0).reshape(2, 3),
    "a.bias": torch.ones(2, dtype=torch.float16),
    "n": torch.tensor(3),
}
NESTED = {
    "timm": lambda state: {"state_dict": state},
    "torchvision": lambda state: {"model": state},
    "moco": lambda state: {"state_dict": {f"module.{name}": value for name, value in state.items()}},
    "a name of one's own": lambda state: {"my_net": state},
    "three deep": lambda state: {"run": {"ema": {"weights": state}}},
    "transposed and shared": lambda state: {"net": state | {"a.weight": state["a.weight"].T.contiguous().T}},
    "parameters": lambda state: {"net": {n: torch.nn.Parameter(v, requires_grad=False) for n, v in state.items()}},
    "in a list": lambda state: {"nets": [state]},
    "none at all": lambda state: state,
}


@pytest.mark.parametrize("old", [False, True], ids=["", "old format"])
@pytest.mark.parametrize("name", NESTED)
def test_training_checkpoints_are_read_and_the_rest_is_left_out(tmp_path, name, old):
    path = tmp_path / "checkpoint"
    beside = extras(tmp_path)
    if old:  # torch's own reader, which takes fewer containers
        beside = {key: beside[key] for key in ("args", "best_acc1", "bomb", "when", "optimizer")}
    torch.save(NESTED[name](STATE) | beside, path, _use_new_zipfile_serialization=not old)
    with pytest.raises(pickle.UnpicklingError):
        torch.load(path, weights_only=True)
    assert same(weights.read_checkpoint(path), STATE)
    assert not (tmp_path / "exploded").exists()


def test_all_types_of_numbers(tmp_path):
    state = {str(dtype): torch.ones(3, dtype=dtype) for dtype in archives.NUMBERS.values()}
    torch.save({"net": state | {"empty": torch.empty(0)}, "args": argparse.Namespace()}, tmp_path / "all.PTH")
    assert same(weights.read_checkpoint(tmp_path / "all.PTH"), state | {"empty": torch.empty(0)})


def test_several_sets_of_weights_are_told_and_one_is_named(tmp_path, caplog):
    caplog.set_level("INFO")
    other = {name: value + 1 for name, value in STATE.items()}
    torch.save({"state_dict": STATE, "state_dict_ema": other}, tmp_path / "timm.pth")
    assert same(weights.read_checkpoint(tmp_path / "timm.pth"), STATE)
    assert "those under 'state_dict' of the file; there are as many under 'state_dict_ema'" in caplog.text
    assert same(weights.read_checkpoint(tmp_path / "timm.pth", "state_dict_ema."), other)
    named = {f"backbone.{name}": value for name, value in other.items()}
    torch.save({"raw": STATE, "smooth": named}, tmp_path / "mine.pth")
    assert same(weights.read_checkpoint(tmp_path / "mine.pth", "smooth.backbone."), other)
    with pytest.raises(
        InputError, match=r"found 2 sets of weights \(raw., smooth.\); expected one. Set prefix to which"
    ):
        weights.read_checkpoint(tmp_path / "mine.pth")


def test_torchscript_is_refused_and_nobody_is_told_to_run_it(tmp_path):
    network = torch.nn.Sequential(torch.nn.Linear(2, 2))
    torch.jit.save(torch.jit.trace(network, torch.zeros(1, 2)), tmp_path / "script.pt")
    with pytest.raises(InputError, match=r"script\.pt: found TorchScript, .*expected weights alone") as told:
        weights.read_checkpoint(tmp_path / "script.pt")
    assert "weights_only" not in str(told.value) and "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *(("net.bin", "file"), ("net.PTH", "file"), ("runs/net", "file"), ("here", "file"), ("net.ckpt", "file")),
        *(("a1_in1k", "tag"), ("IMAGENET1K_V1", "tag"), ("random", "random"), ("https://a.org/net", "url")),
    ],
)
def test_what_is_a_file(tmp_path, monkeypatch, name, kind):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here").touch()
    assert weight_kinds.kind_of(name) == kind


def test_a_checkpoint_without_weights(tmp_path):
    torch.save({"epoch": 3}, tmp_path / "log.pth")
    with pytest.raises(InputError, match="found the keys 'epoch'; expected a state dict"):
        weights.read_checkpoint(tmp_path / "log.pth")


@pytest.mark.parametrize(
    ("architecture", "tag", "message"),
    [
        ("torchvision/vgg16", "DEFAULT", "torchvision's tags: IMAGENET1K_V1, .* DEFAULT changes from release"),
        ("torchvision/vgg16", "imagenet", "found 'imagenet' for torchvision/vgg16; expected torchvision's tags"),
        ("timm/resnet50", "a9_in1k", "timm's tags: .*a1_in1k"),
        ("timm/test_resnet", "none", "timm's tags: r160_in1k"),
    ],
)
def test_unknown_tags(architecture, tag, message):
    with pytest.raises(InputError, match=message):
        weights.fetch(architecture, tag)


def test_weights_that_cannot_be_fetched(monkeypatch, tmp_path):
    def no_network(*arguments, **options):
        raise OSError("no route to host")

    monkeypatch.setattr("torch.hub.load_state_dict_from_url", no_network)
    monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url", no_network)
    with pytest.raises(InputError, match=r"could not be fetched \(no route to host\); expected a connection"):
        weights.fetch(ARCHITECTURE, "IMAGENET1K_V1")


def test_fetched_weights_are_the_librarys_own(monkeypatch, tmp_path):
    """What the library would download, served from a file that has the published name and layout."""
    published = networks.build(ARCHITECTURE).state_dict()
    monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url", lambda url, **options: dict(published))
    network, facts = weights.prepare(ARCHITECTURE, "IMAGENET1K_V1")
    assert same(network.state_dict(), published)
    assert facts["source"] == {"tag": "IMAGENET1K_V1"}
    assert facts["preprocessing"]["resize"] == 256
    with pytest.raises(InputError, match=r"classes: found 9, but the weights .* have 1000"):
        weights.fetch(ARCHITECTURE, "IMAGENET1K_V1", 9)


def test_what_the_library_says_of_its_weights_reaches_the_user(monkeypatch, tmp_path, caplog):
    """timm notes of OpenAI's weights that another network gives their own results."""
    monkeypatch.setattr(weights, "fetch", lambda architecture, *rest: networks.build("timm/test_resnet"))
    command = ["--architecture", "timm/vit_base_patch16_clip_224", "--weights", "openai"]
    freeze_weights.main(freeze_weights.parser().parse_args([*command, "--output", str(tmp_path / "clip.safetensors")]))
    assert "timm says of openai: natively QuickGELU, use quickgelu model variant" in caplog.text
    (note,) = weights.read_facts(tmp_path / "clip.safetensors")["notes"]
    assert note.startswith("natively QuickGELU")
    assert weights.notes("timm/resnet50", "a1_in1k") == []
    assert weights.notes("torchvision/resnet18", "IMAGENET1K_V1") == []
