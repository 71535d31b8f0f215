"""Saliency as it is prepared: what was taken for what is kept beside it, and listed for the report."""

import logging

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from ais.artifacts import store
from ais.errors import InputError
from ais.saliency import fixations
from ais.stimuli import manifests
from saliency import prepare_saliency
from stimuli import list_notes, list_stimuli

IMAGES = ["ant", "bee", "cat", "dog"]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for kind in ("images", "maps"):
        (tmp_path / kind).mkdir()
    random = np.random.default_rng(0)
    for name in IMAGES:
        Image.fromarray(random.integers(0, 255, (40, 60, 3), dtype=np.uint8)).save(f"images/{name}.png")
        np.save(f"maps/{name}.npy", random.random((40, 60)))
    list_stimuli.main(list_stimuli.parser().parse_args(["--images", "images", "--output", "set.tsv"]))
    assert manifests.read_manifest("set.tsv")["image"].tolist() == IMAGES
    return tmp_path


def prepare(*options):
    arguments = ["--images", "images", "--manifest", "set.tsv", "--output", "maps.h5", *options]
    prepare_saliency.main(prepare_saliency.parser().parse_args(arguments))
    with store.opened("maps.h5", "saliency") as file:
        return file["present"][:].tolist(), file.attrs["notes"].splitlines()


def test_maps_that_say_nothing_are_left_out_and_doubtful_ones_told(here, caplog):
    np.save("maps/bee.npy", np.ones((40, 60)))
    np.save("maps/cat.npy", np.eye(40, 60))
    with caplog.at_level(logging.INFO):
        present, notes = prepare("--maps", "maps")
    assert present == [True, False, True, True]
    assert notes == [
        "maps: maps of two values alone, fixated pixels rather than a map? 'cat'",
        "maps: left out, as they have no saliency, or the same everywhere: 1 images: 'bee'",
    ]
    assert set(notes) <= set(caplog.messages)
    with store.create("s.judgments.h5", "judgments", IMAGES, "", {"notes": "a.csv: one\na.csv: two"}):
        pass
    arguments = ["--comparisons", "s/judgments", "s/maps", "--artifacts", "s.judgments.h5", "maps.h5"]
    list_notes.main(list_notes.parser().parse_args([*arguments, "--output", "notes.tsv"]))
    table = pd.read_csv("notes.tsv", sep="\t")
    assert table["note"].tolist() == ["a.csv: one", "a.csv: two", *notes]
    assert table["source"].tolist() == ["judgments"] * 2 + ["maps"] * 2


def test_maps_that_all_say_nothing_are_refused(here):
    for name in IMAGES:
        np.save(f"maps/{name}.npy", np.full((40, 60), 3.0))
    with pytest.raises(InputError, match="maps: found no image's saliency that differs from pixel to pixel"):
        prepare("--maps", "maps")


def test_squashed_maps(here):
    np.save("maps/ant.npy", np.random.default_rng(1).random((30, 30)))
    with pytest.raises(InputError, match=r"saliency\.squashed: true"):
        prepare("--maps", "maps")
    assert prepare("--maps", "maps", "--squashed") == ([True] * 4, [])


def prepared(*options):
    prepare(*options)
    with store.opened("maps.h5", "saliency") as file:
        return {
            name: file[name][:]
            for of in ("maps", "fixations")
            if of in file
            for name in map(f"{of}/{{}}".format, file[of])
        }


def test_larger_images_are_worked_at_a_size(here):
    """Images of 60 × 40 at 30 × 20: each pixel of a map is the mean of four, as fixations are counted in it."""
    np.save("maps/bee.npy", np.eye(40, 60))
    whole = {name: np.load(f"maps/{name}.npy") for name in IMAGES}
    small = prepared("--maps", "maps", "--saliency-longest-side", "30")
    for number, name in enumerate(IMAGES):
        assert small[f"maps/{number:04d}"] == pytest.approx(
            whole[name].reshape(20, 2, 30, 2).mean(axis=(1, 3)), rel=1e-6
        )
    assert prepare("--maps", "maps", "--saliency-longest-side", "30")[1] == [
        "maps: maps of two values alone, fixated pixels rather than a map? 'bee'"
    ]
    places = np.array([(10, 20), (31, 11), (59.9, 39.9), (20, 30)])
    rows = [f"{name},s,{x},{y}" for name in IMAGES for x, y in places]
    (here / "f.csv").write_text("\n".join(["image,subject,x,y", *rows]))
    small = prepared("--fixations", "f.csv", "--saliency-longest-side", "30")
    assert small["fixations/0000"].tolist() == (places[:, ::-1] // 2).tolist()
    assert small["maps/0000"] == pytest.approx(fixations.density(*places.T / 2, (20, 30)))
    own = prepared("--fixations", "f.csv")
    assert own["fixations/0000"].tolist() == places[:, ::-1].astype(int).tolist()
    assert prepared("--predictor", "spectral_residual", "--saliency-longest-side", "30")["maps/0000"].shape == (20, 30)


@pytest.mark.parametrize("source", [("--maps", "maps"), ("--fixations", "f.csv"), ("--predictor", "spectral_residual")])
def test_images_up_to_the_size_are_as_they_are_without_it(here, source):
    rows = [f"{name},s,{x},{y}" for name in IMAGES for x, y in [(10.3, 20.7), (59.99, 39.99)]]
    (here / "f.csv").write_text("\n".join(["image,subject,x,y", *rows]))
    whole, own = (
        prepared(*source, "--saliency-longest-side", "60"),
        prepared(*source, "--saliency-longest-side", "9999"),
    )
    assert whole.keys() == own.keys() and all(np.array_equal(whole[name], own[name]) for name in own)
    assert whole["maps/0003"].shape == (40, 60)


def test_fixations_are_counted(here):
    places = [(10, 20), (30, 11), (59, 39), (20, 30), (15, 15), (60, 39), (59, 40)]  # the last two outside
    rows = [f"{name},s,{x},{y}" for name in IMAGES for x, y in places]
    (here / "f.csv").write_text("\n".join(["image,subject,x,y", *rows]))
    with pytest.raises(InputError, match=r"found 8 of 28 fixations .29%. outside their images"):
        prepare("--fixations", "f.csv")
    (here / "f.csv").write_text("\n".join(["image,subject,x,y", *rows[:22], *rows[:5], *rows[7:12]]))
    with pytest.raises(InputError, match=r"found 6 of 32"):
        prepare("--fixations", "f.csv")
    (here / "f.csv").write_text(
        "\n".join(["image,subject,x,y", *rows[:6], *rows[7:12] * 2, *rows[14:19], *rows[21:26]])
    )
    assert prepare("--fixations", "f.csv") == (
        [True] * 4,
        ["f.csv: 1 of 26 fixations lie outside their image, and are left out"],
    )
