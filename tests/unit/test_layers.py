"""Which maps are taken: the traps that the last convolution by name falls into, and wrong names."""

import pytest
import torch

from ais import layers, networks
from ais.errors import InputError

# Architecture → layer and shape of its maps, and what would be taken by name.
TRAPS = {
    "torchvision/googlenet": ("inception5b", (1024, 7, 7)),  # an auxiliary head that never runs
    "torchvision/inception_v3": ("Mixed_7c", (2048, 8, 8)),  # one branch of the concatenation
    "torchvision/densenet121": ("features:relu", (1024, 7, 7)),  # 32 growth maps, before the activation
    "torchvision/mobilenet_v2": ("features", (1280, 7, 7)),
    "torchvision/mobilenet_v3_small": ("features", (576, 7, 7)),  # a convolution after the pooling
    "torchvision/squeezenet1_1": ("features", (512, 13, 13)),  # the class maps
    "torchvision/efficientnet_b0": ("features", (1280, 7, 7)),  # a squeeze-and-excitation gate
    "torchvision/regnet_y_400mf": ("trunk_output", (440, 7, 7)),
    "torchvision/convnext_tiny": ("features", (768, 7, 7)),
    "torchvision/resnet18": ("layer4", (512, 7, 7)),  # before the addition and the activation
    "torchvision/alexnet": ("features.11", (256, 13, 13)),  # before the pooling
    "timm/densenet121": ("features", (1024, 7, 7)),
    "timm/seresnet50": ("layer4", (2048, 7, 7)),  # a gate
    "timm/mobilenetv3_small_050": ("blocks", (288, 7, 7)),
    "timm/efficientnet_b0": ("bn2", (1280, 7, 7)),
    "timm/convnext_atto": ("stages", (320, 7, 7)),
    "timm/inception_v3": ("Mixed_7c", (2048, 8, 8)),
}


@pytest.mark.parametrize("architecture", TRAPS)
def test_layer_by_trace(architecture):
    network = networks.build(architecture)
    assert layers.choose(network, networks.native_size(network)) == TRAPS[architecture]


@pytest.mark.parametrize("architecture", ["torchvision/vgg11", "torchvision/vgg11_bn", "timm/vgg11"])
def test_vgg_is_taken_after_the_activation_before_the_pooling(architecture):
    # torchvision's fully connected layers are Linear, timm's are convolutions: neither is taken.
    network = networks.build(architecture)
    name, shape = layers.choose(network, (224, 224))
    assert shape == (512, 14, 14)
    assert isinstance(network.get_submodule(name), torch.nn.ReLU)


def test_what_is_captured_is_the_activation_and_not_what_overwrites_it():
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.ReLU(inplace=True), torch.nn.AdaptiveAvgPool2d(1))
    image = torch.randn(2, 3, 8, 8)
    with torch.inference_mode(), layers.capturing(network, "0") as caught:
        network(image)
    assert torch.equal(caught.maps, network[0](image))
    assert caught.maps.min() < 0


def test_a_function_outside_any_module_is_captured_by_its_name():
    network = networks.build("torchvision/densenet121")
    image = torch.randn(1, 3, 64, 64)
    with torch.inference_mode(), layers.capturing(network, "features:relu") as caught:
        network(image)
        expected = network.features(image).relu()
    assert torch.equal(caught.maps, expected)


def hooks_of(network):
    return [module for module in network.modules() if module._forward_hooks or module._forward_pre_hooks]


def test_no_hook_survives_not_even_an_exception():
    network = networks.build("torchvision/resnet18")
    layers.trace(network, (64, 64))
    with pytest.raises(ZeroDivisionError), layers.capturing(network, "layer4"):
        raise ZeroDivisionError
    with pytest.raises(InputError, match="cannot take images of 1 × 1"):
        layers.trace(networks.build("torchvision/vgg11").features, (1, 1))
    assert hooks_of(network) == []


def test_a_layer_by_name():
    network = networks.build("torchvision/resnet18")
    assert layers.choose(network, (224, 224), "layer3.1.relu") == ("layer3.1.relu", (256, 14, 14))


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ("layer5", r"found 'layer5', which ResNet does not run; expected one of its \d+ layers\. Did you mean layer"),
        ("nothing like it", "Leave layer out to take the last"),
        ("fc", r"found 'fc', whose output has the shape \(1000,\); expected \(maps, h, w\)"),
        ("avgpool", "h, w > 1. Choose an earlier layer"),
    ],
)
def test_wrong_names(layer, message):
    with pytest.raises(InputError, match=message):
        layers.choose(networks.build("torchvision/resnet18"), (64, 64), layer)


def test_transformers_are_refused():
    with pytest.raises(InputError, match="reads its images by attention; expected a convolutional network"):
        layers.choose(networks.build("timm/vit_tiny_patch16_224"), (224, 224))
