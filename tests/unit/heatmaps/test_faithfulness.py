"""Faithfulness: what is hot by hand; deletion and insertion against masking the tensor and aligning anew."""

from functools import partial

import numpy as np
import pytest
from unit import plain_loop

from ais.engine import cells
from ais.heatmaps import agreement, faithfulness, partners


def test_the_hottest_by_hand():
    heatmap = np.array([3.0, np.nan, 5, 5, -1, 3, 0, 0, 0, 0])
    assert np.flatnonzero(faithfulness.hottest(heatmap, 20)).tolist() == [2, 3]
    assert np.flatnonzero(faithfulness.hottest(heatmap, 30)).tolist() == [0, 2, 3]  # the first of two that tie
    assert np.flatnonzero(faithfulness.hottest(heatmap, 1)).tolist() == [2]  # one at least
    assert np.flatnonzero(~faithfulness.hottest(heatmap, 90)).tolist() == [1]  # what is undefined comes last


@pytest.mark.parametrize(("cells_of", "percent", "number"), [(49, 20, 10), (49, 10, 5), (169, 20, 34), (5, 30, 2)])
def test_how_many_cells_are_hot(cells_of, percent, number):
    hot = faithfulness.hottest(np.random.default_rng(0).random((3, cells_of)), percent)
    assert (hot.sum(axis=1) == number).all()


def test_which_heatmaps_point_nowhere():
    heatmaps = np.array([[1.0, 2], [1, 1], [np.nan, np.nan], [np.nan, 1]])
    assert faithfulness.points_nowhere(heatmaps).tolist() == [False, True, True, False]


@pytest.mark.parametrize("similarity", ["cosine", "correlation", "euclidean"])
@pytest.mark.parametrize("alignment", ["spearman", "pearson", "pearson_squared"])
def test_deletion_and_insertion(similarity, alignment):
    rng = np.random.default_rng(2)
    maps = np.floor(3 * np.maximum(rng.normal(size=(8, 5, 3, 3)), 0)).astype(np.float32)
    maps[0, :, 2] = 0  # a silent row of cells
    others = maps[1:].mean(axis=(2, 3), dtype=np.float64)
    others[3] = others[5]
    judging = np.round(rng.random((2, 7)) * 3)
    judging[0, ::3], judging[1, 1] = np.nan, np.nan
    heatmaps = rng.random((4, 2, 9))
    heatmaps[1] = maps[0].mean(axis=0).ravel()  # with ties
    heatmaps[2, 0], heatmaps[2, 1], heatmaps[3, 1, 4] = 0.3, np.nan, np.nan
    readout = cells.Pooled()
    found = faithfulness.measure(partial(readout.kept, maps[0]), heatmaps, others, judging, similarity, alignment)

    def aligned(masked, half):
        both = np.vstack([masked.mean(axis=(1, 2), dtype=np.float64), others])
        s = plain_loop.similarity(both, similarity, np.zeros(7, int), np.arange(1, 8))
        return np.nan if np.isnan(s).all() else plain_loop.alignment(s, judging[half], alignment)

    assert found.shape == (4, 2, 3, 2)
    assert np.isnan(found[2]).all()
    for kind in (0, 1, 3):
        for half in range(2):
            for at, percent in enumerate(faithfulness.PERCENTS):
                by_heat = sorted(range(9), key=lambda cell: (-np.nan_to_num(heatmaps[kind, half, cell], nan=-1), cell))
                hot = by_heat[: max(1, round(percent * 9 / 100))]
                deleted, inserted = maps[0].copy().reshape(5, 9), np.zeros((5, 9), np.float32)
                inserted[:, hot] = deleted[:, hot]
                deleted[:, hot] = 0
                whole = aligned(maps[0], half)
                expected = [whole - aligned(kept.reshape(5, 3, 3), half) for kept in (deleted, inserted)]
                np.testing.assert_allclose(found[kind, half, at], expected, rtol=0, atol=1e-9)


def test_halves_of_partners():
    judged = ~np.eye(9, dtype=bool)
    judged[0, 3:6] = judged[3:6, 0] = False
    found = partners.halves(judged, 4, seed=1)
    assert not (found & ~judged).any()
    assert (found.sum(axis=2) == (judged.sum(axis=1) + 1) // 2).all()
    assert len({half.tobytes() for half in found}) == 4
    assert np.array_equal(partners.halves(judged, 2, seed=1), found[:2])  # more of them add to those there are
    assert not np.array_equal(partners.halves(judged, 4, seed=2), found)
    shuffled = judged.copy()
    shuffled[8, :4] = False  # other images' rows do not move
    assert np.array_equal(partners.halves(shuffled, 4, seed=1)[:, :8], found[:, :8])


def test_correlation_of_heatmaps():
    rng = np.random.default_rng(0)
    one, other = rng.random((2, 3, 8))
    one[0, 2] = other[0, 5] = np.nan
    expected = [np.corrcoef(a[~np.isnan(a + b)], b[~np.isnan(a + b)])[0, 1] for a, b in zip(one, other, strict=True)]
    np.testing.assert_allclose(agreement.correlation(one, other), expected, rtol=0, atol=1e-12)
    assert agreement.correlation(one, one + 1e6) == pytest.approx(1)


@pytest.mark.parametrize("heatmap", [[0.1] * 5, [np.nan] * 5, [1, np.nan, np.nan, np.nan, np.nan], [0] * 5])
def test_correlation_with_what_points_nowhere_is_undefined(heatmap):
    other = np.arange(5.0)
    assert np.isnan(agreement.correlation(np.array(heatmap, float), other))
    assert np.isnan(agreement.correlation(other, np.array(heatmap, float)))


def test_means_of_what_is_defined():
    values = np.array([[1, np.nan, 3], [np.nan] * 3])
    assert agreement.mean_defined(values)[0] == 2 and np.isnan(agreement.mean_defined(values)[1])
