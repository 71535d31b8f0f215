"""Each known architecture with random weights: the right maps, and readouts that equal the network itself."""

from pathlib import Path

import numpy as np
import pytest
import torch
from architectures import ARCHITECTURES, Architecture, table

from ais.backbones import extraction, layers, networks, readouts
from ais.engine import masking
from ais.engine.similarity import similarity_matrix
from ais.stimuli.folds import pairs_of

IMAGES, MASKED = 3, (0, 11)
RANDOM = torch.Generator().manual_seed(0)


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Two tests run at once: more threads than cores wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def own_embedding(network: torch.nn.Module, images: torch.Tensor, layer: str = "", masked: int | None = None):
    """What enters the network's classifier, in its real forward pass, with one map of a layer set to zero."""
    entered = []
    hooks = [
        module.register_forward_pre_hook(lambda module, inputs: entered.append(inputs[0]))
        for module in network.modules()
        if isinstance(module, torch.nn.Linear)
    ]
    name = layer.partition(":")[0]

    def mask(module, inputs, output):
        output = output.clone()
        channels_last = output.dim() == 3 or type(module) is torch.nn.LayerNorm
        output[(..., masked) if channels_last else (slice(None), masked)] = 0
        return output

    if masked is not None:
        hooks.append(network.get_submodule(name).register_forward_hook(mask))
    try:
        with torch.inference_mode():
            output = network(images)
    finally:
        for hook in hooks:
            hook.remove()
    return (output if networks.is_headless(network) else entered[-1]).double().numpy()


def masking_of(network: torch.nn.Module, found: Architecture, images: torch.Tensor):
    """The maps of some images, read out and masked as the workflow does it."""
    left, right = pairs_of(len(images))
    with torch.inference_mode(), layers.capturing(network, found.layer) as caught:
        network(images)
        maps, pooled = caught.maps, caught.pooled
        if found.own == "fully_connected":
            readout = readouts.FullyConnected(network, found.layer)
            return masking.FullyConnected(readout.cells(maps), readout, "cosine", left, right), readout.embedding(maps)
    if found.own == "network":
        rest = readouts.Rest(network, found.layer, networks.native_size(network))

        def embed(maps):
            with torch.inference_mode():
                return rest.embedding(torch.from_numpy(maps)).numpy()

        grid = np.tile(maps.shape[2:], (len(images), 1))
        readout = masking.Network(maps.numpy(), grid, embed, "cosine", left, right)
        return readout, torch.from_numpy(readout.embedding)
    return masking.Pooled(pooled.numpy(), "cosine", left, right), pooled


@pytest.mark.parametrize("expected", ARCHITECTURES, ids=lambda each: each.name)
def test_the_layer_and_its_readout_are_the_networks_own(expected):
    torch.manual_seed(0)
    network = networks.build(expected.name)
    size = networks.native_size(network)
    assert layers.choose(network, size) == (expected.layer, expected.maps)
    if expected.own is None:
        return
    images = torch.randn(IMAGES, 3, *size, generator=RANDOM)
    own = own_embedding(network, images)
    without = {k: own_embedding(network, images, expected.layer, k) for k in MASKED}
    readout, embedding = masking_of(network, expected, images)
    tolerance = {"rtol": 0, "atol": 1e-4 * np.abs(own).max()}
    np.testing.assert_allclose(embedding.numpy(), own, **tolerance)
    left, right = pairs_of(IMAGES)
    np.testing.assert_allclose(readout.full(), similarity_matrix(own, "cosine")[left, right], atol=1e-5)
    for k, masked in without.items():
        np.testing.assert_allclose(readout.without(k), similarity_matrix(masked, "cosine")[left, right], atol=1e-5)


def test_the_page_shows_this_table():
    page = (Path(__file__).parents[3] / "config" / "README.md").read_text(encoding="utf-8")
    assert len(ARCHITECTURES) >= 25
    assert table() in page, "run make config/README.md"


@pytest.mark.parametrize(
    "name", ["torchvision/maxvit_t", "timm/vit_base_patch16_siglip_224", "timm/levit_128s", "timm/resmlp_12_224"]
)
def test_what_cannot_be_read_as_maps_is_refused(name):
    network = networks.build(name)
    with pytest.raises(layers.InputError, match="attention or tokens that form no grid; expected"):
        layers.choose(network, networks.native_size(network))


def test_a_layer_that_something_passes_by_is_no_networks_readout():
    """A class token is not among the maps; nor is what a shortcut carries."""
    torch.manual_seed(0)
    for name, layer, size in (("timm/vit_tiny_patch16_224", "norm", 224), ("timm/test_resnet", "layer3.0.conv1", 64)):
        prepared = torch.randn(3, size, size), (0, 0, 1, 1)
        batches = extraction.extract(
            networks.build(name), layer, "network", ([prepared] * 2).__getitem__, [[0, 1]], "ab"
        )
        with pytest.raises(layers.InputError, match=r"is not all that the classifier of .* sees"):
            next(batches)


def test_a_transformer_that_cannot_take_images_of_another_shape_says_so():
    with pytest.raises(layers.InputError, match=r"cannot take images of 224 × 300 pixels .*Set preprocessing: weights"):
        layers.choose(networks.build("timm/vit_tiny_patch16_224"), (224, 300))


@pytest.mark.parametrize(
    ("name", "layer"), [("torchvision/vit_b_16", "encoder"), ("timm/swin_tiny_patch4_window7_224", "norm")]
)
@pytest.mark.parametrize("corner", [(0, 0), (0, -1), (-1, 0), (-1, -1)])
def test_a_transformers_maps_are_right_side_up(name, layer, corner):
    """A patch in one corner of an image changes the maps most in that corner."""
    torch.manual_seed(0)
    network = networks.build(name)
    rows, columns = (slice(0, 32) if side == 0 else slice(-32, None) for side in corner)
    images = torch.zeros(2, 3, 224, 224)
    images[1, :, rows, columns] = 3
    with torch.inference_mode(), layers.capturing(network, layer) as caught:
        network(images)
    change = (caught.maps[1] - caught.maps[0]).square().sum(dim=0)
    h, w = change.shape
    row, column = divmod(int(change.argmax()), w)
    near = max(1, h // 7)
    assert row < near if corner[0] == 0 else row >= h - near
    assert column < near if corner[1] == 0 else column >= w - near
