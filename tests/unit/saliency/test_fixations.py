"""Fixations: read from a table, and spread into a density that sums to one."""

import re

import numpy as np
import pandas as pd
import pytest
from scipy.io import savemat

from ais.errors import InputError
from ais.saliency import fixation_units, fixations

TABLE = "image,subject,x,y,duration_ms\ncat.jpg,s1,10,5,200\ncat.jpg,s2,30.5,12,100\n12,s1,3,4,90\nwasp,s1,1,1,80\n"


def read(tmp_path, text=TABLE, name="fixations.csv", ids=("12", "cat", "dog")):
    (tmp_path / name).write_text(text)
    return fixations.read(tmp_path / name, list(ids))


def test_the_images_of_the_set_are_kept(tmp_path):
    table = read(tmp_path)
    assert table["image"].tolist() == ["cat", "cat", "12"]
    assert table["x"].tolist() == [10, 30.5, 3]


def test_tab_separated_by_name(tmp_path):
    assert len(read(tmp_path, TABLE.replace(",", "\t"), "fixations.tsv")) == 3


def test_one_fixation_worked_by_hand():
    found = fixations.density(np.array([50.0]), np.array([20.0]), (40, 100))
    assert found.sum() == pytest.approx(1, abs=1e-6)
    assert np.unravel_index(found.argmax(), found.shape) == (20, 50)  # row y, column x
    assert found[20, 53] / found[20, 50] == pytest.approx(np.exp(-0.5), abs=0.01)  # 3 % of the width away


def test_fixations_outside_the_image_do_not_count():
    inside = fixations.density(np.array([50.0]), np.array([20.0]), (40, 100))
    both = fixations.density(np.array([50.0, -1.0, 100.0]), np.array([20.0, 5.0, 5.0]), (40, 100))
    assert np.array_equal(inside, both)
    assert fixations.density(np.array([-1.0]), np.array([5.0]), (40, 100)) is None


REFUSED = {
    "a column missing": (TABLE.replace(",x,", ",column,"), r"expected image, subject, x, y\. Add x"),
    "no number": (TABLE.replace("30.5", "left"), r"line 3, column x: found 'left'; expected pixels"),
    "nothing": (TABLE.replace("12,s1,3,", "12,s1,,"), r"line 4, column x: found ''"),
    "other images": ("image,subject,x,y\nbat,s,1,1\n", "found fixations on 'bat'; expected some on the images of the"),
    "empty": ("", "found the columns none; expected image"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_tables_that_cannot_be_right(tmp_path, case):
    text, message = REFUSED[case]
    with pytest.raises(InputError, match=message) as caught:
        read(tmp_path, text)
    assert "\n" not in str(caught.value)


SIZES = {"12": (64, 96), "cat": (64, 96)}


def gaze(number=200, size=(64, 96)):
    """Fixations near the middle of an image, in its pixels."""
    random = np.random.default_rng(1)
    place = random.normal(0.5, 0.13, (number, 2)).clip(0.03, 0.97)
    names = np.where(np.arange(number) % 2, "cat", "12")
    return pd.DataFrame({"image": names, "x": place[:, 0] * size[1], "y": place[:, 1] * size[0], "recorded": None})


def test_fixations_in_pixels_are_counted():
    table = gaze()
    table.loc[:3, "x"] = [-5, 97, 96, 95]
    found, notes = fixation_units.checked(table, SIZES, "f.csv")
    assert found.equals(table)
    assert notes == ["3 of 200 fixations lie outside their image, and are left out"]


def moved(x=lambda t: t["x"], y=lambda t: t["y"]):
    table = gaze()
    return table.assign(x=x(table), y=y(table))


UNITS = {
    "fractions": (moved(lambda t: t["x"] / 96, lambda t: t["y"] / 64), "all 200 fixations between 0.*: fractions"),
    "exchanged": (moved(lambda t: t["y"], lambda t: t["x"]), "outside .*They would fit as x and y exchanged"),
    "of a screen": (
        moved(lambda t: t["x"] + 592, lambda t: t["y"] + 480),
        r"200 of 200 fixations .100%. outside .*if \d+ to \d+ were subtracted from x, \d+ to \d+ from y: coordinates",
    ),
    "from the centre": (
        moved(lambda t: t["x"] - 48, lambda t: t["y"] - 32), "They would fit as positions from the image's centre .add",
    ),
    "from the centre, upwards": (moved(lambda t: t["x"] - 48, lambda t: 32 - t["y"]), "the image's centre, y upwards"),
    "of a smaller picture": (moved(lambda t: t["x"] / 8, lambda t: t["y"] / 8), "in the top left corner, within"),
    "a screen's own units": (
        moved(lambda t: (t["x"] - 48) / 64, lambda t: 0.5 - t["y"] / 64), "200 fixations between -0.* and 0.*a half",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", UNITS)
def test_other_units_are_refused_with_what_would_fit(case):
    table, message = UNITS[case]
    with pytest.raises(InputError, match=message) as caught:
        fixation_units.checked(table, SIZES, "f.csv")
    assert "\n" not in str(caught.value)


def test_screen_coordinates_fit_by_what_is_said():
    table = moved(lambda t: t["x"] + 592, lambda t: t["y"] + 480)
    with pytest.raises(InputError) as caught:
        fixation_units.checked(table, SIZES, "f.csv")
    said = re.search(r"fit if (\d+) to (\d+) were subtracted from x, (\d+) to (\d+) from y", str(caught.value))
    least_x, most_x, least_y, most_y = map(int, said.groups())
    assert least_x <= 592 <= most_x and least_y <= 480 <= most_y


def test_gaze_recorded_for_another_size_of_the_same_shape_is_scaled():
    table = gaze(size=(32, 48))
    table["recorded"] = [(32, 48)] * len(table)
    found, notes = fixation_units.checked(table, SIZES, "f")
    assert found["x"].to_numpy() == pytest.approx(2 * table["x"].to_numpy())
    assert notes[0] == "fixations on 2 images are scaled from the size they were recorded for"
    table["recorded"] = [(32, 32)] * len(table)
    with pytest.raises(InputError, match="recorded for 32 × 32 pixels; expected the image's 96 × 64"):
        fixation_units.checked(table, SIZES, "f")


def test_gaze_that_is_upside_down_is_told():
    saliency = np.zeros((20, 30))
    saliency[3:6] = 1
    x, y = np.array([10.0, 20.0, 50.0]), np.array([14.0, 16.0, 300.0])  # the last one outside
    upright = fixation_units.uprightness(saliency, x, y, (80, 120))
    assert upright == pytest.approx(1 / saliency.std())
    assert fixation_units.uprightness(saliency[::-1], x, y, (80, 120)) == pytest.approx(-upright)
    values = np.random.default_rng(0).normal(-0.7, 0.5, 40)
    assert "counted from the bottom (t = -" in fixation_units.upside_down(values)
    assert fixation_units.upside_down(-values) is None
    assert fixation_units.upside_down(values[:5]) is None
    assert np.isnan(fixation_units.uprightness(saliency * 0, x, y, (80, 120)))


def subjects(*places, field="fixations"):
    array = np.zeros((len(places), 1), dtype=[(field, object)])
    for number, place in enumerate(places):
        array[number, 0] = (np.array(place, dtype=float).reshape(-1, 2),)
    return array


@pytest.mark.parametrize("field", ["fixations", "location"])
def test_salicon(tmp_path, field):
    """A file an image; the first pixel is 1."""
    for name, places in (("cat", [[1, 1], [31, 12]]), ("dog", [[4, 5]]), ("wasp", [[7, 7]])):
        savemat(tmp_path / f"{name}.mat", {
            "image": name, "resolution": np.array([[64, 96]]), "gaze": subjects(places, [[9, 3]], [], field=field),
        })  # fmt: skip
    table = fixations.read(tmp_path, ["cat", "dog"])
    assert table["image"].tolist() == ["cat"] * 3 + ["dog"] * 2
    assert table["x"].tolist() == [0, 30, 8, 3, 8] and table["y"].tolist() == [0, 11, 2, 4, 2]
    assert table["subject"].tolist() == ["0", "0", "1", "0", "1"] and table["recorded"][0] == (64, 96)


def test_osie(tmp_path):
    """One file of a cell of structs, whose subjects are a cell of structs."""

    def looked(x, y):
        return {"fix_x": np.array([x], dtype=float), "fix_y": np.array([y], dtype=float), "fix_duration": [[200.0]]}

    def cell(*values):
        array = np.empty((len(values), 1), dtype=object)
        array[:, 0] = values
        return array

    pictures = cell(
        {"img": "cat.jpg", "subjects": cell(looked([10, 20], [5, 6]), looked([3], [4]))},
        {"img": "wasp.jpg", "subjects": cell(looked([1], [1]))},
    )
    savemat(tmp_path / "fixations.mat", {"fixations": pictures})
    table = fixations.read(tmp_path / "fixations.mat", ["cat", "dog"])
    assert table[["subject", "x", "y"]].values.tolist() == [["0", 10, 5], ["0", 20, 6], ["1", 3, 4]]


def test_files_without_gaze(tmp_path):
    savemat(tmp_path / "a.mat", {"map": np.eye(3)})
    with pytest.raises(InputError, match="found 'map'; expected gaze as SALICON keeps it"):
        fixations.read(tmp_path / "a.mat", ["cat"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"found nothing; expected \.mat files of gaze"):
        fixations.read(tmp_path / "empty", ["cat"])


def test_tables_as_spreadsheets_save_them(tmp_path):
    (tmp_path / "a.csv").write_bytes(TABLE.replace(",", ";").replace("30.5", "30,5").encode("utf-16"))
    assert fixations.read(tmp_path / "a.csv", ["12", "cat"])["x"].tolist() == [10, 30.5, 3]
