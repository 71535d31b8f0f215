"""Judgments in every form that people have give the same matrix; what cannot be right is refused."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.io import savemat

from ais.artifacts import store
from ais.errors import InputError
from ais.stimuli import manifests, ratings
from ais.stimuli.folds import pairs_of
from stimuli import read_judgments

IMAGES = ["ant", "bee", "cat", "dog", "eel"]
# In the files' order, which is not the images': dog, ant, eel, cat, bee. NaN: a pair nobody judged.
ORDER = ["dog", "ant", "eel", "cat", "bee"]
RATINGS = np.array(
    [
        [1.0, 0.2, 0.4, 0.9, 0.1],
        [0.2, 1.0, 0.5, 0.3, 0.8],
        [0.4, 0.5, 1.0, np.nan, 0.2],
        [0.9, 0.3, np.nan, 1.0, 0.6],
        [0.1, 0.8, 0.2, 0.6, 1.0],
    ]
)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table = pd.DataFrame({"position": range(5), "image": IMAGES, "file": [f"{name}.jpg" for name in IMAGES]})
    manifests.write_manifest("set.tsv", table.assign(sha256="0", width=9, height=9))
    (tmp_path / "order.txt").write_text("\n".join(ORDER) + "\n")
    return tmp_path


def square(matrix=RATINGS, ids=ORDER, separator=","):
    lines = [separator.join(["", *ids])]
    for name, row in zip(ids, matrix, strict=True):
        lines.append(separator.join([name, *("" if np.isnan(cell) else f"{cell:g}" for cell in row)]))
    return "\n".join(lines) + "\n"


def long(raters=("",), header=None):
    lines = [header or "image_a,image_b,rating" + (",rater" if raters != ("",) else "")]
    for number, rater in enumerate(raters):
        for a in range(5):
            for b in range(a):
                if not np.isnan(RATINGS[a, b]):
                    pair = f"{ORDER[a]},{ORDER[b]}" if (a + b) % 2 else f"{ORDER[b]},{ORDER[a]}"
                    lines.append(f"{pair},{RATINGS[a, b] + number / 10:.2f}" + (f",{rater}" if rater else ""))
    return "\n".join(lines) + "\n"


def read(*options):
    arguments = ["--manifest", "set.tsv", "--output", "judgments.h5", *options]
    read_judgments.main(read_judgments.parser().parse_args(arguments))
    with store.opened("judgments.h5", "judgments") as file:
        found = ratings.read(file)
        return {"similarity": file["similarity"][:], "raters": by_rater(found), "names": found.names}


def by_rater(table):
    """The ratings of each rater as a matrix (raters, images, images)."""
    matrices = np.full((table.raters, 5, 5), np.nan)
    left, right = (side[table.pair] for side in pairs_of(5))
    matrices[table.rater, left, right] = matrices[table.rater, right, left] = table.rating
    return matrices


def expected():
    place = [ORDER.index(name) for name in IMAGES]
    matrix = RATINGS[np.ix_(place, place)]
    matrix[np.eye(5, dtype=bool)] = np.nan
    return matrix


FORMS = {
    "square.csv": lambda path: path.write_text(square()),
    "square.tsv": lambda path: path.write_text(square(separator="\t")),
    "semicolons.csv": lambda path: path.write_text(square(separator=";")),
    "spreadsheet.csv": lambda path: path.write_text("\ufeff" + square().replace("\n", "\r\n")),
    "with extensions.csv": lambda path: path.write_text(square(ids=[f"{name}.jpg" for name in ORDER])),
    "long.csv": lambda path: path.write_text(long()),
    "matrix.npy": lambda path: np.save(path, RATINGS),
    "matrix.npz": lambda path: np.savez(path, ratings=RATINGS),
    "matrix.mat": lambda path: savemat(path, {"ratings": RATINGS}),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_matrix(here, form):
    FORMS[form](here / form)
    order = ["--order", "order.txt"] if form.startswith("matrix") else []
    assert read("--judgments", form, *order)["similarity"] == pytest.approx(expected(), nan_ok=True)


def test_the_two_triangles_of_the_square_may_be_in_different_orders(here):
    table = pd.DataFrame(RATINGS, index=ORDER, columns=ORDER)[IMAGES]
    table.to_csv("mixed.csv")
    assert read("--judgments", "mixed.csv")["similarity"] == pytest.approx(expected(), nan_ok=True)


def test_a_dissimilarity_is_turned_over(here):
    (here / "distance.csv").write_text(square(1 - RATINGS))
    found = read("--judgments", "distance.csv", "--kind", "dissimilarity")["similarity"]
    largest = 0.9
    assert found == pytest.approx(largest - (1 - expected()), nan_ok=True)


def test_raters_are_kept_beside_their_mean(here):
    (here / "long.csv").write_text(long(raters=("ann", "bob")))
    found = read("--judgments", "long.csv")
    assert found["names"] == ()  # they may be people's
    assert found["raters"] == pytest.approx(np.array([expected(), expected() + 0.1]), nan_ok=True)
    assert found["similarity"] == pytest.approx(expected() + 0.05, nan_ok=True)


def test_a_rater_who_judged_a_pair_twice_counts_once(here):
    (here / "long.csv").write_text(
        "image_a,image_b,rating,rater\nant,bee,1,x\nbee,ant,3,x\nant,bee,5,y\ncat,dog,2,x\neel,ant,4,y\n"
    )
    assert read("--judgments", "long.csv")["similarity"][0, 1] == pytest.approx((2 + 5) / 2)


def test_several_matrices_are_raters(here):
    (here / "a.csv").write_text(square())
    np.save("b.npy", RATINGS + 0.2)
    found = read("--judgments", "a.csv", "--judgments", "b.npy", "--order", "order.txt")
    assert found["raters"] == pytest.approx(np.array([expected(), expected() + 0.2]), nan_ok=True)
    assert found["similarity"] == pytest.approx(expected() + 0.1, nan_ok=True)


def test_a_distance_by_raters_is_turned_over_by_the_largest_of_all(here):
    (here / "long.csv").write_text(long(raters=("ann", "bob")))
    np.save("b.npy", 1 - RATINGS)
    found = read(
        *("--judgments", "long.csv", "--judgments", "b.npy", "--order", "order.txt", "--kind", "dissimilarity")
    )
    given = np.array([expected(), expected() + 0.1, 1 - expected()])
    assert found["raters"] == pytest.approx(1.0 - given, nan_ok=True)  # bob's largest


def test_a_long_table_may_say_which_way_its_numbers_run(here):
    """A pair of an image with itself, as a matrix's diagonal."""
    (here / "long.csv").write_text(long() + "ant,ant,0\n")
    with pytest.raises(
        InputError, match=r"^long.csv: found 0 on the diagonal.*judgments.kind: similarity .* or dissimilarity"
    ):
        read("--judgments", "long.csv")


def changed(cell, value):
    matrix = RATINGS.copy()
    matrix[cell] = value
    return matrix


REFUSED = {
    "not square": (lambda: square().rsplit("\n", 2)[0] + "\n", "found 4 rows and 5 columns"),
    "not symmetric": (lambda: square(changed((0, 1), 0.7)), "row 'dog', column 'ant': found 0.7, but 0.2"),
    "half empty": (
        lambda: square(changed((0, 1), np.nan)),
        "row 'dog', column 'ant': found nothing, but 0.2 .*1 of 9 pairs.*leave both empty",
    ),
    "all equal": (lambda: square(np.ones((5, 5))), "found the rating 1 for every pair"),
    "text in it": (lambda: square().replace("0.9", "n.d.", 1), "row 'dog', column 'cat': found 'n.d.'"),
    "infinite": (lambda: square().replace("0.9", "inf"), "found 'inf'; expected a finite number"),
    "distance as similarity": (
        lambda: square(1 - RATINGS),
        "found 0 on the diagonal.*either a distance, or a similarity.*kind: similarity .* or diss",
    ),
    "no image": (lambda: square(ids=["dog", "ant", "eel", "cat", "wasp"]), "judgments of 'wasp', of which there is no"),
    "no judgments": (
        lambda: square(RATINGS[:4, :4], ORDER[:4]),
        "found no judgments of the images 'bee' .1 of 5.; expected all images",
    ),
    "an id twice": (lambda: square(ids=["dog", "ant", "eel", "cat", "dog"]), "found 'dog' a second time"),
    "an id twice by extension": (
        lambda: square(ids=["dog", "ant", "eel", "cat", "cat.jpg"]),
        "found 'cat' and 'cat.jpg', which both mean the image 'cat'",
    ),
    "other ids across than down": (
        lambda: square().replace(",dog", ",wasp", 1),
        "found 'wasp' in the header but not in the first column",
    ),
    "ragged": (lambda: square().replace("0.9,0.1\n", "0.9\n", 1), r"line 2 \('dog'\): found 5 cells; expected 6"),
    "empty": (lambda: "", "found 0 lines"),
    "two judged pairs": (lambda: "image_a,image_b,rating\nant,bee,1\nant,cat,2\n", "found 2 judged pairs; expected"),
    "misspelt column": (lambda: long(header="image_a,image_b,score"), "missing: rating"),
    "unknown column": (
        lambda: "image_a,image_b,rating,age\nant,bee,1,30\nant,cat,2,30\nant,dog,2,31\n",
        "found the column 'age'",
    ),
    "text in a long table": (lambda: long().replace("0.20", "few", 1), r"line \d+ .*: found 'few'; expected a number"),
    "a rater missing": (
        lambda: "image_a,image_b,rating,rater\nant,bee,1,x\nant,cat,2,\n",
        "line 3: found no rater",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_right_is_refused_in_one_line(here, case):
    text, message = REFUSED[case]
    (here / "ratings.csv").write_text(text())
    with pytest.raises(InputError, match=message) as caught:
        read("--judgments", "ratings.csv")
    assert str(caught.value).startswith("ratings.csv")
    assert "\n" not in str(caught.value)
    assert not (here / "judgments.h5").exists()


def test_a_similarity_declared_as_distance(here):
    (here / "ratings.csv").write_text(square())
    with pytest.raises(InputError, match=r"found 1 on the diagonal, the largest value.*kind: similarity"):
        read("--judgments", "ratings.csv", "--kind", "dissimilarity")


def test_other_encoding(here):
    (here / "ratings.csv").write_bytes(square().replace("ant", "ämeise").encode("latin-1"))
    with pytest.raises(InputError, match=r"byte .*: found what is no UTF-8 text"):
        read("--judgments", "ratings.csv")


ARRAYS_REFUSED = {
    "no order file": (lambda: np.save("m.npy", RATINGS), [], "holds no image ids; expected judgments.order"),
    "other length": (lambda: np.save("m.npy", RATINGS[:4, :4]), ["--order", "order.txt"], "found 4 rows, but 5 ids"),
    "one row": (lambda: np.save("m.npy", RATINGS[0]), ["--order", "order.txt"], r"shape \(5,\) for 5 ids.*; expected"),
    "text": (lambda: np.save("m.npy", RATINGS.astype(str)), ["--order", "order.txt"], "expected .*as numbers"),
    "objects": (
        lambda: np.save("m.npy", RATINGS.astype(object), allow_pickle=True),
        ["--order", "order.txt"],
        "m.npy: not a readable array",
    ),
    "damaged": (
        lambda: Path("m.npy").write_bytes(b"\x93NUMPY\x01"),
        ["--order", "order.txt"],
        "m.npy: not a readable array",
    ),
}


@pytest.mark.parametrize("case", ARRAYS_REFUSED)
def test_arrays_that_cannot_be_right(here, case):
    make, options, message = ARRAYS_REFUSED[case]
    make()
    with pytest.raises(InputError, match=message):
        read("--judgments", "m.npy", *options)


def test_damaged_archives(here):
    for name in ("m.npz", "m.mat"):
        (here / name).write_bytes(b"PK nothing")
        with pytest.raises(InputError, match=f"{name}: not a readable array"):
            read("--judgments", name, "--order", "order.txt")


def test_two_matrices_in_one_file(here):
    np.savez("m.npz", first=RATINGS, second=RATINGS)
    with pytest.raises(
        InputError,
        match=r"found first \(5 × 5\), second \(5 × 5\); expected one .*Name it: judgments.matrix: first or second",
    ):
        read("--judgments", "m.npz", "--order", "order.txt")


def test_an_id_twice_in_the_order_file(here):
    (here / "order.txt").write_text("ant\nbee\nant\ncat\ndog\n")
    np.save("m.npy", RATINGS)
    with pytest.raises(InputError, match=r"order\.txt, line 3: found 'ant' a second time"):
        read("--judgments", "m.npy", "--order", "order.txt")
