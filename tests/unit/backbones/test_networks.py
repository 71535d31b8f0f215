"""Architectures by name, and names that are none."""

import pytest

from ais.backbones import networks
from ais.errors import InputError


@pytest.mark.parametrize("architecture", ["torchvision/squeezenet1_1", "timm/resnet10t"])
def test_networks_are_built_to_evaluate_with_a_head_of_any_size(architecture):
    network = networks.build(architecture, 7)
    assert not network.training
    assert network.num_classes == 7


@pytest.mark.parametrize(
    ("architecture", "message"),
    [
        ("torchvision/vgg61", "expected torchvision/<name> or timm/<name>. Did you mean torchvision/vgg"),
        ("keras/vgg16", "Did you mean"),
        ("timm/resnet50.a1_in1k", "a name with a tag.*Give timm/resnet50 as architecture and a1_in1k as weights"),
        ("timm/zzzzzz", "Look the name up"),
    ],
)
def test_unknown_architectures(architecture, message):
    with pytest.raises(InputError, match=message):
        networks.build(architecture)


def test_native_sizes():
    assert networks.native_size(networks.build("torchvision/inception_v3")) == (299, 299)
    assert networks.native_size(networks.build("torchvision/squeezenet1_1")) == (224, 224)
    assert networks.native_size(networks.build("timm/resnet10t")) == (176, 176)
