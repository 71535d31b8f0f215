"""Null worlds and p values, by hand."""

import numpy as np
import pytest
from scipy import stats
from unit import treacherous

from ais.inference import nulls
from ais.inference.p_values import p_value
from ais.stimuli.folds import pairs_of


def test_a_permutation_depends_on_its_seed_and_number_alone():
    draws = [tuple(nulls.permutation(10, seed, number)) for seed in (1, 2) for number in range(50)]
    assert len(set(draws)) == 100
    assert all(sorted(draw) == list(range(10)) for draw in draws)
    assert tuple(nulls.permutation(10, 2, 7)) == draws[57]


def test_permuted_labels_by_hand():
    """Pairs of three images: 01 02 12. With π = 2, 0, 1 they take the values of 20, 21, 01."""
    assert nulls.permuted_labels(np.array([0.1, 0.2, 0.3]), np.array([2, 0, 1])).tolist() == [0.2, 0.3, 0.1]


def test_missing_pairs_move_with_their_images():
    human = treacherous.human(12)
    permuted = nulls.permuted_labels(human, nulls.permutation(12, 1, 0))
    np.testing.assert_array_equal(np.sort(permuted), np.sort(human))
    assert not np.array_equal(np.isnan(permuted), np.isnan(human))


def test_matched_without_permutation_is_the_ranks_of_the_judged():
    human = treacherous.human(12)
    network = np.random.default_rng(0).random(human.size)
    found = nulls.matched(human, network, np.arange(12))
    judged = ~np.isnan(human)
    assert np.array_equal(found[judged], stats.rankdata(human[judged]))
    assert np.isnan(found[~judged]).all()


@pytest.mark.parametrize("missing", [False, True])
def test_matched_is_its_definition_in_plain_loops(missing):
    images = 12
    human = treacherous.human(images, missing=missing)
    network = np.round(np.random.default_rng(0).random(human.size), 1)  # tied
    permutation = nulls.permutation(images, 3, 4)
    left, right = pairs_of(images)
    number = {pair: place for place, pair in enumerate(zip(left, right, strict=True))}
    judged = [p for p in range(human.size) if not np.isnan(human[p])]

    def rank_among_judged(p):
        below = sum(network[q] < network[p] for q in judged)
        equal = sum(network[q] == network[p] for q in judged)
        return below + (equal + 1) / 2

    x = np.array([rank_among_judged(p) for p in range(human.size)])
    y = dict(zip(judged, stats.rankdata(human[judged]), strict=True))
    fit = stats.linregress(x[judged], [y[p] for p in judged])
    found = nulls.matched(human, network, permutation)
    for p, (i, j) in enumerate(zip(left, right, strict=True)):
        source = number[tuple(sorted((permutation[i], permutation[j])))]
        if source not in y:
            assert np.isnan(found[p])
            continue
        residual = y[source] - (fit.intercept + fit.slope * x[source])
        np.testing.assert_allclose(found[p], fit.intercept + fit.slope * x[p] + residual, rtol=0, atol=2e-6)


@pytest.mark.parametrize("undefined", [False, True])
def test_matched_of_few_is_its_definition_in_plain_loops_and_matched_with_its_gaps(undefined):
    """Judged pairs as a list, the network's images permuted, is the square with gaps, people's permuted back."""
    images = 12
    human = treacherous.human(images)
    network = np.round(np.random.default_rng(0).random(human.size), 1)  # tied
    if undefined:
        network[[3, 30, 31]] = np.nan
    left, right = pairs_of(images)
    number = {pair: place for place, pair in enumerate(zip(left.tolist(), right.tolist(), strict=True))}
    judged = np.flatnonzero(~np.isnan(human))
    permutation = nulls.permutation(images, 3, 4)
    to = [number[tuple(sorted((int(permutation[left[p]]), int(permutation[right[p]]))))] for p in judged]

    def rank_among_judged(p):
        if np.isnan(network[p]):
            return np.nan
        return sum(network[q] < network[p] for q in judged) + (sum(network[q] == network[p] for q in judged) + 1) / 2

    x = np.array([rank_among_judged(p) for p in range(human.size)])
    y = stats.rankdata(human[judged])
    known = ~np.isnan(x[judged])
    slope = stats.linregress(x[judged][known], y[known]).slope
    centred = np.nan_to_num(x - x[judged][known].mean())
    fit = y.mean() + slope * centred
    found = nulls.matched_of_few(human[judged], network[judged], network[to])
    for place, (pair, moved) in enumerate(zip(judged, to, strict=True)):
        assert found[place] == pytest.approx(fit[moved] + y[place] - fit[pair], abs=2e-6)
    with_gaps = nulls.matched(human, network, np.argsort(permutation))
    np.testing.assert_allclose(found, with_gaps[to], atol=2e-6)
    assert np.isnan(with_gaps).sum() == human.size - judged.size


def test_matched_of_few_without_permutation_is_the_ranks_of_the_judged():
    human = np.random.default_rng(1).integers(0, 5, 40).astype(float)
    network = np.random.default_rng(0).random(human.size)
    assert np.array_equal(nulls.matched_of_few(human, network, network), stats.rankdata(human))
    assert np.isnan(nulls.matched_of_few(np.full(3, np.nan), network[:3], network[:3])).all()


def test_matched_keeps_the_baseline_and_the_label_null_does_not():
    rng = np.random.default_rng(0)
    images = 60
    network = rng.random(images * (images - 1) // 2)
    human = network + 0.5 * rng.random(network.size)
    before = stats.spearmanr(network, human).statistic
    for number in range(3):
        permutation = nulls.permutation(images, 1, number)
        after = stats.spearmanr(network, nulls.matched(human, network, permutation)).statistic
        assert abs(after - before) < 0.05
        assert abs(stats.spearmanr(network, nulls.permuted_labels(human, permutation)).statistic) < 0.15


def test_where_the_network_says_nothing_matched_is_permuted_ranks():
    human = treacherous.human(12)
    permutation = nulls.permutation(12, 1, 1)
    judged = ~np.isnan(human)
    ranks = np.full(human.size, np.nan)
    ranks[judged] = stats.rankdata(human[judged])
    for network in (np.ones(human.size), np.full(human.size, np.nan)):
        np.testing.assert_allclose(
            nulls.matched(human, network, permutation), nulls.permuted_labels(ranks, permutation), atol=1e-6
        )
    assert np.isnan(nulls.matched(np.full(human.size, np.nan), np.ones(human.size), permutation)).all()


def test_p_by_hand():
    """Two of four defined null values reach .2 (one by rounding): (1 + 2) / (1 + 4)."""
    null = np.array([0.1, 0.2 - 1e-16, 0.3, np.nan, 0.0])
    assert p_value(0.2, null) == 3 / 5
    assert p_value(9, null) == 1 / 5
    assert p_value(0.2, np.array([])) == 1
    assert np.isnan(p_value(np.nan, null))
