"""Judgments by halves of the raters, for the reliability of heatmaps."""

import numpy as np

from ais.artifacts import store
from ais.stimuli import ratings
from ais.stimuli.folds import pairs_of
from heatmaps import measure_faithfulness

IDS = ["a", "b", "c"]


def judged(path, matrices):
    table = ratings.Ratings.of_matrices(matrices)
    with store.create(path, "judgments", IDS) as file:
        store.write_array(file, "similarity", matrices[0])
        if table.raters > 1:
            ratings.write(file, table)
    return path


def test_both_halves_of_three_raters_and_none_of_one(tmp_path):
    left, right = pairs_of(3)
    each = np.array([[1.0, 2, 3], [3, 2, np.nan], [5, np.nan, 1]])
    matrices = np.full((3, 3, 3), np.nan)
    matrices[:, left, right] = matrices[:, right, left] = each
    found = measure_faithfulness.rater_halves(judged(tmp_path / "three.h5", matrices), IDS)
    expected = [([2, 2, 3], [5, np.nan, 1]), ([3, 2, 2], [3, 2, np.nan]), ([4, 2, 1], [1, 2, 3])]
    expected = [np.where(np.isnan(one) | np.isnan(other), np.nan, [one, other]) for one, other in expected]
    np.testing.assert_array_equal(found, expected)
    assert measure_faithfulness.rater_halves(judged(tmp_path / "one.h5", matrices[:1]), IDS) == []
