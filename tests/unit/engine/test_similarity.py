"""Similarities of listed pairs, by whole rows or pair by pair, are those of the square; the square by hand."""

import numpy as np
import pytest

from ais.engine import similarity
from ais.stimuli.folds import pairs_of


@pytest.mark.parametrize(
    "measure, expected",
    [("cosine", 3 / 5), ("correlation", -1.0), ("euclidean", -np.sqrt(20))],
)
def test_two_embeddings_by_hand(measure, expected):
    """(1, 0) and (3, 4): 3 / (1 · 5); centred (½, −½) and (−½, ½); differences 2 and 4."""
    found = similarity.similarity_matrix(np.array([[1.0, 0.0], [3.0, 4.0]]), measure)
    assert found[0, 1] == found[1, 0] == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize("measure", similarity.MEASURES)
@pytest.mark.parametrize("share", [1.0, 0.5, 0.01], ids="all {}".format)
def test_pairs_are_those_of_the_square(measure, share, monkeypatch):
    """In blocks of a few pairs or rows; in any order, either image first; with a silent image and two alike."""
    monkeypatch.setattr(similarity, "BLOCK", 8 * 40 * 3)
    rng = np.random.default_rng(1)
    embedding = rng.random((40, 9))
    embedding[4], embedding[7] = 0.0, embedding[8]
    left, right = pairs_of(40)
    chosen = rng.permutation(left.size)[: round(share * left.size)]
    swapped = rng.random(chosen.size) < 0.5
    one = np.where(swapped, right[chosen], left[chosen])
    other = np.where(swapped, left[chosen], right[chosen])
    found = similarity.similarity_of_pairs(embedding, measure, one, other)
    expected = similarity.similarity_matrix(embedding, measure)[one, other]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-14)
    by_rows = chosen.size > similarity.DENSE * 40 * 40
    assert by_rows == (share > 0.1)
