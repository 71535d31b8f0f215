"""Cells: what is answered for a masked image equals masking the tensor and running the real network."""

import numpy as np
import pytest
import torch
from torch import nn

from ais.backbones import layers, networks, readouts
from ais.engine import cells


class SmallVGG(nn.Module):
    """Convolutions, a pooling that lets cells overlap, and hidden layers, as VGG has."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 6, 3, 2, 1), nn.ReLU(inplace=True), nn.MaxPool2d(2, ceil_mode=True))
        self.avgpool = nn.AdaptiveAvgPool2d((2, 2))
        hidden = nn.Linear(24, 8), nn.ReLU(inplace=True), nn.Dropout(), nn.Linear(8, 7), nn.ReLU(inplace=True)
        self.classifier = nn.Sequential(*hidden, nn.Dropout(), nn.Linear(7, 3))

    def forward(self, images):
        return self.classifier(self.avgpool(self.features(images)).flatten(1))


@pytest.fixture(scope="module")
def readout_of():
    """By name: the readout under test, how many maps it takes, and the same as plain torch."""
    torch.manual_seed(0)
    vgg = SmallVGG().eval().requires_grad_(False)
    resnet = networks.build("timm/test_resnet", 5, initialised=True).requires_grad_(False)
    layer = "layer3"  # not the last: what follows mixes cells
    with torch.inference_mode(), layers.capturing(resnet, layer) as caught:
        resnet(torch.zeros(1, 3, 64, 64))
        number = caught.maps.shape[1]

    def rest_of_resnet(maps):
        return resnet.global_pool(resnet.layer4(maps))

    def rest_of_vgg(maps):
        return vgg.classifier[:5](vgg.avgpool(vgg.features[2](maps)).flatten(1))

    fully_connected = readouts.FullyConnected(vgg, "features.1")
    rest = readouts.Rest(resnet, layer, (64, 64))
    return {
        "pooled": (cells.Pooled(), 5, lambda maps: maps.mean(dim=(2, 3))),
        "fully_connected": (cells.FullyConnected(fully_connected), 6, rest_of_vgg),
        "fully_connected, by the network": (cells.ThroughNetwork(fully_connected.embedding), 6, rest_of_vgg),
        "network": (cells.ThroughNetwork(rest.embedding), number, rest_of_resnet),
    }


def maps_of(number, h=4, w=3):
    """Post-activation maps with a silent cell and a dead map."""
    maps = np.maximum(np.random.default_rng(1).normal(size=(number, h, w)), 0).astype(np.float32)
    maps[:, 1, 2] = 0
    maps[3] = 0
    return maps


NAMES = ["pooled", "fully_connected", "fully_connected, by the network", "network"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("rows", [0, 1, 70])
def test_kept_cells(readout_of, name, rows):
    readout, number, plain = readout_of[name]
    maps = maps_of(number)
    kept = np.random.default_rng(2).random((rows, 12)) < 0.4
    found = readout.kept(maps, kept)
    assert found.dtype == np.float64 and len(found) == rows
    for row, cells_kept in zip(found, kept, strict=True):
        masked = maps.copy()
        for cell in np.flatnonzero(~cells_kept):
            masked[:, cell // 3, cell % 3] = 0
        expected = plain(torch.from_numpy(masked)[None])[0].numpy()
        np.testing.assert_allclose(row, expected, rtol=0, atol=1e-6 * max(1, np.abs(expected).max()))


@pytest.mark.parametrize("name", NAMES)
def test_cells_alone(readout_of, name):
    readout, number, plain = readout_of[name]
    maps = maps_of(number)
    found = readout.alone(maps)
    assert np.isnan(found[5]).all()  # the silent one
    for cell in set(range(12)) - {5}:
        alone = np.zeros_like(maps)
        alone[:, cell // 3, cell % 3] = maps[:, cell // 3, cell % 3]
        expected = plain(torch.from_numpy(alone)[None])[0].numpy()
        expected = expected * 12 if name == "pooled" else expected  # as if the whole image were like it
        np.testing.assert_allclose(found[cell], expected, rtol=0, atol=1e-6 * max(1, np.abs(expected).max()))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("rows", [1, 70])
def test_parts_are_input_times_gradient(readout_of, name, rows):
    readout, number, plain = readout_of[name]
    maps = maps_of(number)
    with torch.inference_mode():
        m = plain(torch.from_numpy(maps)[None]).shape[1]
    directions = np.random.default_rng(3).normal(size=(rows, m)) * 10.0 ** np.arange(-rows, 0)[:, None]
    directions[-1] = 0
    directions[0] = np.nan
    found = readout.parts(maps, directions)
    assert np.isnan(found[0]).all()
    assert (found[1:][-1:] == 0).all()
    for row, direction in list(zip(found, directions, strict=True))[1:-1]:
        own = torch.from_numpy(maps)[None].requires_grad_()
        length = np.abs(direction).max()
        (plain(own)[0] @ torch.from_numpy(direction / length).float()).backward()
        expected = (own * own.grad).detach()[0].sum(dim=0).flatten().numpy() * length
        np.testing.assert_allclose(row, expected, rtol=0, atol=2e-6 * np.abs(expected).max())


def test_an_image_all_silent(readout_of):
    for readout, number, _ in readout_of.values():
        assert np.isnan(readout.alone(np.zeros((number, 2, 2), np.float32))).all()


def test_the_network_has_no_gradient_left(readout_of):
    readout, number, _ = readout_of["network"]
    readout.parts(maps_of(number), np.ones((1, readout.kept(maps_of(number), np.ones((1, 12), bool)).shape[1])))
    assert all(parameter.grad is None for parameter in readout.embed.__self__.network.parameters())
