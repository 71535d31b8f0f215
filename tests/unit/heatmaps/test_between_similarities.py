"""Similarity measures held side by side: what activation leaves of two heatmaps, by regression; and the script."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from unit import plain_loop, treacherous

from agreement import compare_similarities
from ais.artifacts import store
from ais.heatmaps import between_similarities, kinds, partners
from ais.heatmaps.between_backbones import Heatmaps
from ais.heatmaps.between_similarities import beyond
from ais.stimuli.folds import pairs_of
from figures import draw_similarities
from heatmaps import compute_heatmaps
from importance import score_maps

MEASURES = ("cosine-spearman", "correlation-spearman", "euclidean-spearman", "cosine-pearson")
IDS = [f"image{number}" for number in range(9)]


def left_over(values, control):
    return values - np.polyval(np.polyfit(control, values, 1), control)


def test_what_a_line_in_the_control_leaves():
    one, other, control = np.random.default_rng(0).normal(size=(3, 20)) + np.linspace(0, 3, 20)
    expected = np.corrcoef(left_over(one, control), left_over(other, control))[0, 1]
    assert beyond(one, other, control) == pytest.approx(expected)
    gaps = one.copy(), other.copy(), control.copy()
    for which, cell in enumerate((3, 7, 11)):
        gaps[which][cell] = np.nan
    rest = np.delete(np.arange(20), [3, 7, 11])
    left = [left_over(each[rest], control[rest]) for each in (one, other)]
    assert beyond(*gaps) == pytest.approx(np.corrcoef(*left)[0, 1])


def test_nothing_left_is_undefined():
    one, control = np.random.default_rng(1).normal(size=(2, 12))
    assert np.isnan(beyond(2 * control + 1, one, control)) and np.isnan(beyond(one, -control, control))
    assert np.isnan(beyond(one, np.ones(12), control)) and np.isnan(beyond(one, one, np.full(12, np.nan)))
    assert beyond(one, 3 * one - 1, control) == pytest.approx(1)


def test_each_image_on_its_own_grid():
    rng = np.random.default_rng(2)
    grid, window = np.array([[3, 3], [2, 3]]), np.zeros((2, 4))
    one, other, activation = (Heatmaps(rng.random((2, 3, 3)), grid, window) for _ in range(3))
    r, left = between_similarities.agreement_beyond(one, other, activation)
    one.maps[1, 2] = 1e6  # padding
    again = between_similarities.agreement_beyond(one, other, activation)
    np.testing.assert_array_equal([r, left], again)
    cells = [each.maps[1, :2].ravel() for each in (one, other, activation)]
    assert r[1] == pytest.approx(np.corrcoef(*cells[:2])[0, 1])
    assert left[1] == pytest.approx(np.corrcoef(*(left_over(each, cells[2]) for each in cells[:2]))[0, 1])


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """All from features with a dead map to the tables, judgments with ties and gaps."""
    folder = tmp_path_factory.mktemp("similarities")
    rng = np.random.default_rng(4)
    maps = np.maximum(rng.normal(size=(9, 8, 2, 3)), 0).astype(np.float32)
    maps[:, 5] = 0
    pooled = maps.mean(axis=(2, 3))
    with store.create(folder / "features.h5", "features", IDS, "", {"readout": "pooled"}) as file:
        file.create_dataset("maps", data=maps, chunks=(3, 8, 2, 3), track_times=False)
        grid, window = np.tile([2, 3], (9, 1)), np.zeros((9, 4))
        for name, array in {"pooled": pooled, "embedding": pooled, "grid": grid, "window": window}.items():
            store.write_array(file, name, array)
    human = treacherous.human(9, 2)
    with store.create(folder / "judgments.h5", "judgments", IDS) as file:
        store.write_array(file, "similarity", partners.square(human, 9))
    shared = ["--features", str(folder / "features.h5"), "--judgments", str(folder / "judgments.h5")]

    def run(module, *more):
        module.main(module.parser().parse_args([*shared, *more]))

    for name in MEASURES:
        similarity, alignment = name.split("-")
        how = ["--similarity", similarity, "--alignment", alignment]
        scores = str(folder / f"{name}.importance.h5")
        run(score_maps, *how, "--output", scores)
        run(compute_heatmaps, *how, "--importance", scores, "--output", str(folder / f"{name}.heatmaps.h5"))
    files = [[str(folder / f"{name}.{kind}.h5") for name in MEASURES] for kind in ("importance", "heatmaps")]
    out = ["--output", str(folder / "t.tsv"), "--summary", str(folder / "s.tsv"), "--permutations", "5"]
    about = ["--comparisons", *(f"set/net/{name}" for name in MEASURES)]
    run(compare_similarities, *about, "--importance", *files[0], "--heatmaps", *files[1], *out)
    tables = [pd.read_csv(folder / f"{name}.tsv", sep="\t") for name in ("t", "s")]
    return folder, pooled.astype(np.float64), human, *tables


def test_only_measures_that_differ_in_their_similarity_alone_are_compared(made):
    *_, table, summary = made
    pairs = summary[["measure_a", "measure_b"]].drop_duplicates().to_numpy().tolist()
    assert pairs == [[MEASURES[0], MEASURES[1]], [MEASURES[0], MEASURES[2]], [MEASURES[1], MEASURES[2]]]
    assert len(table) == 3 * 8 * 9 and "activation" not in set(table["kind"])


def test_maps_by_the_plain_loop(made):
    _, pooled, human, _, summary = made
    everything, pairs = np.arange(human.size), pairs_of(9)
    active = [0, 1, 2, 3, 4, 6, 7]
    score, kept = {}, {}
    for name in MEASURES[:3]:
        how = name.split("-")
        _, score[name] = plain_loop.importance(pooled, human, *how, *pairs, everything)
        order = sorted(range(8), key=lambda k: (-score[name][k], k))
        curve = plain_loop.curve(pooled, human, *how, *pairs, everything, order)
        kept[name] = set(order[: int(np.nanargmax(np.round(curve, 12))) + 1]) & set(active)
    for row in summary.itertuples():
        one, other = row.measure_a, row.measure_b
        r = stats.spearmanr(np.round(score[one][active], 12), np.round(score[other][active], 12)).statistic
        assert row.spearman == pytest.approx(r)
        assert row.jaccard == pytest.approx(len(kept[one] & kept[other]) / len(kept[one] | kept[other]))
        assert row.maps == 7 and 0 < row.jaccard_chance <= 1
        assert row.spearman_null_low <= row.spearman_null_mean <= row.spearman_null_high


def test_heatmaps_image_by_image(made):
    folder, *_, table, summary = made
    drawn = {}
    for name in MEASURES[:2]:
        with store.opened(folder / f"{name}.heatmaps.h5", "heatmaps", IDS) as file:
            drawn[name] = {kind: file[kind][:].reshape(9, -1) for kind in kinds.ALL}
    own = table[(table["measure_a"] == MEASURES[0]) & (table["measure_b"] == MEASURES[1])].set_index(["kind", "image"])
    for kind in ("gradient", "permuted"):
        cells = [drawn[name][kind][4].astype(float) for name in MEASURES[:2]]
        control = drawn[MEASURES[0]]["activation"][4].astype(float)
        assert own.loc[(kind, IDS[4]), "r"] == pytest.approx(np.corrcoef(*cells)[0, 1], abs=1e-6)
        left = np.corrcoef(*(left_over(each, control) for each in cells))[0, 1]
        assert own.loc[(kind, IDS[4]), "r_beyond"] == pytest.approx(left, abs=1e-5)
    row = summary[(summary["kind"] == "gradient") & (summary["measure_b"] == MEASURES[1])].iloc[0]
    assert row["mean"] == pytest.approx(own.loc["gradient", "r"].mean())
    assert row["images_beyond"] == own.loc["gradient", "r_beyond"].notna().sum()


def test_the_figure_says_what_the_table_says(made):
    *_, summary = made
    table = draw_similarities.drawn_from(summary.assign(stimuli="animals", backbone="net"))
    assert table["pair"].unique().tolist() == ["cosine, correlation", "cosine, euclidean", "correlation, euclidean"]
    assert set(table["rest"]) == {"spearman"} and "harm" not in set(table["kind"])
    (figure,) = draw_similarities.draw(table)
    (panel,) = figure.axes
    row = table.iloc[0]
    assert (
        f"cosine, correlation: ρ {row['spearman']:.2f} (permuted {row['spearman_null_mean']:.2f}), kept"
        in panel.get_xlabel()
    )
    solid = panel.lines[1].get_xdata()
    expected = table[table["pair"] == "cosine, correlation"].set_index("kind").loc[draw_similarities.KINDS, "mean"]
    np.testing.assert_array_equal(solid, expected)
