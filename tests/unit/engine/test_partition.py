"""Alignment on disjoint subsets in many worlds, against the plain definition and the engine's own Subsets."""

import numpy as np
import pytest
from unit import plain_loop, treacherous

from ais.engine import masking, partition
from ais.engine.alignment import Subsets

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::scipy.stats.ConstantInputWarning")


def similarities_of(name):
    """Full, masked and growing similarities (rows, pairs) of a treacherous data set, and its ratings."""
    pooled, human, left, right = treacherous.case(name)
    readout = masking.Pooled(pooled, "cosine", left, right)
    masked = [readout.without(k) for k in range(readout.maps)]
    return np.array([readout.full(), *masked, *readout.growing(range(readout.maps))]), human


def parts_of(pairs):
    """Train pairs, two kinds of test pairs, and pairs in none of them."""
    return np.random.default_rng(3).choice([0, 0, 0, 1, 2, -1, 7], pairs)


def ranks_of(worlds, part, parts):
    return partition.HumanRanks.of(partition.human_orders(worlds), part, parts)


@pytest.mark.parametrize("name", treacherous.NAMES)
def test_alignments_equal_the_plain_definition_and_subsets(name):
    similarities, human = similarities_of(name)
    part = parts_of(human.size)
    found = partition.alignments(similarities, ranks_of(human[None], part, 3), 0)
    subsets = Subsets.of(human, [part == number for number in range(3)])
    np.testing.assert_allclose(found, subsets.alignments(similarities), rtol=0, atol=1e-14)
    for number in range(3):
        own = part == number
        for row, network in enumerate(similarities):
            expected = np.nan
            if own.any() and not np.isnan(network[own][~np.isnan(human[own])]).any():
                expected = plain_loop.alignment(network[own], human[own], "spearman")
            np.testing.assert_allclose(found[row, number], expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", treacherous.NAMES)
def test_disjoint_subsets_stand_in_for_any_subsets(name):
    similarities, human = similarities_of(name)
    part = parts_of(human.size)
    masks = [part == 0, part == 1]
    ready, expected = partition.Disjoint.of(human, masks), Subsets.of(human, masks).alignments(similarities)
    np.testing.assert_allclose(ready.alignments(similarities), expected, rtol=0, atol=1e-14)
    for memory in (1, 1 << 28):
        found = ready.each(iter(similarities), memory)
        assert np.array_equal(found, ready.alignments(similarities), equal_nan=True)
    assert ready.each([]).shape == (0, 2)
    with pytest.raises(ValueError, match="share a pair"):
        partition.Disjoint.of(human, [part == 0, part >= 0])


@pytest.mark.parametrize("name", treacherous.NAMES)
def test_all_worlds_at_once_equal_one_by_one(name):
    similarities, human = similarities_of(name)
    rng = np.random.default_rng(0)
    worlds = np.array([np.round(rng.random(human.size) * 5) for _ in range(4)] + [np.ones(human.size)])
    ranks = ranks_of(worlds, parts_of(human.size), 1)
    found = partition.alignments_of_worlds(partition.Orders.of(similarities), ranks)
    one_by_one = [partition.alignments(similarities, ranks, world)[:, 0] for world in range(5)]
    assert np.array_equal(found, one_by_one, equal_nan=True)
    assert np.isnan(found[4]).all()


@pytest.mark.parametrize("rows", [1, 2, 1000])
def test_neither_rows_nor_products_at_once_matter(monkeypatch, rows):
    rng = np.random.default_rng(1)
    similarities = np.round(rng.normal(size=(5, 400)), 2)  # many ties
    similarities[2, 9] = np.nan
    part = rng.choice([0, 0, 1, 5], 400)
    ranks = ranks_of(np.round(rng.random((3, 400)) * 20), part, 2)
    orders = partition.Orders.of(similarities)
    expected = partition.alignments_of_worlds(orders, ranks)
    monkeypatch.setattr(partition, "ROWS_AT_ONCE", rows)
    assert np.array_equal(partition.alignments_of_worlds(orders, ranks), expected, equal_nan=True)
    for world in range(3):
        human = ranks.twice[world].astype(float)
        for subset in range(2):
            own = part == subset
            plain = [plain_loop.alignment(row[own], human[own], "spearman") for row in similarities]
            found = partition.alignments(similarities, ranks, world)[:, subset]
            missing = np.isnan(similarities[:, own]).any(axis=1)
            np.testing.assert_allclose(found[~missing], np.array(plain)[~missing], rtol=0, atol=1e-12)
            assert np.isnan(found[missing]).all()


def test_more_subsets_than_can_be_told_apart():
    with pytest.raises(ValueError, match="8 subsets"):
        ranks_of(np.ones((1, 3)), np.arange(3), 8)


def test_worlds_that_judged_different_pairs_share_no_ranks():
    worlds = np.array([[1.0, 2, 3], [1, np.nan, 3]])
    ranks = ranks_of(worlds, np.zeros(3, int), 1)
    with pytest.raises(ValueError, match="different pairs"):
        partition.alignments_of_worlds(partition.Orders.of(worlds[:1]), ranks)


def test_human_ranks_by_hand():
    """In subset 0 the values 2, 1, 2 have midranks 2.5, 1, 2.5: less their mean 2, twice, they are 1, −2, 1."""
    ranks = ranks_of(np.array([[2.0, 1, 9, 2, np.nan]]), np.array([0, 0, 1, 0, 0]), 2)
    assert ranks.twice.tolist() == [[1, -2, 0, 1, 0]]
    assert ranks.part.tolist() == [[0, 0, 1, 0, 2]]
    assert ranks.size.tolist() == [[3, 1]]
    np.testing.assert_allclose(ranks.scale, [[1 / np.sqrt(6), np.nan]])


@pytest.mark.parametrize("exact", [53, 36])
def test_products_of_ranks_are_whole_however_long(monkeypatch, exact):
    """36 bits hold no product of 4,001 ranks: they are taken in digits."""
    monkeypatch.setattr(partition, "EXACT", exact)
    rng = np.random.default_rng(0)
    a, b = (2 * rng.permuted(np.tile(np.arange(4001), (rows, 1)), axis=1) - 4000 for rows in (5, 3))
    found = partition.whole_products(a.astype(np.int32), b.astype(float))
    assert np.array_equal(found, a @ b.T)


def test_orders_by_hand():
    """Three equal but for rounding after one that is not; 8 is the largest, and NaN last."""
    orders = partition.Orders.of(np.array([[8, 1 + 4e-12, np.nan, 1, 1 - 4e-12, 0]]))
    assert orders.code.tolist() == [[2 * 5, 2 * 4, 2 * 3 + 1, 2 * 1 + 1, 2 * 0, 2 * 2]]
    assert orders.defined.tolist() == [5]
    assert not (partition.human_orders(np.array([[1, 1 - 4e-12, 8]])).code & 1).any()
