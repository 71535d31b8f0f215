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


def test_the_maps_that_make_most_of_a_heatmap():
    random = np.random.default_rng(4)
    pooled = random.integers(0, 3, (5, 7)).astype(np.float32)
    score = random.normal(size=(5, 7))
    score[2], score[0, 1] = -1, np.nan
    found, share = neighbours.leading(score, pooled, 4)
    for image in range(5):
        part = [max(s, 0) * p if s == s else 0 for s, p in zip(score[image], pooled[image], strict=True)]
        wanted = plainly(np.array(part), {k for k in range(7) if not part[k] > 0}, 4)
        assert found[image].tolist() == wanted
        shares = [np.nan if k == neighbours.NONE else part[k] / sum(part) for k in wanted]
        np.testing.assert_allclose(share[image], shares)
    assert set(found[2]) == {neighbours.NONE}
    of_set = neighbours.leading(score[1], pooled, 4)[0]
    np.testing.assert_array_equal(of_set, neighbours.leading(np.tile(score[1], (5, 1)), pooled, 4)[0])


def test_how_many_folds_keep_a_map_and_how_each_ranks_it():
    order = np.array([[0, 1, 2, 3], [1, 0, 2, 3], [3, 1, 0, 2], [2, 3, 1, 0]])
    kept = np.array([1, 2, 2, 3])
    assert neighbours.times_kept(order, kept).tolist() == [2, 3, 1, 2]
    assert neighbours.ranks(order)[3].tolist() == [4, 3, 1, 2]
