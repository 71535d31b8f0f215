"""The p of an observed value by those of permuted worlds."""

import numpy as np

# Gains that are equal in exact arithmetic (a permutation that changes nothing) differ by rounding.
ROUNDING = 1e-12


def p_value(observed: float, null: np.ndarray) -> float:
    """(1 + number of ``null`` values ≥ ``observed``) / (1 + their number); undefined ones (NaN) do not count.

    The smallest that can be had is 1 / (1 + permutations). NaN where ``observed`` is.
    """
    if np.isnan(observed):
        return float("nan")
    defined = null[~np.isnan(null)]
    return float((1 + np.count_nonzero(defined >= observed - ROUNDING)) / (1 + defined.size))
