"""Maps masked together against the sum of maps masked alone, by the plain loop."""

import numpy as np
import pytest
from unit import plain_loop, treacherous

from ais.engine import masking
from ais.engine.similarity import MEASURES as SIMILARITIES
from ais.inference import additivity

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::scipy.stats.ConstantInputWarning")


@pytest.mark.parametrize("similarity", SIMILARITIES)
@pytest.mark.parametrize("name", treacherous.NAMES)
def test_drops_equal_the_plain_loop(name, similarity):
    pooled, human, left, right = treacherous.case(name)
    found = additivity.joint_drops(masking.Pooled(pooled, similarity, left, right), human)
    everything = np.arange(left.size)
    baseline, score = plain_loop.importance(pooled, human, similarity, "spearman", left, right, everything)
    order = sorted(range(pooled.shape[1]), key=lambda k: (np.isnan(score[k]), -np.round(score[k], 12), k))
    for m, joint, total in zip(found.top, found.joint, found.total, strict=True):
        masked = pooled.copy()
        masked[:, order[:m]] = 0
        network = plain_loop.similarity(masked, similarity, left, right)
        expected = baseline - plain_loop.alignment(network, human, "spearman")
        np.testing.assert_allclose(joint, expected, rtol=0, atol=1e-12)
        np.testing.assert_allclose(total, sum(score[k] for k in order[:m]), rtol=0, atol=1e-12)


def test_grid_by_hand():
    assert additivity.grid(0).tolist() == []
    assert additivity.grid(1).tolist() == [1]
    assert additivity.grid(9).tolist() == [1, 2, 5]
    assert additivity.grid(512).tolist() == [1, 2, 5, 10, 20, 50, 100, 200, 500]


def test_only_maps_that_help_are_masked():
    pooled, human, left, right = treacherous.case("plain")
    readout = masking.Pooled(pooled, "cosine", left, right)
    assert additivity.joint_drops(readout, human, np.array([-1.0, 2, 0, 3, 1, np.nan, -2, 0, 0])).top.tolist() == [1, 2]
    assert additivity.joint_drops(readout, human, -np.ones(9)).joint.shape == (0,)


def test_one_map_adds_up_and_ratio_by_hand():
    pooled, human, left, right = treacherous.case("plain")
    found = additivity.joint_drops(masking.Pooled(pooled, "cosine", left, right), human)
    assert found.top[0] == 1 and found.ratio[0] == pytest.approx(1)
    ratio = additivity.Additivity(np.arange(3), np.array([3.0, 1, 1]), np.array([2.0, 0, np.nan])).ratio
    np.testing.assert_array_equal(ratio, [1.5, np.nan, np.nan])


def test_given_scores_are_used_and_memory_changes_nothing():
    pooled, human, left, right = treacherous.case("plain")
    readout = masking.Pooled(pooled, "cosine", left, right)
    score = np.arange(9.0)
    found = additivity.joint_drops(readout, human, score, memory=1)
    assert found.total.tolist() == [8, 15, 8 + 7 + 6 + 5 + 4]
    assert np.array_equal(found.joint, additivity.joint_drops(readout, human, score).joint, equal_nan=True)
