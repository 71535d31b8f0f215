"""Every heatmap of a set against every image's saliency: tables (heatmaps, saliency maps) of each statistic.

A permutation of which saliency belongs to which image then only reads a table. Images differ in size, so all is laid on
one grid of :data:`SIDE` × :data:`SIDE` cells over each image's own frame; all arguments are maps on that grid, one a
row, in the cells that the network saw of the image. Each statistic is that of :mod:`ais.saliency.precision_recall`,
:mod:`ais.saliency.curves` or :mod:`ais.saliency.scores`; where either map is constant it is NaN.
"""

from dataclasses import astuple, dataclass
from functools import cached_property

import numba
import numpy as np
from PIL import Image

from ais.saliency.curves import levels
from ais.saliency.precision_recall import from_precision, top_share
from ais.saliency.scores import density
from ais.saliency.statistics import THRESHOLDED, Statistic

SIDE = 64


def on_grid(values: np.ndarray) -> np.ndarray:
    """A map (height, width) on the grid: (:data:`SIDE`, :data:`SIDE`) float32, bilinear, each pixel counted."""
    return np.asarray(Image.fromarray(values).resize((SIDE, SIDE), Image.Resampling.BILINEAR))


def counts_on_grid(rows: np.ndarray, columns: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Fixations in each cell of the grid: (:data:`SIDE`, :data:`SIDE`); ``rows``, ``columns`` in pixels of ``size``."""
    count = np.zeros((SIDE, SIDE))
    np.add.at(count, (rows * SIDE // size[0], columns * SIDE // size[1]), 1.0)
    return count


@dataclass(frozen=True)
class Gazes:
    """What is known of where people look in every image, in the same cells of the grid.

    ``saliency`` (images, cells), ``counts`` of fixations (images, cells) where they are known; ``percents``: top shares
    of the cells.
    """

    saliency: np.ndarray
    percents: list[float]
    counts: np.ndarray | None = None

    @cached_property
    def salient(self) -> np.ndarray:
        return tops(self.saliency, self.percents)

    def beside(self, heatmaps: np.ndarray) -> dict[Statistic, np.ndarray]:
        """Every statistic of each of ``heatmaps`` (heatmaps, cells) with each image's: tables (heatmaps, images)."""
        tables = {}
        predicted = tops(heatmaps, self.percents)
        for of_saliency, salient in zip(self.percents, self.salient, strict=True):
            for of_heatmap, hottest in zip(self.percents, predicted, strict=True):
                at = astuple(from_precision(precision(hottest, salient), of_saliency, of_heatmap))
                for name, table in zip(THRESHOLDED, at, strict=True):
                    tables[Statistic(name, of_saliency, of_heatmap)] = table
            tables[Statistic("average_precision", of_saliency)] = average_precision(heatmaps, salient)
        tables[Statistic("CC")] = cc(heatmaps, self.saliency)
        tables[Statistic("SIM")] = sim(heatmaps, self.saliency)
        if self.counts is not None:
            tables[Statistic("AUC")] = auc(heatmaps, self.counts)
            tables[Statistic("sAUC")] = shuffled_auc(heatmaps, self.counts)
            tables[Statistic("NSS")] = nss(heatmaps, self.counts)
        return tables


def tops(maps: np.ndarray, percents: list[float]) -> np.ndarray:
    """Membership of each cell in the top ``percents`` of each of ``maps`` (maps, cells): (thresholds, maps, cells)."""
    members = [[top_share(one, percent) for one in maps] for percent in percents]
    return np.array(members).reshape(len(percents), *maps.shape)


def precision(predicted: np.ndarray, salient: np.ndarray) -> np.ndarray:
    """Precision of memberships ``predicted`` (heatmaps, cells) in ``salient`` (maps, cells): (heatmaps, maps)."""
    return predicted @ salient.T / predicted.sum(axis=1, keepdims=True)


def average_precision(heatmaps: np.ndarray, salient: np.ndarray) -> np.ndarray:
    """Average precision of ``heatmaps`` (heatmaps, cells) for memberships ``salient`` (maps, cells)."""
    truths = np.ascontiguousarray(salient.T, dtype=np.float64)
    found = np.array([_average_precision(*levels(one), truths) for one in heatmaps]).reshape(-1, len(salient))
    found[_constant(heatmaps)] = np.nan
    return found


@numba.njit(cache=True, nogil=True)
def _average_precision(order, ends, truths):
    """As :meth:`ais.saliency.curves.Found.average_precision`, of many ``truths`` (cells, maps) in one walk."""
    maps = truths.shape[1]
    hits, before, total = np.zeros(maps), np.zeros(maps), np.zeros(maps)
    start = 0
    for end in ends:
        for place in range(start, end):
            row = truths[order[place]]
            for m in range(maps):
                hits[m] += row[m]
        for m in range(maps):
            total[m] += (hits[m] - before[m]) * hits[m] / end
            before[m] = hits[m]
        start = end
    return total / hits


def cc(heatmaps: np.ndarray, maps: np.ndarray) -> np.ndarray:
    """Pearson correlation."""
    return _standardised(heatmaps) @ _standardised(maps).T / maps.shape[1]


def sim(heatmaps: np.ndarray, maps: np.ndarray) -> np.ndarray:
    """What two maps have in common as densities."""
    ones, others = density(_defined(heatmaps)), density(_defined(maps))
    return np.array([np.minimum(one, others).sum(axis=1) for one in ones]).reshape(len(ones), len(others))


def nss(heatmaps: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Normalised scanpath saliency at ``counts`` (images, cells) of fixations."""
    return _standardised(heatmaps) @ _shares(counts).T


def auc(heatmaps: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """AUC of ``counts`` (images, cells) of fixations against all cells."""
    return _below(heatmaps, np.ones(heatmaps.shape[1])) @ _shares(counts).T / heatmaps.shape[1]


def shuffled_auc(heatmaps: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """AUC of an image's fixations against those in all other images, from ``counts`` (images, cells).

    Against all fixations, own ones with them, less the own ones: these among themselves are half of their pairs.
    """
    own, everywhere = counts.sum(axis=1), counts.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (_below(heatmaps, everywhere) @ _shares(counts).T - own / 2) / (everywhere.sum() - own)


def _below(heatmaps: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weight (cells,) of the cells in which each heatmap is smaller than in a cell, ties by half: (heatmaps, cells)."""
    below = np.full(heatmaps.shape, np.nan)
    for heatmap, row in zip(heatmaps, below, strict=True):
        order, ends = levels(heatmap)
        if ends.size == 1:
            continue
        above = np.cumsum(weight[order])[ends - 1]
        halfway = (np.append(0.0, above[:-1]) + above) / 2
        row[order] = weight.sum() - np.repeat(halfway, np.diff(ends, prepend=0))
    return below


def _shares(counts: np.ndarray) -> np.ndarray:
    """Each row by its sum; NaN where there is nothing."""
    with np.errstate(invalid="ignore"):
        return counts / counts.sum(axis=1, keepdims=True)


def _standardised(maps: np.ndarray) -> np.ndarray:
    maps = _defined(maps)
    return (maps - maps.mean(axis=1, keepdims=True)) / maps.std(axis=1, keepdims=True)


def _defined(maps: np.ndarray) -> np.ndarray:
    """The maps in float64, those that are constant as NaN."""
    return np.where(_constant(maps)[:, None], np.nan, maps.astype(np.float64))


def _constant(maps: np.ndarray) -> np.ndarray:
    return maps.min(axis=1) == maps.max(axis=1)
