"""The summary of gains: what is left out is counted, what is rounding is none, and what leads is what holds."""

import numpy as np
import pandas as pd
import pytest

from ais.artifacts import store
from ais.errors import InputError
from ais.inference import blocks
from inference import summarise_gain

NAMES = (
    "stimuli",
    "backbone",
    "analysis",
    "split",
    "similarity",
    "alignment",
    "pruning",
    "prefixes",
    "interval",
    "blocks",
)
CEILINGS = pd.DataFrame({"scope": ["all pairs", "test pairs by images"], "another_panel": [0.9, 0.8]})
CEILINGS = CEILINGS.assign(noise_free_model=0.95, image="")


def about(split, interval="nadeau_bengio"):
    values = ("animals", "vgg16", split, split, "cosine", "spearman", "one_shot", "all", interval, "1")
    return dict(zip(NAMES, values, strict=True))


def folds(gains, full=0.5):
    table = pd.DataFrame({"seed": 1, "fold": range(len(gains)), "full": full, "n_retained": 3})
    return table.assign(retained=table["full"] + gains)


def block(path, gains, first=0, **facts):
    """An artifact of permute_judgments.py in whose worlds each fold gains as told: name → (worlds,)."""
    digests = {f"{of}_digest": of for of in ("features", "judgments", "folds")}
    with store.create(path, "permutations", ["a"], "", {"images": 12, "pairs_judged": 60} | digests | facts) as file:
        store.write_array(file, "number", np.arange(first, first + len(gains["matched"])))
        store.write_array(file, "grid", np.array([1, 4, 9]))
        for name, own in gains.items():
            full = np.full((len(own), 5), 0.5)
            store.write_array(file, f"{name}/full", full)
            store.write_array(file, f"{name}/retained", full + np.array(own)[:, None])
            store.write_array(file, f"{name}/n_retained", np.full((len(own), 5), 3))
    return str(path)


@pytest.fixture
def path(tmp_path):
    return block(tmp_path / "a.h5", {"observed": [0.1], "labels": [0.0, 0.2, 0.1], "matched": [0.05, 0.0, -0.05]})


@pytest.fixture
def worlds(path):
    return blocks.read([path])


def test_a_row_of_unseen_images(worlds):
    gains = np.array([0.1, 0.2, 0.0, 1e-17, np.nan])
    row = summarise_gain.summary_row(about("images"), worlds, folds(gains), CEILINGS)
    assert (row["images"], row["pairs_judged"], row["maps"]) == (12, 60, 9)
    assert (row["folds"], row["folds_undefined"]) == (5, 1)
    assert row["gain"] == pytest.approx(0.075)
    assert row["full"] == 0.5 and row["retained"] == pytest.approx(0.575)
    spread = 3.182446305 * np.sqrt((1 / 4 + 1 / 4) * np.var([0.1, 0.2, 0, 0], ddof=1))  # t of 3 degrees of freedom
    assert [row["gain_low"], row["gain_high"]] == pytest.approx([0.075 - spread, 0.075 + spread])
    assert row["interval"] == "nadeau_bengio"
    assert row["p_gain"] == 1 / 4 and row["smallest_p"] == 1 / 4
    assert row["matched_gain"] == pytest.approx(0, abs=1e-12) and row["labels_gain"] == pytest.approx(0.1)
    assert (row["ceiling_another_panel"], row["ceiling_noise_free_model"]) == (0.8, 0.95)
    assert "t_paper" not in row


def test_a_row_of_folds_by_pairs_has_no_interval_and_the_papers_test(worlds):
    row = summarise_gain.summary_row(about("pairs"), worlds, folds(np.array([0.1, 0.2, 0.1, 0.2, 0.15])), CEILINGS)
    assert row["interval"] == ""
    assert np.isnan(row["gain_low"]) and np.isnan(row["ceiling_another_panel"])
    assert row["t_paper"] == pytest.approx(0.15 / np.sqrt(0.0025 / 5))


def test_an_interval_from_refits(worlds, tmp_path):
    """Two seeds that gain .1 and .2; refits as in the interval's own test, by hand."""
    table = folds(np.array([0.1, 0.1, 0.2, 0.2])).assign(seed=[1, 1, 2, 2], fold=[0, 1, 0, 1])
    gains = np.array([[0.0, 0.02], [0.02, 0.04]])
    for name, judgments in (("own", "judgments"), ("other", "others")):
        facts = {"groups": 2, "features_digest": "features", "judgments_digest": judgments}
        with store.create(tmp_path / f"{name}.h5", "refits", ["a"], "", facts) as file:
            store.write_array(file, "gain", gains)
    row = summarise_gain.summary_row(about("images", "leave_out"), worlds, table, CEILINGS, tmp_path / "own.h5")
    half = 12.706204736 * np.sqrt(0.5e-4 + 0.005 / 2)  # t of one degree of freedom
    assert row["interval"] == "leave_out" and row["gain"] == pytest.approx(0.15)
    assert [row["gain_low"], row["gain_high"]] == pytest.approx([0.15 - half, 0.15 + half])
    with pytest.raises(InputError, match=r"other\.h5: made from other judgments than the permutations\. Delete"):
        summarise_gain.summary_row(about("images", "leave_out"), worlds, table, CEILINGS, tmp_path / "other.h5")


def test_differences_that_are_rounding_are_no_finding(worlds):
    row = summarise_gain.summary_row(about("pairs"), worlds, folds(np.array([1e-16, 1e-16, 1e-16])), CEILINGS)
    assert row["gain"] == 0
    assert np.isnan(row["t_paper"])


def test_without_permutations_there_is_no_p(tmp_path):
    worlds = blocks.read([block(tmp_path / "a.h5", {"observed": [], "labels": [], "matched": []})])
    row = summarise_gain.summary_row(about("images"), worlds, folds(np.full(5, 0.1)), CEILINGS)
    assert row["permutations"] == 0
    assert np.isnan([row["p_gain"], row["p_baseline"], row["smallest_p"], row["matched_gain"]]).all()


def test_unseen_images_lead(path, tmp_path):
    for split in ("pairs", "images"):
        folds(np.full(5, 0.1)).to_csv(tmp_path / f"{split}.tsv", sep="\t", index=False)
    CEILINGS.to_csv(tmp_path / "c.tsv", sep="\t", index=False)
    named = ["/".join(about(split).values()) for split in ("pairs", "images")]
    summarise_gain.main(
        summarise_gain.parser().parse_args([
            "--comparisons", *named, "--permutations", path, path,
            "--tables", str(tmp_path / "pairs.tsv"), str(tmp_path / "images.tsv"),
            "--ceilings", str(tmp_path / "c.tsv"), str(tmp_path / "c.tsv"),
            "--output", str(tmp_path / "all.tsv"), "--main", str(tmp_path / "main.tsv"),
        ])
    )  # fmt: skip
    for name in ("all", "main"):
        assert pd.read_csv(tmp_path / f"{name}.tsv", sep="\t")["split"].tolist() == ["images", "pairs"]


def test_blocks_of_permutations_are_put_together_in_order_or_refused(tmp_path):
    def worlds(*own):
        return {"observed": [0.1], "labels": own, "matched": own}

    first = block(tmp_path / "0-2.h5", worlds(0.0, 0.1))
    second = block(tmp_path / "2-5.h5", worlds(0.2, 0.3, 0.4), first=2)
    whole = blocks.read([first, second])
    assert whole.labels.gain == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4])
    assert whole.observed.full.shape == (1, 5) and whole.maps == 9
    with pytest.raises(InputError, match=r"found permutations .*; expected each from 0 once, in order"):
        blocks.read([second, first])
    other = block(tmp_path / "other.h5", worlds(0.2), first=2, judgments_digest="others")
    with pytest.raises(InputError, match=r"other\.h5: found another judgments_digest \(others\) than in .*0-2\.h5"):
        blocks.read([first, other])
