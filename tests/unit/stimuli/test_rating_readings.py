"""What can be read in two ways that differ is asked about, and names and numbers are told apart."""

import numpy as np
import pytest
from scipy.io import savemat
from unit.stimuli.rating_examples import ORDER, D, N, S, expected, labelled, read, struct, text, workbook

from ais.errors import InputError

REFUSED = {
    "two orders of names in one file": (
        {"rdm": D, "a": np.array(ORDER, dtype=object), "b": np.array(ORDER[::-1], dtype=object)}, {},
        "found the images named in a and in b, in different orders",
    ),
    "several matrices": ({"rdm": D, "model": D**2}, {}, r"rdm \(6 × 6\), model \(6 × 6\).*Name it: judgments.matrix: "),
    "no such variable": ({"rdm": D}, {"matrix": "rmd"}, "found 'rdm'; expected 'rmd', as judgments.matrix says"),
    "a grid of elements": (
        {"data": struct(*[D] * 6, shape=(2, 3))}, {},
        r"found data.RDM in an array of 2 × 3 elements.*matrix: data.RDM for all.*data\(1,:\).RDM for a row",
    ),
    "as many raters as images": (
        {"rdm": np.indices((N, N, N)).sum(axis=0) + 0.5}, {}, "read as raters first and as raters last"
    ),
    "the diagonal in a vector": ({"v": D[np.triu_indices(N)]}, {}, "21 are the pairs with the diagonal: leave"),
    "nothing of numbers": ({"names": np.array(ORDER, dtype=object)}, {}, "found no numbers; expected 6 × 6 ratings"),
    "of other images": ({"rdm": np.eye(4)}, {}, "found 4 rows, but 6 ids in the order file"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_arrays_that_can_be_read_in_two_ways_or_none(tmp_path, case):
    content, how, message = REFUSED[case]
    savemat(tmp_path / "a.mat", content)
    with pytest.raises(InputError, match=message) as caught:
        read(tmp_path / "a.mat", kind="dissimilarity", **how)
    assert "\n" not in str(caught.value)


TEXTS_REFUSED = {
    "two decimal signs": (text(labelled(S), ";", ",").replace("0,2", "0.2", 1), "found both '1,0' and '0.2'"),
    "thousands or fractions": (
        text(labelled([["1,234", "5,678"]] * 2, ORDER[:2], ORDER[:2]), ";"),
        "'1,234', in which the comma can stand before",
    ),
    "one number or two": ("0,227\n0,091\n0,185\n", "two numbers with a comma between or one with a decimal comma"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 9, "an old Excel file"),
    "Latin-1": (text(labelled(S)).replace("ant", "äme").encode("latin-1"), "found what is no UTF-8 text"),
    "a half that is not one": (
        text(labelled(np.where((np.tri(N) == 0) & (S > 0.4), np.nan, S))), "found nothing, but .* leave both empty",
    ),
    "two ids of an image": (
        text(labelled(S, *[["ant", "x/ant.png", *ORDER[2:]]] * 2)),
        "'ant' and 'x/ant.png', which both mean the image 'ant'",
    ),
    "misspelt ids": (
        text(labelled(S, *[["dgo", *ORDER[1:]]] * 2)),
        r"judgments of 'dgo', of which there is no image \(1 of 6 ids\); expected the images' ids, as 'ant'",
    ),
    "a workbook's formula": (
        workbook(("s", [*labelled(S)[:-1], ["bee", "=1+1"]])), "cell B7: found the formula '=1.1' without its value",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TEXTS_REFUSED)
def test_texts_that_can_be_read_in_two_ways_or_none(tmp_path, case):
    content, message = TEXTS_REFUSED[case]
    (tmp_path / "a.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(InputError, match=message) as caught:
        read(tmp_path / "a.csv")
    assert "\n" not in str(caught.value)


def test_numbers_that_are_names_and_ratings_are_told_apart_by_the_order(tmp_path):
    """Images 1 … 6 and ratings of whole numbers: the first row and column can be either."""
    numbers = [str(n) for n in range(1, N + 1)]
    matrix = np.round(np.nan_to_num(S, nan=0.5) * 9)
    (tmp_path / "a.csv").write_text(text(labelled(matrix, numbers, numbers)))
    found, _ = read(tmp_path / "a.csv", order=None, images=numbers)
    assert found[np.triu_indices(N, 1)].tolist() == matrix[np.triu_indices(N, 1)].tolist()
    both = text([["", *numbers], *([name, *["1"] * N] for name in numbers)])
    (tmp_path / "a.csv").write_text(both)
    with pytest.raises(InputError, match="an order of as many, but the first row and column are images' names too"):
        read(tmp_path / "a.csv", order=[*numbers, "7"], images=[*numbers, "7"])


def test_an_order_file_yields_to_names_and_is_said_to(tmp_path):
    (tmp_path / "a.csv").write_text(text(labelled(S)))
    found, notes = read(tmp_path / "a.csv", order=ORDER[::-1])
    assert found == pytest.approx(expected(S), nan_ok=True)
    assert notes == ["the order file is not used: this file names its own images"]
    (tmp_path / "a.csv").write_text(text(labelled(S, *[[f"stimulus {n}" for n in range(N)]] * 2)))
    found, notes = read(tmp_path / "a.csv")
    assert found == pytest.approx(expected(S), nan_ok=True)
    assert notes == [
        "its own names, as 'stimulus 0', 'stimulus 1' and 4 more, are no images of the set: the order file's are used"
    ]
