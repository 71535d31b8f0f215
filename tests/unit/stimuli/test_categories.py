"""Tables of categories: read in the order of the images, or refused in one line."""

import numpy as np
import pandas as pd
import pytest

from ais.errors import InputError
from ais.stimuli import categories, manifests
from ais.stimuli.folds import pairs_of
from stimuli import read_categories

IMAGES = ["ant", "bee", "cat.x", "dog", "eel"]
TABLE = 'image,category\ndog,pets\nant,insects\ncat.x,pets\neel,"fish, of a kind"\nbee,insects\n'
EXPECTED = ["insects", "insects", "pets", "pets", "fish, of a kind"]

FORMS = {
    "plain": TABLE,
    "tabs, further columns, a byte-order mark": "\ufeffid\tcategory\timage\r\n"
    + "".join(f"{n}\t{c}\t{i}\r\n" for n, (i, c) in enumerate(zip(IMAGES, EXPECTED, strict=True))),
    "extensions, spaces and empty lines": TABLE.replace("dog", " dog.JPG ").replace("ant,", "ant.png,") + "\n,\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_categories(tmp_path, form):
    path = tmp_path / "table.csv"
    path.write_text(FORMS[form], encoding="utf-8")
    assert categories.read(path, IMAGES) == EXPECTED


REFUSED = {
    "an image missing": (TABLE.replace("dog,pets\n", ""), r": found no category of the images 'dog' \(1 of 5\); expec"),
    "an image twice": (TABLE + "dog,pets\n", ", line 7: found 'dog' a second time; expected each image once. Remove"),
    "an image twice by extension": (TABLE + "dog.jpg,pets\n", ", line 7: found 'dog' a second time"),
    "an unknown image": (TABLE + "wasp,insects\n", ", line 7: found 'wasp', of which there is no image; expected imag"),
    "no category": (TABLE.replace("dog,pets", "dog,"), ", line 2: found no category of 'dog'; expected one. Complete"),
    "one category": ("image,category\n" + "".join(f"{name},a\n" for name in IMAGES), ": found the category 'a' for ev"),
    "an image each": ("image,category\n" + "".join(f"{n},{n}\n" for n in IMAGES), ": found 5 categories of one image"),
    "a column missing": (TABLE.replace("category", "kind"), ", header: found the columns 'image', 'kind'; expected im"),
    "a column twice": ("image,category,category\n", ", header: found the columns .*once each. Correct category"),
    "nothing": ("", ", header: found the columns none; expected image, category"),
    "a cell too many": (TABLE.replace("dog,pets", "dog,pets,big"), ", line 2: found 3 cells; expected 2, as in the"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_right_is_refused_in_one_line(tmp_path, case):
    text, message = REFUSED[case]
    path = tmp_path / "table.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=f"^{path}{message}") as caught:
        categories.read(path, IMAGES)
    assert "\n" not in str(caught.value)


def test_other_encoding(tmp_path):
    (tmp_path / "t.csv").write_bytes(TABLE.replace("pets", "Tür").encode("latin-1"))
    with pytest.raises(InputError, match=r"t.csv, byte \d+: found what is no UTF-8 text"):
        categories.read(tmp_path / "t.csv", IMAGES)


def test_pairs_of_one_category():
    left, right = pairs_of(5)
    found = categories.same_category(EXPECTED, left, right)
    assert found.tolist() == [EXPECTED[i] == EXPECTED[j] for i, j in zip(left, right, strict=True)]
    assert found.dtype == bool and np.count_nonzero(found) == 2


def test_the_script_writes_what_it_can_read_again(tmp_path):
    ids = sorted([*IMAGES, "a,b", '"q"', "x\u00e9;"])
    table = pd.DataFrame({"position": range(8), "image": ids, "file": [f"{name}.jpg" for name in ids]})
    manifests.write_manifest(tmp_path / "set.tsv", table.assign(sha256="0", width=9, height=9))
    wanted = ["one" if number % 2 else "other, say" for number in range(8)]
    pd.DataFrame({"image": ids, "category": wanted})[::-1].to_csv(tmp_path / "c.csv", index=False)
    given = ["--manifest", "set.tsv", "--categories", "c.csv", "--output", "out.tsv"]
    given = [str(tmp_path / word) if "." in word else word for word in given]
    read_categories.main(read_categories.parser().parse_args(given))
    assert categories.read(tmp_path / "out.tsv", ids) == wanted
    assert pd.read_csv(tmp_path / "out.tsv", sep="\t")["image"].tolist() == ids
