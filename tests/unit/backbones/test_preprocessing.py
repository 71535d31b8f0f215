"""Preprocessing: torchvision's own for its weights, the paper's by one word, and what a study changes."""

import dataclasses
import json

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.models import get_model_weights

from ais.backbones import preprocessing
from ais.backbones.preprocessing import PAPER, Preprocessing
from ais.errors import InputError


def picture(width, height):
    noise = np.random.default_rng(0).integers(0, 256, (height // 8, width // 8, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize((width, height))


@pytest.mark.parametrize("name", ["vgg16", "mobilenet_v2", "efficientnet_b0", "inception_v3"])
def test_a_tag_prepares_pictures_as_torchvision_does(name):
    weights = get_model_weights(name)["IMAGENET1K_V1"]
    how = preprocessing.of_weights(f"torchvision/{name}", "IMAGENET1K_V1")
    for size in ((500, 375), (301, 640)):
        tensor, _ = preprocessing.apply(picture(*size), how)
        assert torch.equal(tensor, weights.transforms()(picture(*size)))


def test_a_timm_tag_prepares_pictures_as_timm_does():
    import timm

    how = preprocessing.of_weights("timm/resnet50", "a1_in1k")
    network = timm.create_model("resnet50.a1_in1k", pretrained=False)
    transform = timm.data.create_transform(**timm.data.resolve_model_data_config(network))
    tensor, _ = preprocessing.apply(picture(500, 375), how)
    assert tensor.numpy() == pytest.approx(transform(picture(500, 375)).numpy(), abs=1e-5)


def test_the_paper_keeps_all_of_the_picture():
    tensor, window = preprocessing.apply(picture(500, 375), PAPER)
    assert tensor.shape == (3, 224, 298)
    assert window == (0, 0, 500, 375)


@pytest.mark.parametrize("size", [(500, 375), (375, 500), (224, 224), (333, 1000), (91, 90)])
@pytest.mark.parametrize("how", [PAPER, Preprocessing(resize=None), Preprocessing(resize=256, crop=224)])
def test_shapes_are_known_beforehand(size, how):
    assert preprocessing.apply(picture(*size), how)[0].shape[1:] == preprocessing.shape(*size, how)


def test_the_window_is_the_part_that_was_seen():
    # 400 × 200 → 256 × 128 → the middle 128 × 128: the middle half of the picture.
    _, window = preprocessing.apply(picture(400, 200), Preprocessing(resize=128, crop=128))
    assert window == (100, 0, 300, 200)


def test_values_are_normalised_by_channel():
    how = Preprocessing(resize=None, mean=(0.5, 0.0, 0.2), std=(0.5, 1.0, 0.1))
    tensor, _ = preprocessing.apply(Image.new("RGB", (4, 4), (255, 51, 0)), how)
    assert tensor[:, 0, 0].tolist() == pytest.approx([1.0, 0.2, -2.0])


def test_wishes():
    of_weights = {"resize": 256, "crop": 224}
    assert preprocessing.resolve("paper", of_weights) == PAPER
    assert preprocessing.resolve("weights", of_weights) == Preprocessing(resize=256, crop=224)
    changed = json.dumps({"base": "paper", "resize": 320, "mean": [0, 0, 0]})
    assert preprocessing.resolve(changed, of_weights) == Preprocessing(resize=320, mean=(0, 0, 0))
    assert preprocessing.resolve('{"crop": null}', of_weights) == Preprocessing(resize=256)


@pytest.mark.parametrize("wish", ["squash", '{"size": 3}', '{"base": "mine"}', "[1]"])
def test_unknown_wishes(wish):
    with pytest.raises(InputError, match="expected weights, paper, or a mapping of base, resize"):
        preprocessing.resolve(wish, {})


def test_a_crop_larger_than_the_picture():
    with pytest.raises(InputError, match="a crop of 224 expects at least as many"):
        preprocessing.apply(picture(200, 160), Preprocessing(resize=None, crop=224))


def published_by_timm():
    """Each way of preparing pictures that timm publishes with some weights, once: a name, and its settings."""
    import timm

    found = {}
    for name in timm.list_pretrained():
        settings = timm.data.resolve_data_config(pretrained_cfg=timm.get_pretrained_cfg(name).to_dict())
        found.setdefault(json.dumps(settings, sort_keys=True), (name, settings))
    return list(found.values())


def test_every_way_that_timm_publishes_is_done_as_timm_does_it():
    """Its sizes, in full; and at an eighth of them, the same tensor of pictures of any shape."""
    import timm

    modes = set()
    published = published_by_timm()
    for name, settings in published:
        architecture, _, tag = name.partition(".")
        how = preprocessing.of_weights(f"timm/{architecture}", tag)
        first, second, *_ = timm.data.create_transform(**settings).transforms
        sides = np.broadcast_to(first.size, 2), np.broadcast_to(second.size, 2)
        assert np.array_equal(sides, [np.broadcast_to(how.resize, 2), np.broadcast_to(how.crop, 2)]), name
        modes.add(how.crop_mode)
        small = settings | {"input_size": (3, *(side // 8 for side in settings["input_size"][1:]))}
        how, transform = preprocessing.of_timm(small), timm.data.create_transform(**small)
        for size, shown in PICTURES.items():
            tensor, window = preprocessing.apply(shown, how)
            assert tensor.shape[1:] == preprocessing.shape(*size, how)
            assert (tensor - transform(shown)).abs().max() < 1e-6, (name, size)
            h, w = preprocessing.shape(*size, dataclasses.replace(how, crop=None))
            seen = (window[2] - window[0]) / size[0] * w, (window[3] - window[1]) / size[1] * h
            assert seen == pytest.approx(tensor.shape[:0:-1])
    assert len(published) > 150
    assert modes == set(preprocessing.CROP_MODES)


PICTURES = {
    size: Image.fromarray(np.random.default_rng(1).integers(0, 256, (*size[::-1], 3), dtype=np.uint8))
    for size in [(52, 37), (37, 61), (40, 40), (9, 8)]
}


def test_a_squashed_picture_is_seen_whole_and_a_border_lies_outside_it():
    _, window = preprocessing.apply(picture(400, 200), Preprocessing(resize=128, crop=128, crop_mode="squash"))
    assert window == (0, 0, 400, 200)
    how = Preprocessing(resize=128, crop=128, crop_mode="border", mean=(0.5, 0.4, 0.3))
    tensor, window = preprocessing.apply(picture(400, 200), how)
    assert window == (0, -100, 400, 300)
    assert tensor[:, :32].abs().max() < 0.02  # the mean colour


def test_a_way_that_is_not_known_is_refused_only_where_it_is_asked_for():
    assert preprocessing.resolve("paper", None) == PAPER
    assert preprocessing.resolve(json.dumps({"base": "paper", "crop": 9}), None) == Preprocessing(crop=9)
    for wish in ("weights", '{"crop": 9}'):
        with pytest.raises(InputError, match="whose own is of a kind that is not known here"):
            preprocessing.resolve(wish, None)


def test_what_was_stored_before_there_were_crop_modes_is_stored_so_still():
    assert "crop_mode" not in Preprocessing(crop=224).to_json()
    assert '"crop_mode": "squash"' in Preprocessing(crop=224, crop_mode="squash").to_json()
