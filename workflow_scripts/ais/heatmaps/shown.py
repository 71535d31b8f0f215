"""What is shown of an image's heatmaps: which kinds, as what, and which question each answers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Shown:
    """A kind as people see it: its title, the question that it answers, the unit, and whether it goes both ways."""

    title: str
    question: str
    unit: str
    both_ways: bool = False


KINDS = {
    "importance": Shown("importance", "where the maps that carry the alignment are active (the paper's)", "activation"),
    "signed": Shown("signed", "where maps that help are active, less those that harm", "AIS × activation", True),
    "place": Shown("place", "which places, seen alone, compare as people do", "alignment ρ", True),
    "gradient": Shown("gradient", "where more activity would raise the alignment", "change in r", True),
    "covariance": Shown("covariance", "where activity is like that of images people find alike", "covariance", True),
    "activation": Shown("activation", "where the network is active at all (a control)", "activation"),
    "difference": Shown("difference", "importance less activation, each by its image's mean", "× the mean", True),
    "harm": Shown("harm", "where maps that lower the alignment are active (a control)", "activation"),
    "permuted": Shown("permuted", "importance by people's labels permuted (a control)", "activation"),
}
# The stored kinds by the names that figures give them; the last are controls.
NAMES = {
    "importance/images": "importance (image)",
    "importance/set": "importance (set)",
    "signed": "signed",
    "place": "place",
    "gradient": "gradient",
    "covariance": "covariance",
    "activation": "activation",
    "harm": "harm",
    "permuted": "permuted",
}
CONTROLS = ("activation", "harm", "permuted")
DEFAULT = ("importance", "place", "gradient", "activation", "difference")


def whose(scores: str, stored) -> str:
    """Whose importance is shown where ``scores`` (``images`` or ``set``) are asked for: images that nobody judged have
    none of their own, and are shown by those of the set that lent them."""
    return scores if f"importance/{scores}" in stored else "set"


def held(wanted: Sequence[str], stored) -> list[str]:
    """Of the ``wanted`` kinds those that can be shown of what is ``stored``; where there is none, the importance and
    its control."""
    own = {"importance": "importance/set", "difference": "importance/set"}
    return [kind for kind in wanted if own.get(kind, kind) in stored] or ["importance", "activation"]


def numbers_of(kind: str, scores: str, stored) -> np.ndarray:
    """The heatmaps (images, h, w) that are shown as ``kind``, from those that are stored by name; NaN in padding.

    ``scores`` says whether importance is by each image's own scores (``images``) or by the set's (:func:`whose`).
    """
    grid = stored["grid"][:]

    def read(name: str) -> np.ndarray:
        heatmaps = stored[name][:].astype(np.float64)
        rows, columns = (np.arange(side) for side in heatmaps.shape[1:])
        heatmaps[(rows[:, None] >= grid[:, 0, None, None]) | (columns >= grid[:, 1, None, None])] = np.nan
        return heatmaps

    importance = f"importance/{whose(scores, stored)}"
    if kind == "difference":
        return relative(read(importance)) - relative(read("activation"))
    return read(importance if kind == "importance" else kind)


def relative(heatmaps: np.ndarray) -> np.ndarray:
    """Heatmaps (images, h, w) by each image's mean, over the cells that are defined; NaN where that is zero."""
    defined = ~np.isnan(heatmaps)
    total = np.where(defined, heatmaps, 0.0).sum(axis=(1, 2), keepdims=True, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / defined.sum(axis=(1, 2), keepdims=True)
        return heatmaps / np.where(mean == 0, np.nan, mean)
