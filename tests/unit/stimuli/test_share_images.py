"""The copy of a set's images for jobs that see no other files: the images and their bytes, as they lie."""

import pytest

from stimuli import share_images


@pytest.fixture
def copied(tmp_path):
    def copy():
        share_images.main(
            share_images.parser().parse_args(
                ["--images", str(tmp_path / "set"), "--output", str(tmp_path / "made" / "copy")]
            )
        )
        copies = tmp_path / "made" / "copy"
        return {path.relative_to(copies).as_posix(): path.read_bytes() for path in copies.rglob("*") if path.is_file()}

    return copy


def write(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())


def test_images_alone_are_copied_and_what_was_there_before_goes(tmp_path, copied):
    write(tmp_path / "set", "bee.png", "ant.JPG", "ratings.csv", ".hidden.png", "more/cat.png")
    write(tmp_path / "made" / "copy", "old.png")
    assert copied() == {"bee.png": b"bee.png", "ant.JPG": b"ant.JPG"}


def test_class_folders_stay_and_links_become_files(tmp_path, copied):
    write(tmp_path / "set", "insects/bee.png", "pets/cat.png", ".hidden/dog.png")
    write(tmp_path, "elsewhere.png")
    (tmp_path / "set" / "pets" / "link.png").symlink_to(tmp_path / "elsewhere.png")
    assert copied() == {
        "insects/bee.png": b"insects/bee.png",
        "pets/cat.png": b"pets/cat.png",
        "pets/link.png": b"elsewhere.png",
    }
    assert not (tmp_path / "made" / "copy" / "pets" / "link.png").is_symlink()
