"""Intervals of the gain, by hand and on simulated ones."""

import numpy as np
import pytest
from scipy import stats

from ais.engine import masking
from ais.errors import InputError
from ais.inference import intervals, procedure, refits
from ais.stimuli.folds import pairs_of, parts, split_images


def test_nadeau_bengio_by_hand():
    """Gains 1, 2, 3: mean 2, var 1, half width t(.975, 2) √(1/3 + 1/4)."""
    found = intervals.nadeau_bengio(np.array([1.0, np.nan, 2, 3]), 1 / 4)
    half = stats.t.ppf(0.975, 2) * np.sqrt(1 / 3 + 1 / 4)
    assert (found.mean, found.low, found.high) == pytest.approx((2, 2 - half, 2 + half))
    assert intervals.nadeau_bengio(np.array([1.0, 2, 3]), 1 / 4, 0.5).high < found.high


def test_one_fold_has_no_interval():
    one = intervals.nadeau_bengio(np.array([0.1, np.nan]), 1 / 4)
    assert one.mean == 0.1 and np.isnan([one.low, one.high]).all()
    assert np.isnan(intervals.nadeau_bengio(np.array([np.nan]), 1 / 4).mean)


def test_leave_out_by_hand():
    """Two groups, dealt once: refits 1 ± 1 and 3 ± 1 by two seeds.

    Within a refit the variance is 2, of the means 2; each has half the jackknife's weight. (2 − 1)(1 − 2/2/2) = .5,
    and the whole's seeds 2 and 3 add .5/2. One degree of freedom.
    """
    found = intervals.leave_out(np.array([2.0, 3]), np.array([[0.0, 2], [2, 4]]), groups=2)
    half = stats.t.ppf(0.975, 1) * np.sqrt(0.5 + 0.25)
    assert (found.mean, found.low, found.high) == pytest.approx((2.5, 2.5 - half, 2.5 + half))
    assert np.isnan(intervals.leave_out(np.array([2.0]), np.array([[0.0], [2]]), groups=2).low)


def test_leave_out_covers_a_mean_over_images():
    """Gain = mean over 60 images, plus what the folds' seed makes of it: held 95 % of the time, or a little less."""
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(300):
        image = rng.normal(size=60)
        whole = image.mean() + 0.1 * rng.normal(size=8)
        groups = np.concatenate([np.array_split(rng.permutation(60), 5) for _ in range(4)])
        left = np.array([np.delete(image, group).mean() for group in groups])
        found = intervals.leave_out(whole, left[:, None] + 0.1 * rng.normal(size=(20, 2)))
        held += found.low < 0 < found.high
    assert 0.86 < held / 300 < 0.98


def test_folds_within_are_the_folds_of_the_kept_images():
    kept, images = np.array([0, 2, 3, 5, 6, 8]), 9
    left, right = pairs_of(images)
    for whole, own in zip(refits.folds_within(kept, images, 3, 111), split_images(6, 3, 111), strict=True):
        for fold in range(3):
            named = {(kept[i], kept[j]) for i, j, belongs in zip(*pairs_of(6), own[fold], strict=True) if belongs}
            assert set(zip(left[whole[fold]], right[whole[fold]], strict=True)) == named


def test_refits_are_the_procedure_on_the_other_images(monkeypatch):
    """Leaving images out by folds and pairs is the same as a study without them."""
    rng = np.random.default_rng(0)
    images = 15
    pooled = np.maximum(rng.normal(size=(images, 20)), 0)
    left, right = pairs_of(images)
    human = rng.random(left.size)
    grid = procedure.prefix_grid(20)
    readout = masking.Pooled(pooled, "cosine", left, right)
    found = refits.refit(readout, human, images, grid, dealings=[7, 8], number=3, seeds=[111, 222])
    assert found.shape == (10, 2)
    shuffled = np.arange(images)
    np.random.RandomState(8).shuffle(shuffled)
    kept = np.sort(shuffled[3:])  # the first group of the second dealing is left out
    inside = np.isin(left, kept) & np.isin(right, kept)
    alone = masking.Pooled(pooled[kept], "cosine", *pairs_of(12))
    for column, seed in enumerate((111, 222)):
        expected = procedure.run(alone, [human[inside]], *split_images(12, 3, seed), grid).gain[0]
        np.testing.assert_allclose(found[5, column], expected, rtol=0, atol=1e-12)
    monkeypatch.setattr(refits, "ROOM", 1)  # one refit at a time
    little = refits.refit(readout, human, images, grid, dealings=[7, 8], number=3, seeds=[111, 222], memory=1)
    assert np.array_equal(found, little)


@pytest.mark.parametrize("strategy", ["reversed", "nonnegative_ridge"])
def test_refits_follow_the_strategy(strategy):
    rng = np.random.default_rng(0)
    pooled = np.maximum(rng.normal(size=(15, 6)), 0)
    left, right = pairs_of(15)
    human, grid = rng.random(left.size), procedure.prefix_grid(6)
    readout = masking.Pooled(pooled, "cosine", left, right)
    found = refits.refit(readout, human, 15, grid, 5, [7], 3, [111], strategy)
    kept = np.setdiff1d(np.arange(15), parts(15, 5, 7)[1])
    train, test = refits.folds_within(kept, 15, 3, 111)
    if strategy == "reversed":
        expected = procedure.run(readout, [human], train, test, grid, strategy=strategy)
    else:
        expected = procedure.run_reweighted(readout, [human], train, test)
    assert found.shape == (5, 1) and found[1, 0] == expected.gain[0]


def test_too_few_images_for_folds_without_a_fifth_of_them():
    left, right = pairs_of(10)
    readout = masking.Pooled(np.random.default_rng(0).random((10, 4)), "cosine", left, right)
    with pytest.raises(
        InputError, match=r"^folds: found 10 images, so that .* 3 test folds .* holds 1 pairs; expected"
    ):
        refits.refit(readout, np.random.default_rng(1).random(45), 10, [1, 4], number=3)
