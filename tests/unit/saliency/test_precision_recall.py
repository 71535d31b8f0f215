"""Precision and recall against a case worked by hand, and the rules for ties and constant maps."""

import numpy as np
import pytest
from unit.saliency.plain_comparison import compare

from ais.saliency.precision_recall import Agreement, agreement, chance, from_precision, top_share

# 4 × 4 pixels. Saliency's top quarter: the four of the left upper corner. The heatmap's: the middle of
# the two upper rows. They share two pixels.
SALIENCY = np.array([[16, 15, 2, 1], [14, 13, 4, 3], [8, 7, 6, 5], [12, 11, 10, 9]], dtype=float)
HEATMAP = np.array([[1, 16, 15, 2], [3, 14, 13, 4], [5, 6, 7, 8], [9, 10, 11, 12]], dtype=float)


def test_worked_by_hand():
    found = compare(SALIENCY, HEATMAP, [25])[25, 25]
    # TP 2, FP 2, FN 2, TN 10: 2/4, 2/4, (2/4) / (2/12).
    assert found == Agreement(0.5, 0.5, pytest.approx(3.0))


def test_two_thresholds_worked_by_hand():
    # Half of saliency: the two left columns of the upper half and the lowest row; the heatmap's quarter
    # meets it in two pixels: TP 2, FP 2, FN 6, TN 6.
    found = compare(SALIENCY, HEATMAP, [25, 50])[50, 25]
    assert found == Agreement(0.5, 0.25, pytest.approx(1.0))


def test_identical_maps():
    assert compare(SALIENCY, SALIENCY, [25])[25, 25] == Agreement(1.0, 1.0, np.inf)


def test_ties_share_the_places_that_are_left():
    assert top_share(np.array([3.0, 1, 1, 1, 1, 0, 0, 0]), 25).tolist() == [1, 0.25, 0.25, 0.25, 0.25, 0, 0, 0]


@pytest.mark.parametrize("percent", [1, 5, 12.5, 33.3, 50, 99])
def test_just_the_share_is_taken_whatever_ties(percent):
    values = np.random.default_rng(0).integers(0, 5, 1000).astype(float)
    assert top_share(values, percent).sum() == pytest.approx(10 * percent)


def test_ties_are_what_breaking_them_at_random_gives():
    random = np.random.default_rng(3)
    truth, prediction = random.integers(0, 3, (2, 40)).astype(float)
    exact = agreement(top_share(truth, 25), top_share(prediction, 25)).precision
    drawn = [
        agreement(top_share(truth + 0.1 * random.random(40), 25), top_share(prediction + 0.1 * random.random(40), 25))
        for _ in range(4000)
    ]
    assert np.mean([each.precision for each in drawn]) == pytest.approx(exact, abs=0.01)


def test_a_constant_map_is_undefined():
    for pair in ((SALIENCY, np.ones((4, 4))), (np.zeros((4, 4)), HEATMAP)):
        assert np.isnan(compare(*pair, [25])[25, 25].precision)


def test_pixels_where_either_is_undefined_are_left_out():
    heatmap, saliency = HEATMAP.copy(), SALIENCY.copy()
    heatmap[:, 3], saliency[3] = np.nan, np.nan
    inside = compare(SALIENCY[:3, :3], HEATMAP[:3, :3], [33])[33, 33]
    assert compare(saliency, heatmap, [33])[33, 33] == inside


def test_an_undefined_heatmap():
    assert np.isnan(compare(SALIENCY, np.full((4, 4), np.nan), [25])[25, 25].recall)


def test_scale_and_offset_do_not_matter():
    assert compare(SALIENCY * 1e-9 + 1e-7, HEATMAP * 1e6 - 5, [25, 50]) == compare(SALIENCY, HEATMAP, [25, 50])


def test_chance_is_what_random_maps_give():
    random = np.random.default_rng(1)
    found = [compare(*random.random((2, 30, 30)), [10, 20])[20, 10] for _ in range(200)]
    assert np.mean([each.precision for each in found]) == pytest.approx(chance(20, 10).precision, abs=0.01)
    assert np.mean([each.recall for each in found]) == pytest.approx(chance(20, 10).recall, abs=0.01)


def test_precision_tells_the_others():
    random = np.random.default_rng(2)
    maps = [(*random.integers(0, 6, (2, 20, 20)).astype(float), 10) for _ in range(5)]
    maps += [(maps[0][0], maps[0][0], 5), (SALIENCY, np.ones((4, 4)), 25), (SALIENCY, -SALIENCY, 25)]
    for truth, prediction, percent in maps:
        plain = compare(truth, prediction, [percent, 50])[50, percent]
        found = from_precision(np.array([plain.precision]), 50, percent)
        assert found.recall == pytest.approx([plain.recall], nan_ok=True)
        assert found.relative_risk == pytest.approx([plain.relative_risk], nan_ok=True)
