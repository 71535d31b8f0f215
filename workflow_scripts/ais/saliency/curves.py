"""Precision and recall at every share of a heatmap's pixels at once, the hottest first.

One sort of the heatmap serves all, and only salient pixels are followed along it. Rules as in
:mod:`ais.saliency.precision_recall`: pixels that tie are taken together, or by equal fractions where a share ends among
them; a constant map points nowhere.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Found:
    """What a heatmap finds of several truths while its pixels are taken, the hottest first.

    Of each of its values that salient pixels have, the largest first: how many pixels are hotter, ``above`` (levels,),
    how many are as hot, ``up_to`` (levels,), and how many of these are salient, ``hits`` (truths, levels). All NaN for
    a truth that is undefined, and of a constant heatmap.
    """

    above: np.ndarray
    up_to: np.ndarray
    hits: np.ndarray
    pixels: int

    def true_positives(self, percents: list[float]) -> np.ndarray:
        """Salient pixels among the hottest ``percents`` (thresholds,) of all: (thresholds, truths)."""
        places = self.pixels * np.asarray(percents, dtype=float) / 100
        taken = np.column_stack([self.above, self.up_to]).ravel()
        before = np.column_stack([np.zeros(len(self.hits)), self.hits[:, :-1]])
        found = np.stack([before, self.hits], axis=2).reshape(len(self.hits), -1)
        return np.column_stack([np.interp(places, taken, each) for each in found])

    def average_precision(self) -> np.ndarray:
        """Precision averaged over recall: (truths,).

        Σ (R_n − R_{n−1}) P_n over the heatmap's values n: its pixels down to one are taken, those that tie together.
        """
        gained = np.diff(self.hits, axis=1, prepend=0)
        return (gained * self.hits / self.up_to).sum(axis=1) / self.hits[:, -1]


def levels(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The order of ``values`` (pixels,), the largest first, and how many are taken after each distinct one.

    >>> levels(np.array([1.0, 3.0, 3.0, 2.0]))
    (array([1, 2, 3, 0]), array([2, 3, 4]))
    """
    order = np.argsort(-values, kind="stable")
    return order, np.append(np.flatnonzero(np.diff(values[order])) + 1, values.size)


def find(heatmap: np.ndarray, truths: np.ndarray) -> Found:
    """Take the pixels of a ``heatmap`` (pixels,), and count those of ``truths`` (truths, pixels) among them.

    ``truths`` from 0 to 1, as :func:`ais.saliency.precision_recall.top_share` gives them, each with some pixels.
    """
    salient = np.flatnonzero((truths != 0).any(axis=0))
    order, ends = levels(heatmap[salient])
    hits = np.cumsum(truths[:, salient[order]], axis=1)[:, ends - 1]
    ranked, values = np.sort(heatmap), heatmap[salient[order[ends - 1]]]
    above, up_to = (heatmap.size - np.searchsorted(ranked, values, side) for side in ("right", "left"))
    if ranked[0] == ranked[-1]:
        hits = np.full(hits.shape, np.nan)
    return Found(above, up_to, hits, heatmap.size)
