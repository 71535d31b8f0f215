"""The fully connected readout: subtracting what a map gave to fc6 equals masking the real network."""

import numpy as np
import pytest
import torch

from ais.backbones import networks, readouts
from ais.engine import importance, masking, pruning
from ais.engine.alignment import Subsets
from ais.engine.similarity import similarity_matrix
from ais.stimuli.folds import pairs_of

IMAGES, MAPS = 6, 512


@pytest.fixture(scope="module")
def vgg():
    """VGG-16 with random weights, and post-activation maps of conv5_3 as it would give: some dead."""
    torch.manual_seed(0)
    network = networks.build("torchvision/vgg16", 10)
    maps = torch.relu(torch.randn(IMAGES, MAPS, 14, 14) - 0.5)
    maps[:, 7] = 0
    return network, maps


def run_the_rest(network, maps):
    """What torchvision's VGG does after conv5_3's ReLU, up to the ReLU after fc7."""
    with torch.inference_mode():
        z = network.avgpool(network.features[30](maps)).flatten(1)
        return network.classifier[:5](z).double().numpy()


@pytest.fixture(scope="module")
def readout(vgg):
    network, maps = vgg
    head = readouts.FullyConnected(network, "features.29")
    with torch.inference_mode():
        cells = head.cells(maps)
    return masking.FullyConnected(cells, head, "cosine", *pairs_of(IMAGES))


@pytest.mark.parametrize("k", [0, 7, 100, 511])
def test_masking_a_map_equals_masking_the_tensor_and_running_the_network(vgg, readout, k):
    network, maps = vgg
    masked = maps.clone()
    masked[:, k] = 0
    embedding = run_the_rest(network, masked)
    np.testing.assert_allclose(readout._embedding_without(k), embedding, atol=1e-5 * np.abs(embedding).max())
    left, right = pairs_of(IMAGES)
    np.testing.assert_allclose(
        readout.without(k), similarity_matrix(embedding, "cosine")[left, right], rtol=0, atol=1e-5
    )


def test_growing_ends_at_the_whole_network(vgg, readout):
    network, maps = vgg
    order = np.random.default_rng(0).permutation(MAPS)
    steps = list(readout.growing(order))
    left, right = pairs_of(IMAGES)
    for kept in (1, 5, MAPS):
        masked = torch.zeros_like(maps)
        masked[:, order[:kept]] = maps[:, order[:kept]]
        expected = similarity_matrix(run_the_rest(network, masked), "cosine")[left, right]
        np.testing.assert_allclose(steps[kept - 1], expected, rtol=0, atol=1e-5)


def test_growing_at_some_prefixes(readout):
    order = np.random.default_rng(0).permutation(MAPS)
    steps = list(readout.growing(order))
    some = list(readout.growing(order, [2, 3, 300, MAPS]))
    np.testing.assert_allclose(some, [steps[number - 1] for number in (2, 3, 300, MAPS)], rtol=0, atol=1e-6)


def test_keeping_and_adding_equal_masking_the_tensor_and_running_the_network(vgg, readout):
    network, maps = vgg
    kept = np.random.default_rng(1).random(MAPS) < 0.1
    kept[[3, 7, 11]] = [True, True, False]
    left, right = pairs_of(IMAGES)

    def similarities(kept):
        masked = maps * torch.from_numpy(kept)[None, :, None, None]
        return similarity_matrix(run_the_rest(network, masked), "cosine")[left, right]

    fewer = readout.keeping(kept)
    np.testing.assert_allclose(fewer.full(), similarities(kept), rtol=0, atol=1e-5)
    for k in (3, 7, 11):
        without, more = kept.copy(), kept.copy()
        without[k], more[k] = False, True
        np.testing.assert_allclose(fewer.without(k), similarities(without), rtol=0, atol=1e-5)
        if not kept[k]:
            [added] = readout.adding(kept, [k])
            np.testing.assert_allclose(added, similarities(more), rtol=0, atol=1e-5)


def test_keeping_and_adding_with_the_network_run_again():
    """A rest that is not linear, on grids of two sizes, one map dead."""
    rng = np.random.default_rng(0)
    features = np.maximum(rng.normal(size=(5, 8, 3, 3)), 0).astype(np.float32)
    features[:, 6] = 0
    grid = np.array([[3, 3], [3, 2], [3, 3], [3, 2], [3, 3]])
    for image, (h, w) in enumerate(grid):
        features[image, :, h:], features[image, :, :, w:] = np.nan, np.nan
    weight = rng.normal(size=(8, 4)).astype(np.float32)

    def embed(maps):
        return np.maximum(maps.mean(axis=(2, 3)) @ weight + 0.2, 0)

    left, right = pairs_of(5)
    readout = masking.Network(features, grid, embed, "cosine", left, right)

    def similarities(kept):
        embedding = [
            embed(maps[None, :, :h, :w] * kept[:, None, None].astype(np.float32))[0]
            for maps, (h, w) in zip(features, grid, strict=True)
        ]
        return similarity_matrix(np.array(embedding), "cosine")[left, right]

    kept = np.arange(8) % 2 == 0
    fewer = readout.keeping(kept)
    np.testing.assert_allclose(fewer.full(), similarities(kept), rtol=0, atol=1e-6)
    for k, added in zip((1, 3, 5, 7), readout.adding(kept, [1, 3, 5, 7]), strict=True):
        np.testing.assert_allclose(added, similarities(kept | (np.arange(8) == k)), rtol=0, atol=1e-6)
        np.testing.assert_allclose(fewer.without(k), fewer.full(), rtol=0, atol=0)
    for k in (0, 2, 4, 6):
        np.testing.assert_allclose(fewer.without(k), similarities(kept & (np.arange(8) != k)), rtol=0, atol=1e-6)


def test_a_dead_map_scores_exactly_zero_and_shards_do_not_matter(readout):
    human = np.random.default_rng(0).random(15)
    subsets = Subsets.of(human, [np.arange(15)])
    some = importance.score_maps(readout, subsets, [5, 6, 7, 8])
    alone = [importance.score_maps(readout, subsets, [k]).score[0, 0] for k in (5, 6, 7, 8)]
    assert some.score[0, 2] == 0
    assert some.score[0].tolist() == alone
    assert pruning.ranking(some.score[0]).size == 4


def test_threads_do_not_matter(readout):
    human = np.random.default_rng(0).random(15)
    subsets = Subsets.of(human, [np.arange(15)])
    maps = range(40)
    one, two = (importance.score_maps(readout, subsets, maps, threads=threads).score for threads in (1, 2))
    assert np.array_equal(one, two)


@pytest.mark.parametrize("available", [True, False])
def test_the_rest_on_one_core_is_the_rest(vgg, monkeypatch, available):
    """On a processor that oneDNN knows, and without it."""
    head = readouts.FullyConnected(vgg[0], "features.29")
    hidden = torch.randn(IMAGES, 4096, generator=torch.Generator().manual_seed(1))
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: available)
    rest = head.rest_on_one_core()
    assert (rest == head.rest) is not available
    with torch.inference_mode():
        expected = head.rest(hidden)
        torch.testing.assert_close(rest(hidden), expected, rtol=0, atol=1e-6 * float(expected.max()))


def test_masking_in_one_image_alone(vgg, readout):
    network, maps = vgg
    full = run_the_rest(network, maps)
    masked = maps.clone()
    masked[:, 100] = 0
    expected = similarity_matrix(run_the_rest(network, masked), "cosine", full)
    np.testing.assert_allclose(readout.without_in_self(100), expected, rtol=0, atol=1e-5)
