"""The two scripts from features to a table: every kind where it belongs, and the same bytes whatever the threads."""

import numpy as np
import pandas as pd
import pytest
from unit import plain_loop, treacherous

from ais.artifacts import store
from ais.heatmaps import faithfulness, kinds, partners
from ais.stimuli import ratings
from heatmaps import compute_heatmaps, measure_faithfulness, summarise_heatmaps
from importance import score_maps

IDS = [f"image{number}" for number in range(10)]
GRID = np.array([[4, 4], [4, 3], [3, 4], [4, 4], [4, 3]] * 2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Partial grids, a dead map, a silent cell; judgments of three raters with ties, gaps and an image of none."""
    folder = tmp_path_factory.mktemp("measured")
    rng = np.random.default_rng(0)
    maps = np.maximum(rng.normal(size=(10, 7, 4, 4)), 0).astype(np.float32)
    maps[:, 2] = 0
    maps[0, :, 1, 1] = 0
    for image, (h, w) in enumerate(GRID):
        maps[image, :, h:], maps[image, :, :, w:] = np.nan, np.nan
    pooled = np.nanmean(maps, axis=(2, 3)).astype(np.float32)
    with store.create(folder / "features.h5", "features", IDS, "", {"readout": "pooled"}) as file:
        file.create_dataset("maps", data=maps, chunks=(3, 7, 4, 4), track_times=False)
        for name, array in {"pooled": pooled, "embedding": pooled, "grid": GRID, "window": np.zeros((10, 4))}.items():
            store.write_array(file, name, array)
    raters = np.array([partners.square(treacherous.human(10, seed, missing=seed == 1), 10) for seed in range(3)])
    raters[:, 9] = raters[:, :, 9] = np.nan  # nobody judged this image
    with store.create(folder / "judgments.h5", "judgments", IDS) as file:
        store.write_array(file, "similarity", raters.mean(axis=0))
        ratings.write(file, ratings.Ratings.of_matrices(raters))
    return folder


def run(module, folder, output, *more, **sources):
    sources = {"features": "features.h5", "judgments": "judgments.h5"} | sources
    named = [text for name, path in sources.items() for text in (f"--{name}", str(folder / path))]
    module.main(module.parser().parse_args([*named, "--output", str(folder / output), *more]))
    return folder / output


@pytest.fixture(scope="module", params=["cosine", "euclidean"])
def made(request, folder):
    """Heatmaps and their table, by one thread."""
    how = "--similarity", request.param
    stem = request.param
    run(score_maps, folder, f"{stem}.importance.h5", *how)
    run(compute_heatmaps, folder, f"{stem}.h5", *how, importance=f"{stem}.importance.h5")
    run(measure_faithfulness, folder, f"{stem}.tsv", *how, "--halves", "3", heatmaps=f"{stem}.h5")
    with store.opened(folder / f"{stem}.h5", "heatmaps", IDS) as file:
        drawn = {kind: file[kind][:] for kind in kinds.ALL}
    return stem, drawn, pd.read_csv(folder / f"{stem}.tsv", sep="\t")


def arrays(folder):
    with store.opened(folder / "features.h5", "features") as file:
        maps = file["maps"][:]
    with store.opened(folder / "judgments.h5", "judgments") as file:
        return maps, file["similarity"][:]


def test_padding_is_undefined_and_the_rest_defined(made, folder):
    _, drawn, table = made
    maps, _ = arrays(folder)
    undefined = table[table["undefined"] == 1].set_index(["kind", "image"]).index
    assert {kind for kind, name in undefined if name != IDS[9]} <= {
        "importance/images",
        "permuted",
    }  # no positive score
    assert {"importance/images", "place", "gradient", "covariance"} <= {
        kind for kind, name in undefined if name == IDS[9]
    }
    for kind, heatmaps in drawn.items():
        assert heatmaps.dtype == np.float32
        for image, (h, w) in enumerate(GRID):
            inside = np.zeros((4, 4), bool)
            inside[:h, :w] = (kind, IDS[image]) not in undefined
            if kind == "place":
                inside &= np.nan_to_num(maps[image]).any(axis=0)  # silent
                assert image != 0 or not inside[1, 1]
            assert np.array_equal(~np.isnan(heatmaps[image]), inside), kind


@pytest.mark.parametrize("image", [0, 1, 2])
def test_place_of_a_partial_grid(made, folder, image):
    similarity, drawn, _ = made
    maps, human = arrays(folder)
    others = np.nanmean(np.delete(maps, image, axis=0), axis=(2, 3))
    for row, column in ((0, 0), (2, 1), (2, 2)):
        both = np.vstack([maps[image, :, row, column], others]).astype(np.float64)
        s = plain_loop.similarity(both, similarity, np.zeros(9, int), np.arange(1, 10))
        expected = plain_loop.alignment(s, np.delete(human[image], image), "spearman")
        assert drawn["place"][image, row, column] == pytest.approx(expected, abs=1e-6)


def test_faithfulness_of_plain_activation_by_hand(made, folder):
    """Its heatmap knows no halves: only who judges changes."""
    similarity, _, table = made
    maps, human = arrays(folder)
    making = partners.halves(~np.isnan(human), 3, seed=1)
    found = table[table["kind"] == "activation"].set_index("image")
    for image in (0, 2):
        h, w = GRID[image]
        own = maps[image, :, :h, :w].reshape(7, -1).astype(np.float64)
        hot = faithfulness.hottest(own.mean(axis=0).astype(np.float32), 30)
        others = np.nanmean(maps, axis=(2, 3)).astype(np.float64)
        drops = []
        for half in range(3):
            judges = np.flatnonzero(~making[half, image] & ~np.isnan(human[image]))

            def aligned(kept, own=own, others=others, judges=judges, image=image):
                both = np.vstack([(own * kept).mean(axis=1), others[judges]])
                s = plain_loop.similarity(both, similarity, np.zeros(judges.size, int), np.arange(1, judges.size + 1))
                return plain_loop.alignment(s, human[image, judges], "spearman")

            drops.append([aligned(np.ones(h * w)) - aligned(kept) for kept in (~hot, hot)])
        expected = np.mean(drops, axis=0)
        assert found.loc[IDS[image], ["deletion_30", "insertion_30"]].tolist() == pytest.approx(expected, abs=1e-9)


def test_what_is_in_the_table(made):
    _, drawn, table = made
    assert table["image"].tolist() == [name for name in IDS for _ in kinds.ALL]
    assert table["kind"].tolist() == list(kinds.ALL) * len(IDS)
    by_kind = {kind: own.set_index("image") for kind, own in table.groupby("kind")}
    r = by_kind["place"].loc["image1", "r_activation"]
    inside = drawn["place"][1][:4, :3].ravel(), drawn["activation"][1][:4, :3].ravel()
    assert r == pytest.approx(np.corrcoef(*inside)[0, 1], abs=1e-6)
    assert by_kind["place"].loc["image1", "specificity"] == 1 - r
    assert by_kind["activation"][["r_activation", "r_permuted", "r_partners", "r_raters"]].isna().all(axis=None)
    for kind, has_partners in (("gradient", True), ("signed", False), ("importance/images", True)):
        assert by_kind[kind][["r_permuted", "r_raters"]].notna().any().all()
        assert by_kind[kind]["r_partners"].notna().any() == has_partners


def test_the_summary_reads_the_table_undefined_heatmaps_and_all(made, folder):
    stem, _, table = made
    text = (folder / f"{stem}.tsv").read_text()
    assert "nan" not in text
    compared = ["--comparisons", "s/b/m", "--tables", str(folder / f"{stem}.tsv")]
    where = folder / f"{stem}.summary.tsv"
    summarise_heatmaps.main(summarise_heatmaps.parser().parse_args([*compared, "--output", str(where)]))
    summary = pd.read_csv(where, sep="\t").set_index("kind")
    assert summary.index.tolist() == list(kinds.ALL)
    own = table[table["kind"] == "place"]
    assert summary.loc["place", "r_activation"] == pytest.approx(own["r_activation"].mean())
    assert summary.loc["place", "deletion_20"] == pytest.approx(own["deletion_20"].mean())


def test_threads_and_memory_change_not_a_bit(made, folder):
    stem, _, _ = made
    how = "--similarity", stem, "--threads", "3", "--memory-mb", "1"
    run(compute_heatmaps, folder, f"{stem}.again.h5", *how, importance=f"{stem}.importance.h5")
    assert store.recorded_digest(folder / f"{stem}.again.h5") == store.recorded_digest(folder / f"{stem}.h5")
    again = run(measure_faithfulness, folder, f"{stem}.again.tsv", *how, "--halves", "3", heatmaps=f"{stem}.h5")
    assert again.read_bytes() == (folder / f"{stem}.tsv").read_bytes()


def test_masked_in_the_image_alone(folder):
    how = "--mask", "self"
    run(score_maps, folder, "self.importance.h5", *how)
    run(compute_heatmaps, folder, "self.h5", *how, importance="self.importance.h5")
    table = pd.read_csv(run(measure_faithfulness, folder, "self.tsv", *how, heatmaps="self.h5"), sep="\t")
    assert len(table) == len(IDS) * len(kinds.ALL)


def test_a_class_token_is_no_mean_of_cells(folder, caplog):
    """Where the network pools by one, the mean of the cells stands for it in all images."""
    from ais.engine import loading

    with store.opened(folder / "features.h5", "features") as file:
        facts, maps = dict(file.attrs), file["maps"][:]
    with store.create(folder / "token.h5", "features", IDS, "", {"readout": facts["readout"]}) as file:
        for name, array in {
            "maps": maps,
            "grid": GRID,
            "embedding": np.ones((10, 7)),
            "pooled": np.ones((10, 7)),
        }.items():
            store.write_array(file, name, array)
    caplog.set_level("INFO")
    with store.opened(folder / "token.h5", "features") as file:
        _, embedding = loading.by_cells(file)
    np.testing.assert_allclose(embedding, np.nanmean(maps.astype(np.float64), axis=(2, 3)), rtol=0, atol=1e-12)
    assert "pooled by a class token" in caplog.text
