"""Ranking and the retained set, by hand."""

import numpy as np

from ais.engine.pruning import Curve, ranking


def test_ranking_is_descending_ties_by_index_undefined_last():
    score = np.array([0.1, 0.3, np.nan, 0.3, -0.2, 0.0, -0.0])
    assert ranking(score).tolist() == [1, 3, 0, 5, 6, 4, 2]


def test_the_retained_set_is_the_first_maximum_of_the_train_curve():
    curve = Curve(train=np.array([np.nan, 0.2, 0.5, 0.5, 0.4]), test=np.array([0.9, 0.1, 0.3, 0.4, 0.2]))
    assert curve.retained == 3
