"""The overlap of two sets of maps, and chance by drawing every pair of sets that there is."""

from itertools import combinations

import numpy as np
import pytest

from ais.inference.overlap import overlap


@pytest.mark.parametrize(("a", "b"), [(1, 1), (2, 3), (5, 2), (5, 5)])
def test_chance_is_the_mean_over_all_that_could_be_drawn(a, b):
    drawn = [
        len(set(one) & set(other)) / len(set(one) | set(other))
        for one in combinations(range(5), a)
        for other in combinations(range(5), b)
    ]
    found = overlap(np.arange(a), np.arange(b), np.ones(5, bool))
    assert found.chance == pytest.approx(np.mean(drawn))
    assert found.jaccard == pytest.approx(min(a, b) / max(a, b))


def test_silent_maps_count_for_nothing():
    active = np.array([True, True, False, True, False, True])
    found = overlap(np.array([3, 2, 0]), np.array([4, 3, 2, 5]), active)
    assert found.jaccard == pytest.approx(1 / 3)  # 3 of 0, 3, 5
    same = overlap(np.array([0, 2]), np.array([0, 1]), np.ones(4, bool))
    assert found.chance == pytest.approx(same.chance)


def test_a_set_without_maps_has_no_overlap():
    for one, other in (([], [1]), ([2], [1])):
        found = overlap(np.array(one, int), np.array(other), np.array([True, True, False]))
        assert np.isnan([found.jaccard, found.chance]).all()
