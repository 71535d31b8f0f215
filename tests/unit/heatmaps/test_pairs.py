"""Pair heatmaps: the cells sum to the similarity, with all maps and with some; and which pairs differ most."""

import numpy as np
import pytest

from ais.engine.similarity import similarity_matrix
from ais.heatmaps import pairs


def images():
    """Of another grid each; the first with a dead map, the last with one map active alone."""
    rng = np.random.default_rng(0)
    found = [np.maximum(rng.normal(size=(9, *grid)), 0) for grid in ((3, 4), (2, 2), (1, 5))]
    found[0][4] = 0
    found[2][1:] = 0
    return found


@pytest.mark.parametrize("some", [None, np.arange(9) % 2 == 0])
@pytest.mark.parametrize("similarity", pairs.EXACT)
def test_the_cells_sum_to_the_similarity(similarity, some):
    maps = images()
    kept = np.ones(9, bool) if some is None else some
    embedding = np.array([(each * kept[:, None, None]).mean(axis=(1, 2)) for each in maps])
    expected = similarity_matrix(embedding, similarity)
    for i, own in enumerate(maps):
        for j, other in enumerate(maps):
            found = pairs.shares(own, other, similarity, some)
            assert found.shape == own.shape[1:]
            assert found.sum() == pytest.approx(expected[i, j], abs=1e-9)


@pytest.mark.parametrize("similarity", pairs.EXACT)
def test_each_cell_against_the_plain_loop(similarity):
    own, other = images()[:2]
    z, u = own.mean(axis=(1, 2)), other.mean(axis=(1, 2))
    if similarity == "correlation":
        z, u = z - z.mean(), u - u.mean()
    for row in range(3):
        for column in range(4):
            cell = own[:, row, column]
            cell = cell - cell.mean() if similarity == "correlation" else cell
            expected = cell @ u / np.linalg.norm(u) / (np.linalg.norm(z) * 12)
            assert pairs.shares(own, other, similarity)[row, column] == pytest.approx(expected, abs=1e-12)


def test_silent_images_have_undefined_shares_and_a_distance_has_none():
    own, other, _ = images()
    assert np.isnan(pairs.shares(np.zeros_like(own), other)).all()
    assert np.isnan(pairs.shares(own, np.zeros_like(other))).all()
    assert np.isnan(pairs.shares(np.ones_like(own), other, "correlation")).all()
    with pytest.raises(ValueError, match="sums over cells"):
        pairs.shares(own, other, "euclidean")


def test_pairs_that_differ_most_by_ranks():
    human = np.array([1.0, 2, 3, 4, 5, np.nan, 3])
    network = np.array([9.0, 0, 3, np.nan, 1, 8, 4])
    # Midranks of the five pairs that both have, people 1, 2, 3.5, 5, 3.5 and network 5, 1, 3, 2, 4.
    more, less = pairs.most_different(network, human, 1)
    assert (more.tolist(), less.tolist()) == ([0], [4])
    more, less = pairs.most_different(network, human, 9)
    assert (more.tolist(), less.tolist()) == ([0, 6], [4, 1])
