"""The forms in which the field keeps judgments: each read as the same matrix, or told what is missing."""

import io
import re

import h5py
import numpy as np
import openpyxl
import pytest
from scipy.io import savemat
from scipy.spatial.distance import squareform

from ais.errors import InputError
from ais.stimuli import image_names, judgments, rating_files, rating_values
from ais.stimuli.ratings import Ratings

IMAGES = ["ant", "bee", "cat", "dog", "eel", "fox"]
ORDER = ["dog", "ant", "fox", "eel", "cat", "bee"]
N = len(IMAGES)


def similarity():
    """Similarities in ORDER, with ties and a pair that nobody judged; the diagonal is 1."""
    random = np.random.default_rng(3)
    matrix = np.tril(np.round(random.random((N, N)) * 0.8 + 0.1, 1), -1)
    matrix = matrix + matrix.T + np.eye(N)
    matrix[1, 4] = matrix[4, 1] = np.nan
    return matrix


S = similarity()
D = np.round(1 - np.where(np.isnan(S), 0.5, S), 1)  # distances, all judged, the diagonal 0


def read(path, order=ORDER, kind=None, images=IMAGES, **how):
    """The mean over raters (images, images) in the images' order, as the script makes it; and the notes."""
    file = rating_files.read(path, images, order, **how)
    kind = judgments.check(file.ids, file.values, kind, str(path), file.has_diagonal)
    if how.get("missing") is None:
        file.notes += rating_values.looked_at(file.written, str(path))
    table = judgments.in_order(file.values, image_names.matched(file.ids, images, str(path)))
    return judgments.mean_over_raters(judgments.as_similarity(table, kind), len(images)), file.notes


def expected(matrix, order=ORDER):
    place = [order.index(name) for name in IMAGES]
    matrix = matrix[np.ix_(place, place)].copy()
    matrix[np.eye(N, dtype=bool)] = np.nan
    return matrix


def text(rows, separator=",", decimal="."):
    """Cells as text: numbers without an end of zeros, NaN as nothing."""

    def cell(value):
        shown = "" if isinstance(value, float) and np.isnan(value) else str(value)
        return shown.replace(".", decimal) if isinstance(value, float) else shown

    return "\n".join(separator.join(cell(value) for value in row) for row in rows) + "\n"


def named_rows(rows):
    return [[name, *row] for name, row in zip(ORDER, rows, strict=True)]


def filled(matrix):
    """Rows in which a pair that nobody judged is −9."""
    return np.nan_to_num(matrix, nan=-9.0).tolist()


def labelled(matrix, across=ORDER, down=ORDER, corner=""):
    return [[corner, *across], *([name, *row] for name, row in zip(down, np.asarray(matrix).tolist(), strict=True))]


def half(matrix, lower=True, diagonal=True, fill=np.nan):
    keep = np.tri(N, k=0 if diagonal else -1, dtype=bool)
    return np.where(keep if lower else keep.T, matrix, fill)


def workbook(*sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([None if isinstance(cell, float) and np.isnan(cell) else cell for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


# Forms that name their images: no order file. What is written; in bytes where it is not UTF-8.
NAMED = {
    "lower triangle, blanks": text(labelled(half(S))),
    "upper triangle, blanks": text(labelled(half(S, lower=False))),
    "lower triangle without diagonal": text(labelled(half(S, diagonal=False))),
    "lower triangle, zeros above": text(labelled(half(S, fill=0.0))),
    "lower triangle, rows that end": text([["", *ORDER], *([ORDER[n], *S[n, : n + 1].tolist()] for n in range(N))]),
    "header without names of rows": text([ORDER, *S.tolist()]),
    "names of rows without header": text(named_rows(S.tolist())),
    "R's write.table": re.sub(r"([a-z]+)", r'"\1"', text([ORDER, *named_rows(filled(S))], " ")).replace("-9.0", "NA"),
    "R's write.csv of a matrix with named columns": text(labelled(S, down=[str(n + 1) for n in range(N)])),
    "R's row names with V1, V2, …": text(labelled(S, across=[f"V{n + 1}" for n in range(N)])),
    "np.savetxt with a header": "# " + text([ORDER, *filled(S)]).replace("-9.0", "nan"),
    "decimal comma, semicolons": text(labelled(S), ";", ","),
    "decimal comma, tabs": text(labelled(S), "\t", ","),
    "decimal comma in quotes": re.sub(r"(\d,\d)", r'"\1"', text(labelled(S), "§", ",")).replace("§", ","),
    "Excel's sep=": "sep=;\n" + text(labelled(S), ";"),
    "UTF-16, as Excel saves it": ("\ufeff" + text(labelled(S), "\t")).encode("utf-16-le"),
    "UTF-16, big-endian": ("\ufeff" + text(labelled(S))).encode("utf-16-be"),
    "UTF-16 without its mark": text(labelled(S)).encode("utf-16-le"),
    "empty lines at the end": text(labelled(S)) + ",,,,,,\n\n,,,,,,\n",
    "a workbook by another name": workbook(("ratings", labelled(S))),
    "ids with folders": text(labelled(S, *[[f"images/{name}.png" for name in ORDER]] * 2)),
    "ids with Windows' folders": text(labelled(S, *[[f"C:\\My set\\{name}.JPG" for name in ORDER]] * 2)),
    "ids that are addresses": text(labelled(S, *[[f"https://x.org/set%20a/{name}.jpeg?raw=1" for name in ORDER]] * 2)),
}  # fmt: skip


@pytest.mark.parametrize("form", NAMED)
def test_forms_that_name_their_images(tmp_path, form):
    content = NAMED[form]
    (tmp_path / "a.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    found, _ = read(tmp_path / "a.csv", order=None)
    assert found == pytest.approx(expected(S), nan_ok=True)


def test_rs_dist_has_one_row_and_column_less(tmp_path):
    lower = text([["", *ORDER[:-1]], *([ORDER[n], *half(D, diagonal=False)[n, :-1].tolist()] for n in range(1, N))])
    upper = text([["", *ORDER[1:]], *([ORDER[n], *half(D, False, False)[n, 1:].tolist()] for n in range(N - 1))])
    for content in (lower, upper):
        (tmp_path / "dist.csv").write_text(content)
        found, notes = read(tmp_path / "dist.csv", order=None, kind="dissimilarity")
        assert found == pytest.approx(np.nanmax(expected(D)) - expected(D), nan_ok=True)
        assert notes == ["each pair stands in it once: taken for half of a matrix"]
        with pytest.raises(InputError, match=r"pairs without a diagonal.*expected to be told.*judgments\.kind"):
            read(tmp_path / "dist.csv", order=None)


# Forms that hold numbers alone: the order file names the images.
PLAIN = {
    "np.savetxt": "\n".join(" ".join(f"{value:.18e}" for value in row) for row in D) + "\n",
    "commas": text(D.tolist()),
    "decimal commas": text(D.tolist(), ";", ","),
    "MATLAB's fixed columns": "\n".join("".join(f"{value:9.4f}" for value in row) for row in D) + "\n",
    "lower triangle, rows that end": "\n".join(",".join(map(str, D[n, : n + 1])) for n in range(N)),
    "lower triangle without diagonal, rows that end": "\n".join(",".join(map(str, D[n, :n])) for n in range(1, N)),
    "upper triangle without diagonal, rows that begin late": "\n".join(
        ",".join(map(str, D[n, n + 1 :])) for n in range(N - 1)
    ),
    "pandas' numbers for names": text(labelled(D, *[[str(n) for n in range(N)]] * 2)),
    "R's V1, V2, … and 1, 2, …": text(labelled(D, [f"V{n + 1}" for n in range(N)], [str(n + 1) for n in range(N)])),
    "a vector in a row": text([squareform(D).tolist()]),
    "a vector in a column": text([[value] for value in squareform(D).tolist()]),
}


@pytest.mark.parametrize("form", PLAIN)
def test_numbers_alone_take_their_names_from_the_order_file(tmp_path, form):
    (tmp_path / "a.csv").write_text(PLAIN[form])
    found, _ = read(tmp_path / "a.csv", kind="dissimilarity")
    assert found == pytest.approx(D.max() - expected(D), nan_ok=True)
    with pytest.raises(InputError, match=r"holds no image ids; expected judgments\.order"):
        read(tmp_path / "a.csv", order=None, kind="dissimilarity")
    with pytest.raises(InputError, match="expected"):
        read(tmp_path / "a.csv", order=ORDER[:-1], kind="dissimilarity")


def struct(*matrices, shape=None):
    """A struct array of an RDM and a name each."""
    array = np.zeros(len(matrices), dtype=[("RDM", object), ("name", object)])
    for number, matrix in enumerate(matrices):
        array[number] = (matrix, f"subject {number}")
    return array.reshape(shape or (1, -1))


THREE = [D, np.round(D * 0.5, 2), np.round(D**2, 2)]
MEAN = np.mean(THREE, axis=0)
CELLS = np.array([f"{name}.png" for name in ORDER[::-1]], dtype=object)
BACK = D[::-1, ::-1]
ARRAYS = {
    "square": ({"rdm": D}, D),
    "vector": ({"v": squareform(D)[None]}, D),
    "vector in a column": ({"v": squareform(D)[:, None]}, D),
    "raters × pairs": ({"v": np.array([squareform(each) for each in THREE])}, MEAN),
    "pairs × raters": ({"v": np.array([squareform(each) for each in THREE]).T}, MEAN),
    "raters first": ({"rdm": np.array(THREE)}, MEAN),
    "raters last": ({"rdm": np.moveaxis(THREE, 0, -1)}, MEAN),
    "as many raters as images, last": ({"rdm": np.moveaxis([*THREE, *THREE], 0, -1)}, MEAN),
    "lower triangle of zeros": ({"rdm": np.tril(D)}, D),
    "beside what is none": ({"rdm": D, "categories": np.ones((N, 3)), "subjects": np.arange(20.0)}, D),
    "names in another order": ({"rdmutv": squareform(BACK)[None], "stimuli": CELLS}, D),
    "names as a matrix of characters": ({"rdm": BACK, "stimuli": CELLS.astype(str)}, D),
    "whole numbers": ({"rdm": (D * 10).astype(np.uint8)}, D * 10),
}


@pytest.mark.parametrize(
    ("form", "end"),
    [(form, end) for form in ARRAYS for end in ("npz", "mat", "npy") if end != "npy" or len(ARRAYS[form][0]) == 1],
)
def test_arrays(tmp_path, form, end):
    content, matrix = ARRAYS[form]
    path = tmp_path / f"a.{end}"
    if end == "npy":
        np.save(path, *content.values())
    elif end == "npz":
        np.savez(
            path, **{name: value.astype(str) if value.dtype == object else value for name, value in content.items()}
        )
    else:
        savemat(path, content)
    found, _ = read(path, kind="dissimilarity", order=None if "names" in form else ORDER)
    largest = np.max(next(iter(content.values())))
    assert found == pytest.approx(largest - expected(matrix), nan_ok=True)


def write_matlab_7_3(path):
    """A struct array and a cell as MATLAB 7.3 keeps them: HDF5, their parts by reference, axes the other way round."""
    with h5py.File(path, "w", userblock_size=512) as file:
        refs, number = file.create_group("#refs#"), iter(range(100))

        def kept(value):
            letters = np.array([[ord(letter)] for letter in value], np.uint16) if isinstance(value, str) else value.T
            item = refs.create_dataset(f"{next(number)}", data=letters)
            item.attrs["MATLAB_class"] = np.bytes_("char" if isinstance(value, str) else "double")
            return item.ref

        for name, values in (("RDM", THREE), ("name", ["ann", "bob", "cy"])):
            field = file.create_dataset(f"rdms/{name}", (len(THREE), 1), dtype=h5py.ref_dtype)
            field[:, 0] = [kept(value) for value in values]
        file["rdms"].attrs["MATLAB_class"] = np.bytes_("struct")
        cell = file.create_dataset("stimuli", (1, N), dtype=h5py.ref_dtype)
        cell[0] = [kept(name) for name in ORDER]
        cell.attrs["MATLAB_class"] = np.bytes_("cell")
    with open(path, "r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM")


STRUCTS = {
    "an element": ({"data": struct(D)}, None, D),
    "an element a rater": ({"data": struct(*THREE)}, None, MEAN),
    "a scalar struct": ({"out": {"rdm": D, "n": 6.0}}, None, D),
    "nested": ({"out": {"result": {"rdm": D}}}, None, D),
    "a cell of matrices": ({"rdms": np.array([*THREE, None], dtype=object)[:3]}, None, MEAN),
    "named among several": ({"rdm": D, "model": D**2}, "rdm", D),
    "a field named": ({"out": {"rdm": D, "model": D**2}}, "out.rdm", D),
    "a row of a grid": ({"data": struct(*THREE, *[D] * 3, shape=(2, 3))}, "data(1,:).RDM", MEAN),
    "an element of a grid": ({"data": struct(*[D**2] * 5, D, shape=(2, 3))}, "data(2,3).RDM", D),
    "all of a grid": ({"data": struct(*THREE, *THREE, shape=(2, 3))}, "data.RDM", MEAN),
    "several variables": ({"a_1": D, "a_2": THREE[1], "a_3": THREE[2], "b": D}, "a_*", MEAN),
}


@pytest.mark.parametrize("form", STRUCTS)
def test_matlab_structs(tmp_path, form):
    content, matrix, expected_mean = STRUCTS[form]
    savemat(tmp_path / "a.mat", content)
    found, _ = read(tmp_path / "a.mat", kind="dissimilarity", matrix=matrix)
    assert found == pytest.approx(D.max() - expected(expected_mean), nan_ok=True)


def test_matlab_7_3(tmp_path):
    write_matlab_7_3(tmp_path / "a.mat")
    found, _ = read(tmp_path / "a.mat", order=None, kind="dissimilarity")
    assert found == pytest.approx(D.max() - expected(MEAN), nan_ok=True)


def test_meadows_keeps_a_vector_and_an_order_for_each_participant(tmp_path):
    turned = [np.roll(np.arange(N), shift) for shift in range(3)]
    content = {}
    for number, (matrix, turn) in enumerate(zip(THREE, turned, strict=True)):
        content[f"rdmutv_p{number}"] = squareform(matrix[np.ix_(turn, turn)])[None]
        content[f"stimuli_p{number}"] = np.array([ORDER[n] for n in turn], dtype=object)
    savemat(tmp_path / "a.mat", content)
    found, _ = read(tmp_path / "a.mat", order=None, kind="dissimilarity")
    assert found == pytest.approx(D.max() - expected(MEAN), nan_ok=True)


@pytest.mark.parametrize("name", ["a.xlsx", "a.XLSX"])
def test_workbooks(tmp_path, name):
    (tmp_path / name).write_bytes(workbook(("notes", []), ("ratings", labelled(S))))
    assert read(tmp_path / name, order=None)[0] == pytest.approx(expected(S), nan_ok=True)
    (tmp_path / name).write_bytes(workbook(("pilot", labelled(D)), ("ratings", labelled(S))))
    assert read(tmp_path / name, order=None, matrix="ratings")[0] == pytest.approx(expected(S), nan_ok=True)
    with pytest.raises(InputError, match=r"sheets 'pilot', 'ratings'; expected one\. Name it: judgments\.matrix"):
        read(tmp_path / name)
    with pytest.raises(InputError, match="found the sheets 'pilot', 'ratings'; expected 'x'"):
        read(tmp_path / name, matrix="x")


LONG = [
    ("ant", "bee", 7, "p", 1.25),
    ("cat", "ant", 5, "p", 0.5),
    ("bee", "cat", 1, "q", 1.5),
    ("bee", "ant", 3, "q", 2),
]
LONG += [("dog", "eel", 2, "q", 1), ("fox", "ant", 4, "q", 3), ("ant", "bee", 5, "p", 1)]
OWN = {"image_a": "image1", "image_b": "image2", "rating": "response", "rater": "subject"}


def long(*header, rows=LONG):
    return text([header, *(row[: len(header)] for row in rows)])


def test_a_long_table_by_its_own_names(tmp_path):
    (tmp_path / "a.csv").write_text(long("image1", "image2", "response", "subject", "rt"))
    file = rating_files.read(tmp_path / "a.csv", IMAGES, columns=OWN)
    assert file.values.names == ("p", "q") and file.notes == ["columns left out: 'rt'"]
    found, _ = read(tmp_path / "a.csv", columns=OWN)
    assert (found[0, 1], found[0, 2], found[3, 4]) == ((6 + 3) / 2, 5, 2)
    pooled, _ = read(tmp_path / "a.csv", columns=OWN | {"rater": None})
    assert pooled[0, 1] == (7 + 3 + 5) / 3


def test_a_long_table_with_its_index_and_a_time(tmp_path):
    rows = [(n, *row) for n, row in enumerate(LONG)]
    (tmp_path / "a.csv").write_text(long("", "image_a", "image_b", "rating", "rater", "rt", rows=rows))
    assert read(tmp_path / "a.csv")[0][0, 1] == (6 + 3) / 2


LONG_TABLES = {
    "other names": (
        long("image1", "image2", "response", "subject", "rt"),
        r"header: found the columns image1, .*: a long table\? Expected image_a.*"
        r"columns: \{image_a: image1, image_b: image2, rating: response, rater: subject\}",
    ),
    "other names in another order": (
        text([("participant", "img2", "img1", "similarity"), *((r, b, a, n) for a, b, n, r, _ in LONG)]),
        r"\{image_a: img2, image_b: img1, rating: similarity, rater: participant\}",
    ),
    "images that are not there": (
        text([("wl1", "wl2", "rating"), *((a + "x", b + "x", n) for a, b, n, *_ in LONG)]),
        r"a long table\?.*\{image_a: wl1, image_b: wl2, rating: rating\}",
    ),
    "a rater by another name": (
        long("image_a", "image_b", "rating", "subject"),
        r"column 'subject', which may tell who judged.*columns: \{rater: subject\}; or \{rater: null\}",
    ),
    "a rater by a name of the lab's": (
        long("image_a", "image_b", "rating", "Vpn"),
        "the column 'Vpn', which may tell who",
    ),
    "no header": (
        text([row[:3] for row in LONG]),
        "line 1: found ant, bee, 7, a row of ratings already; expected a header",
    ),
    "an image missing": (long("image_a", "image_b", "rating").replace("dog,eel", "dog,"), "line 6: found no image"),
}


@pytest.mark.parametrize("case", LONG_TABLES)
def test_long_tables_are_known_for_what_they_are(tmp_path, case):
    content, message = LONG_TABLES[case]
    (tmp_path / "a.csv").write_text(content)
    with pytest.raises(InputError, match=message) as caught:
        read(tmp_path / "a.csv")
    assert "\n" not in str(caught.value)
    assert not re.search("remove|delete", str(caught.value).lower())


def test_columns_that_are_not_there(tmp_path):
    (tmp_path / "a.csv").write_text(long("image1", "image2", "response"))
    with pytest.raises(InputError, match=r"found image1, image2, response; expected .*missing: rater: subject"):
        read(tmp_path / "a.csv", columns=OWN)


# The diagonal, and what stands for "not judged".


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


# Two readings that differ, and names.


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


NAMES = image_names.ImageNames(["owl", "birds/wren", "pets/dog", "zoo/dog", "a.png", "é"])


@pytest.mark.parametrize(
    ("name", "images"),
    [
        ("owl", ["owl"]), ("owl.png", ["owl"]), ("set/owl.JPG", ["owl"]), ("https://x.org/%6Fwl.png?v=2#a", ["owl"]),
        ("wren", ["birds/wren"]), ("x/birds/wren.jpg", ["birds/wren"]), ("fish/wren", []), ("a.png", ["a.png"]),
        ("a.png.jpg", ["a.png"]), ("dog", ["pets/dog", "zoo/dog"]), ("zoo\\dog.bmp", ["zoo/dog"]), ("Owl", []),
        ("e\u0301.png", ["é"]), ("", []), ("/", []), ("owlet", []),
    ],
)  # fmt: skip
def test_names_of_images(name, images):
    assert NAMES.find(name) == images


def test_ids_are_matched_or_told():
    assert image_names.matched(["b.png", "x/a.png"], ["a", "b"], "f") == [1, 0]
    for ids, message in {
        ("dog", "owl"): "the id 'dog', by which 'pets/dog', 'zoo/dog' can be meant.*Write the folder",
        ("Owl", "a.png"): "no image .1 of 2 ids.*By spelling, 'Owl' may be 'owl'",
        ("owl",): "no judgments of the images .*the file names 'owl'",
    }.items():
        with pytest.raises(InputError, match=message):
            image_names.matched(ids, NAMES.images, "f")


def test_files_of_an_ids_name_that_are_no_images_are_named(tmp_path):
    (tmp_path / "birds").mkdir()
    for name in ("a.txt", "birds/b.svg", "c.svg", "d.heic"):
        (tmp_path / name).touch()
    with pytest.raises(InputError, match=r"In .* lie 'b\.svg', 'd\.heic', which are not read as images of the set"):
        image_names.matched(["x/a.png", "b", "set/d.png", "owl"], NAMES.images, "f", tmp_path)


def test_ratings_are_a_table_or_matrices(tmp_path):
    (tmp_path / "a.csv").write_text(long("image_a", "image_b", "rating", "rater"))
    assert isinstance(rating_files.read(tmp_path / "a.csv", IMAGES).values, Ratings)
