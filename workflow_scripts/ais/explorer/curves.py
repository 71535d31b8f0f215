"""Pruning curves with few enough points for a page."""

import warnings

import numpy as np


def thinned(curves: np.ndarray, prefixes: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """At most ``most`` numbers of maps kept, evenly on a log scale from 1 to all, and the mean alignment there.

    ``curves`` (folds, maps) of which column m − 1 is the alignment with m maps, NaN where undefined: the mean is over
    the folds that have it, NaN where none does. ``prefixes``, increasing, are the numbers that every fold
    was asked for.
    """
    wanted = np.round(np.geomspace(1, curves.shape[1], most))
    kept = prefixes[np.unique(np.searchsorted(prefixes, wanted))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # where no fold has it: that is meant
        return kept, np.nanmean(curves[:, kept - 1], axis=0)
