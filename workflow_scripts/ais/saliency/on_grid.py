"""A whole set on the grid: every kind of heatmap beside its own image's saliency and beside all other images'."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ais.saliency import curves, pairings
from ais.saliency.statistics import Statistic


@dataclass(frozen=True)
class OnGrid:
    """Heatmaps by kind, saliency and counts of fixations, all (images, cells) of :mod:`ais.saliency.pairings`'s grid.

    ``seen`` (images, cells): what the network saw of each image. An undefined heatmap is NaN throughout. ``counts`` is
    None where fixations are not known.
    """

    heatmaps: dict[str, np.ndarray]
    saliency: np.ndarray
    seen: np.ndarray
    counts: np.ndarray | None = None

    def _alike(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Images of which the network saw the same part, and the cells of that part."""
        parts, which = np.unique(self.seen, axis=0, return_inverse=True)
        for number, part in enumerate(parts):
            yield np.flatnonzero(which.ravel() == number), np.flatnonzero(part)

    def _defined(self, kind: str, images: np.ndarray, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Those of ``images`` that have a heatmap of this kind, and their heatmaps in ``cells``."""
        heatmaps = self.heatmaps[kind][np.ix_(images, cells)]
        defined = ~np.isnan(heatmaps).any(axis=1)
        return images[defined], heatmaps[defined]

    def tables(self, percents: list[float]) -> Iterator[tuple[str, dict[Statistic, np.ndarray]]]:
        """Each kind's statistics of each image's heatmap with each image's saliency: (images, images) of each.

        NaN where a heatmap is undefined, or either map is constant. One kind after the other: they take
        35 × images² numbers each.
        """
        parts = list(self._alike())
        # Mostly networks see the same part of all images; else what is salient in it is found anew for every kind.
        whole = self._gazes(parts[0][1], percents) if len(parts) == 1 else None
        for kind in self.heatmaps:
            tables = {}
            for images, cells in parts:
                mine, heatmaps = self._defined(kind, images, cells)
                for statistic, table in (whole or self._gazes(cells, percents)).beside(heatmaps).items():
                    tables.setdefault(statistic, np.full((len(self.saliency),) * 2, np.nan))[mine] = table
            yield kind, tables

    def _gazes(self, cells: np.ndarray, percents: list[float]) -> pairings.Gazes:
        counts = None if self.counts is None else self.counts[:, cells]
        return pairings.Gazes(self.saliency[:, cells], percents, counts)

    def curves(self, percents: list[float]) -> dict[str, tuple[np.ndarray, int]]:
        """Share of the cells that are both hot and salient at each pair of thresholds: mean over images, and how many.

        By kind (saliency's percents, heatmap's percents, 2): with the own saliency, and with that of all other images
        on average.
        """
        total = {kind: np.zeros((len(percents), len(percents), 2)) for kind in self.heatmaps}
        number = dict.fromkeys(self.heatmaps, 0)
        for images, cells in self._alike():
            salient = pairings.tops(self.saliency[:, cells], percents)
            all_images, with_saliency = np.nansum(salient, axis=1), ~np.isnan(salient[0, :, 0])
            for kind in self.heatmaps:
                for image, heatmap in zip(*self._defined(kind, images, cells), strict=True):
                    if with_saliency[image] and with_saliency.sum() > 1 and heatmap.min() < heatmap.max():
                        own = salient[:, image]
                        others = (all_images - own) / (with_saliency.sum() - 1)
                        found = curves.find(heatmap, np.concatenate([own, others])).true_positives(percents)
                        total[kind] += found.reshape(-1, 2, len(percents)).transpose(2, 0, 1) / len(cells)
                        number[kind] += 1
        with np.errstate(invalid="ignore"):
            return {kind: (total[kind] / number[kind], number[kind]) for kind in self.heatmaps}
