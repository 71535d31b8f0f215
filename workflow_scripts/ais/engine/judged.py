"""What people judged, as the engine asks for it: all pairs, the few that were judged, or those of triplets."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ais.artifacts import store
from ais.engine.sorting import argsort
from ais.engine.triplets import Triplets, rows_by_image
from ais.errors import InputError
from ais.stimuli import triplets as odd_ones
from ais.stimuli.folds import members_of, pairs_of


@dataclass(frozen=True)
class Judged:
    """What people said, and of which pairs: ``left`` and ``right`` (pairs,) are all that need be computed.

    ``human`` is their similarity (pairs,), NaN where a pair was not judged, or the :class:`Triplets` among them.
    """

    left: np.ndarray
    right: np.ndarray
    human: np.ndarray | Triplets

    @property
    def size(self) -> int:
        """How many were judged, pairs or triplets."""
        return self.human.size if isinstance(self.human, Triplets) else int((~np.isnan(self.human)).sum())

    def image_rows(self, images: int) -> list[np.ndarray]:
        """For each image, the numbers of the pairs, or triplets, that it is in."""
        if isinstance(self.human, Triplets):
            return self.human.image_rows(images)
        return rows_by_image(np.stack([self.left, self.right]), images)


def read_judged(path: str | Path, image_ids: list[str], alignment: str) -> Judged:
    """The judgments of a set, to be compared by ``alignment``; of few judged pairs, and of triplets, only their pairs.

    Raises :class:`InputError` for triplets without the alignment of that name, and that alignment without triplets.
    """
    with store.opened(path, "judgments", image_ids) as file:
        if ("triplets" in file) != (alignment == "triplets"):
            found = "odd-one-out triplets" if "triplets" in file else "pairs"
            raise InputError(
                f"{path}: found judgments of {found}, and --alignment {alignment}; expected --alignment triplets for "
                "triplets and for them alone. Set it."
            )
        if "triplets" in file:
            triplets, left, right = Triplets.of(odd_ones.read(file).images)
            return Judged(left, right, triplets)
        if "pairs" in file:
            return Judged(*members_of(file["pairs/number"][:], len(image_ids)), file["pairs/similarity"][:])
        left, right = pairs_of(len(image_ids))
        return Judged(left, right, file["similarity"][:][left, right])


def by_similarity(masking, judged: Judged, measure: str) -> tuple:
    """The ``masking`` and what was ``judged``, pairs the least alike to the network first; which stood where (pairs,).

    Similarities of masked maps then come nearly sorted, and what is looked up of a pair lies beside what was looked up
    of the one before: of many images, ranking takes a fraction of the time. But for rounding, no result depends on the
    order. Triplets, and pairs by another ``measure`` than Spearman's, stay where they are.
    """
    if isinstance(judged.human, Triplets) or measure != "spearman":
        return masking, judged, np.arange(judged.human.size)
    order = argsort(masking.full()[None])[0]
    ordered = masking.on(order)
    return ordered, Judged(ordered.left, ordered.right, judged.human[order]), order


def part(masking, human: np.ndarray | Triplets, chosen: np.ndarray) -> tuple:
    """Some of the judgments, by their numbers, and the ``masking`` on their pairs alone."""
    if isinstance(human, Triplets):
        return human[chosen].on(masking)
    return masking.on(chosen), human[chosen]
