"""The demo's world: drawn from a seed, with the truth that is planted in it."""

import numpy as np
import pandas as pd
import pytest

from ais.demo.gaze import gaze
from ais.demo.pictures import COLOURS, SHAPES, TEXTURES, Attributes, draw
from ais.demo.raters import RATERS_PER_PAIR, alike, rate


def test_the_same_seed_draws_the_same_picture():
    what = Attributes("star", "red", "dots")
    first, second, other = (draw(what, np.random.default_rng(seed))[0] for seed in (1, 1, 2))
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_mask_is_the_shape(shape):
    for seed in range(5):
        picture, mask = draw(Attributes(shape, "red", "clouds"), np.random.default_rng(seed))
        assert 0.04 < mask.mean() < 0.2
        assert not mask[[0, -1]].any()
        assert not mask[:, [0, -1]].any()
        red, green, blue = picture[mask].mean(axis=0)
        assert red > 2 * max(green, blue)


@pytest.mark.parametrize("texture", TEXTURES)
def test_textures_fill_the_background_with_light_and_dark(texture):
    picture, mask = draw(Attributes("disc", "blue", texture), np.random.default_rng(0))
    brightness = picture.mean(axis=-1)[~mask]
    assert np.quantile(brightness, 0.95) - np.quantile(brightness, 0.05) > 40


def test_likeness_is_half_shape_half_colour_and_no_texture():
    disc = Attributes("disc", "red", "dots")
    assert alike(disc, Attributes("disc", "red", "waves")) == 1
    assert alike(disc, Attributes("ring", "red", "dots")) == 0.75
    assert alike(disc, Attributes("star", "red", "dots")) == 0.5
    assert alike(disc, Attributes("disc", "orange", "dots")) == pytest.approx(1 - 1 / 6)
    assert alike(disc, Attributes("star", "green", "dots")) == 0
    assert alike(disc, Attributes("star", "purple", "dots")) == alike(Attributes("star", "orange", "dots"), disc)


def test_ratings_follow_the_truth_with_noise():
    random = np.random.default_rng(0)
    images = {
        f"{number}": Attributes(*(str(random.choice(values)) for values in (SHAPES, list(COLOURS), TEXTURES)))
        for number in range(24)
    }
    table = rate(images, 9, random)
    assert len(table) == 24 * 23 / 2 * RATERS_PER_PAIR
    assert table["rating"].between(1, 7).all()
    assert not table.duplicated(["image_a", "image_b", "rater"]).any()
    pairs = table.groupby(["image_a", "image_b"])["rating"].mean()
    truth = pd.Series({(a, b): alike(images[a], images[b]) for a, b in pairs.index})
    assert 0.75 < pairs.corr(truth, method="spearman") < 0.99


def test_gaze_is_on_the_shape():
    _, mask = draw(Attributes("disc", "green", "checks"), np.random.default_rng(4))
    density = gaze(mask, np.random.default_rng(5)).astype(float)
    assert density[mask].mean() > 4 * density[~mask].mean()
