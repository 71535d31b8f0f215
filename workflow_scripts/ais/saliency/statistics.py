"""All statistics of a heatmap beside its image's saliency, exact at the size of the saliency."""

from dataclasses import astuple, dataclass
from functools import cached_property
from itertools import product
from typing import NamedTuple

import numpy as np

from ais.saliency import curves, precision_recall, scores

THRESHOLDED = ("precision", "recall", "relative_risk")


class Statistic(NamedTuple):
    """A statistic by name, and the shares of the pixels (percent) that it is taken at, where it is."""

    name: str
    saliency_percent: float | None = None
    heatmap_percent: float | None = None

    @property
    def chance(self) -> float:
        """What a heatmap drawn at random has on average; NaN where that depends on the maps."""
        if self.name in THRESHOLDED:
            at = precision_recall.chance(self.saliency_percent, self.heatmap_percent)
            return dict(zip(THRESHOLDED, astuple(at), strict=True))[self.name]
        if self.name == "average_precision":
            return self.saliency_percent / 100
        return {"AUC": 0.5, "sAUC": 0.5, "NSS": 0.0, "CC": 0.0}.get(self.name, np.nan)


@dataclass(frozen=True)
class Gaze:
    """What is known of where people look in an image, in the part of it that the network saw.

    ``saliency`` (pixels,) of that part. Where fixations are known: ``fixated`` (fixations,), the pixels that were, and
    ``fixated_elsewhere``, those that were in other images, brought to this one's size. ``percents``: the top shares of
    its pixels that are taken for salient, and of a heatmap's for predicted.
    """

    saliency: np.ndarray
    percents: list[float]
    fixated: np.ndarray | None = None
    fixated_elsewhere: np.ndarray | None = None

    @cached_property
    def salient(self) -> np.ndarray:
        return np.array([precision_recall.top_share(self.saliency, percent) for percent in self.percents])

    def beside(self, heatmap: np.ndarray) -> dict[Statistic, float]:
        """Every statistic of a ``heatmap`` (pixels,); NaN where it is undefined."""
        return self._thresholded(heatmap) | self._of_maps(heatmap) | self._of_fixations(heatmap)

    def _thresholded(self, heatmap: np.ndarray) -> dict[Statistic, float]:
        found = curves.find(heatmap, self.salient)
        hits = found.true_positives(self.percents)
        values = {}
        for (h, of_heatmap), (s, of_saliency) in product(enumerate(self.percents), repeat=2):
            share = heatmap.size / 100
            at = precision_recall.counted(hits[h, s], of_saliency * share, of_heatmap * share, heatmap.size)
            for name, value in zip(THRESHOLDED, astuple(at), strict=True):
                values[Statistic(name, of_saliency, of_heatmap)] = value
        for percent, value in zip(self.percents, found.average_precision(), strict=True):
            values[Statistic("average_precision", percent)] = float(value)
        return values

    def _of_maps(self, heatmap: np.ndarray) -> dict[Statistic, float]:
        return {
            Statistic("CC"): scores.cc(heatmap, self.saliency),
            Statistic("SIM"): scores.sim(heatmap, self.saliency),
        }

    def _of_fixations(self, heatmap: np.ndarray) -> dict[Statistic, float]:
        if self.fixated is None:
            return {}
        there, elsewhere = heatmap[self.fixated], heatmap[self.fixated_elsewhere]
        return {
            Statistic("AUC"): scores.auc(there, heatmap),
            Statistic("sAUC"): scores.auc(there, elsewhere),
            Statistic("NSS"): scores.nss(heatmap, there),
        }
