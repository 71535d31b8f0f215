"""Ratings as a long table: what a plain loop over the rows gives, in any order of raters, pairs and images."""

import tracemalloc
from collections import defaultdict

import numpy as np
import pandas as pd
import pytest

from ais.artifacts import store
from ais.engine import loading
from ais.stimuli import judgments, manifests, ratings
from ais.stimuli.folds import pair_numbers, pairs_of
from inference import estimate_ceiling
from stimuli import read_judgments, split_folds

IMAGES = 7


def rows(number=400):
    """Names, images and ratings as people give them: pairs twice and turned over, ties, NaN, an image with itself."""
    rng = np.random.default_rng(5)
    raters = rng.choice(["zoe", "ann", "bob", "10", "9", "idle"], number, p=[0.3, 0.3, 0.2, 0.1, 0.09, 0.01])
    one, other = rng.integers(0, IMAGES, (2, number))
    rating = np.round(rng.random(number), 1)
    rating[(rng.random(number) < 0.2) | (raters == "idle")] = np.nan
    return raters, one, other, rating


def plain(raters, one, other, rating):
    """The mean of what each rater gave each pair, by a loop: {(rater, first, second): mean}, first ≤ second."""
    given = defaultdict(list)
    for name, a, b, value in zip(raters, one, other, rating, strict=True):
        if not np.isnan(value):
            given[name, min(a, b), max(a, b)].append(value)
    return {key: np.mean(values) for key, values in given.items()}


def as_dict(table):
    left, right = pairs_of(IMAGES)
    keys = zip(np.take(table.names, table.rater), left[table.pair], right[table.pair], strict=True)
    return dict(zip(keys, table.rating, strict=True))


def test_rows_equal_the_plain_loop():
    table = ratings.Ratings.of_rows(*rows(), IMAGES)
    expected = plain(*rows())
    between = {key: value for key, value in expected.items() if key[1] != key[2]}
    assert as_dict(table) == pytest.approx(between)
    assert sorted(table.own) == pytest.approx(sorted(expected[key] for key in expected if key[1] == key[2]))
    assert table.names == ("10", "9", "ann", "bob", "zoe")  # who judged nothing is no rater
    assert (table.raters, table.pairs) == (5, 21)
    rater_and_pair = list(zip(table.rater, table.pair, strict=True))
    assert rater_and_pair == sorted(set(rater_and_pair))


def test_a_rater_of_images_beside_themselves_alone_is_none():
    table = ratings.Ratings.of_rows(["ann", "bob", "cy"], *np.array([[0, 1, 1], [2, 1, 2]]), np.array([3.0, 5, 4]), 3)
    assert (table.names, table.rater.tolist(), table.own.tolist()) == (("ann", "cy"), [0, 1], [5])


def test_no_rows_are_no_ratings():
    empty = ratings.Ratings.of_rows([], *np.empty((2, 0), int), np.empty(0), IMAGES)
    assert (empty.raters, empty.pair.size, empty.names) == (0, 0, ())
    assert ratings.Ratings.of_rows([""], *np.array([[0], [1]]), np.ones(1), IMAGES).names == ()


def test_pair_numbers_are_the_places_among_all_pairs():
    left, right = pairs_of(IMAGES)
    assert pair_numbers(left, right, IMAGES).tolist() == pair_numbers(right, left, IMAGES).tolist() == list(range(21))


def test_another_order_of_the_images():
    place = np.array([3, 6, 0, 5, 1, 2, 4])
    moved = ratings.Ratings.of_rows(*rows(), IMAGES).placed(place)
    new = np.argsort(place)
    raters, one, other, rating = rows()
    expected = ratings.Ratings.of_rows(raters, new[one], new[other], rating, IMAGES)
    assert as_dict(moved) == pytest.approx(as_dict(expected))
    assert np.array_equal(moved.pair, expected.pair) and np.array_equal(moved.rater, expected.rater)


def matrices():
    """Three raters' matrices with missing pairs; the second judged nothing."""
    left, right = pairs_of(IMAGES)
    found = np.full((3, IMAGES, IMAGES), np.nan)
    rng = np.random.default_rng(1)
    for number in (0, 2):
        value = np.where(rng.random(left.size) < 0.3, np.nan, np.round(rng.random(left.size), 1))
        found[number, left, right] = found[number, right, left] = value
    found[0, 2, 2] = 1
    return found


def test_matrices_and_rows_are_one_table():
    raters, one, other = np.indices((3, IMAGES, IMAGES)).reshape(3, -1)
    expected = ratings.Ratings.of_rows(raters.astype(str), one, other, matrices().ravel(), IMAGES)
    found = ratings.Ratings.of_matrices(matrices())
    for name in ("rater", "pair", "rating", "own"):
        assert np.array_equal(getattr(found, name), getattr(expected, name))
    assert (found.raters, found.names) == (2, ())


def test_the_mean_equals_the_plain_one():
    dense = np.nan_to_num(matrices())
    judged = ~np.isnan(matrices())
    with np.errstate(invalid="ignore"):
        expected = dense.sum(axis=0) / judged.sum(axis=0)
    np.fill_diagonal(expected, np.nan)
    found = judgments.mean_over_raters(ratings.Ratings.of_matrices(matrices()), IMAGES)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-15)


def test_files_are_joined_as_other_raters(tmp_path):
    table = ratings.Ratings.of_rows(*rows(), IMAGES)
    both = ratings.joined([table, table])
    assert both.names == table.names * 2 and both.raters == 10
    assert np.array_equal(both.rater[table.rater.size :], table.rater + 5)
    assert ratings.joined([table, ratings.Ratings.of_matrices(matrices())]).names == ()
    with store.create(tmp_path / "x.h5", "judgments", [f"{n}" for n in range(IMAGES)]) as file:
        ratings.write(file, both)
    with store.opened(tmp_path / "x.h5", "judgments") as file:
        again = ratings.read(file)
    for name in ("rater", "pair", "rating", "pairs"):
        assert np.array_equal(getattr(again, name), getattr(both, name))


def test_ratings_by_thousands_take_little_memory(tmp_path, monkeypatch):
    """100,000 ratings of 1,000 images by 2,000 raters, from the table to the ceiling: 15 GB as matrices."""
    monkeypatch.chdir(tmp_path)
    images = [f"image{number:04d}" for number in range(1000)]
    table = pd.DataFrame({"position": range(1000), "image": images, "file": images})
    manifests.write_manifest("set.tsv", table.assign(sha256="0", width=9, height=9))
    left, right = pairs_of(1000)
    rng = np.random.default_rng(0)
    pair = rng.choice(rng.choice(left.size, 20_000, replace=False), 100_000)
    truth = rng.random(left.size)
    ids = np.array(images)
    pd.DataFrame({
        "image_a": ids[left[pair]], "image_b": ids[right[pair]], "rater": rng.integers(0, 2000, pair.size),
        "rating": np.round(truth[pair] * 6 + rng.normal(size=pair.size)),
    }).to_csv("ratings.csv", index=False)  # fmt: skip
    split = ["--split", "images", "--manifest", "set.tsv", "--output", "folds.h5"]
    split_folds.main(split_folds.parser().parse_args(split))
    tracemalloc.start()
    try:
        options = ["--manifest", "set.tsv", "--judgments", "ratings.csv", "--output", "judgments.h5"]
        read_judgments.main(read_judgments.parser().parse_args(options))
        options = ["--judgments", "judgments.h5", "--folds", "folds.h5", "--splits", "5", "--output", "ceiling.tsv"]
        estimate_ceiling.main(estimate_ceiling.parser().parse_args(options))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 300e6
    found = loading.read_human("judgments.h5", images, left, right)
    assert np.flatnonzero(~np.isnan(found)).tolist() == np.unique(pair).tolist()
    lines = pd.read_csv("ceiling.tsv", sep="\t").set_index("scope")
    assert lines.loc["all pairs", "raters"] == 2000
    assert 0.5 < lines.loc["all pairs", "halves"] < lines.loc["all pairs", "another_panel"] < 1
    assert np.isfinite(lines.loc["image", "halves"]).all()
