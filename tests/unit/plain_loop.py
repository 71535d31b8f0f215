"""The method as METHOD.md states it, as plain loops: mask, read out, compare, rank, correlate.

Slow and obvious on purpose: the oracle for everything that takes a shortcut. It shares no code with
the engine except where noted.
"""

import numpy as np
from scipy import stats
from scipy.spatial.distance import cosine, euclidean


def similarity(embedding, measure, left, right):
    values = []
    for i, j in zip(left, right, strict=True):
        a, b = embedding[i], embedding[j]
        if measure == "cosine":
            undefined = not a.any() or not b.any()
            values.append(np.nan if undefined else 1 - cosine(a, b))
        elif measure == "euclidean":
            values.append(-euclidean(a, b))
        else:
            undefined = np.ptp(a) == 0 or np.ptp(b) == 0
            values.append(np.nan if undefined else np.corrcoef(a, b)[0, 1])
    return np.array(values)


def alignment(network, human, measure):
    judged = ~np.isnan(human)
    # Similarities that are equal in exact arithmetic differ by rounding: to ten digits, they are ties.
    x, y = np.round(network[judged] / np.nanmax(np.abs(network)), 10), human[judged]
    if len(x) < 2 or np.isnan(x).any() or np.ptp(x) == 0 or np.ptp(y) == 0:
        return np.nan
    if measure == "spearman":
        return stats.spearmanr(x, y).statistic
    r = stats.pearsonr(network[judged], y).statistic
    return r**2 if measure == "pearson_squared" else r


def importance(pooled, human, measure, alignment_measure, left, right, subset):
    """AIS of every map on one subset of pairs: baseline minus alignment with the map set to zero."""

    def aligned(embedding):
        network = similarity(embedding, measure, left[subset], right[subset])
        return alignment(network, human[subset], alignment_measure)

    baseline = aligned(pooled)
    score = []
    for k in range(pooled.shape[1]):
        masked = pooled.copy()
        masked[:, k] = 0
        score.append(baseline - aligned(masked))
    return baseline, np.array(score)


def curve(pooled, human, measure, alignment_measure, left, right, subset, order):
    """Alignment on one subset with only the first 1, 2, … maps of ``order`` kept."""
    values = []
    for m in range(1, len(order) + 1):
        kept = np.zeros_like(pooled)
        kept[:, order[:m]] = pooled[:, order[:m]]
        network = similarity(kept, measure, left[subset], right[subset])
        values.append(alignment(network, human[subset], alignment_measure))
    return np.array(values)
