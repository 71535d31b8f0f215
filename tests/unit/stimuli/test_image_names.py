"""Ids as people write them, matched to the images of a set, or told."""

import pytest

from ais.errors import InputError
from ais.stimuli import image_names

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
