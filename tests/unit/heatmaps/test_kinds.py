"""Place, gradient and covariance against the plain loop and torch's own gradient, with ties, gaps and silent cells."""

import numpy as np
import pytest
import torch
from unit import plain_loop, treacherous

from ais.engine import cells
from ais.heatmaps import kinds

SIMILARITIES = ["cosine", "correlation", "euclidean"]
H, W = 3, 4


@pytest.fixture(params=["plain", "whole numbers", "duplicate images"])
def images(request):
    """Maps (images, maps, h, w) with a dead map and silent cells, and the human similarities."""
    rng = np.random.default_rng(5)
    maps = np.maximum(rng.normal(size=(9, 6, H, W)), 0)
    if request.param == "whole numbers":
        maps = np.floor(maps * 2)
    if request.param == "duplicate images":
        maps[4] = maps[2]
    maps[:, 3] = 0
    maps[1, :, 0, 2] = 0
    human = np.full((9, 9), np.nan)
    left, right = np.triu_indices(9, 1)
    human[left, right] = human[right, left] = treacherous.human(9)
    return maps.astype(np.float32), human


def found_for(maps, human, image, similarity, alignment="spearman"):
    """By the module, in three worlds: all judgments, half of them, all the same."""
    embedding = maps.mean(axis=(2, 3), dtype=np.float64)
    row = np.delete(human[image], image)
    worlds = np.array([row, np.where(np.arange(8) % 2, row, np.nan), np.where(np.isnan(row), np.nan, 0.5)])
    others = np.delete(embedding, image, axis=0)
    return kinds.by_cells(cells.Pooled(), maps[image], others, worlds, similarity, alignment), others, worlds


def similarities(vector, others, similarity):
    both = np.vstack([vector, others])
    return plain_loop.similarity(both, similarity, np.zeros(len(others), int), np.arange(1, len(others) + 1))


@pytest.mark.parametrize("similarity", SIMILARITIES)
@pytest.mark.parametrize("alignment", ["spearman", "pearson", "pearson_squared"])
@pytest.mark.parametrize("image", [0, 1, 4])
def test_place(images, image, similarity, alignment):
    maps, human = images
    found, others, worlds = found_for(maps, human, image, similarity, alignment)
    measure = "pearson" if alignment == "pearson_squared" else alignment
    for world, row in enumerate(worlds):
        for cell in range(H * W):
            alone = maps[image, :, cell // W, cell % W].astype(np.float64)
            expected = np.nan
            if alone.any():
                expected = plain_loop.alignment(similarities(alone, others, similarity), row, measure)
            assert found["place"][world, cell] == pytest.approx(expected, abs=1e-9, nan_ok=True)


def torch_similarities(own, others, similarity):
    if similarity == "euclidean":
        return -(own - others).norm(dim=1)
    if similarity == "correlation":
        own, others = own - own.mean(), others - others.mean(dim=1, keepdim=True)
    return others @ own / others.norm(dim=1) / own.norm()


@pytest.mark.parametrize("similarity", SIMILARITIES)
@pytest.mark.parametrize("image", [0, 1])
def test_gradient(images, image, similarity):
    """Against torch's own gradient, from the cells to Pearson's r."""
    maps, human = images
    found, others, worlds = found_for(maps, human, image, similarity)
    for world, row in enumerate(worlds[:2]):
        own = torch.from_numpy(maps[image].astype(np.float64)).requires_grad_()
        judged = torch.from_numpy(~np.isnan(row))
        s = torch_similarities(own.mean(dim=(1, 2)), torch.from_numpy(others), similarity)[judged]
        torch.corrcoef(torch.stack([s, torch.from_numpy(row)[judged]]))[0, 1].backward()
        expected = (own * own.grad).sum(dim=0).detach().numpy().ravel()
        np.testing.assert_allclose(found["gradient"][world], expected, rtol=0, atol=1e-12)
    assert np.isnan(found["gradient"][2]).all()


@pytest.mark.parametrize("similarity", SIMILARITIES)
@pytest.mark.parametrize("image", [0, 1])
def test_covariance(images, image, similarity):
    maps, human = images
    found, others, worlds = found_for(maps, human, image, similarity)
    own = maps[image].mean(axis=(1, 2), dtype=np.float64)
    for world, row in enumerate(worlds[:2]):
        expected = np.zeros(H * W)
        for other, h in zip(others, row - np.nanmean(row), strict=True):
            if not np.isnan(h):
                unit = other - other.mean() if similarity == "correlation" else other
                unit = other - own if similarity == "euclidean" else unit
                for cell in range(H * W):
                    vector = maps[image, :, cell // W, cell % W].astype(np.float64)
                    expected[cell] += h * (vector @ unit) / np.linalg.norm(unit)
        np.testing.assert_allclose(found["covariance"][world], expected, rtol=0, atol=1e-12)
    assert np.isnan(found["covariance"][2]).all()


def test_covariance_is_the_share_in_the_cosine():
    """With cosine, the cells' parts sum to Σ_j (H_ij − mean) S_ij, but for the image's own length."""
    maps = np.random.default_rng(0).random((5, 4, 2, 2)).astype(np.float32)
    human = np.random.default_rng(1).random((5, 5))
    found, others, worlds = found_for_small(maps, human)
    own = maps[0].mean(axis=(1, 2), dtype=np.float64)
    shares = (worlds[0] - worlds[0].mean()) @ similarities(own, others, "cosine")
    assert found["covariance"][0].mean() / np.linalg.norm(own) == pytest.approx(shares, abs=1e-12)


def found_for_small(maps, human):
    embedding = maps.mean(axis=(2, 3), dtype=np.float64)
    worlds = human[:1, 1:]
    return kinds.by_cells(cells.Pooled(), maps[0], embedding[1:], worlds), embedding[1:], worlds


@pytest.mark.parametrize("similarity", ["cosine", "correlation"])
def test_a_dead_partner_leaves_nothing_defined(images, similarity):
    """Its similarity is undefined, as in the image's alignment; where nobody judged it, it does not matter."""
    maps, human = images
    maps[7] = 0
    human = np.where(np.isnan(human), 0.3, human)
    found, _, _ = found_for(maps, human, 0, similarity)
    for kind in found.values():
        assert np.isnan(kind[0]).all()
        assert not np.isnan(kind[1]).all()  # of the half, partner 7 is none: its place among the others is 6


def test_through_a_network_by_brute_force():
    """Each cell through a readout that is not linear, and r's gradient by differences."""
    rng = np.random.default_rng(3)
    weight = torch.from_numpy(rng.normal(size=(6, 5)))

    def embed(maps):
        return torch.tanh(maps.double().amax(dim=(2, 3)) @ weight) + maps.double().mean(dim=(1, 2, 3))[:, None]

    readout = cells.ThroughNetwork(embed)
    maps = np.maximum(rng.normal(size=(7, 6, 2, 2)), 0).astype(np.float32)
    others = embed(torch.from_numpy(maps[1:])).numpy()
    row = rng.random(6)
    found = kinds.by_cells(readout, maps[0], others, row[None])
    for cell in range(4):
        alone = np.where(np.arange(4).reshape(2, 2) == cell, maps[0], 0).astype(np.float32)
        own = embed(torch.from_numpy(alone)[None])[0].numpy()
        expected = plain_loop.alignment(similarities(own, others, "cosine"), row, "spearman")
        assert found["place"][0, cell] == pytest.approx(expected, abs=1e-9)

    def r_with(scale):
        own = embed(torch.from_numpy(maps[0].astype(np.float64) * scale.reshape(2, 2))[None])[0].numpy()
        return np.corrcoef(similarities(own, others, "cosine"), row)[0, 1]

    for cell in range(4):
        step = np.where(np.arange(4) == cell, 1e-5, 0.0)
        slope = (r_with(1 + step) - r_with(1 - step)) / 2e-5
        assert found["gradient"][0, cell] == pytest.approx(slope, abs=1e-6)
