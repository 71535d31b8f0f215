"""Two backbones, or two training regimes of one, held side by side: do their heatmaps agree, and with what does it go?

The comparisons of Truong, Pesenti & Hasson (arXiv 2409.16292). Heatmaps of nearly the same activity agree whatever
importance is, so r of the heatmaps belongs beside r of the activation maps (:func:`agreement_between` of each).
"""

from dataclasses import dataclass

import numpy as np

from ais.heatmaps.agreement import correlation
from ais.heatmaps.upsampling import at_image_size

EDGES = np.linspace(-0.4, 1.0, 8)  # of the paper's cumulative histogram


@dataclass(frozen=True)
class Heatmaps:
    """One kind of one backbone: ``maps`` (images, h, w), with ``grid`` (images, 2) and ``window`` (images, 4).

    As an artifact of heatmaps holds them; an undefined cell is NaN.
    """

    maps: np.ndarray
    grid: np.ndarray
    window: np.ndarray

    def at_size(self, image: int, size: tuple[int, int]) -> np.ndarray:
        """One image's heatmap over the image: (height, width), NaN where it is undefined or was not seen."""
        return at_image_size(self.maps[image], self.grid[image], self.window[image], size)


def agreement_between(one: Heatmaps, other: Heatmaps, sizes: list[tuple[int, int]]) -> np.ndarray:
    """Pearson's r of two backbones' heatmaps of each image, both brought to the image's size: (images,).

    ``sizes`` (height, width) of the images in pixels. Over the pixels in which both are defined, so of the part that
    both networks saw; NaN where either heatmap is undefined or the same everywhere.
    """
    laid = ((each.at_size(image, size).ravel() for each in (one, other)) for image, size in enumerate(sizes))
    return np.array([float(correlation(*both)) for both in laid])


@dataclass(frozen=True)
class Spread:
    """Agreement over a set's images: how many are defined, mean, SD, and the share up to each of :data:`EDGES`."""

    images: int
    mean: float
    sd: float
    cumulative: np.ndarray


def spread(r: np.ndarray) -> Spread:
    """Sum up the agreement ``r`` (images,) of a set; images in which it is undefined are left out.

    ``cumulative`` (edges,): share of the images whose r is at most each edge, from −.4 to 1 in steps of .2. SD with
    n − 1, NaN of fewer than two.
    """
    r = r[~np.isnan(r)]
    if not r.size:
        return Spread(0, np.nan, np.nan, np.full(EDGES.size, np.nan))
    # An r of 1 may exceed it by rounding.
    cumulative = (r[:, None] <= EDGES + 1e-12).mean(axis=0)
    return Spread(r.size, float(r.mean()), float(r.std(ddof=1)) if r.size > 1 else np.nan, cumulative)


def with_entropy(r: np.ndarray, one: np.ndarray, other: np.ndarray) -> float:
    """Pearson's r over images of the agreement ``r`` (images,) with the larger of two networks' softmax entropies.

    ``one`` and ``other`` (images,), in nats. Images in which any of the three is undefined are left out. Negative where
    unsure networks have unstable heatmaps.
    """
    return float(correlation(r, np.maximum(one, other)))


def log_importance(score: np.ndarray) -> np.ndarray:
    """Log of each map's mean positive importance over images, of those maps that have any: (maps that do,).

    ``score`` (images, maps): AIS by each image's own judgments; NaN where an image has none. log mean_i max(AIS_ik, 0).
    A map that helps in no image has no logarithm and is left out.
    """
    judged = score[~np.isnan(score).all(axis=1)]
    mean = np.maximum(np.nan_to_num(judged), 0).mean(axis=0) if len(judged) else np.empty(0)
    return np.log(mean[mean > 0])


@dataclass(frozen=True)
class Distributions:
    """Two-sample Kolmogorov–Smirnov test: ``distance``, the largest between the two cumulative distributions; its p."""

    distance: float
    p: float


def compare_importance(one: np.ndarray, other: np.ndarray) -> Distributions:
    """Do two backbones' maps differ in how important they are? ``one``, ``other`` (maps,) of :func:`log_importance`.

    Two-sided. Maps of one network are not independent of each other, so that p serves to compare with the paper's.
    NaN where either has no map.
    """
    from scipy import stats  # slow to load

    if not one.size or not other.size:
        return Distributions(np.nan, np.nan)
    found = stats.ks_2samp(one, other)
    return Distributions(float(found.statistic), float(found.pvalue))
