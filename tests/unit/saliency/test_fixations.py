"""Fixations: read from a table, and spread into a density that sums to one."""

import numpy as np
import pytest

from ais.errors import InputError
from ais.saliency import fixations

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
    "empty": ("", "not a readable table"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_tables_that_cannot_be_right(tmp_path, case):
    text, message = REFUSED[case]
    with pytest.raises(InputError, match=message) as caught:
        read(tmp_path, text)
    assert "\n" not in str(caught.value)
