"""Heatmaps of an image by judgments other than all: held-out halves of its partners, halves of raters, permuted labels.

What a heatmap is held against: the halves that had no part in it judge it, and one that people's labels move, or that
two halves agree on, says something of people.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from ais.heatmaps import kinds, partners, scoring, weighting


@dataclass(frozen=True)
class Made:
    """Heatmaps of one image and kind, over its cells, row by row; None where the kind knows no such judgments.

    ``by_half`` (halves, cells) by one half of the partners, of the set's scores by all pairs but the image's own;
    ``by_rest`` (halves, cells) by the other half; ``by_raters`` (splits, 2, cells) by both halves of the raters;
    ``permuted`` (permutations, cells) with labels permuted.
    """

    by_half: np.ndarray
    by_rest: np.ndarray | None = None
    by_raters: np.ndarray | None = None
    permuted: np.ndarray | None = None


class Worlds:
    """Whose judgments make heatmaps, in an order that scores and heatmaps share.

    ``human`` (pairs,), NaN where a pair was not judged; ``permuted``: the same with the images' labels permuted, one or
    more times, of which the first makes the control of that name; ``raters``: the same by both halves of the raters,
    for each of some splits.
    """

    def __init__(
        self,
        human: np.ndarray,
        permuted: Sequence[np.ndarray],
        raters: Sequence[tuple[np.ndarray, np.ndarray]],
        images: int,
        halves: int,
        seed: int,
    ):
        self.images, self.halves, self.splits = images, halves, len(raters)
        self.human, self.permuted, self.raters = human, list(permuted), list(chain(*raters))
        self.square = partners.square(human, images)
        self.squares = [partners.square(each, images) for each in (*self.raters, *permuted)]
        self.making = partners.halves(~np.isnan(self.square), halves, seed)
        self.group = scoring.groups(images)

    def judging(self, image: int) -> np.ndarray:
        """The judgments (halves, images) of the partners that judge what the other half made, NaN for all others."""
        return np.where(self.making[:, image], np.nan, self.square[image])

    def rows(self, image: int) -> np.ndarray:
        """An image's judgments (rows, images): half its partners', the rest's, raters', with labels permuted."""
        return np.array([*self._halved(self.square, image), *(square[image] for square in self.squares)])

    def permuted_rows(self, image: int) -> np.ndarray:
        """Those of the control `permuted` (2 × halves, images): by each half of its partners, and by the rest."""
        return np.array(self._halved(self.squares[2 * self.splits], image))

    def of_rows(self, images: Sequence[int], mask: str) -> Iterator[scoring.Judgments]:
        """The judgments by which the images' own scores are made, one image after the other."""
        for image in images:
            for values in (*self.rows(image), *self.permuted_rows(image)):
                yield scoring.row(image, values, mask)

    def of_sets(self) -> Iterator[scoring.Judgments]:
        """Those of the set's scores: with each group's own pairs left out, by raters, labels permuted."""
        yield from scoring.without_own_pairs(self.human, self.group)
        yield from map(scoring.whole, (*self.raters, *self.permuted))

    def heatmaps(self, image: int, maps: np.ndarray, sets: np.ndarray, rows: np.ndarray, by_cells) -> dict[str, Made]:
        """The heatmaps of an image by all of these, for each kind.

        ``maps`` (maps, h, w); ``sets`` and ``rows``, the scores (…, maps) by :meth:`of_sets` and by the image's own
        part of :meth:`of_rows`; ``by_cells`` (judgments (n, images)) gives the kinds of :func:`kinds.by_cells`.
        """
        own = len(rows) - 2 * self.halves
        weighted = np.array([weighting.heatmap(maps, score).ravel() for score in rows])
        found = {
            "importance/images": self._made(weighted[:own]),
            "permuted": Made(weighted[own:][: self.halves], weighted[own:][self.halves :]),
            "activation": Made(self._repeated(weighting.activation(maps))),
        }
        found |= {kind: self._made(each) for kind, each in by_cells(self.rows(image)).items()}
        groups = self.group.max() + 1
        of_set = [sets[self.group[image]], *sets[groups:]]
        for kind, weigh in kinds.BY_SET.items():
            without_own, *others = (weigh(maps, score).ravel() for score in of_set)
            found[kind] = Made(self._repeated(without_own), None, *self._raters_and_permuted(np.array(others)))
        return found

    def _made(self, by_rows: np.ndarray) -> Made:
        half, rest, others = np.split(by_rows, [self.halves, 2 * self.halves])
        return Made(half, rest, *self._raters_and_permuted(others))

    def _raters_and_permuted(self, heatmaps: np.ndarray) -> tuple[np.ndarray | None, np.ndarray]:
        raters, permuted = np.split(heatmaps, [2 * self.splits])
        return raters.reshape(self.splits, 2, -1) if self.splits else None, permuted

    def _halved(self, square: np.ndarray, image: int) -> list[np.ndarray]:
        making = self.making[:, image]
        return [np.where(half, square[image], np.nan) for half in (*making, *~making)]

    def _repeated(self, heatmap: np.ndarray) -> np.ndarray:
        return np.tile(heatmap.ravel(), (self.halves, 1))
