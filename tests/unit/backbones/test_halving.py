"""Too little memory on a GPU, pretended: batches are halved, told of, and nothing of the result changes."""

import logging

import numpy as np
import pytest
import torch

from ais.backbones import extraction, networks, readouts
from ais.backbones.halving import Halving
from ais.engine import cells


def short_of_memory(run, most, seen=None):
    def wrapped(batch):
        if seen is not None:
            seen.append(len(batch))
        if len(batch) > most:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB …")
        return run(batch)

    return wrapped


@pytest.mark.parametrize("most", [1, 2, 3, 5, 100])
@pytest.mark.parametrize("number", [0, 1, 7, 8])
def test_parts_are_all_that_there_is_in_order(most, number):
    batch = torch.arange(2 * number).reshape(number, 2)
    halving = Halving("rows")
    assert torch.equal(halving.joined(short_of_memory(torch.clone, most), batch), batch)


def test_the_size_that_fits_is_kept_and_told_of(caplog):
    caplog.set_level(logging.INFO)
    seen, halving = [], Halving("images")
    for _ in range(2):
        halving(short_of_memory(list, 2, seen), list(range(8)))
    assert seen == [8, 4, 2, 2, 2, 2, 2, 2, 2, 2]
    assert [record.message for record in caplog.records] == [
        "too little memory on the GPU for 8 images at once: 4 from now on",
        "too little memory on the GPU for 4 images at once: 2 from now on",
    ]


def test_where_one_is_too_much_it_stays_an_error():
    with pytest.raises(torch.OutOfMemoryError):
        Halving("images")(short_of_memory(list, 0), [1, 2, 3])


def test_features_are_the_same(monkeypatch):
    torch.manual_seed(0)
    network = networks.build("torchvision/resnet18", 5)
    images = [torch.randn(3, 64, 64) for _ in range(5)]

    def extracted(threads=1):
        batches = extraction.batches_by_shape([(64, 64)] * 5, 4)
        names = [f"image{number}" for number in range(5)]
        prepared = [(image, (0, 0, 1, 1)) for image in images].__getitem__
        found = list(extraction.extract(network, "layer4", "network", prepared, batches, names, threads))
        assert [number for batch in found for number in batch.numbers] == [0, 1, 2, 3, 4]
        return [np.concatenate([getattr(batch, name) for batch in found]) for name in ("maps", "embedding", "softmax")]

    plain = extracted()
    torch.manual_seed(0)
    network = networks.build("torchvision/resnet18", 5)  # anew, as a readout leaves its hooks
    monkeypatch.setattr(network, "forward", short_of_memory(network.forward, 1))
    for found, expected in zip(extracted(threads=2), plain, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("readout", ["fully_connected", "network"])
def test_readouts_and_their_slopes_are_the_same(monkeypatch, readout):
    torch.manual_seed(0)
    network = networks.build("torchvision/alexnet", 5)
    made = readouts.FullyConnected(network, "features.11") if readout == "fully_connected" else None
    made = made or readouts.Rest(network, "features.11", networks.native_size(network))
    random = np.random.default_rng(0)
    maps = np.maximum(random.normal(size=(256, 4, 4)), 0).astype(np.float32)
    kept = random.random((7, 16)) < 0.5
    through = cells.ThroughNetwork(made.embedding)
    directions = random.normal(size=(7, made.embedding(torch.from_numpy(maps)[None]).shape[1]))
    plain = through.kept(maps, kept), through.parts(maps, directions)

    last = made.following if readout == "fully_connected" else network.classifier
    monkeypatch.setattr(last, "forward", short_of_memory(last.forward, 2))
    short = cells.ThroughNetwork(made.embedding)
    found = short.kept(maps, kept), short.parts(maps, directions)
    assert made.halving.most in (1, 2)
    for one, other in zip(found, plain, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5 * np.abs(other).max())
