"""The whole comparison on a small set: images of many sizes, seen in part, kinds that are undefined here and there."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from unit.saliency import plain_comparison

from ais.artifacts import store
from ais.errors import InputError
from ais.heatmaps.upsampling import at_image_size
from ais.saliency import scores
from ais.saliency.fixations import density
from ais.saliency.kinds import Heatmaps
from ais.stimuli import manifests
from inference import join_tables
from saliency import compare_saliency, prepare_saliency

SIZES = [(30, 40), (24, 50), (40, 30), (30, 40), (36, 36), (30, 44), (28, 40), (30, 40)]
IDS = [f"image{number}" for number in range(len(SIZES))]
WINDOWS = [(0.0, 0.0, width, height) for height, width in SIZES]
WINDOWS[4] = (6.0, 0.0, 30.0, 36.0)  # the middle only
GRIDS = [(4, 4)] * 8
GRIDS[1] = (3, 4)  # the rest is padding
KINDS = ("activation", "harm", "importance/images", "importance/set", "place")
UNDEFINED = 5  # image0's importance is there, image5's is not


def heatmaps():
    random = np.random.default_rng(11)
    maps = {kind: random.random((8, 4, 4)).astype(np.float32) for kind in KINDS}
    maps["importance/images"][UNDEFINED] = np.nan
    maps["place"] -= 0.5
    maps["place"][:, 1, 2] = np.nan  # a silent cell
    for each in maps.values():
        each[1, 3] = np.nan
    return maps


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Artifacts as the steps before leave them; image7 has no saliency, image3's is constant."""
    folder = tmp_path_factory.mktemp("saliency")
    (folder / "maps").mkdir()
    random = np.random.default_rng(12)
    rows, looked = [], []
    for number, (name, (height, width)) in enumerate(zip(IDS, SIZES, strict=True)):
        rows.append((number, name, f"{name}.png", "0" * 64, width, height))
        values = random.integers(0, 200, (height, width), dtype=np.uint8) * (number != 3)
        if number != 7:
            Image.fromarray(values).save(folder / "maps" / f"{name}.png")
            looked += [(name, "anna", x, y) for x, y in zip(*random.random((2, 12)) * [[width], [height]], strict=True)]
    columns = ["position", "image", "file", "sha256", "width", "height"]
    store.write_table(folder / "set.tsv", pd.DataFrame(rows, columns=columns))
    pd.DataFrame(looked, columns=["image", "subject", "x", "y"]).to_csv(folder / "fixations.csv", index=False)
    with store.create(folder / "heatmaps.h5", "heatmaps", IDS) as file:
        for kind, values in heatmaps().items():
            store.write_array(file, kind, values)
        store.write_array(file, "grid", np.array(GRIDS))
        store.write_array(file, "window", np.array(WINDOWS))
    for source in ("maps", "fixations"):
        made_from = folder / {"maps": "maps", "fixations": "fixations.csv"}[source]
        asked = ["--images", str(folder), "--manifest", str(folder / "set.tsv"), f"--{source}", str(made_from)]
        asked += ["--output", str(folder / f"{source}.h5")]
        prepare_saliency.main(prepare_saliency.parser().parse_args(asked))
        compare(folder, source, folder / source)
    return folder


def compare(folder, source, into, *more):
    outputs = [f"--output{name}={into}{name.replace('-', '.')}.tsv" for name in ("", "-scores", "-curves", "-tests")]
    asked = ["--heatmaps", str(folder / "heatmaps.h5"), "--saliency", str(folder / f"{source}.h5")]
    asked += ["--manifest", str(folder / "set.tsv"), *outputs, *more]
    compare_saliency.main(compare_saliency.parser().parse_args(asked))


def table(folder, name):
    return pd.read_csv(folder / f"{name}.tsv", sep="\t")


def laid(kind, number):
    """The plain way to bring a heatmap to its image's size; silent cells are as cold as the coldest."""
    values = heatmaps()[kind][number][: GRIDS[number][0], : GRIDS[number][1]]
    values = np.where(np.isnan(values), np.nanmin(values), values)
    return at_image_size(values, GRIDS[number], WINDOWS[number], SIZES[number])


def test_every_kind_at_every_pair_of_thresholds_is_exact(folder):
    found = table(folder, "maps").set_index(["image", "kind", "saliency_percent", "heatmap_percent"])
    assert set(found.index.levels[1]) == {*KINDS, "centre"}
    for number in (0, 1, 2, 4, 6):
        saliency = np.asarray(Image.open(folder / "maps" / f"{IDS[number]}.png")).astype(np.float32)
        for kind in KINDS:
            for (s, h), plain in plain_comparison.compare(saliency, laid(kind, number), [5, 10, 15]).items():
                row = found.loc[(IDS[number], kind, s, h)]
                assert row[["precision", "recall", "relative_risk"]].tolist() == pytest.approx(
                    [plain.precision, plain.recall, plain.relative_risk], rel=1e-9, abs=1e-12
                )


def test_images_without_a_heatmap_or_saliency_are_left_out(folder):
    found = table(folder, "maps").groupby("kind")["image"].unique()
    # Constant saliency tells nothing of precision.
    defined = [name for number, name in enumerate(IDS) if number not in (3, 7)]
    assert found["activation"].tolist() == defined
    assert found["importance/images"].tolist() == [name for name in defined if name != IDS[UNDEFINED]]
    tests = table(folder, "maps.tests").set_index(["kind", "statistic"])["images"]
    assert tests["activation", "CC"] == 6
    assert tests["importance/images", "CC"] == 5


def test_fixations_are_scored_where_people_looked(folder):
    found = table(folder, "fixations.scores").set_index(["image", "kind", "statistic"])["value"]
    looked = pd.read_csv(folder / "fixations.csv")
    for number in (0, 2):
        heatmap = laid("place", number).astype(float)
        where = {name: one[["y", "x"]].to_numpy().astype(int) for name, one in looked.groupby("image")}
        there = heatmap[tuple(where[IDS[number]].T)]
        elsewhere = np.concatenate(
            [
                (where[other] + 0.5) * np.array(SIZES[number]) / SIZES[IDS.index(other)]
                for other in where
                if other != IDS[number]
            ]
        )
        elsewhere = heatmap[tuple(elsewhere.astype(int).T)]
        assert found[IDS[number], "place", "AUC"] == pytest.approx(plain_comparison.auc(there, heatmap.ravel()))
        assert found[IDS[number], "place", "sAUC"] == pytest.approx(plain_comparison.auc(there, elsewhere))
        expected = (there.mean() - heatmap.mean()) / heatmap.std()
        assert found[IDS[number], "place", "NSS"] == pytest.approx(expected, rel=1e-6)
    assert "AUC" not in set(table(folder, "maps.scores")["statistic"])


def test_fixations_outside_of_what_the_network_saw_do_not_count(folder):
    found = table(folder, "fixations.scores").set_index(["image", "kind", "statistic"])["value"]
    looked = pd.read_csv(folder / "fixations.csv").query("image == 'image4' and 6 <= x < 30")
    heatmap = laid("harm", 4)
    there = heatmap[looked["y"].astype(int), looked["x"].astype(int)]
    seen = heatmap[~np.isnan(heatmap)]
    assert 0 < len(there) < 12
    assert found["image4", "harm", "AUC"] == pytest.approx(scores.auc(there, seen))


def test_tests_are_of_what_is_printed(folder):
    tests = table(folder, "fixations.tests").set_index(["kind", "statistic", "saliency_percent", "heatmap_percent"])
    pairs = table(folder, "fixations").set_index(["kind", "saliency_percent", "heatmap_percent"]).sort_index()
    whole = table(folder, "fixations.scores")
    for kind in (*KINDS, "centre"):
        row, own = tests.loc[(kind, "precision", 10, 15)], pairs.loc[(kind, 10, 15)]
        assert row["value"] == pytest.approx(own["precision"].mean())
        assert row["shuffled"] == pytest.approx(own["precision_shuffled"].mean())
        assert row["chance"] == 0.1
        assert tests.loc[(kind, "relative_risk", 5, 5), "value"] == pairs.loc[(kind, 5, 5), "relative_risk"].median()
        assert 1e-4 <= row["p_shuffled"] <= 1
        # The grid is coarse here; in a real study it is finer than the picture's saliency.
        assert row["on_grid"] == pytest.approx(row["value"], abs=0.1)
    sauc = whole[whole["statistic"] == "sAUC"].groupby("kind")["value"].mean()
    assert tests.xs("sAUC", level="statistic")["value"].droplevel([1, 2]).to_dict() == pytest.approx(sauc.to_dict())


def test_differences_are_in_pairs_of_the_same_image(folder):
    tests = table(folder, "maps.tests").query("statistic == 'precision' and saliency_percent == heatmap_percent == 10")
    tests = tests.set_index("kind")
    pairs = table(folder, "maps").query("saliency_percent == heatmap_percent == 10").pivot(
        index="image", columns="kind", values="precision"
    )  # fmt: skip
    for kind in ("importance/images", "harm", "centre"):
        expected = (pairs[kind] - pairs["activation"]).mean()
        assert tests.loc[kind, "minus_activation"] == pytest.approx(expected)
        assert tests.loc[kind, "minus_activation_low"] <= expected <= tests.loc[kind, "minus_activation_high"]
    assert np.isnan(tests.loc["activation", "minus_activation"])
    assert np.isnan(tests.loc["centre", "minus_centre"])
    risk = table(folder, "maps.tests").query("statistic == 'relative_risk'")
    assert risk["minus_activation"].isna().all()


def test_curves_pass_through_the_grids_own_thresholds(folder):
    curves = table(folder, "maps.curves").set_index(["kind", "saliency_percent", "heatmap_percent"])
    tests = table(folder, "maps.tests").query("statistic == 'precision'")
    for row in tests.itertuples():
        at = curves.loc[(row.kind, row.saliency_percent, row.heatmap_percent)]
        assert at["precision"] == pytest.approx(row.on_grid)
        assert at["precision_shuffled"] == pytest.approx(row.shuffled)


@pytest.fixture(scope="module")
def scaled(folder, tmp_path_factory):
    """The same where the longer side is to have 32 pixels at most: all images are larger but image1's height."""
    into = tmp_path_factory.mktemp("scaled")
    for name in ("set.tsv", "heatmaps.h5", "heatmaps.sha256"):
        (into / name).write_bytes((folder / name).read_bytes())
    asked = ["--images", str(folder), "--manifest", str(into / "set.tsv"), "--saliency-longest-side", "32"]
    asked += ["--fixations", str(folder / "fixations.csv"), "--output", str(into / "fixations.h5")]
    prepare_saliency.main(prepare_saliency.parser().parse_args(asked))
    compare(into, "fixations", into / "fixations")
    return into


def test_larger_images_are_compared_at_a_working_size(folder, scaled):
    """The plain way at that size: fixations scaled and spread anew, the heatmap laid over the smaller frame."""
    looked = pd.read_csv(folder / "fixations.csv")
    sizes = [
        (round(height * 32 / max(height, width)), round(width * 32 / max(height, width))) for height, width in SIZES
    ]
    of_scores = table(scaled, "fixations.scores").set_index(["image", "kind", "statistic"])["value"]
    pairs = table(scaled, "fixations").set_index(["image", "kind", "saliency_percent", "heatmap_percent"])
    places = {}  # shares of the sides, of the middles of the pixels that were fixated
    for name, one in looked.groupby("image"):
        to, of = np.array(sizes[IDS.index(name)]), np.array(SIZES[IDS.index(name)])
        places[name] = (np.floor(one[["y", "x"]].to_numpy() * to / of) + 0.5) / to
    for number in (0, 2, 4):
        name, size = IDS[number], np.array(sizes[number])
        window = np.array(WINDOWS[number]) * np.tile(size[::-1] / np.array(SIZES[number])[::-1], 2)
        values = heatmaps()["place"][number]
        values = np.where(np.isnan(values), np.nanmin(values), values)
        heatmap = at_image_size(values, GRIDS[number], window, tuple(size)).astype(float)
        seen = ~np.isnan(heatmap)
        there, elsewhere = (
            heatmap[tuple((np.concatenate(those) * size).astype(int).T)]
            for those in ([places[name]], [each for other, each in places.items() if other != name])
        )
        there, elsewhere = there[~np.isnan(there)], elsewhere[~np.isnan(elsewhere)]
        assert of_scores[name, "place", "AUC"] == pytest.approx(plain_comparison.auc(there, heatmap[seen]))
        assert of_scores[name, "place", "sAUC"] == pytest.approx(plain_comparison.auc(there, elsewhere))
        nss = (there.mean() - heatmap[seen].mean()) / heatmap[seen].std()
        assert of_scores[name, "place", "NSS"] == pytest.approx(nss, rel=1e-6)
        row, column = (places[name] * size).T
        saliency = density(column, row, tuple(size))
        assert of_scores[name, "place", "CC"] == pytest.approx(scores.cc(heatmap[seen], saliency[seen]), rel=1e-5)
        for (s, h), plain in plain_comparison.compare(saliency, heatmap, [5, 10, 15]).items():
            assert pairs.loc[(name, "place", s, h), "precision"] == pytest.approx(plain.precision, rel=1e-6)


def test_at_a_working_size_values_are_nearly_those_at_the_images_own(folder, scaled):
    """Half an image's pixels here: scores of whole maps move by hundredths."""
    own, small = (
        table(of, "fixations.scores").set_index(["image", "kind", "statistic"])["value"] for of in (folder, scaled)
    )
    for statistic in ("AUC", "CC", "SIM"):
        apart = own.xs(statistic, level="statistic") - small.xs(statistic, level="statistic")
        assert 0 < apart.abs().max() < 0.06, statistic


def of_size(folder, times):
    """Four images of 128 × 96 pixels, or as many times that, with heatmaps and fixations; compared at 128 pixels."""
    folder.mkdir()
    random = np.random.default_rng(14)
    sizes = [(96, 128), (96, 128), (128, 64), (70, 128)]
    columns = ["position", "image", "file", "sha256", "width", "height"]
    rows = [(n, IDS[n], f"{n}.png", "0" * 64, width * times, height * times) for n, (height, width) in enumerate(sizes)]
    store.write_table(folder / "set.tsv", pd.DataFrame(rows, columns=columns))
    looked = [
        (IDS[n], "anna", x * width * times, y * height * times)
        for n, (height, width) in enumerate(sizes)
        for x, y in random.random((12, 2))
    ]
    pd.DataFrame(looked, columns=["image", "subject", "x", "y"]).to_csv(folder / "fixations.csv", index=False)
    with store.create(folder / "heatmaps.h5", "heatmaps", IDS[:4]) as file:
        for kind in ("activation", "place"):
            store.write_array(file, kind, random.random((4, 5, 5)).astype(np.float32))
        store.write_array(file, "grid", np.tile([5, 5], (4, 1)))
        store.write_array(file, "window", np.array([(0.0, 0, width, height) for height, width in sizes]) * times)
    tracemalloc.start()
    asked = ["--images", str(folder), "--manifest", str(folder / "set.tsv"), "--saliency-longest-side", "128"]
    asked += ["--fixations", str(folder / "fixations.csv"), "--output", str(folder / "fixations.h5")]
    prepare_saliency.main(prepare_saliency.parser().parse_args(asked))
    compare(folder, "fixations", folder / "fixations")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_200_megapixels_give_what_the_working_size_gives_and_take_no_more_memory(tmp_path):
    """Times a power of two, so that no fixation is rounded otherwise."""
    small, large = of_size(tmp_path / "small", 1), of_size(tmp_path / "large", 128)
    assert large < 1.2 * small < 100e6
    for name in ("", ".scores", ".curves", ".tests"):
        one, other = (table(tmp_path / size, f"fixations{name}") for size in ("small", "large"))
        pd.testing.assert_frame_equal(one, other, rtol=1e-9, atol=1e-12)
        assert len(one) > 8


def test_kinds_that_are_asked_for(folder, tmp_path):
    compare(folder, "maps", tmp_path / "some", "--kinds", "place", "--saliency-percents", "20")
    assert set(table(tmp_path, "some")["kind"]) == {"place", "centre"}
    assert table(tmp_path, "some.tests")["minus_activation"].isna().all()
    with pytest.raises(InputError, match=r"heatmaps.h5: found no heatmaps 'plac'; expected one of 'activation'"):
        compare(folder, "maps", tmp_path / "some", "--kinds", "plac")


def test_equal_inputs_give_equal_bytes(folder, tmp_path):
    compare(folder, "fixations", tmp_path / "again")
    for name in ("", ".scores", ".curves", ".tests"):
        assert (tmp_path / f"again{name}.tsv").read_bytes() == (folder / f"fixations{name}.tsv").read_bytes()


def test_saliency_that_heatmaps_follow_is_found_and_centre_bias_is_not(tmp_path):
    """Twelve images look alike but for where each image's spot is; one kind knows where, one knows the centre only."""
    random = np.random.default_rng(13)
    ids = [f"image{number}" for number in range(12)]
    columns = ["position", "image", "file", "sha256", "width", "height"]
    rows = [(number, name, f"{name}.png", "0" * 64, 48, 48) for number, name in enumerate(ids)]
    store.write_table(tmp_path / "set.tsv", pd.DataFrame(rows, columns=columns))
    spots = random.integers(1, 7, (12, 2))
    knows = np.zeros((12, 8, 8), np.float32)
    knows[np.arange(12), spots[:, 0], spots[:, 1]] = 1
    blind = np.tile(knows.mean(axis=0), (12, 1, 1)) + 0.001 * random.random((12, 8, 8))
    with store.create(tmp_path / "heatmaps.h5", "heatmaps", ids) as file:
        for kind, values in {"place": knows, "activation": blind.astype(np.float32)}.items():
            store.write_array(file, kind, values)
        store.write_array(file, "grid", np.tile([8, 8], (12, 1)))
        store.write_array(file, "window", np.tile([0.0, 0, 48, 48], (12, 1)))
    with store.create(tmp_path / "maps.h5", "saliency", ids) as file:
        for number, values in enumerate(np.kron(knows, np.ones((6, 6)))):
            store.write_array(file, f"maps/{number:04d}", (values + 0.1 * random.random((48, 48))).astype(np.float32))
        store.write_array(file, "present", np.ones(12, dtype=bool))
    compare(tmp_path, "maps", tmp_path / "found")
    tests = table(tmp_path, "found.tests")
    for asked in ("statistic == 'precision' and saliency_percent == heatmap_percent == 5", "statistic == 'CC'"):
        found = tests.query(asked)
        assert (found.query("kind == 'place'")["p_shuffled"] == 1e-4).all()
        assert (found.query("kind == 'activation'")["p_shuffled"] > 0.01).all()
        assert (found.query("kind == 'place'")["minus_activation_low"] > 0.05).all()
    about = ["--columns", "stimuli", "backbone", "measure", "source", "--comparisons", "a/b/c/maps"]
    about += ["--tables", str(tmp_path / "found.tests.tsv")]
    asked = [*about, "--output", str(tmp_path / "summary.tsv")]
    join_tables.main(join_tables.parser().parse_args(asked))
    summary = table(tmp_path, "summary")
    assert summary.columns[:5].tolist() == ["stimuli", "backbone", "measure", "source", "kind"]
    assert len(summary) == len(tests)


def test_nobody_looked_at_any_image(folder, tmp_path):
    with store.create(tmp_path / "none.h5", "saliency", IDS) as file:
        store.write_array(file, "present", np.zeros(8, dtype=bool))
    (tmp_path / "set.tsv").write_bytes((folder / "set.tsv").read_bytes())
    for name in ("heatmaps.h5", "heatmaps.sha256"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    compare(tmp_path, "none", tmp_path / "none")
    assert len(table(tmp_path, "none")) == len(table(tmp_path, "none.tests")) == 0


def test_a_heatmap_is_defined_where_any_cell_of_its_own_grid_is(folder):
    with store.opened(folder / "heatmaps.h5", "heatmaps") as file:
        found = Heatmaps.read(file)
    assert found.kinds == [*KINDS, "centre"]
    assert not found.defined("importance/images", UNDEFINED)
    assert found.defined("place", 1)
    assert found.seen(4, (36, 36), (36, 36)).mean() == pytest.approx(24 / 36)
    for number, size in enumerate(SIZES):
        for onto in (size, (64, 64), (7, 5)):
            laid_over = found.over("harm", number, onto, size)
            assert np.array_equal(found.seen(number, onto, size), ~np.isnan(laid_over))
            assert np.array_equal(np.isnan(found.over("centre", number, onto, size)), np.isnan(laid_over))
    assert manifests.read_manifest(folder / "set.tsv")["image"].tolist() == IDS
