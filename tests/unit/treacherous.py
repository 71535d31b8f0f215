"""Small data sets on which shortcuts go wrong: ties, missing pairs, dead maps, maps that stand alone."""

import numpy as np

from ais.stimuli.folds import pairs_of


def human(images, seed=0, missing=True):
    """Ratings with many ties, and some pairs nobody judged."""
    pairs = images * (images - 1) // 2
    ratings = np.round(np.random.default_rng(seed).random(pairs) * 4) / 4
    if missing and pairs > 20:
        ratings[::9] = np.nan
    return ratings


def features(name):
    """Pooled features (images, maps) by name."""
    rng = np.random.default_rng(7)
    plain = np.maximum(rng.normal(size=(12, 9)), 0) * rng.random(9) * 3
    if name == "plain":
        return plain
    if name == "signed":
        return rng.normal(size=(12, 9))
    if name == "dead and duplicate maps":
        plain[:, 2] = 0
        plain[:, 5] = plain[:, 4]
        return plain
    if name == "an image with one active map":
        plain[0] = 0
        plain[0, 3] = 1.5
        return plain
    if name == "an image with almost one active map":
        plain[1] *= 1e-7
        plain[1, 3] = 2.0
        return plain
    if name == "a dead image":
        plain[4] = 0
        return plain
    if name == "duplicate images, whole numbers":
        whole = rng.integers(0, 4, size=(12, 9)).astype(float)
        whole[6] = whole[2]
        whole[:, 0] += 1  # no image is all zero
        return whole
    if name == "four images, one map":
        return rng.random((4, 1)) + 1
    if name == "tiny scale":
        return plain * 1e-12
    raise KeyError(name)


NAMES = [
    "plain",
    "signed",
    "dead and duplicate maps",
    "an image with one active map",
    "an image with almost one active map",
    "a dead image",
    "duplicate images, whole numbers",
    "four images, one map",
    "tiny scale",
]


def case(name):
    """Features, ratings, and both members of every pair."""
    pooled = features(name)
    return pooled, human(len(pooled)), *pairs_of(len(pooled))
