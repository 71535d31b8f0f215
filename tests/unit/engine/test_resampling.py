"""Resamples of the images, against the plain way: every pair as often as it was drawn."""

import numpy as np
import pytest
from unit import plain_loop, treacherous

from ais.engine import importance, masking
from ais.engine.alignment import MEASURES as ALIGNMENTS
from ais.engine.resampling import Resamples, draws, score_resamples, selection_frequency
from ais.engine.similarity import MEASURES as SIMILARITIES

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::scipy.stats.ConstantInputWarning")


def repeated(left, right, drawn):
    """Numbers of the pairs of what was drawn, each as often as it comes."""
    images = np.repeat(np.arange(drawn.size), drawn)
    number = {(i, j): p for p, (i, j) in enumerate(zip(left, right, strict=True))}
    couples = [(a, b) for x, a in enumerate(images) for b in images[x + 1 :]]
    return np.array([number[a, b] for a, b in couples if a != b], dtype=int)


@pytest.mark.parametrize("alignment", ALIGNMENTS)
@pytest.mark.parametrize("similarity", SIMILARITIES)
@pytest.mark.parametrize("name", treacherous.NAMES)
def test_scores_equal_the_plain_loop(name, similarity, alignment):
    pooled, human, left, right = treacherous.case(name)
    images, maps = pooled.shape
    drawn = draws(np.arange(images), images, 3, range(12))
    resamples = Resamples.of(human, left, right, drawn, alignment)
    scores = importance.score_maps(masking.Pooled(pooled, similarity, left, right), resamples, range(maps))
    for row in range(len(drawn)):
        pairs = repeated(left, right, drawn[row])
        if np.unique(pairs).size < 2:
            assert np.isnan(scores.baseline[row])
            continue
        baseline, score = plain_loop.importance(pooled, human, similarity, alignment, left, right, pairs)
        np.testing.assert_allclose(scores.baseline[row], baseline, rtol=0, atol=1e-12)
        np.testing.assert_allclose(scores.score[row], score, rtol=0, atol=1e-12)


def test_by_hand():
    """Images 0, 1, 1, 2: pairs 01 twice, 02 once, 12 twice; ranks 1.5, 3, 4.5 against 4.5, 3, 1.5."""
    left, right = np.triu_indices(3, 1)
    resamples = Resamples.of(np.array([3.0, 2, 1]), left, right, np.array([[1, 2, 1]]))
    assert resamples.size == [5]
    assert resamples.alignments(np.array([[1.0, 2, 3]])) == pytest.approx(-1)
    # The last two tie: network 1.5 twice, 4 thrice; human 4.5 twice, 3, 1.5 twice.
    x, y = [1.5, 1.5, 4, 4, 4], [4.5, 4.5, 3, 1.5, 1.5]
    assert resamples.alignments(np.array([[1.0, 2, 2]])) == pytest.approx(np.corrcoef(x, y)[0, 1])


def test_everyone_drawn_once_is_the_set_itself():
    pooled, human, left, right = treacherous.case("plain")
    readout = masking.Pooled(pooled, "cosine", left, right)
    once = Resamples.of(human, left, right, np.ones((1, 12), int))
    baseline, score = plain_loop.importance(pooled, human, "cosine", "spearman", left, right, np.arange(human.size))
    found = importance.score_maps(readout, once, range(9))
    np.testing.assert_allclose(found.baseline, baseline, atol=1e-12)
    np.testing.assert_allclose(found.score[0], score, atol=1e-12)


def test_a_dead_map_scores_exactly_zero_in_every_resample():
    pooled, human, left, right = treacherous.case("dead and duplicate maps")
    resamples = Resamples.of(human, left, right, draws(np.arange(12), 12, 0, range(20)))
    score = importance.score_maps(masking.Pooled(pooled, "cosine", left, right), resamples, range(9)).score
    assert (score[:, 2] == 0).all()
    assert (score[:, 4] == score[:, 5]).all()


def test_blocks_and_threads_change_nothing():
    pooled, human, left, right = treacherous.case("plain")
    drawn = draws(np.arange(12), 12, 0, range(20))
    readout = masking.Pooled(np.tile(pooled, 7), "cosine", left, right)
    whole = importance.score_maps(readout, Resamples.of(human, left, right, drawn), range(63)).score
    blocks = list(Resamples.blocks(human, left, right, drawn, "spearman", memory=3 * 64 * human.size))
    assert [block.size.size for block in blocks] == [3] * 6 + [2]
    parts = [importance.score_maps(readout, block, range(63), threads=2, memory=1).score for block in blocks]
    assert np.array_equal(np.concatenate(parts), whole)


def test_a_draw_depends_on_its_seed_and_number_alone():
    images = np.array([1, 4, 5, 7])
    drawn = draws(images, 9, 5, range(30))
    assert drawn.shape == (30, 9)
    assert (drawn.sum(axis=1) == 4).all() and (drawn[:, [0, 2, 3, 6, 8]] == 0).all()
    assert np.array_equal(draws(images, 9, 5, [17, 3]), drawn[[17, 3]])
    assert not np.array_equal(draws(images, 9, 6, range(30)), drawn)
    assert draws(images, 9, 5, []).shape == (0, 9)


def test_scores_over_resamples_do_not_depend_on_memory():
    pooled, human, left, right = treacherous.case("dead and duplicate maps")
    readout = masking.Pooled(pooled, "cosine", left, right)
    drawn = draws(np.arange(12), 12, 0, range(9))
    whole = score_resamples(readout, human, drawn)
    assert whole.shape == (9, 9)
    assert np.array_equal(score_resamples(readout, human, drawn, memory=1), whole, equal_nan=True)
    assert score_resamples(readout, human, drawn[:0]).shape == (0, 9)
    assert selection_frequency(whole)[2] == 0  # dead


def test_selection_frequency_by_hand():
    scores = np.array([[0.1, 0.0, np.nan], [0.3, -0.1, np.nan], [-0.1, 0.0, 0.2], [0.2, 0.2, np.nan]])
    assert selection_frequency(scores).tolist() == [0.75, 0.25, 0.25]
