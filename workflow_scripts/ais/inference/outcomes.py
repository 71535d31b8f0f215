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
        difference = self.retained - self.full
        defined = ~np.isnan(difference)
        with np.errstate(invalid="ignore"):
            return np.where(defined, difference, 0).sum(axis=-1) / defined.sum(axis=-1)
