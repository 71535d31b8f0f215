"""Curves for a page: the points that are kept are those of the whole curve."""

import numpy as np
import pytest

from ais.explorer.curves import thinned


@pytest.mark.parametrize("maps", [1, 2, 7, 1280])
def test_points_are_means_of_the_folds_that_have_them(maps):
    curves = np.random.default_rng(3).normal(size=(6, maps))
    curves[:, 0] = np.nan
    curves[2, maps // 2] = np.nan
    kept, mean = thinned(curves, np.arange(1, maps + 1), 40)
    assert kept[0] == 1 and kept[-1] == maps and len(kept) <= 40 and (np.diff(kept) > 0).all()
    asked = np.unique(np.r_[1 : maps + 1 : 3, maps])
    few, of_few = thinned(curves, asked, 40)
    assert set(few) <= set(asked) and few[-1] == maps and (np.diff(few) > 0).all()
    both = np.isin(few, kept)
    np.testing.assert_array_equal(of_few[both], mean[np.isin(kept, few)])
    for number, value in zip(kept, mean, strict=True):
        own = [fold[number - 1] for fold in curves if not np.isnan(fold[number - 1])]
        assert np.isnan(value) if not own else value == pytest.approx(sum(own) / len(own))
