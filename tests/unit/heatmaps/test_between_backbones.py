"""Agreement of two backbones' heatmaps against the plain way, and cases worked by hand."""

import numpy as np
import pandas as pd
import pytest

from ais.heatmaps import agreement, between_backbones
from ais.heatmaps.between_backbones import Heatmaps
from ais.heatmaps.upsampling import at_image_size

SIZES = [(30, 40), (24, 50), (36, 36), (30, 40), (20, 20)]
WHOLE = np.array([(0.0, 0, width, height) for height, width in SIZES])


def two_backbones():
    """Grids of their own, one padded; of an image the other saw the middle only; undefined ones and a flat one."""
    random = np.random.default_rng(0)
    one = Heatmaps(
        random.random((5, 4, 5)).astype(np.float32), np.array([(4, 5), (3, 5), (4, 4), (4, 5), (4, 4)]), WHOLE
    )
    other = Heatmaps(random.random((5, 7, 7)).astype(np.float32), np.tile([7, 7], (5, 1)), WHOLE.copy())
    other.window[2] = (6.0, 0, 30, 36)
    one.maps[3] = np.nan
    one.maps[0, 1, 2] = np.nan  # a silent cell
    other.maps[4] = 0.1
    return one, other


def test_pixels_that_both_define_are_correlated():
    one, other = two_backbones()
    found = between_backbones.agreement_between(one, other, SIZES)
    for image, size in enumerate(SIZES):
        first, second = (at_image_size(x.maps[image], x.grid[image], x.window[image], size) for x in (one, other))
        pairs = [(a, b) for a, b in zip(first.ravel(), second.ravel(), strict=True) if not np.isnan(a + b)]
        if image in (3, 4):
            assert np.isnan(found[image])
        else:
            assert found[image] == pytest.approx(np.corrcoef(np.array(pairs, float).T)[0, 1], abs=1e-6)
    assert np.isfinite(found[:3]).all()


def test_the_same_heatmaps_agree_on_whatever_scale():
    one, _ = two_backbones()
    scaled = Heatmaps(1e-6 * one.maps, one.grid, one.window)
    found = between_backbones.agreement_between(one, scaled, SIZES)
    assert found[[0, 1, 2, 4]] == pytest.approx(1, abs=1e-6)
    opposed = Heatmaps(-one.maps, one.grid, one.window)
    assert between_backbones.agreement_between(one, opposed, SIZES)[1] == pytest.approx(-1, abs=1e-6)


def test_what_lies_in_the_padding_does_not_count():
    one, other = two_backbones()
    padded = Heatmaps(one.maps.copy(), one.grid, one.window)
    padded.maps[1, 3] = 1e6
    assert (
        between_backbones.agreement_between(padded, other, SIZES)[1]
        == between_backbones.agreement_between(one, other, SIZES)[1]
    )


def test_spread_worked_by_hand():
    found = between_backbones.spread(np.array([1.0 + 1e-15, 0.6, np.nan, 0.2, -0.5]))
    assert (found.images, found.mean) == (4, pytest.approx(0.325))
    assert found.sd == pytest.approx(np.std([1, 0.6, 0.2, -0.5], ddof=1))
    assert pytest.approx([-0.4, -0.2, 0, 0.2, 0.4, 0.6, 0.8, 1]) == between_backbones.EDGES
    assert found.cumulative.tolist() == [0.25, 0.25, 0.25, 0.5, 0.5, 0.75, 0.75, 1]
    nothing = between_backbones.spread(np.array([np.nan]))
    assert nothing.images == 0
    assert np.isnan([nothing.mean, nothing.sd, *nothing.cumulative]).all()
    assert np.isnan(between_backbones.spread(np.array([0.3])).sd)


def test_the_larger_entropy_goes_with_agreement():
    r = np.array([0.9, 0.5, 0.1, np.nan, 0.7])
    one, other = np.array([0.1, 2, 1, 5, np.nan]), np.array([1, 1, 3.0, 5, 1])
    # Larger: 1, 2, 3; agreement falls with it along a line.
    assert between_backbones.with_entropy(r, one, other) == pytest.approx(-1)
    assert np.isnan(between_backbones.with_entropy(r, np.full(5, np.nan), other))


def test_log_importance_worked_by_hand():
    score = np.array([[0.2, -0.1, 0.0, -0.3], [0.4, 0.1, 0.0, -0.2], [np.nan] * 4])
    assert between_backbones.log_importance(score) == pytest.approx(np.log([0.3, 0.05]))
    assert between_backbones.log_importance(np.full((2, 3), np.nan)).size == 0


def test_distance_of_distributions_is_the_largest_gap():
    random = np.random.default_rng(1)
    one, other = random.normal(size=60), random.normal(0.7, size=45)
    plain = max(abs((one <= at).mean() - (other <= at).mean()) for at in [*one, *other])
    found = between_backbones.compare_importance(one, other)
    assert found.distance == pytest.approx(plain)
    assert found.p < 0.05
    assert between_backbones.compare_importance(one, one).p == 1
    assert np.isnan(between_backbones.compare_importance(one, np.empty(0)).p)


def test_an_undefined_correlation_is_an_empty_place_in_a_table():
    table = pd.DataFrame([{"r": agreement.correlation(np.ones(3), np.arange(3.0))}, {"r": 0.5}])
    assert table["r"].dtype == np.float64
    assert table.to_csv(index=False) == 'r\n""\n0.5\n'
