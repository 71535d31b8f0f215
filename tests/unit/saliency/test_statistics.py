"""Every statistic of a heatmap beside saliency against the plain way, ties and constant maps included."""

from itertools import product

import numpy as np
import pytest
from unit.saliency import plain_comparison

from ais.saliency.curves import find, levels
from ais.saliency.precision_recall import top_share
from ais.saliency.statistics import Gaze, Statistic

RANDOM = np.random.default_rng(4)
PERCENTS = [5, 10, 33.3, 50]
MAPS = {
    "smooth": RANDOM.random(300),
    "tied": RANDOM.integers(0, 4, 300).astype(float),
    "signed": RANDOM.normal(size=300),
    "tied at the top": np.minimum(RANDOM.random(300), 0.6),
    "all but constant": np.eye(1, 300, 7)[0],
    "constant": np.ones(300),
}


@pytest.mark.parametrize(("heatmap", "saliency"), list(product(MAPS, MAPS)))
def test_one_sort_serves_all_thresholds(heatmap, saliency):
    heatmap, saliency = MAPS[heatmap], MAPS[saliency]
    found = Gaze(saliency, PERCENTS).beside(heatmap)
    for (s, h), plain in plain_comparison.compare(saliency, heatmap, PERCENTS).items():
        for name in ("precision", "recall", "relative_risk"):
            assert found[Statistic(name, s, h)] == pytest.approx(getattr(plain, name), rel=1e-9, abs=1e-12, nan_ok=True)
    for s in PERCENTS:
        plain = plain_comparison.average_precision(heatmap, top_share(saliency, s))
        assert found[Statistic("average_precision", s)] == pytest.approx(plain, rel=1e-9, abs=1e-12, nan_ok=True)


def test_average_precision_worked_by_hand():
    # Hottest first: salient, not, salient and not together (a tie), not. Recall rises by half at the first pixel, where
    # precision is 1, and by half at the fourth, where it is 2/4.
    heatmap, salient = np.array([9.0, 8, 7, 7, 1]), np.array([1.0, 0, 1, 0, 0])
    assert find(heatmap, salient[None]).average_precision() == pytest.approx([0.75])


def test_a_share_may_end_among_ties():
    order, ends = levels(np.array([1.0, 3.0, 3.0, 2.0]))
    assert (order.tolist(), ends.tolist()) == ([1, 2, 3, 0], [2, 3, 4])
    found = find(np.array([1.0, 3.0, 3.0, 2.0]), np.array([[0.0, 1, 0, 1]]))
    assert found.true_positives([25, 50, 75, 100]).ravel().tolist() == [0.5, 1, 2, 2]


def test_chance_is_what_random_heatmaps_have():
    random = np.random.default_rng(5)
    fixated, elsewhere = random.integers(0, 300, 40), random.integers(0, 300, 40)
    gaze = Gaze(MAPS["smooth"], [10, 20], fixated, elsewhere)
    found = [gaze.beside(random.random(300)) for _ in range(400)]
    for statistic in found[0]:
        if statistic.name not in ("relative_risk", "average_precision", "SIM"):
            mean, chance = np.mean([each[statistic] for each in found]), statistic.chance
            assert mean == pytest.approx(chance, abs=0.02), statistic
    # With few pixels the first ones taken are worth more.
    assert 0.1 < np.mean([each[Statistic("average_precision", 10)] for each in found]) < 0.14
    assert np.isnan(Statistic("SIM").chance)
    assert Statistic("relative_risk", 10, 20).chance == 1


def test_fixations_are_compared_where_they_are_known():
    assert {each.name for each in Gaze(MAPS["smooth"], [10]).beside(MAPS["tied"])} & {"AUC", "sAUC", "NSS"} == set()
    gaze = Gaze(MAPS["smooth"], [10], np.array([3, 3, 5]), np.array([], dtype=int))
    found = gaze.beside(MAPS["tied"])
    assert found[Statistic("AUC")] == pytest.approx(
        plain_comparison.auc(MAPS["tied"][[3, 3, 5]], MAPS["tied"]), abs=1e-12
    )
    assert np.isnan(found[Statistic("sAUC")])  # nobody looked elsewhere
