"""MATLAB files that are whole are passed, in every form that SciPy writes; those that are not are told of."""

import io
import random

import numpy as np
import pytest
from scipy.io import loadmat, savemat
from scipy.sparse import csc_matrix

from ais.stimuli import mat_structure

CONTENT = {
    "numbers": np.arange(12.0).reshape(3, 4), "complex": np.array([[1 + 2j]]), "bytes": np.arange(3, dtype=np.uint8),
    "empty": np.zeros((0, 3)), "one": 5, "logical": np.array([True, False]), "text": "some letters", "é": 1,
    "struct": {"a": np.eye(2), "b": {"c": "x", "d": []}}, "cell": np.array(["a", np.eye(3), None], dtype=object)[:2],
    "sparse": csc_matrix(np.eye(4)), "texts": np.array(["ab", "c"]), "long": np.arange(4, dtype=np.int64),
    "structs": np.array([(np.eye(2), "n")] * 3, dtype=[("rdm", object), ("name", object)]),
}  # fmt: skip
CONTENT.pop("é")


def written(content, **how):
    file = io.BytesIO()
    savemat(file, content, **how)
    return file.getvalue()


@pytest.mark.parametrize("how", [{}, {"do_compression": True}, {"format": "4"}], ids=str)
@pytest.mark.parametrize("name", CONTENT)
def test_whole_files_pass(name, how):
    if how.get("format") == "4" and not isinstance(CONTENT[name], np.ndarray | int | str):
        return
    if how.get("format") == "4" and getattr(CONTENT[name], "dtype", None) in (object, CONTENT["structs"].dtype):
        return
    mat_structure.check(written({name: CONTENT[name]}, **how))


def test_a_file_of_everything_passes():
    mat_structure.check(written(CONTENT))
    mat_structure.check(written(CONTENT, do_compression=True))


@pytest.mark.parametrize("compressed", [False, True])
def test_cut_files_are_told_of(compressed):
    content = written(CONTENT, do_compression=compressed)
    for length in range(140, len(content) - 8, 97):
        if not _whole(content, length):
            with pytest.raises(ValueError, match=r"cut short|damaged"):
                mat_structure.check(content[:length])


def _whole(content, length):
    """Whether what is left ends where one variable does."""
    place = mat_structure.HEADER
    while place < length:
        place += 8 + int.from_bytes(content[place + 4 : place + 8], "little")
    return place == length


def test_what_passes_damaged_can_be_read_or_is_refused_without_a_crash():
    content = written({"rdm": CONTENT["numbers"], "s": CONTENT["structs"]})
    for seed in range(300):
        chance = random.Random(seed)
        damaged = bytearray(content)
        for _ in range(chance.randrange(1, 4)):
            damaged[chance.randrange(128, len(damaged))] = chance.randrange(256)
        try:
            mat_structure.check(bytes(damaged))
        except ValueError as error:
            assert str(error).startswith(("damaged", "cut short"))
            continue
        try:
            loadmat(io.BytesIO(damaged))
        except Exception as error:  # told by containers.load in a line
            assert not isinstance(error, MemoryError)
