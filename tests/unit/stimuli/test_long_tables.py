"""Long tables under their own column names: known for what they are."""

import re

import pytest
from unit.stimuli.rating_examples import IMAGES, LONG, OWN, long, read, text

from ais.errors import InputError
from ais.stimuli import rating_files
from ais.stimuli.ratings import Ratings


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


def test_ratings_are_a_table_or_matrices(tmp_path):
    (tmp_path / "a.csv").write_text(long("image_a", "image_b", "rating", "rater"))
    assert isinstance(rating_files.read(tmp_path / "a.csv", IMAGES).values, Ratings)
