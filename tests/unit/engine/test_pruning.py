"""Ranking, the retained set by hand, and how it is sought among some of the prefixes."""

import numpy as np
import pytest

from ais.engine import importance, masking, pruning
from ais.engine.alignment import Subsets
from ais.engine.pruning import Curve, ranking, search_grid
from ais.stimuli import folds


def test_ranking_is_descending_ties_by_index_undefined_last():
    score = np.array([0.1, 0.3, np.nan, 0.3, -0.2, 0.0, -0.0])
    assert ranking(score).tolist() == [1, 3, 0, 5, 6, 4, 2]


def test_the_retained_set_is_the_first_maximum_of_the_train_curve():
    curve = Curve(train=np.array([np.nan, 0.2, 0.5, 0.5, 0.4]), test=np.array([0.9, 0.1, 0.3, 0.4, 0.2]))
    assert curve.retained == 3


@pytest.mark.parametrize("maps", [1, 2, 15, 16, 17, 100, 512, 2048])
@pytest.mark.parametrize("number", [16, 24, 64])
def test_a_grid_runs_from_one_map_to_all_in_steps_that_are_alike(maps, number):
    grid = search_grid(maps, number)
    assert grid[0] == 1 and grid[-1] == maps and (np.diff(grid) > 0).all() and grid.size <= number
    if number >= maps:
        assert grid.tolist() == list(range(1, maps + 1))
    else:
        assert grid.size >= 0.9 * number and np.diff(grid).max() <= 2 * maps / number + 1


class Told:
    """Readout and subsets in one whose curves are given, (maps, 2); it notes which prefixes are asked for."""

    def __init__(self, train):
        self.sides, self.asked = np.stack([train, -np.asarray(train)], axis=1), []

    def growing(self, order, at=None):
        self.asked += list(range(1, len(order) + 1) if at is None else at)
        yield from range(1, len(order) + 1) if at is None else at

    def each(self, prefixes, memory):
        return np.array([self.sides[number - 1] for number in prefixes])


def sought(train, prefixes=None, kept=None):
    told = Told(train)
    return pruning.curve(told, range(len(train)), told, prefixes=prefixes, kept=kept), told.asked


def test_all_between_the_neighbours_of_the_best_are_tried_once():
    grid = search_grid(200, 16)
    for best in (1, 2, 7, 83, 150, 199, 200):
        train = -np.abs(np.arange(1, 201) - best).astype(float)
        found, asked = sought(train, 16)
        assert found.retained == best and len(asked) == len(set(asked)) < 200 / 3
        tried = ~np.isnan(found.train)
        assert set(np.flatnonzero(tried) + 1) == set(asked) >= set(grid)
        np.testing.assert_array_equal(found.train[tried], train[tried])
        np.testing.assert_array_equal(found.test[tried], -train[tried])


def test_undefined_prefixes_do_not_mislead_the_search():
    train = -np.abs(np.arange(1, 201) - 90.0)
    train[:60], train[95:] = np.nan, np.nan
    assert sought(train, 16)[0].retained == 90
    only = np.full(200, np.nan)
    only[10] = 0.1  # between prefixes of the grid
    assert 11 not in search_grid(200, 16) and sought(only, 16)[0].retained == 11
    assert np.isnan(sought(np.full(200, np.nan), 16)[0].train).all()


def test_a_number_that_is_known_is_tried_and_nothing_else_refined():
    train = np.random.default_rng(0).random(200)
    found, asked = sought(train, 16, kept=77)
    assert found.train[76] == train[76] and set(asked) == {*search_grid(200, 16).tolist(), 77}
    assert len(sought(train, kept=77)[1]) == len(sought(train)[1]) == 200


@pytest.fixture(scope="module")
def study():
    """60 images, 300 maps of which some are people's, noisy and correlated; importance in ten folds by pairs."""
    rng = np.random.default_rng(7)
    shared = rng.normal(size=(60, 6))
    pooled = np.maximum(shared @ rng.normal(size=(6, 300)) + 1.5 * rng.normal(size=(60, 300)), 0)
    left, right = folds.pairs_of(60)
    people = masking.Pooled(pooled[:, :90] * rng.random(90), "cosine", left, right).full()
    human = np.round(20 * (people + 0.5 * people.std() * rng.normal(size=people.size))) / 20
    train, test = folds.make(60, "pairs", 5, [1, 2])
    readout = masking.Pooled(pooled, "cosine", left, right)
    score = importance.score_maps(readout, Subsets.of(human, list(train)), range(300)).score
    subsets = [Subsets.of(human, sides) for sides in zip(train, test, strict=True)]
    return readout, [ranking(own) for own in score], subsets


def test_some_prefixes_find_what_all_of_them_do(study):
    """Wherever the maximum was tried the retained set is the same; where not, what is lost on train pairs is small."""
    readout, orders, subsets = study
    missed, tried = 0, 0
    for order, own in zip(orders, subsets, strict=True):
        whole, some = pruning.curve(readout, order, own), pruning.curve(readout, order, own, prefixes=24)
        there = ~np.isnan(some.train)
        np.testing.assert_allclose(some.train[there], whole.train[there], rtol=0, atol=1e-12)
        np.testing.assert_allclose(some.test[there], whole.test[there], rtol=0, atol=1e-12)
        if there[whole.retained - 1]:
            assert some.retained == whole.retained
        else:
            missed += 1
            assert np.nanmax(some.train) > np.nanmax(whole.train) - 0.005
        tried += there.sum()
    assert 1 <= whole.retained < 300  # a maximum inside, as people's similarities have
    assert missed <= 3 and tried < 10 * 300 / 4


def test_every_readout_is_asked_for_the_same_prefixes(study):
    """Of a readout that is run again, as of a pooled one."""
    readout, orders, subsets = study
    pooled = readout.features.astype(np.float32)[:, :, None, None]
    again = masking.Network(
        pooled, np.ones((60, 2), int), lambda maps: maps[..., 0, 0], "cosine", readout.left, readout.right
    )
    one, other = (pruning.curve(each, orders[0], subsets[0], prefixes=16) for each in (readout, again))
    assert one.retained == other.retained
    np.testing.assert_array_equal(np.isnan(one.train), np.isnan(other.train))
