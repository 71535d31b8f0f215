"""Maps kept by one set and tried on another, by the plain loop; and the script that does it for all sets."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from unit import plain_loop, treacherous

from ais.artifacts import store
from ais.engine import importance, masking, pruning, score_files
from ais.engine.alignment import Subsets
from ais.engine.similarity import MEASURES as SIMILARITIES
from ais.errors import InputError
from ais.inference import transfer
from ais.stimuli.folds import pairs_of
from inference import transfer_maps

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::scipy.stats.ConstantInputWarning")


def plain_kept(pooled, human, similarity, left, right):
    """The best prefix of the ranking by importance, map by map."""
    everything = np.arange(left.size)
    _, score = plain_loop.importance(pooled, human, similarity, "spearman", left, right, everything)
    order = sorted(range(pooled.shape[1]), key=lambda k: (np.isnan(score[k]), -np.round(score[k], 12), k))
    curve = plain_loop.curve(pooled, human, similarity, "spearman", left, right, everything, order)
    return score, [] if np.isnan(curve).all() else order[: np.nanargmax(np.round(curve, 12)) + 1]


def plain_change(pooled, human, similarity, left, right, maps):
    """Alignment with only some maps, less that with all."""
    kept = np.zeros_like(pooled)
    kept[:, list(maps)] = pooled[:, list(maps)]
    aligned = [
        plain_loop.alignment(plain_loop.similarity(each, similarity, left, right), human, "spearman")
        for each in (kept, pooled)
    ]
    return aligned[0] - aligned[1]


@pytest.mark.parametrize("similarity", SIMILARITIES)
@pytest.mark.parametrize("name", [name for name in treacherous.NAMES if name != "four images, one map"])
def test_kept_and_tried_as_in_the_plain_loop(name, similarity):
    pooled, human, left, right = treacherous.case(name)
    readout = masking.Pooled(pooled, similarity, left, right)
    score, expected = plain_kept(pooled, human, similarity, left, right)
    kept = pruning.kept_maps(readout, human, np.round(score, 12))
    assert kept.tolist() == expected
    # Tried on another set, of other images and ratings.
    other = treacherous.features("plain")[::-1] * np.arange(1, 10)
    ratings = treacherous.human(12, seed=5)
    tested = masking.Pooled(other, similarity, left, right)
    tried = transfer.alignment_with(tested, ratings, [np.arange(9), kept, [3], []])
    changes = [plain_change(other, ratings, similarity, left, right, maps) for maps in (kept, [3])] if expected else []
    np.testing.assert_allclose(tried[1:3] - tried[0], changes or [np.nan, np.nan], rtol=0, atol=1e-12)
    assert np.isnan(tried[3])


def test_a_readout_that_runs_again_keeps_the_same():
    pooled, human, left, right = treacherous.case("plain")
    pooled = pooled.astype(np.float32)
    grid = np.ones((12, 2), dtype=int)
    again = masking.Network(pooled[:, :, None, None], grid, lambda maps: maps.mean(axis=(2, 3)), "cosine", left, right)
    readout = masking.Pooled(pooled, "cosine", left, right)
    score = np.arange(9.0)[::-1]
    kept = pruning.kept_maps(readout, human, score)
    assert np.array_equal(pruning.kept_maps(again, human, score), kept)
    chosen = [kept, np.array([8, 1, 5, 0]), kept[:0]]
    expected = transfer.alignment_with(readout, human, chosen)
    np.testing.assert_allclose(transfer.alignment_with(again, human, chosen), expected, rtol=0, atol=1e-12)


def test_the_first_of_equal_maxima_is_kept_and_a_grid_is_kept_to():
    pooled, human, left, right = treacherous.case("dead and duplicate maps")
    readout = masking.Pooled(pooled, "cosine", left, right)
    score = np.zeros(9)
    score[2], score[4] = 2, 1  # the dead map leads: with it alone nothing is defined; then one map
    kept = pruning.kept_maps(readout, human, score)
    assert kept[0] == 2 and kept.size >= 2
    assert pruning.kept_maps(readout, human, score, at=[1, 9]).size == 9
    assert pruning.kept_maps(readout, np.ones(human.size), score).size == 0


def test_random_maps_are_seeded_and_nested():
    drawn = list(transfer.random_maps(4, 9, seed=1, draws=range(3)))
    assert [maps.size for maps in drawn] == [4, 4, 4] and all(len(set(maps)) == 4 for maps in drawn)
    assert np.array_equal(drawn[2], next(transfer.random_maps(4, 9, 1, [2])))
    assert np.array_equal(drawn[1], next(transfer.random_maps(7, 9, 1, [1]))[:4])
    assert not np.array_equal(drawn[1], next(transfer.random_maps(4, 9, 2, [1])))


def test_agreement_with_ties_and_undefined_maps():
    a = np.array([0.3, 0, 0, np.nan, 0.1, -0.2])
    b = np.array([0.1, 0, 0.2, 0.5, np.nan, -0.1])
    found = transfer.agreement(a, b)
    both = [0, 1, 2, 5]
    assert found["spearman"] == pytest.approx(stats.spearmanr(a[both], b[both]).statistic)
    assert found["pearson"] == pytest.approx(stats.pearsonr(a[both], b[both]).statistic)
    for short in (np.zeros(6), np.full(6, np.nan)):
        assert np.isnan(list(transfer.agreement(a, short).values())).all()


def test_the_middle_of_what_is_defined():
    found = transfer.middle(np.array([np.nan, *np.arange(101.0)]))
    assert found == pytest.approx({"mean": 50, "low": 2.5, "high": 97.5})
    assert np.isnan(list(transfer.middle(np.array([np.nan])).values())).all()


# No image without active maps, however few are kept.
ANIMALS = treacherous.features("plain") + 0.1


def a_set(folder, name, pooled, human):
    """Artifacts of one set, as the rules make them."""
    images = len(pooled)
    ids = [f"{name}{number}" for number in range(images)]
    left, right = pairs_of(images)
    paths = {kind: folder / f"{name}.{kind}.h5" for kind in transfer_maps.SOURCES}
    with store.create(paths["features"], "features", ids, "", {"readout": "pooled"}) as file:
        store.write_array(file, "pooled", pooled)
    square = np.full((images, images), np.nan)
    square[left, right] = square[right, left] = human
    with store.create(paths["judgments"], "judgments", ids) as file:
        store.write_array(file, "similarity", square)
    readout = masking.Pooled(pooled, "cosine", left, right)
    scores = importance.score_maps(readout, Subsets.of(human, [np.arange(human.size)]), range(readout.maps))
    sources = {kind: paths[kind] for kind in ("features", "judgments")}
    score_files.write(paths["importance"], "importance", ids, "", sources, {"set": scores})
    return {kind: str(path) for kind, path in paths.items()}


@pytest.fixture
def sets(tmp_path):
    """Two sets through one network of nine maps; the second has gaps and another number of images."""
    return {
        "animals": a_set(tmp_path, "animals", ANIMALS, treacherous.human(12, 1, missing=False)),
        "fruits": a_set(tmp_path, "fruits", treacherous.features("signed")[:10] ** 2, treacherous.human(10, 2)),
    }


def transferred(tmp_path, sets, *options):
    files = [word for kind in transfer_maps.SOURCES for word in (f"--{kind}", *(each[kind] for each in sets.values()))]
    given = ["--comparisons", *sets, *files, "--output", str(tmp_path / "t.tsv"), *options]
    transfer_maps.main(transfer_maps.parser().parse_args(given))
    return pd.read_csv(tmp_path / "t.tsv", sep="\t")


def test_a_row_a_pair_of_sets(tmp_path, sets):
    table = transferred(tmp_path, sets, "--permutations", "40")
    assert table[["learnt_on", "tested_on", "in_sample"]].to_numpy().tolist() == [
        ["animals", "animals", True],
        ["animals", "fruits", False],
        ["fruits", "animals", False],
        ["fruits", "fruits", True],
    ]
    assert (table["change"][table["in_sample"]] >= 0).all()
    np.testing.assert_allclose(table["kept"] - table["full"], table["change"], atol=1e-15)
    assert table["spearman"][table["in_sample"]].tolist() == pytest.approx([1, 1])
    assert (table["random_draws"] == 40).all()
    assert (table["random_low"] <= table["random_mean"]).all() and (table["random_mean"] <= table["random_high"]).all()
    assert (table["pearson_null_low"] < table["pearson_null_high"]).all()
    # The control, by hand: as many maps as the row keeps.
    left, right = pairs_of(12)
    row = table.iloc[2]
    changes = [
        plain_change(ANIMALS, treacherous.human(12, 1, missing=False), "cosine", left, right, maps)
        for maps in transfer.random_maps(int(row["maps_kept"]), 9, 1, range(40))
    ]
    assert row["random_mean"] == pytest.approx(np.nanmean(changes))
    assert [row["random_low"], row["random_high"]] == pytest.approx(np.nanquantile(changes, [0.025, 0.975]))
    again = transferred(tmp_path, sets, "--permutations", "40", "--memory-mb", "1", "--threads", "2")
    pd.testing.assert_frame_equal(again, table, check_exact=True)


def test_without_permutations_there_is_no_control(tmp_path, sets):
    table = transferred(tmp_path, sets, "--permutations", "0")
    assert table["change"].notna().all()
    assert table[["random_mean", "random_low", "spearman_null_low"]].isna().all(axis=None)
    assert (table["random_draws"] == 0).all()


def test_sets_through_different_networks_are_refused(tmp_path, sets):
    sets["cars"] = a_set(tmp_path, "cars", treacherous.features("plain")[:, :7], treacherous.human(12))
    with pytest.raises(InputError, match=r"^\S+cars.importance.h5: found 7 maps; expected 9, as \S+[^\n]*$"):
        transferred(tmp_path, sets)


def test_scores_of_other_judgments_and_files_too_few_are_refused(tmp_path, sets):
    sets["fruits"]["judgments"] = sets["animals"]["judgments"]
    with pytest.raises(InputError, match=r"fruits.importance.h5: made from other judgments than [^\n]*$"):
        transferred(tmp_path, sets)
    with pytest.raises(InputError, match=r"^--comparisons: found 3 sets; expected one file[^\n]*$"):
        transferred(tmp_path, sets, "--comparisons", "animals", "fruits", "cars")
