"""What numbers mean: a diagonal that was filled in, and what stands for "not judged"."""

import numpy as np
import pytest
from scipy.spatial.distance import squareform
from unit.stimuli.rating_examples import LONG, N, S, expected, labelled, long, read, text

from ais.errors import InputError
from ais.stimuli import rating_values


def diagonal(matrix, value):
    return np.where(np.eye(N, dtype=bool), value, matrix)


@pytest.mark.parametrize("filled_with", [0.0, -1.0])
def test_a_diagonal_that_was_filled_in_is_asked_about(tmp_path, filled_with):
    (tmp_path / "a.csv").write_text(text(labelled(diagonal(S, filled_with))))
    with pytest.raises(
        InputError, match=r"either a distance, or a similarity whose diagonal was filled.*expected to be"
    ):
        read(tmp_path / "a.csv")
    assert read(tmp_path / "a.csv", kind="similarity")[0] == pytest.approx(expected(S), nan_ok=True)
    turned = np.nanmax(diagonal(S, filled_with)) - expected(S)
    assert read(tmp_path / "a.csv", kind="dissimilarity")[0] == pytest.approx(turned, nan_ok=True)


def test_a_diagonal_of_zeros_is_no_evidence_where_similarities_are_below(tmp_path):
    correlations = S * 2 - 1
    (tmp_path / "a.csv").write_text(text(labelled(diagonal(correlations, 0.0))))
    assert read(tmp_path / "a.csv")[0] == pytest.approx(expected(correlations), nan_ok=True)


def test_self_similarities_that_were_judged_are_evidence(tmp_path):
    (tmp_path / "a.csv").write_text(text(labelled(np.where(np.eye(N, dtype=bool), np.linspace(0, 0.05, N), S))))
    with pytest.raises(InputError, match="leave it empty"):
        read(tmp_path / "a.csv", kind="similarity")


def likert(low=1, high=7):
    """Whole numbers of a scale, all used."""
    count = N * (N - 1) // 2
    return squareform(np.resize(np.arange(low, high + 1), count).astype(float))


def with_code(matrix, code, number):
    """The last pairs' ratings replaced."""
    vector = squareform(matrix, checks=False).copy()
    vector[-number:] = code
    return diagonal(squareform(vector, checks=False), np.nan)


CODED = {
    "−99 once": (likert(), -99, 1), "−1 once": (likert(), -1, 1), "−9": (likert(0, 9), -9, 2),
    "999": (likert(), 999, 3),
    "9 on a scale to 7": (likert(1, 7), 9, 3),
    "0 below a lump of fractions": (np.nan_to_num(S, nan=0.5) / 10 + 0.5, 0, 4),
    "−1 among fractions": (np.nan_to_num(S, nan=0.5), -1, 1), "1000 twice, no usual code": (likert(), 1000, 2),
}  # fmt: skip


@pytest.mark.parametrize("case", CODED)
def test_numbers_for_not_judged_are_asked_about(tmp_path, case):
    matrix, code, number = CODED[case]
    (tmp_path / "a.csv").write_text(text(labelled(with_code(matrix, float(code), number))))
    with pytest.raises(InputError, match=rf"found {code} for {number} of 15 ratings.*judgments.missing: \[{code}\]"):
        read(tmp_path / "a.csv")
    found, notes = read(tmp_path / "a.csv", missing=[code])
    assert found == pytest.approx(expected(with_code(matrix, np.nan, number)), nan_ok=True)
    assert notes == [f"{2 * number} numbers are taken for not judged, as judgments.missing says"]
    assert read(tmp_path / "a.csv", missing=[])[0] == pytest.approx(
        expected(with_code(matrix, float(code), number)), nan_ok=True
    )


def test_a_code_in_a_long_table_is_taken_out_before_the_mean(tmp_path):
    rows = [*LONG, ("ant", "bee", -99, "p", 1)]
    (tmp_path / "a.csv").write_text(long("image_a", "image_b", "rating", "rater", rows=rows))
    with pytest.raises(InputError, match="found -99 for 1 of 8 ratings"):
        read(tmp_path / "a.csv")
    assert read(tmp_path / "a.csv", missing=[-99])[0][0, 1] == (6 + 3) / 2


@pytest.mark.parametrize(
    "values",
    [
        likert(), likert(0, 10), likert(-3, 3), np.nan_to_num(S, nan=0.5), likert() / 7,
        diagonal(squareform(np.resize([0, 0, 0, 0.1, 0.2, 0.3, 0.4, 0.55], 15)), np.nan),
        squareform(np.resize([1, 4, 5, 6, 7], 15)), squareform(np.resize([-1, 0, 1], 15)),
        squareform((np.arange(15) / 14) ** 3),
    ],
)  # fmt: skip
def test_scales_of_ratings_are_no_codes(values):
    assert rating_values.looked_at(squareform(values, checks=False), "a.csv") == []


def test_a_lump_of_zeros_near_the_rest_and_a_number_by_itself_are_told():
    lump = np.array([0.0] * 8 + [n / 20 for n in range(1, 13)])
    assert "0 stands for 8 of 20 ratings: taken for" in rating_values.looked_at(lump, "a.csv")[0]
    assert (
        "0.99 stands far from all other" in rating_values.looked_at(np.array([0.1, 0.15, 0.2, 0.22, 0.99]), "a.csv")[0]
    )
