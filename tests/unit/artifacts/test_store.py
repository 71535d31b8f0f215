"""Artifacts: whole or absent, equal for equal content, refused when they are not what they should be."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from ais.artifacts import store
from ais.errors import InputError

IDS = ["b", "a", "ü"]


def write(path, **arrays):
    with store.create(path, "things", IDS, "--colour red", {"count": 3}) as file:
        for name, array in arrays.items():
            store.write_array(file, name, array)
    return path


def test_what_is_written_is_read(tmp_path):
    path = write(tmp_path / "x.h5", values=np.arange(6.0).reshape(2, 3))
    with store.opened(path, "things", IDS) as file:
        assert file["values"][:].tolist() == [[0, 1, 2], [3, 4, 5]]
        assert store.read_ids(file) == IDS
        assert (file.attrs["options"], file.attrs["count"]) == ("--colour red", 3)


def test_equal_content_gives_equal_bytes(tmp_path):
    large = np.random.default_rng(0).random((100, 100))
    one, two = (write(tmp_path / name / "x.h5", values=large) for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    assert one.with_suffix(".sha256").read_bytes() == two.with_suffix(".sha256").read_bytes()


def test_the_digest_beside_it_is_of_its_bytes(tmp_path):
    path = write(tmp_path / "x.h5", values=np.zeros(3))
    assert store.recorded_digest(path) == hashlib.sha256(path.read_bytes()).hexdigest()
    subprocess.run(["sha256sum", "--check", "--strict", "x.sha256"], cwd=tmp_path, check=True)
    assert json.loads(path.with_suffix(".json").read_text())["made_with"]["versions"]["numpy"] == np.__version__


def test_a_failure_leaves_nothing_and_keeps_what_was(tmp_path):
    path = write(tmp_path / "x.h5", values=np.zeros(3))
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    with pytest.raises(ZeroDivisionError), store.create(path, "things", IDS) as file:
        store.write_array(file, "values", np.ones(3))
        1 / 0  # noqa: B018
    with pytest.raises(ZeroDivisionError), store.create(tmp_path / "new.h5", "things", IDS):
        1 / 0  # noqa: B018
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before


LIMITED = """
import resource, sys
import numpy as np
from ais.artifacts import store
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))  # as a disk with so much room, for any user
try:
    with store.create(sys.argv[1], "things", ["a"]) as file:
        for number in range(9):
            store.write_array(file, f"values{number}", np.random.default_rng(number).random(5000))
except OSError as error:
    sys.exit(f"{error.filename}: {error.strerror}")
"""


def test_hdf5_that_cannot_be_written_is_told_with_its_name_and_leaves_nothing(tmp_path):
    """Where the HDF5 library would crash."""
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, tmp_path / "x.h5"],
        env=os.environ | {"PYTHONPATH": str(Path(store.__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, f"{tmp_path / 'x.h5'}: File too large\n")
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_file_is_named_with_its_remedy(tmp_path):
    path = write(tmp_path / "x.h5", values=np.random.default_rng(0).random(10_000))
    whole = path.read_bytes()
    one_bit = bytearray(whole)
    one_bit[len(whole) // 2] ^= 1
    for damaged in (whole[:2000], b"", bytes(one_bit), whole + b"more"):
        path.write_bytes(damaged)
        with pytest.raises(InputError, match=r"x\.h5: found the digest .*damaged.* Delete .*x\.h5 and run snakemake"):
            store.opened(path, "things").__enter__()
    path.write_bytes(whole)
    with store.opened(path, "things"):
        path.with_suffix(".sha256").write_text("nothing")
    with pytest.raises(InputError, match=r"x\.sha256: not a digest file"):
        store.opened(path, "things").__enter__()
    path.with_suffix(".sha256").unlink()
    with pytest.raises(InputError, match=r"x\.sha256: missing; expected it beside .*x\.h5"):
        store.opened(path, "things").__enter__()


def test_another_kind_version_or_order_is_refused(tmp_path):
    path = write(tmp_path / "x.h5", values=np.zeros(3))
    with pytest.raises(InputError, match="found kind 'things', schema version 1; expected 'features', 1"):
        store.opened(path, "features").__enter__()
    with pytest.raises(InputError, match="not the 3 of the other inputs, or not in their order"):
        store.opened(path, "things", ["a", "b", "ü"]).__enter__()
    with h5py.File(path, "a") as file:
        file.attrs["schema_version"] = 99
    path.with_suffix(".sha256").write_text(f"{store.file_digest(path)}  x.h5\n")
    with pytest.raises(InputError, match="schema version 99"):
        store.opened(path, "things").__enter__()
