"""The forms in which the field keeps judgments: each read as the same matrix, or told what is missing."""

import re

import h5py
import numpy as np
import pytest
from scipy.io import savemat
from scipy.spatial.distance import squareform
from unit.stimuli.rating_examples import (
    ORDER,
    D,
    N,
    S,
    expected,
    filled,
    half,
    labelled,
    named_rows,
    read,
    struct,
    text,
    workbook,
)

from ais.errors import InputError

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
