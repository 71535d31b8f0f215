"""Heatmaps of images that nobody judged, against plain sums and plain scores of the set that lends them."""

import numpy as np
import pandas as pd
import pytest
from unit import plain_loop, treacherous

from ais.artifacts import store
from ais.errors import InputError
from ais.heatmaps import borrowed, partners
from ais.inference import nulls
from ais.stimuli.folds import pairs_of
from heatmaps import borrow_scores, summarise_heatmaps, tell_transfer
from importance import score_maps

GRID = np.array([[3, 4], [4, 4], [4, 2], [4, 4], [3, 3]])
KINDS = ["importance/set", "signed", "activation", "harm", "permuted"]


def features(path, maps, ids, grid, **facts):
    pooled = np.nanmean(maps, axis=(2, 3)).astype(np.float32)
    facts = {"readout": "pooled", "architecture": "a/net", "layer": "last"} | facts
    with store.create(path, "features", ids, "", facts) as file:
        file.create_dataset("maps", data=maps, chunks=(2, *maps.shape[1:]), track_times=False)
        for name, array in {
            "pooled": pooled,
            "embedding": pooled,
            "grid": grid,
            "window": np.ones((len(ids), 4)),
        }.items():
            store.write_array(file, name, array)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A judged set with ties, gaps and a dead map; one that nobody judged, with partial grids and a silent image."""
    folder = tmp_path_factory.mktemp("borrowed")
    rng = np.random.default_rng(3)
    maps = np.maximum(rng.normal(size=(9, 6, 4, 4)), 0).astype(np.float32)
    maps[:, 4] = 0
    features(folder / "judged.h5", maps, [f"judged{n}" for n in range(9)], np.full((9, 2), 4))
    with store.create(folder / "judgments.h5", "judgments", [f"judged{n}" for n in range(9)]) as file:
        store.write_array(file, "similarity", partners.square(treacherous.human(9, 1), 9))
    seen = np.maximum(rng.normal(size=(5, 6, 4, 4)), 0).astype(np.float32)
    seen[3] = 0
    for image, (h, w) in enumerate(GRID):
        seen[image, :, h:], seen[image, :, :, w:] = np.nan, np.nan
    features(folder / "seen.h5", seen, [f"seen{n}" for n in range(5)], GRID)
    features(folder / "other.h5", seen, [f"seen{n}" for n in range(5)], GRID, layer="another")
    features(folder / "fewer.h5", seen[:, :5], [f"seen{n}" for n in range(5)], GRID)
    run(score_maps, "importance.h5", folder, features="judged.h5", judgments="judgments.h5")
    return folder


def run(module, output, folder, *more, **sources):
    named = [text for name, path in sources.items() for text in (f"--{name.replace('_', '-')}", str(folder / path))]
    module.main(module.parser().parse_args([*named, "--output", str(folder / output), *more]))


def borrow(folder, name="made", *more, **other):
    sources = {"features": "seen.h5", "importance": "importance.h5", "scored_features": "judged.h5"}
    sources |= {"judgments": "judgments.h5", "table": f"{name}.tsv"} | other
    run(borrow_scores, f"{name}.h5", folder, "--scores-from", "animals", *more, **sources)
    with store.opened(folder / f"{name}.h5", "heatmaps") as file:
        assert file.attrs["scores_from"] == "animals"
        return {kind: file[kind][:] for kind in borrowed.KINDS}, pd.read_csv(folder / f"{name}.tsv", sep="\t")


def plain(folder):
    """Maps of what nobody judged; importance by the other set, and in eight worlds of permuted labels, map by map."""
    with store.opened(folder / "seen.h5", "features") as file:
        maps = file["maps"][:].astype(np.float64)
    with store.opened(folder / "judged.h5", "features") as file:
        pooled = file["pooled"][:].astype(np.float64)
    human, pairs = treacherous.human(9, 1), pairs_of(9)
    worlds = [human, *(nulls.permuted_labels(human, nulls.permutation(9, 1, number)) for number in range(8))]
    everything = np.arange(human.size)
    scores = [plain_loop.importance(pooled, each, "cosine", "spearman", *pairs, everything)[1] for each in worlds]
    return maps, scores[0], scores[1:]


def weighted(maps, weights):
    total = sum(weights)
    return sum(weight * each for weight, each in zip(weights, maps, strict=True)) / total


def test_each_kind_is_the_sum_that_it_says(folder):
    drawn, _ = borrow(folder)
    maps, score, permuted = plain(folder)
    assert list(drawn) == KINDS
    for image, own in enumerate(maps):
        expected = {
            "importance/set": weighted(own, [max(each, 0) for each in score]),
            "signed": sum(each * one for each, one in zip(score, own, strict=True)),
            "activation": sum(own) / 6,
            "harm": weighted(own, [max(-each, 0) for each in score]),
            "permuted": weighted(own, [max(each, 0) for each in permuted[0]]),
        }
        for kind, heatmap in expected.items():
            np.testing.assert_allclose(drawn[kind][image], heatmap, rtol=1e-5, atol=1e-7, err_msg=kind)


def test_what_is_told_of_each(folder):
    drawn, table = borrow(folder)
    maps, _, permuted = plain(folder)
    assert table["image"].tolist() == [f"seen{n}" for n in range(5) for _ in KINDS]
    rows = table.set_index(["image", "kind"])
    assert not [column for column in table if column.startswith(("deletion", "insertion", "r_partners", "r_raters"))]
    h, w = GRID[0]
    own = drawn["signed"][0, :h, :w].ravel()
    assert rows.loc[("seen0", "signed"), "r_activation"] == pytest.approx(
        np.corrcoef(own, drawn["activation"][0, :h, :w].ravel())[0, 1], abs=1e-6
    )
    worlds = [sum(each * one for each, one in zip(world, maps[0], strict=True))[:h, :w].ravel() for world in permuted]
    r = np.mean([np.corrcoef(own, each)[0, 1] for each in worlds])
    assert rows.loc[("seen0", "signed"), "r_permuted"] == pytest.approx(r, abs=1e-5)
    assert rows.loc[("seen1", "harm"), "specificity"] == 1 - rows.loc[("seen1", "harm"), "r_activation"]
    controls = rows.loc[rows.index.get_level_values("kind") == "activation"]
    assert controls[["r_activation", "r_permuted"]].isna().all(axis=None)
    assert rows.loc["seen3", ["r_activation", "r_permuted"]].isna().all(axis=None)  # silent: the same everywhere
    assert (rows["undefined"] == 0).all()


def test_scores_that_help_nowhere_leave_the_heatmap_undefined():
    maps = np.random.default_rng(0).random((3, 2, 2)).astype(np.float32)
    made = borrowed.by_other_scores(maps, np.array([-1.0, 0, np.nan]), [np.ones(3), np.zeros(3)])
    assert np.isnan(made["importance/set"].heatmap).all() and not np.isnan(made["harm"].heatmap).any()
    found = borrowed.compared("importance/set", made, (2, 2))
    assert found["undefined"] == 1 and np.isnan([found["r_activation"], found["r_permuted"]]).all()


def test_threads_change_not_a_bit(folder):
    borrow(folder)
    borrow(folder, "again", "--threads", "3", "--memory-mb", "1")
    assert store.recorded_digest(folder / "again.h5") == store.recorded_digest(folder / "made.h5")
    assert (folder / "again.tsv").read_bytes() == (folder / "made.tsv").read_bytes()


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"features": "other.h5"}, r"other.h5: found maps of another network \(layer\) than \S+importance.h5 scores"),
        ({"features": "fewer.h5"}, r"fewer.h5: found maps of another network \(more or fewer\) than"),
        ({"scored_features": "seen.h5"}, r"importance.h5: made from other features than \S+seen.h5"),
    ],
)
def test_scores_of_other_maps_are_refused(folder, other, message):
    with pytest.raises(InputError, match=message):
        borrow(folder, "refused", **other)


def test_what_is_known_of_the_scores_stands_among_the_warnings(folder):
    borrow(folder)
    run(tell_transfer, "note.txt", folder, "--scores-from", "animals")
    note = (folder / "note.txt").read_text(encoding="utf-8").strip()
    assert "No other set of this study has judgments, so there is no evidence" in note
    how = ["--comparisons", "osie/net/cosine-spearman", "--notes-of", "osie/net/cosine-spearman"]
    run(summarise_heatmaps, "summary.tsv", folder, *how, tables="made.tsv", notes="note.txt")
    summary = pd.read_csv(folder / "summary.tsv", sep="\t", keep_default_na=False).set_index("kind")
    assert summary.index.tolist() == KINDS
    assert summary.loc[["importance/set", "signed"], "warnings"].str.startswith(note.rstrip(".")).all()
    assert (summary.loc[["activation", "harm", "permuted"], "warnings"] == "").all()
