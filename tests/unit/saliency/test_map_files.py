"""Saliency sets as they are downloaded: each image's map found by its name, or told why not."""

import h5py
import numpy as np
import pytest
from scipy.io import savemat

from ais.errors import InputError
from ais.saliency import map_files, saliency_maps

IMAGES = ["cat", "dog", "i_1"]
RAMP = np.tile(np.arange(40, dtype=np.float32), (30, 1))


def folder(tmp_path, *names):
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


FOUND = {
    "of the images' names": (
        ("cat.png", "dog.npy", "wasp.png", "notes.txt"), IMAGES, {"cat": "cat.png", "dog": "dog.npy"},
    ),
    "MIT1003": (
        ("cat_fixMap.jpg", "cat_fixPts.jpg", "i_1_fixMap.jpg", "i_1_fixPts.jpg"), IMAGES,
        {"cat": "cat_fixMap.jpg", "i_1": "i_1_fixMap.jpg"},
    ),
    "words before": (("SM_cat.png", "SM_dog.png"), IMAGES, {"cat": "SM_cat.png", "dog": "SM_dog.png"}),
    "the plain ones of several": (("cat.png", "cat_small.png"), IMAGES, {"cat": "cat.png"}),
    "CAT2000, of images in the same folders": (
        ("Art/001.jpg", "Action/001.jpg", "Action/Output/001_SaliencyMap.jpg"), ["Action/001", "Art/001"],
        {"Action/001": "Action/001.jpg", "Art/001": "Art/001.jpg"},
    ),
    "in folders, of images in one": (("a/cat.png", "b/dog.png"), IMAGES, {"cat": "a/cat.png", "dog": "b/dog.png"}),
    "hidden and deeper ones passed over": (("cat.png", ".dog.png", "old/dog.png"), IMAGES, {"cat": "cat.png"}),
    "the longest name of an image": (("i_1_x.png",), ["i", "i_1"], {"i_1": "i_1_x.png"}),
}  # fmt: skip


@pytest.mark.parametrize("case", FOUND)
def test_maps_are_found(tmp_path, case):
    names, images, expected = FOUND[case]
    found, _ = map_files.find(folder(tmp_path, *names), images)
    assert {image: file.path.relative_to(tmp_path).as_posix() for image, file in found.items()} == expected


def test_what_was_taken_for_what_is_said(tmp_path):
    _, notes = map_files.find(folder(tmp_path, "cat_fixMap.jpg", "cat_fixPts.jpg", "wasp.jpg"), IMAGES)
    assert notes == [
        "left out as fixated pixels, not maps: *_fixPts",
        "maps are taken by their names: *_fixMap",
        "2 other files or arrays are left out: 'cat_fixPts.jpg', 'wasp.jpg'",
    ]


NOT_FOUND = {
    "two of one image": (("cat.png", "cat.npy"), IMAGES, r"found cat\.npy and cat\.png, both of the image 'cat'"),
    "two kinds": (("cat_a.png", "dog_b.png"), IMAGES, "found 2 kinds of maps, such as 'cat_a.png' and 'dog_b.png'"),
    "the same name in two folders": (("a/cat.png", "b/cat.png"), IMAGES, "found a/cat.png and b/cat.png, both of"),
    "two images of the name": (("x/001.png", "001.png"), ["Art/001", "Action/001"], "found the map 001.png, by which"),
    "of other images": (("wasp.png",), IMAGES, "found 1 maps, such as 'wasp.png', none named as an image of the set"),
    "misspelt": (
        ("Catt.png",),
        IMAGES,
        "expected names like 'cat', 'dog' and 1 more. By spelling, 'Catt' may be 'cat'",
    ),
    "no maps": (("cat.txt", "dog.csv"), IMAGES, "found 0 maps, none .*Left out, as no maps by their names: 'cat.txt'"),
}


@pytest.mark.parametrize("case", NOT_FOUND)
def test_what_cannot_be_told_is_told(tmp_path, case):
    names, images, message = NOT_FOUND[case]
    with pytest.raises(InputError, match=message) as caught:
        map_files.find(folder(tmp_path, *names), images)
    assert "\n" not in str(caught.value)


def write_hdf5(path, maps):
    with h5py.File(path, "w") as file:
        for name, values in maps.items():
            file[name] = values
        file["notes"] = "made by a model"


@pytest.mark.parametrize("name", ["all.npz", "all.h5", "all.hdf5"])
def test_one_file_of_all_maps(tmp_path, name):
    """As pysaliency exports a model to HDF5: an array an image, by its file's name."""
    maps = {"cat.jpg": RAMP, "set/dog.jpg": 2 * RAMP}
    np.savez(tmp_path / name, **maps) if name.endswith("npz") else write_hdf5(tmp_path / name, maps)
    found, _ = map_files.find(tmp_path / name, IMAGES)
    assert set(found) == {"cat", "dog"}
    assert np.array_equal(saliency_maps.read_map(found["dog"], (30, 40)), 2 * RAMP)


@pytest.mark.parametrize("array", [RAMP, RAMP[None], RAMP[..., None], RAMP.astype(np.float64)], ids=str)
@pytest.mark.parametrize("end", ["npy", "npz", "mat", "NPY"])
def test_a_file_of_one_map(tmp_path, end, array):
    path = tmp_path / f"cat.{end}"
    if end == "mat":
        savemat(path, {"map": array, "model": "x", "scale": 2.0})
    elif end == "npz":
        np.savez(path, map=array)
    else:
        with open(path, "wb") as file:
            np.save(file, array)
    assert np.array_equal(saliency_maps.read_map(path, (30, 40)), RAMP)


def test_files_that_hold_no_one_map(tmp_path):
    savemat(tmp_path / "cat.mat", {"gaze": np.zeros(3, dtype=[("fixations", object)]), "image": "cat"})
    with pytest.raises(InputError, match=r"found gaze.*Name the folder as saliency\.fixations"):
        saliency_maps.read_map(tmp_path / "cat.mat", (30, 40))
    # An array of that name is no gaze as SALICON keeps it, and none would be found in it.
    savemat(tmp_path / "ant.mat", {"gaze": np.array([[1, 2]]), "resolution": np.array([[30, 40]]), "image": "ant"})
    with pytest.raises(InputError, match="found the arrays 'gaze', 'resolution'; expected one map"):
        saliency_maps.read_map(tmp_path / "ant.mat", (30, 40))
    savemat(tmp_path / "two.mat", {"a": RAMP, "b": RAMP})
    with pytest.raises(InputError, match="found the arrays 'a', 'b'; expected one map"):
        saliency_maps.read_map(tmp_path / "two.mat", (30, 40))
    (tmp_path / "all.h5").write_bytes(b"nothing")
    with pytest.raises(InputError, match="not a readable HDF5 file"):
        map_files.find(tmp_path / "all.h5", IMAGES)
    (tmp_path / "all.zip").touch()
    with pytest.raises(InputError, match=r"expected a folder of maps, or one of \.npz"):
        map_files.find(tmp_path / "all.zip", IMAGES)
