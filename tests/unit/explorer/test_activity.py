"""Cells of few maps and few pairs against the plain loop, with padding, dead maps and missing places."""

import numpy as np
import pytest

from ais.explorer import activity
from ais.explorer.neighbours import NONE
from ais.heatmaps import pairs


class Features(dict):
    """What of a features file is read."""

    def __init__(self, readout="pooled", images=5, maps=6, h=3, w=4):
        random = np.random.default_rng(5)
        grid = np.tile([h, w], (images, 1))
        grid[1] = h - 1, w
        values = np.maximum(random.normal(size=(images, maps, h, w)), 0).astype(np.float32)
        values[:, 2] = 0  # a dead map
        values[3] = 0  # a silent image
        values[1, :, h - 1] = 0
        own = [image[:, :a, :b] for image, (a, b) in zip(values, grid, strict=True)]
        super().__init__(maps=values, grid=grid, pooled=np.stack([each.mean(axis=(1, 2)) for each in own]), own=own)
        self.attrs = {"readout": readout}


def test_where_maps_are_active():
    features = Features()
    maps, images = np.array([0, 5, NONE, 2, 0]), np.array([1, 4, 0, NONE, 1])
    found = activity.where_active(features, maps, images)
    for cells, k, image in zip(found, maps, images, strict=True):
        wanted = np.full((3, 4), np.nan)
        if NONE not in (k, image):
            own = features["own"][image][k]
            wanted[: len(own)] = own
        np.testing.assert_array_equal(cells, wanted)


def test_pairs_are_listed_both_ways_and_once():
    lists = np.array([[2, 1], [0, NONE], [NONE, 1]]), np.array([[1, NONE], [NONE, NONE], [NONE, NONE]])
    images, others = activity.listed_pairs(*lists)
    both_ways = [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)]
    assert list(zip(images.tolist(), others.tolist(), strict=True)) == both_ways
    images, others = activity.listed_pairs(lists[1])
    assert list(zip(images.tolist(), others.tolist(), strict=True)) == [(0, 1), (1, 0)]
    assert [each.size for each in activity.listed_pairs(np.full((2, 3), NONE))] == [0, 0]


@pytest.mark.parametrize("similarity", pairs.EXACT)
def test_pair_heatmaps_are_the_exact_shares(similarity):
    features = Features()
    images, others = np.array([0, 0, 1, 3, 4]), np.array([1, 4, 0, 0, 3])
    found = activity.pair_heatmaps(features, images, others, similarity)
    for cells, image, other in zip(found, images, others, strict=True):
        own = features["own"]
        h, w = features["grid"][image]
        wanted = pairs.shares(own[image], own[other], similarity)
        np.testing.assert_allclose(cells[:h, :w], wanted, atol=1e-7)
        assert np.isnan(cells[h:]).all() and np.isnan(cells[:h, :w]).any() == (3 in (image, other))


def test_no_pair_heatmaps_where_a_similarity_is_no_sum_over_cells():
    one = np.array([0]), np.array([1])
    assert activity.pair_heatmaps(Features(readout="network"), *one, "cosine") is None
    assert activity.pair_heatmaps(Features(), *one, "euclidean") is None
    token = Features()
    token["pooled"] = token["pooled"] + 1
    assert activity.pair_heatmaps(token, *one, "cosine") is None
