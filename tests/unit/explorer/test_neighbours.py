"""Nearest images and strongest maps against the plain loop, with ties, missing pairs and dead maps."""

import numpy as np

from ais.explorer import neighbours


def plainly(row, left_out, number):
    order = sorted((i for i in range(len(row)) if i not in left_out), key=lambda i: (-row[i], i))[:number]
    return order + [neighbours.NONE] * (number - len(order))


def test_the_nearest_images_of_each():
    random = np.random.default_rng(1)
    similarities = random.integers(0, 4, (9, 9)).astype(float)
    similarities[random.random((9, 9)) < 0.3] = np.nan
    similarities[4] = np.nan
    np.fill_diagonal(similarities, 99.0)
    found, values = neighbours.nearest(similarities, 5)
    for image, row in enumerate(similarities):
        wanted = plainly(row, {image, *np.flatnonzero(np.isnan(row))}, 5)
        assert found[image].tolist() == wanted
        expected = [np.nan if other == neighbours.NONE else row[other] for other in wanted]
        np.testing.assert_array_equal(values[image], expected)


def test_more_are_asked_for_than_there_are():
    found, values = neighbours.nearest(np.ones((3, 3)), 4)
    assert found[0].tolist() == [1, 2, neighbours.NONE, neighbours.NONE] and np.isnan(values[0, 2:]).all()


def test_the_images_in_which_each_map_is_strongest():
    pooled = np.random.default_rng(2).integers(0, 3, (8, 6)).astype(np.float32)
    pooled[:, 3] = 0
    found, _ = neighbours.strongest(pooled, 4)
    for k, column in enumerate(pooled.T):
        assert found[k].tolist() == plainly(column, set(np.flatnonzero(column == 0)), 4)


def test_maps_kept_in_more_than_half_of_the_folds():
    order = np.array([[0, 1, 2, 3], [1, 0, 2, 3], [3, 1, 0, 2], [2, 3, 1, 0]])
    kept = np.array([1, 2, 2, 3])  # 0 twice of four: not more than half; 1 three times; 2 once; 3 twice
    assert neighbours.kept_in_most_folds(order, kept).tolist() == [False, True, False, False]
