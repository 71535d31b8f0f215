"""The order of pairs changes no result, and speeds up what looks them up."""

import numpy as np
import pytest
from unit import treacherous

from ais.engine import importance, masking, pruning
from ais.engine.alignment import Subsets
from ais.engine.judged import Judged, by_similarity
from ais.engine.triplets import Triplets

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::scipy.stats.ConstantInputWarning")


@pytest.mark.parametrize("similarity", ["cosine", "correlation", "euclidean"])
@pytest.mark.parametrize("name", treacherous.NAMES)
def test_scores_and_curves_are_those_of_the_given_order(name, similarity):
    pooled, human, left, right = treacherous.case(name)
    images = len(pooled)
    readout = masking.Pooled(pooled, similarity, left, right)
    train = np.random.default_rng(0).random(human.size) < 0.7
    ordered, judged, order = by_similarity(readout, Judged(left, right, human), "spearman")
    full = ordered.full()
    defined = full[~np.isnan(full)]
    assert (np.diff(defined) >= 0).all() and np.array_equal(full[: defined.size], defined)
    assert np.array_equal(np.sort(order), np.arange(human.size))
    np.testing.assert_array_equal(judged.human, human[order])
    np.testing.assert_array_equal((judged.left, judged.right), (left[order], right[order]))

    def found(readout, judged, train):
        rows = judged.image_rows(images)
        scores = importance.score_maps(readout, Subsets.of(judged.human, [train, *rows]), range(readout.maps))
        sides = pruning.fold_sides(judged.human, train, ~train)
        curve = pruning.curve(readout, np.arange(readout.maps), sides)
        return scores.baseline, scores.score, curve.train, curve.test

    given = found(readout, Judged(left, right, human), train)
    for one, other in zip(given, found(ordered, judged, train[order]), strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-12)


def test_triplets_and_other_measures_keep_their_order():
    pooled, human, left, right = treacherous.case("plain")
    readout, judged = masking.Pooled(pooled, "cosine", left, right), Judged(left, right, human)
    same, as_judged, order = by_similarity(readout, judged, "pearson")
    assert same is readout and as_judged is judged and order.tolist() == list(range(human.size))
    triplets, left, right = Triplets.of(np.array([[0, 1, 2], [1, 2, 3]]))
    readout, judged = masking.Pooled(pooled, "cosine", left, right), Judged(left, right, triplets)
    same, as_judged, order = by_similarity(readout, judged, "triplets")
    assert same is readout and as_judged is judged and order.tolist() == [0, 1]
