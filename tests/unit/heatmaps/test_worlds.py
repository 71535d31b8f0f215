"""Heatmaps by other judgments than all: each against masking and scoring by the plain loop on just those."""

import numpy as np
import pytest
from unit import plain_loop, treacherous

from ais.engine import masking
from ais.heatmaps import scoring, weighting
from ais.heatmaps.worlds import Worlds
from ais.stimuli.folds import pairs_of

HALVES = 2


@pytest.fixture(scope="module")
def case():
    """Features, the worlds, and the plain judgments of each."""
    pooled, human, left, right = treacherous.case("dead and duplicate maps")
    permuted = [treacherous.human(12, seed) for seed in (1, 2)]
    raters = [(treacherous.human(12, 3), treacherous.human(12, 4))]
    return pooled, Worlds(human, permuted, raters, 12, HALVES, seed=1), (human, permuted, raters), left, right


def scored(pooled, worlds, left, right, mask="all", memory=500_000_000):
    readout = masking.Pooled(pooled, "cosine", left, right)
    sets = scoring.scores(readout, worlds.of_sets(), 12, "spearman", memory=memory)
    rows = scoring.scores(readout, worlds.of_rows(range(12), mask), 12, "spearman", mask, memory=memory)
    return sets, rows.reshape(12, -1, pooled.shape[1])


def plain(pooled, human, left, right, subset):
    return plain_loop.importance(pooled, human, "cosine", "spearman", left, right, subset)[1]


def test_scores_of_the_set(case):
    pooled, worlds, (human, permuted, raters), left, right = case
    sets, _ = scored(pooled, worlds, left, right)
    expected = [plain(pooled, human, left, right, (left != image) & (right != image)) for image in range(12)]
    everything = np.ones(left.size, bool)
    expected += [plain(pooled, each, left, right, everything) for each in (*raters[0], *permuted)]
    np.testing.assert_allclose(sets, expected, rtol=0, atol=1e-9)


def test_scores_of_an_image(case):
    pooled, worlds, (human, permuted, raters), left, right = case
    _, rows = scored(pooled, worlds, left, right)
    for image in (0, 7, 11):
        other = np.where(left == image, right, left)
        own = (left == image) | (right == image)
        halves = [own & worlds.making[half, image][other] for half in range(HALVES)]
        rest = [own & ~half & ~np.isnan(human) for half in halves]
        expected = [plain(pooled, human, left, right, subset) for subset in (*halves, *rest)]
        expected += [plain(pooled, each, left, right, own) for each in (*raters[0], *permuted)]
        rest = [own & ~half for half in halves]
        expected += [plain(pooled, permuted[0], left, right, subset) for subset in (*halves, *rest)]
        np.testing.assert_allclose(rows[image], expected, rtol=0, atol=1e-9)


def test_scores_masked_in_the_image_alone(case):
    pooled, worlds, (human, _, _), left, right = case
    _, rows = scored(pooled, worlds, left, right, "self")
    square = np.full((12, 12), np.nan)
    square[left, right] = square[right, left] = human
    for image in (0, 7):
        partners = np.flatnonzero(worlds.making[1, image])

        def aligned(embedding, image=image, partners=partners):
            both = np.vstack([embedding, pooled[partners]])
            s = plain_loop.similarity(both, "cosine", np.zeros(partners.size, int), np.arange(1, partners.size + 1))
            return plain_loop.alignment(s, square[image, partners], "spearman")

        masked = [np.where(np.arange(9) == k, 0, pooled[image]) for k in range(9)]
        expected = [aligned(pooled[image]) - aligned(each) for each in masked]
        np.testing.assert_allclose(rows[image, 1], expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("mask", ["all", "self"])
def test_memory_changes_not_a_bit(case, mask):
    pooled, worlds, _, left, right = case
    some, all_at_once = (scored(pooled, worlds, left, right, mask, memory) for memory in (2000, 500_000_000))
    assert np.array_equal(some[0], all_at_once[0], equal_nan=True)
    assert np.array_equal(some[1], all_at_once[1], equal_nan=True)


def test_what_judges_had_no_part_in_making(case):
    _, worlds, (human, *_), left, right = case
    square = np.full((12, 12), np.nan)
    square[left, right] = square[right, left] = human
    for image in range(12):
        judging = ~np.isnan(worlds.judging(image))
        for half in range(HALVES):
            assert not (judging[half] & ~np.isnan(worlds.rows(image)[half])).any()
            assert np.array_equal(judging[half] | worlds.making[half, image], ~np.isnan(square[image]))
            assert judging[half].any()


def test_very_many_images_are_left_out_in_groups():
    assert np.array_equal(scoring.groups(128), np.arange(128))
    group = scoring.groups(1000)
    assert group[0] == 0 and group[-1] == 127 and (np.diff(group) >= 0).all()
    assert set(np.bincount(group)) <= {7, 8}
    human = np.arange(15.0)
    left, right = pairs_of(6)
    (numbers, values), *_, last = scoring.without_own_pairs(human, np.array([0, 0, 1, 1, 2, 2]))
    assert (values == human[numbers]).all()
    assert set(zip(left[numbers], right[numbers], strict=True)) == {
        (i, j) for i in range(2, 6) for j in range(i + 1, 6)
    }
    assert set(left[last[0]]) | set(right[last[0]]) == {0, 1, 2, 3}


def test_heatmaps_of_an_image(case):
    pooled, worlds, _, left, right = case
    sets, rows = scored(pooled, worlds, left, right)
    maps = np.random.default_rng(0).random((9, 2, 3)).astype(np.float32)
    by_cells = np.random.default_rng(1).random((2 * HALVES + 2 + 2, 6))
    made = worlds.heatmaps(5, maps, sets, rows[5], lambda judgments: {"place": by_cells})

    def weighted(scores, weigh=weighting.heatmap):
        return np.array([weigh(maps, score).ravel() for score in scores])

    for kind, weigh in (
        ("importance/set", weighting.heatmap),
        ("harm", weighting.harm),
        ("signed", weighting.signed),
    ):
        assert np.array_equal(made[kind].by_half, weighted([sets[5]] * HALVES, weigh), equal_nan=True)
        assert np.array_equal(made[kind].by_raters[0], weighted(sets[12:14], weigh), equal_nan=True)
        assert np.array_equal(made[kind].permuted, weighted(sets[14:], weigh), equal_nan=True)
        assert made[kind].by_rest is None
    own = made["importance/images"]
    assert np.array_equal(own.by_half, weighted(rows[5][:2]), equal_nan=True)
    assert np.array_equal(own.by_rest, weighted(rows[5][2:4]), equal_nan=True)
    assert np.array_equal(own.by_raters[0], weighted(rows[5][4:6]), equal_nan=True)
    assert np.array_equal(own.permuted, weighted(rows[5][6:8]), equal_nan=True)
    assert np.array_equal(made["permuted"].by_half, weighted(rows[5][8:10]), equal_nan=True)
    assert np.array_equal(made["permuted"].by_rest, weighted(rows[5][10:]), equal_nan=True)
    assert np.array_equal(made["place"].by_half, by_cells[:2]) and np.array_equal(made["place"].by_rest, by_cells[2:4])
    assert np.array_equal(made["place"].by_raters, by_cells[None, 4:6])
    assert np.array_equal(made["place"].permuted, by_cells[6:])
    assert np.array_equal(made["activation"].by_half[1], maps.mean(axis=0, dtype=np.float64).astype(np.float32).ravel())


def test_without_raters(case):
    pooled, _, (human, permuted, _), left, right = case
    worlds = Worlds(human, permuted[:1], [], 12, HALVES, seed=1)
    sets, rows = scored(pooled, worlds, left, right)
    made = worlds.heatmaps(0, np.ones((9, 1, 2), np.float32), sets, rows[0], lambda judgments: {})
    assert made["importance/images"].by_raters is None and made["signed"].by_raters is None
    assert made["signed"].permuted.shape == (1, 2)
