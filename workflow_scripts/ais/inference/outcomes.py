"""What pruning did, in the observed world and in others."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Outcome:
    """What pruning did, in every world and fold; NaN where an alignment is undefined.

    ``full`` and ``retained`` (…, worlds, folds): alignment on the test pairs with all maps and with the retained
    ones; ``n_retained`` (worlds, folds): how many those are, 0 where every train alignment is undefined.
    """

    full: np.ndarray
    retained: np.ndarray
    n_retained: np.ndarray

    @property
    def gain(self) -> np.ndarray:
        """Retained less full, mean over the folds where both are defined: (…, worlds), NaN where none is."""
        return mean_over_folds(self.retained - self.full)


def mean_over_folds(values: np.ndarray) -> np.ndarray:
    """Mean of ``values`` (…, folds) over the folds where they are defined: (…), NaN where none is."""
    defined = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        return np.where(defined, values, 0).sum(axis=-1) / defined.sum(axis=-1)
