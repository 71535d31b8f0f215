"""The summary of gains: what is left out is counted, what is rounding is none, and what leads is what holds."""

import numpy as np
import pandas as pd
import pytest

from ais.artifacts import store
from ais.errors import InputError
from inference import judge_gain, summarise_gain

NAMES = ("stimuli", "backbone", "analysis", "split", "similarity", "alignment", "pruning", "interval")
CEILINGS = pd.DataFrame({"scope": ["all pairs", "test pairs by images"], "another_panel": [0.9, 0.8]})
CEILINGS = CEILINGS.assign(noise_free_model=0.95, image="")


def about(split, interval="nadeau_bengio"):
    return dict(zip(NAMES, ("animals", "vgg16", split, split, "cosine", "spearman", "one_shot", interval), strict=True))


def folds(gains, full=0.5):
    table = pd.DataFrame({"seed": 1, "fold": range(len(gains)), "full": full, "n_retained": 3})
    return table.assign(retained=table["full"] + gains)


def inference(path, gains):
    """An artifact of judge_gain.py in whose worlds each fold gains as told: name → (worlds,)."""
    facts = {"images": 12, "pairs_judged": 60, "features_digest": "f", "judgments_digest": "j"}
    with store.create(path, "inference", ["a"], "", facts) as file:
        store.write_array(file, "grid", np.array([1, 4, 9]))
        for name, own in gains.items():
            full = np.full((len(own), 5), 0.5)
            store.write_array(file, f"{name}/full", full)
            store.write_array(file, f"{name}/retained", full + np.array(own)[:, None])
            store.write_array(file, f"{name}/n_retained", np.full((len(own), 5), 3))
    return path


@pytest.fixture
def worlds(tmp_path):
    return inference(tmp_path / "a.h5", {"observed": [0.1], "labels": [0.0, 0.2, 0.1], "matched": [0.05, 0.0, -0.05]})


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
    for name, judgments in (("own", "j"), ("other", "x")):
        facts = {"groups": 2, "features_digest": "f", "judgments_digest": judgments}
        with store.create(tmp_path / f"{name}.h5", "refits", ["a"], "", facts) as file:
            store.write_array(file, "gain", gains)
    row = summarise_gain.summary_row(about("images", "leave_out"), worlds, table, CEILINGS, tmp_path / "own.h5")
    half = 12.706204736 * np.sqrt(0.5e-4 + 0.005 / 2)  # t of one degree of freedom
    assert row["interval"] == "leave_out" and row["gain"] == pytest.approx(0.15)
    assert [row["gain_low"], row["gain_high"]] == pytest.approx([0.15 - half, 0.15 + half])
    with pytest.raises(InputError, match=r"other\.h5: made from other judgments than .*a\.h5\. Delete"):
        summarise_gain.summary_row(about("images", "leave_out"), worlds, table, CEILINGS, tmp_path / "other.h5")


def test_differences_that_are_rounding_are_no_finding(worlds):
    row = summarise_gain.summary_row(about("pairs"), worlds, folds(np.array([1e-16, 1e-16, 1e-16])), CEILINGS)
    assert row["gain"] == 0
    assert np.isnan(row["t_paper"])


def test_without_permutations_there_is_no_p(tmp_path):
    path = inference(tmp_path / "a.h5", {"observed": [0.1], "labels": [], "matched": []})
    row = summarise_gain.summary_row(about("images"), path, folds(np.full(5, 0.1)), CEILINGS)
    assert row["permutations"] == 0
    assert np.isnan([row["p_gain"], row["p_baseline"], row["smallest_p"], row["matched_gain"]]).all()


def test_unseen_images_lead(worlds, tmp_path):
    for split in ("pairs", "images"):
        folds(np.full(5, 0.1)).to_csv(tmp_path / f"{split}.tsv", sep="\t", index=False)
    CEILINGS.to_csv(tmp_path / "c.tsv", sep="\t", index=False)
    named = ["/".join(about(split).values()) for split in ("pairs", "images")]
    summarise_gain.main(
        summarise_gain.parser().parse_args([
            "--comparisons", *named, "--inference", str(worlds), str(worlds),
            "--tables", str(tmp_path / "pairs.tsv"), str(tmp_path / "images.tsv"),
            "--ceilings", str(tmp_path / "c.tsv"), str(tmp_path / "c.tsv"),
            "--output", str(tmp_path / "all.tsv"), "--main", str(tmp_path / "main.tsv"),
        ])
    )  # fmt: skip
    for name in ("all", "main"):
        assert pd.read_csv(tmp_path / f"{name}.tsv", sep="\t")["split"].tolist() == ["images", "pairs"]


def test_blocks_of_permutations_are_put_together_in_order_or_refused(tmp_path):
    sources = {name: tmp_path / f"{name}.h5" for name in ("features", "judgments", "folds")}
    for path in sources.values():
        path.with_suffix(".sha256").write_text(f"{'0' * 64}  {path.name}\n")
    facts = store.digests_of(sources) | {"images": 1, "pairs_judged": 3}
    blocks = []
    for first, last in ((0, 2), (2, 5)):
        blocks.append(str(tmp_path / f"{first}-{last}.h5"))
        options = "--alignment spearman --pruning one_shot --seed 1 --similarity cosine"
        with store.create(blocks[-1], "permutations", ["a"], options, facts) as file:
            store.write_array(file, "number", np.arange(first, last))
            store.write_array(file, "grid", np.array([1, 2]))
            for name in ("observed", "labels", "matched"):
                rows = np.arange(first, last) if name != "observed" else np.zeros(1)
                for part in ("full", "retained", "n_retained"):
                    store.write_array(file, f"{name}/{part}", np.tile(rows[:, None], 3))

    def judge(*paths):
        arguments = ["--permutations", *paths, "--output", str(tmp_path / "whole.h5")]
        arguments += [word for name, path in sources.items() for word in (f"--{name}", str(path))]
        judge_gain.main(judge_gain.parser().parse_args(arguments))

    judge(*blocks)
    with store.opened(tmp_path / "whole.h5", "inference") as file:
        assert file["labels/full"][:, 0].tolist() == [0, 1, 2, 3, 4]
        assert file["observed/full"].shape == (1, 3)
    with pytest.raises(judge_gain.InputError, match=r"found permutations .*; expected each from 0 once, in order"):
        judge(blocks[1], blocks[0])
