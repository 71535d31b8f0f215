"""Noise ceilings from halves of the raters, by hand and against dense plain loops."""

import numpy as np
import pytest
from scipy import stats

from ais.engine.importance import image_rows
from ais.engine.resampling import draws
from ais.errors import InputError
from ais.inference import ceiling
from ais.stimuli.folds import make, pairs_of

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::scipy.stats.ConstantInputWarning")

IMAGES = 9


def panel(raters, images=IMAGES, missing=0.3):
    """Symmetric ratings (raters, images, images) with ties and pairs that a rater did not judge."""
    left, right = pairs_of(images)
    rng = np.random.default_rng(3)
    truth = rng.random(left.size)
    matrices = np.full((raters, images, images), np.nan)
    for matrix in matrices:
        rating = np.round((truth + rng.normal(size=left.size) / 3) * 5) / 10
        rating[rng.random(left.size) < missing] = np.nan
        matrix[left, right] = matrix[right, left] = rating
    return matrices


def plain(matrices, half, subset, measure):
    """The correlation of two half means on one subset of the pairs."""
    left, right = pairs_of(matrices.shape[1])
    one, other = (np.nanmean(matrices[side][:, left, right], axis=0)[subset] for side in (half, ~half))
    both = ~np.isnan(one) & ~np.isnan(other)
    one, other = one[both], other[both]
    if measure == "spearman":  # means that are equal in exact arithmetic are ties
        one, other = np.round(one, 10), np.round(other, 10)
    if both.sum() < 3 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return np.nan
    return stats.spearmanr(one, other).statistic if measure == "spearman" else stats.pearsonr(one, other).statistic


@pytest.mark.parametrize("measure", ["spearman", "pearson", "pearson_squared"])
@pytest.mark.parametrize("raters", [2, 3, 6, 11])
def test_sparse_halves_equal_the_plain_loop(raters, measure):
    matrices = panel(raters)
    matrices[:, 4] = matrices[:, :, 4] = np.nan  # an image whose pairs are all missing
    left, right = pairs_of(IMAGES)
    pairs = np.arange(left.size)
    rows = image_rows(left, right, IMAGES)
    subsets = [pairs, *make(IMAGES, "pairs", 5, [111])[1], *rows, pairs[:0], pairs[:2]]
    found = ceiling.split_half(ceiling.Ratings.of_matrices(matrices), subsets, measure, splits=7, seed=1)
    expected = [
        [plain(matrices, half, subset, measure) for subset in subsets] for half in ceiling.halves(raters, 7, seed=1)
    ]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
    assert np.isnan(found[:, 1 + 5 + 4]).all() and np.isfinite(found[:, 0]).all()


def test_all_halves_where_few_else_random_ones():
    assert [half.tolist() for half in ceiling.halves(2)] == [[True, False]]
    assert [np.flatnonzero(half).tolist() for half in ceiling.halves(3)] == [[0, 1], [0, 2], [1, 2]]
    assert [np.flatnonzero(half).tolist() for half in ceiling.halves(4)] == [[0, 1], [0, 2], [0, 3]]
    splits = {frozenset([tuple(half), tuple(~half)]) for half in ceiling.halves(8)}
    assert len(splits) == 35  # 8 over 4, by two
    many = np.array(list(ceiling.halves(11, 20, seed=4)))
    assert many.shape == (20, 11) and (many.sum(axis=1) == 6).all()
    assert np.array_equal(many[:5], list(ceiling.halves(11, 5, seed=4)))
    assert not np.array_equal(many, list(ceiling.halves(11, 20, seed=5)))


def test_lines_by_hand():
    """r = .5 and .7, mean .6: 2·.6/1.6 = .75, its root .866; a mean below 0 is no reliability."""
    lines = ceiling.ceiling(np.array([[0.5, -0.2, np.nan], [0.7, np.nan, np.nan]]))
    np.testing.assert_allclose(lines.halves, [0.6, -0.2, np.nan])
    np.testing.assert_allclose(lines.panel, [0.75, 0, np.nan])
    np.testing.assert_allclose(lines.model, [np.sqrt(0.75), 0, np.nan])
    assert lines.mean().panel == pytest.approx(0.375)  # of the two that are defined
    squared = ceiling.ceiling(np.array([[0.6]]), "pearson_squared")
    assert (squared.halves[0], squared.panel[0], squared.model[0]) == pytest.approx((0.36, 0.5625, 0.75))


@pytest.mark.parametrize(("tied", "third"), [((0, 1), 2), ((2, 3), 0)])
def test_means_that_differ_by_rounding_tie_on_either_side(tied, third):
    """(.1 + .2)/2 and (.3 + 0)/2 are one value: ranks 1.5, 1.5, 3 against 1, 2, 3."""
    a, b = tied
    table = ceiling.Ratings(
        rater=np.array([a, b, a, b, a, third, third, third]),
        pair=np.array([0, 0, 1, 1, 2, 0, 1, 2]),
        rating=np.array([0.1, 0.2, 0.3, 0, 0.9, 1, 2, 3]),
        pairs=3,
    )
    assert table.rating[:2].sum() != table.rating[2:4].sum()
    assert ceiling.split_half(table, [np.arange(3)])[0, 0] == pytest.approx(np.sqrt(0.75))


def test_an_interval_by_images_drawn_again():
    matrices = panel(2)
    table = ceiling.Ratings.of_matrices(matrices)
    everyone = ceiling.resampled(table, IMAGES, np.ones((1, IMAGES), int))
    assert everyone == pytest.approx(ceiling.split_half(table, [np.arange(table.pairs)])[0, 0])
    drawn = draws(np.arange(IMAGES), IMAGES, 0, range(30))
    several = ceiling.resampled(ceiling.Ratings.of_matrices(panel(4)), IMAGES, drawn)
    assert several.shape == (30,) and np.isfinite(several).all() and np.ptp(several) > 0.05


@pytest.mark.parametrize("raters", [0, 1])
def test_one_rater_makes_no_ceiling(raters):
    with pytest.raises(InputError, match=rf"^judgments: found {raters} rater\(s\); expected two or more[^\n]*$"):
        ceiling.split_half(ceiling.Ratings.of_matrices(panel(2)[:raters]), [np.arange(36)])


def test_halves_without_pairs_in_common_make_no_ceiling():
    matrices = panel(2, missing=0)
    matrices[0, :5], matrices[0, :, :5] = np.nan, np.nan
    matrices[1, 5:], matrices[1, :, 5:] = np.nan, np.nan
    with pytest.raises(InputError, match=r"^judgments: found at most 0 pairs that both halves[^\n]*$"):
        ceiling.split_half(ceiling.Ratings.of_matrices(matrices), [np.arange(36)])
