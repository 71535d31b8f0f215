"""Alignment and midranks, by hand and against SciPy."""

import numpy as np
import pytest
from scipy import sparse, stats

from ais.engine import alignment as engine
from ais.engine.alignment import FEW_PAIRS, Subsets, alignment, midranks


def test_alignment_by_hand():
    """Ranks 1, 2, 3, 4 against 1, 2, 4, 3: ρ = 1 − 6·2 / (4·15) = 0.8."""
    network, human = np.array([0.1, 0.2, 0.3, 0.4]), np.array([1.0, 2.0, 4.0, 3.0])
    assert alignment(network, human) == pytest.approx(0.8)


def test_ties_share_their_mean_rank():
    """Human ranks 1.5, 1.5, 3 against 1, 2, 3: cov = 1.5, variances 2 and 1.5, so ρ = √3/2."""
    assert alignment(np.array([1.0, 2.0, 3.0]), np.array([5.0, 5.0, 6.0])) == pytest.approx(np.sqrt(3) / 2)


def test_midranks_tie_what_differs_by_rounding_only():
    third = 1 / 3
    values = np.array([third, 0.5, third + 1e-16, 0.1])
    assert midranks(values).tolist() == [2.5, 4, 2.5, 1]
    assert midranks(np.array([3.0, 1.0, 3.0, 2.0])).tolist() == [3.5, 1, 3.5, 2]


@pytest.mark.parametrize("values", [0, 1, 40, 299, 300, 5000])
@pytest.mark.parametrize("levels", [1, 7, 10**9])
def test_ranks_of_what_people_say_are_scipys(values, levels):
    """Whole numbers, as tied as ratings are, and numbers of any size: only equal ones tie."""
    rng = np.random.default_rng(values)
    for human in (rng.integers(-levels, levels, values), rng.normal(size=values) * 10.0 ** rng.integers(-9, 9, values)):
        assert np.array_equal(midranks(human, tied=0.0), stats.rankdata(human))


def test_subsets_compressed_by_pair_are_scipys_sparse_matrix():
    rng = np.random.default_rng(0)
    members = [np.flatnonzero(rng.random(50) < share) for share in (0.1, 0.0, 0.5, 0.3)]
    size = np.array([own.size for own in members])
    pair, human = np.concatenate(members), rng.normal(size=size.sum())
    start, member, value = engine.compressed(pair, human, size, 50)
    expected = sparse.coo_array((human, (pair, np.repeat(np.arange(4), size))), shape=(50, 4)).tocsr()
    for found, known in ((start, expected.indptr), (member, expected.indices), (value, expected.data)):
        assert np.array_equal(found, known)


def test_unjudged_pairs_are_left_out():
    network, human = np.array([0.1, 9.0, 0.2, 0.3]), np.array([1.0, np.nan, 3.0, 2.0])
    assert alignment(network, human) == pytest.approx(0.5)


@pytest.mark.parametrize("network", [[1.0, 1.0, 1.0], [1.0, np.nan, 2.0]])
def test_undefined_is_nan(network):
    human = np.array([1.0, 2.0, 3.0])
    for measure in ("spearman", "pearson", "pearson_squared"):
        assert np.isnan(alignment(np.array(network), human, measure))
        subsets = Subsets.of(human, [np.arange(3)], measure)
        assert np.isnan(subsets.alignments(np.array([network]))).all()
    assert np.isnan(alignment(human, np.array([2.0, 2.0, 2.0])))


@pytest.mark.filterwarnings("ignore::scipy.stats.ConstantInputWarning")
@pytest.mark.parametrize("measure", ["spearman", "pearson", "pearson_squared"])
@pytest.mark.parametrize("levels", [3, 50, 10**9])
def test_subsets_from_one_sort_equal_scipy_on_each(measure, levels):
    rng = np.random.default_rng(levels)
    human = rng.integers(0, 6, 200) / 5
    human[rng.random(200) < 0.1] = np.nan
    network = rng.integers(0, levels, (5, 200)) / levels
    subsets = [np.flatnonzero(rng.random(200) < share) for share in (0.02, 0.3, 0.8, 1)]
    found = Subsets.of(human, subsets, measure).alignments(network)
    for row, similarities in enumerate(network):
        for column, pairs in enumerate(subsets):
            judged = pairs[~np.isnan(human[pairs])]
            correlate = stats.spearmanr if measure == "spearman" else stats.pearsonr
            r = correlate(similarities[judged], human[judged]).statistic
            expected = r**2 if measure == "pearson_squared" else r
            np.testing.assert_allclose(found[row, column], expected, rtol=0, atol=1e-13)


def test_an_undefined_pair_spoils_only_the_subsets_it_is_in():
    human = np.arange(6.0)
    network = np.array([[0.0, 1, 2, 3, np.nan, 5]])
    found = Subsets.of(human, [np.arange(4), np.arange(3, 6)]).alignments(network)
    assert found[0, 0] == pytest.approx(1) and np.isnan(found[0, 1])


def test_a_stream_equals_one_array_whatever_its_length():
    rng = np.random.default_rng(0)
    subsets = Subsets.of(rng.random(30), [np.arange(30), np.arange(10)])
    for rows in (0, 1, 64, 65, 130):
        network = rng.random((rows, 30))
        assert np.array_equal(subsets.each(iter(network)), subsets.alignments(network))


@pytest.mark.parametrize("memory", [1, 100_000, 1 << 30])
def test_memory_does_not_matter(memory):
    rng = np.random.default_rng(0)
    subsets = Subsets.of(rng.random(300), [np.arange(300), np.arange(10), np.arange(200)])
    network = rng.integers(0, 90, (50, 300)) / 90
    assert np.array_equal(subsets.each(iter(network), memory), subsets.alignments(network))


def test_subsets_by_number_and_by_membership_are_the_same():
    rng = np.random.default_rng(0)
    human, network = rng.random(80), rng.random((4, 80))
    human[::7] = np.nan
    members = rng.random((5, 80)) < np.array([[0.03], [0.2], [0.5], [0.05], [1.0]])
    by_number = Subsets.of(human, [np.flatnonzero(each) for each in members]).alignments(network)
    assert np.array_equal(Subsets.of(human, members).alignments(network), by_number, equal_nan=True)


@pytest.mark.parametrize("levels", [5, 10**9])
def test_wide_and_narrow_whole_numbers_give_the_same_bits(monkeypatch, levels):
    """41 subsets fill up a processor's lanes; ties, missing ratings, an undefined pair that spoils some of them."""
    rng = np.random.default_rng(0)
    human = rng.integers(0, 9, 500) / 8
    human[rng.random(500) < 0.1] = np.nan
    network = rng.integers(0, levels, (3, 500)) / levels
    network[1, np.flatnonzero(~np.isnan(human))[0]] = np.nan
    members = rng.random((41, 500)) < 0.8
    narrow = Subsets.of(human, members)
    monkeypatch.setattr(engine, "FEW_PAIRS", 0)
    wide = Subsets.of(human, members)
    assert (narrow.coded.dtype, wide.coded.dtype) == (np.int16, np.int32)
    found = narrow.alignments(network)
    assert np.array_equal(wide.alignments(network), found, equal_nan=True)
    plain = [[alignment(row[each], human[each]) for each in members] for row in network]
    np.testing.assert_allclose(found, plain, rtol=0, atol=1e-13)
    assert np.isnan(found[1]).any() and not np.isnan(found[[0, 2]]).any()


@pytest.mark.parametrize("pairs", [FEW_PAIRS, FEW_PAIRS + 1])
def test_the_longest_sums_fit(pairs):
    """Where all agree, ranks meet their equals, and products are as large as they can be."""
    human = np.arange(pairs, dtype=float)
    found = Subsets.of(human, [np.arange(pairs)]).alignments(
        np.array([human, -human, np.repeat(human[::2], 2)[:pairs]])
    )
    np.testing.assert_allclose(found[:, 0], [1, -1, 1], rtol=0, atol=1e-7)
    assert found[0, 0] == pytest.approx(1, abs=1e-14)
