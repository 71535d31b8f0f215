"""The list of a set's images: in order of ids, by content, with every doubtful folder refused."""

import hashlib

import pytest
from PIL import Image

from ais.errors import InputError
from ais.stimuli import manifests


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
