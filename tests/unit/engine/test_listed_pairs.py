"""Where few of all pairs were judged: the same scores from a list of them as from the matrix with its gaps."""

from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
from unit import treacherous

from ais.artifacts import store
from ais.engine import loading
from ais.engine.judged import read_judged
from ais.stimuli import folds, judgments, manifests, ratings
from importance import score_maps
from inference import estimate_ceiling, permute_judgments
from pruning import prune_maps
from stimuli import read_judgments, split_folds

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")
IDS = [f"image{n:02d}" for n in range(12)]


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A third of the pairs of twelve images, most by two raters; features with a dead map."""
    monkeypatch.chdir(tmp_path)
    table = pd.DataFrame({"position": range(12), "image": IDS, "file": [f"{name}.png" for name in IDS]})
    manifests.write_manifest("set.tsv", table.assign(sha256="0", width=9, height=9))
    random = np.random.default_rng(0)
    lines = ["image_a,image_b,rating,rater"]
    for a, b in zip(*folds.pairs_of(12), strict=True):
        if (a + b) % 3 == 0 or b == a + 1:
            one, two = random.permutation([a, b])
            lines += [f"{IDS[one]},{IDS[two]},{random.integers(1, 6)},p{n}" for n in range(1 + (a != 2))]
    (tmp_path / "ratings.csv").write_text("\n".join(lines))
    pooled = treacherous.features("dead and duplicate maps")
    with store.create("features.h5", "features", IDS, "", {"readout": "pooled"}) as file:
        store.write_array(file, "pooled", pooled)
    return tmp_path


def run(script, *words):
    script.main(script.parser().parse_args([str(word) for word in words]))


def scored(name, split=None):
    given = ["--features", "features.h5", "--judgments", f"{name}.h5", "--output", f"{name}.scores.h5"]
    run(score_maps, *given, *(["--folds", f"{name}.{split}.h5"] if split else []))
    with h5py.File(f"{name}.scores.h5") as file:
        parts = ["folds"] if split else ["set", "images"]
        return {f"{part}/{what}": file[f"{part}/{what}"][()] for part in parts for what in ("baseline", "score")}


@pytest.fixture
def both(here, monkeypatch):
    read = ["--manifest", "set.tsv", "--judgments", "ratings.csv", "--kind", "similarity", "--output"]
    run(read_judgments, *read, "matrix.h5")
    monkeypatch.setattr(judgments, "MANY", 5)
    monkeypatch.setattr(judgments, "FEW", 0.9)
    run(read_judgments, *read, "list.h5")
    return here


def test_the_list_holds_what_the_matrix_holds(both):
    left, right = folds.pairs_of(12)
    with store.opened("list.h5", "judgments", IDS) as file:
        assert "similarity" not in file and file["pairs/similarity"].size < 40
        listed = ratings.read(file)
    with store.opened("matrix.h5", "judgments", IDS) as file:
        whole = ratings.read(file)
    for name in ("pair", "rater", "rating"):
        assert np.array_equal(getattr(listed, name), getattr(whole, name))
    matrix, sparse = (loading.read_human(f"{name}.h5", IDS, left, right) for name in ("matrix", "list"))
    assert np.array_equal(matrix, sparse, equal_nan=True) and np.isnan(matrix).any()


def test_scores_of_the_set_and_of_images_are_the_same(both):
    matrix, listed = scored("matrix"), scored("list")
    for name in matrix:
        np.testing.assert_allclose(listed[name], matrix[name], atol=1e-12)


@pytest.mark.parametrize("split", ["pairs", "images"])
def test_folds_deal_the_judged_pairs_and_score_them(both, split):
    run(split_folds, "--manifest", "set.tsv", "--judgments", "list.h5", "--split", split, "--folds", 2, "--seeds", 1, 2,
        "--output", f"list.{split}.h5")  # fmt: skip
    numbers = folds.pair_numbers(*loading_pairs(), 12)
    with store.opened(f"list.{split}.h5", "folds", IDS) as file:
        train, test = file["train"][:], file["test"][:]
        if split == "pairs":
            assert np.array_equal(train, ~test) and (test.sum(axis=0) == 2).all()
        else:
            dense = folds.make(12, "images", 2, [1, 2])
            assert np.array_equal(train, dense[0][:, numbers]) and np.array_equal(test, dense[1][:, numbers])
        whole = {name: np.zeros((4, 66), bool) for name in ("train", "test")}
        for name, own in (("train", train), ("test", test)):
            whole[name][:, numbers] = own
    with store.create(f"matrix.{split}.h5", "folds", IDS) as file:
        for name in whole:
            store.write_array(file, name, whole[name])
    matrix, listed = scored("matrix", split), scored("list", split)
    for name in matrix:
        np.testing.assert_allclose(listed[name], matrix[name], atol=1e-12)
    run(estimate_ceiling, "--judgments", "list.h5", "--folds", f"list.{split}.h5", "--output", "ceiling.tsv")
    if split == "images":
        return
    common = ["--features", "features.h5", "--judgments", "list.h5", "--folds", "list.pairs.h5"]
    run(prune_maps, *common, "--importance", "list.scores.h5", "--output", "curves.h5", "--table", "table.tsv")
    run(permute_judgments, *common, "--last", 3, "--output", "worlds.h5")
    with store.opened("worlds.h5", "permutations", IDS) as file:
        assert file["labels/retained"].shape == (3, 4) and np.isfinite(file["labels/full"][:]).any()
        labels, matched = (file[f"{name}/full"][:].mean(axis=1) for name in ("labels", "matched"))
        observed = file["observed/full"][:].mean()
        assert np.isfinite(file["matched/retained"][:]).any()
        assert np.abs(matched - observed).mean() < np.abs(labels - observed).mean()
        assert file.attrs["pairs_judged"] == train.shape[1]


def loading_pairs():
    judged = read_judged("list.h5", IDS, "spearman")
    return judged.left, judged.right


@pytest.mark.parametrize("images", [2, 3, 7, 12])
def test_members_of_pairs_by_their_numbers(images):
    left, right = folds.pairs_of(images)
    found = folds.members_of(np.arange(left.size), images)
    assert np.array_equal(found[0], left) and np.array_equal(found[1], right)


def test_the_rules_ask_for_the_judgments_of_all_sets_that_may_be_listed():
    rules = Path(__file__).parents[3] / "rules" / "own_files.smk"
    assert f"\nLISTED_FROM = {judgments.MANY} " in rules.read_text(encoding="utf-8")
