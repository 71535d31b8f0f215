"""Which maps are taken: the traps that the last convolution by name falls into, and wrong names."""

import pytest
import torch

from ais.backbones import layers, networks
from ais.errors import InputError
from features import list_layers


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


@pytest.mark.parametrize(
    ("architecture", "taken", "made_by"),
    [
        ("torchvision/resnet18", "layer4", "ReLU"),
        ("torchvision/googlenet", "inception5b", "sum or concatenation"),
        ("torchvision/densenet121", "features:relu", "relu"),
        ("timm/vit_tiny_patch16_224", "norm", "LayerNorm"),
    ],
)
def test_the_candidates_are_listed_and_the_one_taken_is_marked(capsys, architecture, taken, made_by):
    list_layers.main(list_layers.parser().parse_args(["--architecture", architecture, "--last", "5"]))
    head, *listed, readout = capsys.readouterr().out.splitlines()
    assert head.startswith(f"{architecture}, images of 224 × 224")
    (marked,) = [line for line in listed if "<- taken" in line]
    assert marked.split()[0] == taken
    assert marked.endswith(f"after {made_by}")
    assert len(listed) == 5
    assert readout.strip() == "readout: pooled"


@pytest.mark.parametrize(
    ("layer", "made_by"),
    [
        ("layer4.1.bn2", "BatchNorm2d"),  # what an addition and a ReLU in place overwrite
        ("layer4.1.conv2", "Conv2d"),
        ("layer4.1", "ReLU"),
        ("layer4", "ReLU"),
        ("relu", "ReLU"),
        ("maxpool", "MaxPool2d"),
        ("layer3.0.downsample", "BatchNorm2d"),
    ],
)
def test_what_made_the_maps_of_a_named_layer(layer, made_by):
    assert layers.made_by(networks.build("torchvision/resnet18"), (64, 64), layer) == made_by


class Block(torch.nn.Module):
    """Convolution, and an addition into its output."""

    def __init__(self, after: torch.nn.Module):
        super().__init__()
        self.convolution, self.after = torch.nn.Conv2d(3, 3, 3, padding=1), after

    def forward(self, images):
        maps = self.convolution(images)
        maps += images
        return self.after(maps)


@pytest.mark.parametrize(
    ("after", "made_by"), [(torch.nn.Dropout(), "sum or concatenation"), (torch.nn.ReLU(inplace=True), "ReLU")]
)
def test_an_addition_in_place_makes_a_block_a_sum(after, made_by):
    network = torch.nn.Sequential(Block(after)).eval()
    assert layers.made_by(network, (8, 8), "0") == made_by
    assert layers.made_by(network, (8, 8), "0.convolution") == "Conv2d"


@pytest.mark.parametrize("architecture", ["timm/deit_tiny_distilled_patch16_224", "timm/vit_tiny_patch16_224"])
def test_transformers_are_pooled_as_they_pool_themselves(architecture):
    """Against what enters the network's own heads: a distilled one takes the mean of its two tokens."""
    torch.manual_seed(0)
    network = networks.build(architecture)
    images = torch.randn(2, 3, *networks.native_size(network))
    with torch.inference_mode(), layers.capturing(network, "norm") as caught:
        tokens = network.forward_features(images)
        own = network.forward_head(tokens, pre_logits=True)
    torch.testing.assert_close(caught.pooled, own)
