"""Within and across categories, and the border between them, by the plain loop and by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from unit import plain_loop, treacherous

from ais.artifacts import store
from ais.engine import masking
from ais.engine.similarity import MEASURES as SIMILARITIES
from ais.errors import InputError
from ais.inference import scopes
from ais.stimuli.categories import same_category
from ais.stimuli.folds import make, pairs_of
from inference import join_tables, judge_categories, score_categories

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::scipy.stats.ConstantInputWarning")

CATEGORIES = ["cat", "dog", "cat", "car", "dog", "cat", "car", "car", "dog", "cat", "lone", "dog"]
NAMES = [name for name in treacherous.NAMES if name != "four images, one map"]


def plain_scopes(human, same):
    """Pairs, and what is in people's place there."""
    everything = np.arange(human.size)
    border = np.array([np.nan if np.isnan(h) else float(s) for h, s in zip(human, same, strict=True)])
    return {
        "all": (everything, human),
        "within": (np.flatnonzero(same), human),
        "across": (np.flatnonzero(~same), human),
        "border": (everything, border),
    }


@pytest.mark.parametrize("similarity", SIMILARITIES)
@pytest.mark.parametrize("name", NAMES)
def test_importance_in_each_scope_equals_the_plain_loop(name, similarity):
    pooled, human, left, right = treacherous.case(name)
    same = same_category(CATEGORIES, left, right)
    apart = scopes.scopes_of(human, same)
    found = scopes.score_maps(masking.Pooled(pooled, similarity, left, right), apart)
    assert tuple(found) == scopes.NAMES == tuple(apart)
    for scope, (pairs, side) in plain_scopes(human, same).items():
        baseline, score = plain_loop.importance(pooled, side, similarity, "spearman", left, right, pairs)
        np.testing.assert_allclose(found[scope], score, rtol=0, atol=1e-12)
        network = masking.Pooled(pooled, similarity, left, right).full()
        alone = apart[scope].alignment(network, np.ones(human.size, dtype=bool))
        np.testing.assert_allclose(alone, baseline, rtol=0, atol=1e-12)
        assert apart[scope].pairs == (~np.isnan(side[pairs])).sum()


@pytest.mark.parametrize("measure", ["spearman", "pearson", "pearson_squared"])
@pytest.mark.parametrize("name", ["plain", "dead and duplicate maps", "duplicate images, whole numbers"])
def test_folds_equal_the_plain_loop(name, measure):
    pooled, human, left, right = treacherous.case(name)
    same = same_category(CATEGORIES, left, right)
    _, test = make(12, "pairs", 3, [1])
    kept = [np.array([1, 4]), np.array([2]), np.arange(9)]  # map 2 is dead in one of them
    readout = masking.Pooled(pooled, "cosine", left, right)
    found = scopes.in_folds(readout, scopes.scopes_of(human, same), test, kept, measure)
    for scope, (pairs, side) in plain_scopes(human, same).items():
        for fold in range(3):
            subset = np.intersect1d(pairs, np.flatnonzero(test[fold]))
            fewer = np.zeros_like(pooled)
            fewer[:, kept[fold]] = pooled[:, kept[fold]]
            for embedding, value in ((pooled, found[scope][0][fold]), (fewer, found[scope][1][fold])):
                network = plain_loop.similarity(embedding, "cosine", left[subset], right[subset])
                few = np.count_nonzero(~np.isnan(side[subset])) < 3
                expected = np.nan if few else plain_loop.alignment(network, side[subset], measure)
                np.testing.assert_allclose(value, expected, rtol=0, atol=1e-12)


def partial(x, y, z):
    """The textbook's partial correlation of x and y given z."""
    xy, xz, yz = (np.corrcoef(*pair)[0, 1] for pair in ((x, y), (x, z), (y, z)))
    return (xy - xz * yz) / np.sqrt((1 - xz**2) * (1 - yz**2))


@pytest.mark.parametrize("measure", ["spearman", "pearson", "pearson_squared"])
def test_beyond_the_border_is_the_partial_correlation(measure):
    pooled, human, left, right = treacherous.case("duplicate images, whole numbers")
    same = same_category(CATEGORIES, left, right)
    network = masking.Pooled(pooled, "cosine", left, right).full()
    found = scopes.beyond_border(network, scopes.scopes_of(human, same), measure)
    judged = ~np.isnan(human)
    x, y = np.round(network[judged], 10), human[judged]
    if measure == "spearman":
        x, y = stats.rankdata(x), stats.rankdata(y)
    expected = partial(x, y, same[judged].astype(float))
    assert found == pytest.approx(expected**2 if measure == "pearson_squared" else expected)


def test_an_alignment_that_is_nothing_but_the_border():
    """People and network who both tell only whether two images are of one category."""
    left, right = pairs_of(12)
    same = same_category(CATEGORIES, left, right)
    apart, everything = scopes.scopes_of(same * 0.5, same), np.ones(same.size, dtype=bool)
    network = same * 2.0 + 1
    assert scopes.border_alone(apart, everything) == pytest.approx(1)
    assert apart["all"].alignment(network, everything) == pytest.approx(1)
    for scope in ("within", "across"):
        assert np.isnan(apart[scope].alignment(network, everything))
    assert np.isnan(scopes.beyond_border(network, apart))
    assert np.isnan(scopes.beyond_border(np.where(same, np.nan, network), apart))


def test_two_pairs_have_no_alignment():
    pooled, human, left, right = treacherous.case("plain")
    same = np.zeros(human.size, dtype=bool)
    same[[2, 3, 9]] = True  # nobody judged the last
    found = scopes.scopes_of(human, same)
    assert (found["within"].pairs, found["across"].pairs) == (2, (~np.isnan(human)).sum() - 2)
    readout = masking.Pooled(pooled, "cosine", left, right)
    assert np.isnan(found["within"].alignment(readout.full(), np.ones(human.size, dtype=bool)))
    score = scopes.score_maps(readout, found)
    assert np.isnan(score["within"]).all() and np.isfinite(score["across"]).all()


def test_order_inside_and_border_are_told_apart():
    """One map says the category, one a size that people see too: each helps where it should, and only there."""
    random = np.random.default_rng(0)
    size = random.random(12) + 0.1
    group = np.unique(CATEGORIES, return_inverse=True)[1]
    pooled = np.column_stack([3.0 * group, size, random.random(12) / 100])
    left, right = pairs_of(12)
    same = same_category(CATEGORIES, left, right)
    human = np.where(same, 10.0, 0.0) - np.abs(size[left] - size[right])
    found = scopes.score_maps(masking.Pooled(pooled, "euclidean", left, right), scopes.scopes_of(human, same))
    assert found["within"][1] > 0.5 and found["border"][1] <= 0
    assert found["within"][0] == 0 and found["border"][0] > 0.5


@pytest.fixture
def files(tmp_path):
    """What the scripts read: twelve images, nine maps, folds by images and by pairs, curves of both."""
    pooled, human, left, right = treacherous.case("dead and duplicate maps")
    ids = [f"image{number}" for number in range(12)]
    with store.create(tmp_path / "f.h5", "features", ids, "", {"readout": "pooled"}) as file:
        store.write_array(file, "pooled", pooled)
    square = np.full((12, 12), np.nan)
    square[left, right] = square[right, left] = human
    with store.create(tmp_path / "j.h5", "judgments", ids) as file:
        store.write_array(file, "similarity", square)
    store.write_table(tmp_path / "c.tsv", pd.DataFrame({"image": ids, "category": CATEGORIES}))
    for split in ("pairs", "images"):
        _, test = make(12, split, 3, [1, 2])
        with store.create(tmp_path / f"{split}.folds.h5", "folds", ids) as file:
            store.write_array(file, "test", test)
        order = np.array([np.random.default_rng(fold).permutation(9) for fold in range(6)])
        with store.create(tmp_path / f"{split}.h5", "pruning", ids) as file:
            store.write_array(file, "order", order)
        folds = pd.DataFrame({"seed": [1] * 3 + [2] * 3, "fold": [0, 1, 2] * 2, "n_retained": [3, 4, 5, 6, 7, 9]})
        store.write_table(tmp_path / f"{split}.tsv", folds)
    return tmp_path


def scored(files):
    named = {"features": "f.h5", "judgments": "j.h5", "categories": "c.tsv", "output": "maps.tsv"}
    given = [word for option, name in named.items() for word in (f"--{option}", str(files / name))]
    score_categories.main(score_categories.parser().parse_args(given))
    return pd.read_csv(files / "maps.tsv", sep="\t")


def judged(files, split, **other):
    named = {"features": "f.h5", "judgments": "j.h5", "categories": "c.tsv", "maps": "maps.tsv", "output": "out.tsv"}
    named |= {"folds": f"{split}.folds.h5", "curves": f"{split}.h5", "table": f"{split}.tsv"} | other
    given = [word for option, name in named.items() for word in (f"--{option}", str(files / name))]
    judge_categories.main(judge_categories.parser().parse_args([*given, "--split", split]))
    return pd.read_csv(files / "out.tsv", sep="\t").set_index("scope")


def test_the_tables_of_the_scripts(files):
    maps = scored(files)
    assert maps.columns.tolist() == ["map", *scopes.NAMES] and len(maps) == 9
    assert maps.loc[2, "all"] == 0  # a dead map
    pooled, human, left, right = treacherous.case("dead and duplicate maps")
    same = same_category(CATEGORIES, left, right)
    for split in ("pairs", "images"):
        table = judged(files, split)
        assert table.index.tolist() == list(scopes.NAMES)
        pairs = table["pairs"]
        assert pairs["all"] == pairs["border"] == pairs["within"] + pairs["across"] == (~np.isnan(human)).sum()
        assert (table["folds"] == 6).all() and (table["n_retained"] == table["n_retained"].iloc[0]).all()
        with store.opened(files / f"{split}.h5", "pruning") as file:
            order = file["order"][:]
        kept = [own[:number] for own, number in zip(order, [3, 4, 5, 6, 7, 9], strict=True)]
        _, test = make(12, split, 3, [1, 2])
        readout = masking.Pooled(pooled, "cosine", left, right)
        sides = scopes.in_folds(readout, scopes.scopes_of(human, same), test, kept)
        for scope, (full, retained) in sides.items():
            both = ~np.isnan(full) & ~np.isnan(retained)
            row = table.loc[scope]
            assert row["folds_undefined"] == (~both).sum()
            if both.any():
                assert row["gain"] == pytest.approx((retained - full)[both].mean())
                assert row["full"] == pytest.approx(full[both].mean())
            else:
                assert np.isnan(row["gain"])
            helps = maps[scope].to_numpy() > 0
            assert row["maps_helping"] == helps.sum()
            assert row["retained_helping"] == pytest.approx(np.mean([helps[own].mean() for own in kept]))
        assert table["set_border_alone"].notna().tolist() == [True, False, False, False]
        assert table["gain_low"].notna().any() == (split == "images")


def test_curves_of_other_folds_are_refused(files):
    scored(files)
    folds = pd.read_csv(files / "pairs.tsv", sep="\t")
    store.write_table(files / "short.tsv", folds[:4])
    with pytest.raises(InputError, match=r"short.tsv: found 4 folds, 6 in \S+ and 6 in \S+; expected as many[^\n]*$"):
        judged(files, "pairs", table="short.tsv")


def test_tables_are_joined_with_what_each_is_about(tmp_path):
    for name, value in (("a", 0.1), ("b", np.nan)):
        store.write_table(tmp_path / f"{name}.tsv", pd.DataFrame({"scope": ["all", "within"], "gain": [value, 0.5]}))
    tables = [str(tmp_path / f"{name}.tsv") for name in "ab"]
    given = ["--comparisons", "x/vgg16", "y/vgg16", "--columns", "stimuli", "backbone", "--tables", *tables]
    join_tables.main(join_tables.parser().parse_args([*given, "--output", str(tmp_path / "all.tsv")]))
    table = pd.read_csv(tmp_path / "all.tsv", sep="\t")
    assert table.columns.tolist() == ["stimuli", "backbone", "scope", "gain"]
    assert table["stimuli"].tolist() == ["x", "x", "y", "y"] and np.isnan(table["gain"][2])
