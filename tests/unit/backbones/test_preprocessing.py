"""Preprocessing: torchvision's own for its weights, the paper's by one word, and what a study changes."""

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
