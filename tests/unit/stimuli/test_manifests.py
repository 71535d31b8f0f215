"""The list of a set's images: in order of ids, by content, with every doubtful folder refused."""

import hashlib

import pytest
from PIL import Image

from ais.errors import InputError
from ais.stimuli import image_files, manifests


@pytest.fixture
def folder(tmp_path):
    for number, name in enumerate(["cat.jpg", "10.png", "2.png", "Äpfel.png", "NA.png"]):
        Image.new("RGB", (10 + number, 8)).save(tmp_path / name)
    return tmp_path


def test_rows_are_in_order_of_ids_whatever_the_files_order(folder):
    table = manifests.scan(folder)
    assert table["image"].tolist() == sorted(["cat", "10", "2", "Äpfel", "NA"])
    assert table["position"].tolist() == [0, 1, 2, 3, 4]
    cat = table.set_index("image").loc["cat"]
    assert (cat["file"], cat["width"], cat["height"]) == ("cat.jpg", 10, 8)
    assert cat["sha256"] == hashlib.sha256((folder / "cat.jpg").read_bytes()).hexdigest()


def test_ids_stay_text_when_read_back(folder, tmp_path):
    table = manifests.scan(folder)
    manifests.write_manifest(tmp_path / "set.tsv", table)
    assert manifests.read_manifest(tmp_path / "set.tsv")["image"].tolist() == table["image"].tolist()


def test_ids_are_in_composed_unicode(folder):
    (folder / "Äpfel.png").rename(folder / "A\u0308pfel.png")  # as macOS writes it
    assert "Äpfel" in manifests.scan(folder)["image"].tolist()


def test_what_is_no_image_is_passed_over(folder):
    (folder / "notes.txt").write_text("hello")
    (folder / ".hidden.png").write_text("no picture")
    (folder / "subfolder.png").mkdir()
    assert len(manifests.scan(folder)) == 5


def refused(folder):
    with pytest.raises(InputError) as caught:
        manifests.scan(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_missing_folder(tmp_path):
    assert "nowhere: found no such folder" in refused(tmp_path / "nowhere")


def test_too_few_images(tmp_path):
    Image.new("RGB", (4, 4)).save(tmp_path / "a.png")
    assert "found 1 images; expected at least 4" in refused(tmp_path)


def test_two_files_of_one_id(folder):
    Image.new("RGB", (4, 4)).save(folder / "cat.png")
    assert "found 'cat.jpg', 'cat.png', which are one id 'cat'" in refused(folder)


def test_broken_images_are_named_all(folder):
    (folder / "cat.jpg").write_bytes(b"")
    Image.new("RGB", (1, 1)).save(folder / "2.png")
    message = refused(folder)
    assert "cat.jpg: not a readable image" in message or "2.png: found 1 × 1" in message
    assert "and 1 more" in message


def test_line_break_in_a_name(folder):
    Image.new("RGB", (4, 4)).save(folder / "a\nb.png")
    assert "expected no line break or tab" in refused(folder)


def test_images_in_class_folders(tmp_path):
    for name in ("cat/1.png", "cat/e\u0301.png", "dog/1.png", "dog/deep/2.png", ".cache/3.png", "dog/notes.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (5, 4)).save(tmp_path / name, "PNG")
    (tmp_path / "linked").symlink_to(tmp_path / "dog/deep")  # one place, reached twice
    (tmp_path / "dog/deep/round").symlink_to(tmp_path)
    table = manifests.scan(tmp_path)
    assert table["image"].tolist() == ["cat/1", "cat/é", "dog/1", "dog/deep/2"]
    assert table["file"].tolist() == ["cat/1.png", "cat/e\u0301.png", "dog/1.png", "dog/deep/2.png"]


def test_images_beside_class_folders_are_the_set_as_ever(folder, caplog):
    (folder / "thumbnails").mkdir()
    Image.new("RGB", (4, 4)).save(folder / "thumbnails/cat.png")
    caplog.set_level("INFO")
    assert len(manifests.scan(folder)) == 5
    assert "1 images in the folders below it are ignored" in caplog.text


def test_too_few_images_beside_class_folders_are_told_with_those_below(tmp_path):
    (tmp_path / "cat").mkdir()
    Image.new("RGB", (4, 4)).save(tmp_path / "cat/1.png")
    Image.new("RGB", (4, 4)).save(tmp_path / "sheet.png")
    (tmp_path / "1.xyz").write_text("")
    assert "found 1 images; expected at least 4. Is it the right folder? Left out: '1.xyz'. 1 more lie" in refused(
        tmp_path
    )


@pytest.mark.parametrize(
    ("transparency", "background"),
    [("white", "#ffffff"), ("black", "#000000"), ("#Aa0011", "#aa0011"), ("ignore", "")],
)
def test_transparent_pictures_are_listed_with_their_background(folder, tmp_path, caplog, transparency, background):
    caplog.set_level("INFO")
    Image.new("RGBA", (9, 9), (1, 2, 3, 255)).save(folder / "2.png")  # nowhere transparent
    manifests.write_manifest(tmp_path / "before.tsv", manifests.scan(folder, transparency=transparency))
    assert (tmp_path / "before.tsv").read_text().splitlines()[0].split("\t") == manifests.COLUMNS
    Image.new("RGBA", (9, 9), (1, 2, 3, 128)).save(folder / "2.png")
    table = manifests.scan(folder, transparency=transparency)
    manifests.write_manifest(tmp_path / "set.tsv", table)
    rows = manifests.read_manifest(tmp_path / "set.tsv").set_index("image")["background"]
    assert rows.to_dict() == dict.fromkeys(rows.index, "") | {"2": background}
    assert "1 of 5 images are transparent somewhere: " + ("laid on" if background else "taken as") in caplog.text
    (note,) = table.attrs["notes"]
    assert note in caplog.text and f"transparency: {transparency}" in note


# Of what Pillow opens: no pictures, pictures that only another program draws, or names that others bear.
NO_PICTURES = {".ps", ".eps", ".wmf", ".emf", ".h5", ".hdf", ".grib", ".bufr", ".mpg", ".mpeg", ".fli", ".flc", ".iim"}


def test_every_extension_that_pillow_reads_is_an_images():
    Image.init()
    readable = {extension for extension, form in Image.registered_extensions().items() if form in Image.OPEN}
    assert readable - NO_PICTURES <= image_files.EXTENSIONS
    assert not NO_PICTURES & image_files.EXTENSIONS
    assert image_files.is_image("A.JFIF")
